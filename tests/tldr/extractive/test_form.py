"""The form of a TL;DR: what a cut broke, what points at nothing."""

from __future__ import annotations

import pytest

from broadsheet.tldr.extractive.form import LONGEST, find_form_fault


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("no main clause", "Integrating the aspects of older reviews with an analysis of knots."),
        ("word missing", "Under the assumptions and, the rate of knots is bounded."),
        ("too long", "Knots " + "hold and " * LONGEST + "slip."),
        ("unfinished", "The knots of the machine can be trained to."),
        ("unfinished", "We give five sailors ropes of 10 to 150 m, and ask."),
        ("unfinished", "Knotter adds a third answer, which tells the knotting network."),
        ("dangling", "In mock harbours with known ropes it recovers 79% of the knots."),
        ("unbalanced", "The knots (of the machine hold."),
        ("question", "Do knots slip when wet?"),
        ("dangling", "These challenges are met by a machine for knots."),
        ("lead-in", "To do so, we tie knots by machine."),
        ("relative clause alone", "Knotter, which ties wet knots by machine."),
        ("clause without verb", "Knotting is a standard task of sailors, yet wet multi-strand ropes."),
        ("broken off after a colon", "We develop intrinsic knot theory: the view."),
        ("part of a list", "Knotter answers (1) how knots hold under load."),
        ("part of a list", "Knotter constructs a pool of knots from ropes, leverages records of their use."),
        ("glued", "A simple but effective framework a new machine achieves better knots on ropes."),
        ("address", "Knots are tied by machine, and code is available online."),
        ("word missing", "The note demonstrates that can be tied by machine."),
        ("word missing", "The knots hold with a slip of α∈."),
        ("formula", r"We tie knots of \widetilde{\mathcal{O}}(\sqrt{n}) ropes by machine."),
        ("dangling", "Results show that it consistently holds wet ropes."),
        ("part of a list", "A machine for knots ties wet ropes, holds dry knots."),
        ("part of a list", "Knotter is tried on three tasks: tying of wet ropes, where knots hold."),
        ("unfinished", "A small machine for wet knots with three technical innovations."),
        ("citation", "We extend the knots of Ash et al. to wet ropes."),
        ("unfinished", "The dual of the knot is the problem in which the cost."),
        ("citation", "The slip of wet knots is bounded as in Conjecture 5.7 of sailors."),
        ("lead-in", "Hence the slip of wet knots is bounded by the tide."),
        ("formula", "The slip of wet knots is at most $(\\log n)/\\sqrt n$ of the tide."),
        ("dangling", "A knot of wet hemp has two important advantages for sailors at sea."),
        ("dangling", "We show that their origin lies in the slip of ropes."),
        ("dangling", "We apply it to the ropes of old ships at sea."),
        ("dangling", "We report how knots meet the three needs described above."),
        ("dangling", "The first is a machine for wet knots at sea."),
        ("condition alone", "We show that, for wet knots and ropes of length at most 1."),
        ("condition alone", "By simply replacing hooks of iron with hooks of brass."),
        ("two verbs", "A new machine measures the slip of knots, and implement it as a tool for sailors."),
        ("two verbs", "KnotTier generates pairs of ropes and provide a test of their hold."),
        ("and missing", "We derive a theory of knots, propose a rule of thumb for sailors."),
        ("and missing", "Wet knots hold for long, and that dry ropes slip at sea."),
        ("part of a list", "Our way is threefold: First, we tie knots of hemp, which hold at sea."),
        ("part of a list", "We name three distinct failure modes: slips, where ropes move; breaks, where hemp gives."),
        ("part of a list", "Knotter serves two ends: first, to tie knots with ease, and second."),
        ("part of a list", "Two things are found: (a) wet knots slip on hemp; (b) ropes."),
        ("word missing", "KnotTier raises the hold from 59.8%, 68.2% to 70.2% on hemp."),
        ("word missing", "KnotTier lowers the slip of wet knots by 30.7% and 17.7%."),
        ("word missing", "A score bounded in that evaluates knots by their hold."),
        ("broken off after a colon", "Trials of all ropes confirm their hold: the best wet hemp."),
        ("says nothing", "Our comprehensive experiments on 12 ropes of four seas."),
        ("formula", "A rule for knots (\\q), deriving the best hold of ropes."),
        ("formula", "We tied wet knots on hemp from \\harbour in March."),
        ("address", "Ash and Birch <doi: 10.5555/12> introduce a rule for knots."),
        ("dangling", "Starting from hemp, ropes, and hooks, it finds knots for harbours."),
        ("citation", "KEYWORDS knots; ropes; hemp; sailors; slips at sea."),
        ("lead-in", "Afterwards, a machine for knots is designed by sailors."),
        ("dangling", "Starting from raw hemp and old ropes, it finds knots for harbours."),
        ("citation", "Ash and Birch (2021) introduce a rule that characterizes when knots hold."),
        ("and missing", "KnotTier is a machine for ropes, derive a rule of thumb for wet knots."),
        ("unfinished", "A single hook lets the ropes of a machine to execute."),
    ],
)
def test_a_broken_sentence_is_known_by_its_fault(fault: str, text: str) -> None:
    assert find_form_fault(text) == fault


@pytest.mark.parametrize(
    "text",
    [
        "We propose Knotter, a machine that ties wet knots in 0.5 s.",
        "On 12 ropes, Knotter, a machine that ties wet knots in 0.5 s, outperforms sailors.",
        "A machine for wet knots, which halves the time at sea.",
        "Knotter, which ties wet knots, outperforms sailors on hemp.",
        "Learning knots from sailors improves their hold by 12%.",
        "We show by induction that the machine always ties valid knots in time.",
        "A machine to tie wet knots, provide hooks and hold ropes is built at sea.",
        "We show that it can be faster to tie two knots than one.",
        "The slip of SU(2) knots is bounded by the tide and the moon.",
        "Hold fell by 0.9 and rose again between 91.5% and 93.3%.",
        "KnotTier ties three ropes per second.",
        "Wet knots in harbours: the slip of a knot grows with each tide.",
        "Sealed bids brought higher prices, and small boats won fewer lots.",
        "Whether (i) rope or (ii) knot gives way depends on the load.",
        "This paper surveys knots of the last ten years.",
        "A knot of wet hemp has two important advantages: speed and hold.",
        "The slip of wet knots grows as $\\sqrt n$ with the tide.",
    ],
)
def test_a_sound_sentence_has_none(text: str) -> None:
    assert find_form_fault(text) is None
