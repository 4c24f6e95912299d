"""Trimming: what may go from a sentence, and what must never."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.tldr.extractive.compression import LONGEST_WORDS, trim_sentence


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In this paper, we propose Knotter.", "We propose Knotter."),
        ("However, in this work we tie knots.", "We tie knots."),
        ("To this end, here we tie knots", "We tie knots."),
        ("To address these limitations, we tie wet knots.", "We tie wet knots."),
        ("Specifically, kNot ties two ropes.", "kNot ties two ropes."),
        ("CONCLUSIONS: Wet knots hold 12% longer.", "Wet knots hold 12% longer."),
        ("Originality/value: First use of wet knots at sea.", "First use of wet knots at sea."),
        ("Design/methodology/approach: Sailors tie wet knots.", "Sailors tie wet knots."),
        ("Practical implications: Wet knots hold at sea.", "Wet knots hold at sea."),
        ("Main outcome measures: Slip of all knots.", "Slip of all knots."),
        ("Synthesis and applications. Wet knots hold.", "Wet knots hold."),
        ("Design of knots takes two sailors.", "Design of knots takes two sailors."),
        ("We tie knots [12, 13] as before (Marl et al., 2019).", "We tie knots as before."),
        ("Knotter nonetheless ties knots.", "Knotter ties knots."),
        ("Knotter, nevertheless, ties knots.", "Knotter ties knots."),
        ("We therefore tie 3.5 knots in this paper.", "We tie 3.5 knots."),
        ("Abstract In this work, we tie knots.", "We tie knots."),
        ("Abstract knots are tied by hand.", "Abstract knots are tied by hand."),
        ("Given this rope, we tie knots.", "We tie knots."),
        ("In other words, we tie knots.", "We tie knots."),
        ("Do knots slip?", "Do knots slip?"),
        ("Finally, knots.", "Finally, knots."),
    ],
)
def test_lead_ins_citations_and_asides_go(sentence: str, expected: str) -> None:
    assert trim_sentence(sentence) == expected


_CLAIM = "We present Knotter, a machine that ties three kinds of wet knots in rope and twine"


@pytest.mark.parametrize(
    "tail",
    [
        ", which lets sailors of any age work faster and longer than they ever could at sea before.",
        ", thereby making it possible to moor ships of any length without a second pair of hands.",
        "; the machine is cheap, small and easily built from parts that any harbour has in store.",
    ],
)
def test_a_long_sentence_loses_a_clause_that_can_go(tail: str) -> None:
    assert trim_sentence(_CLAIM + tail) == _CLAIM + "."


_FILLER = "all the many ropes of the large old harbour and its long and windy northern quay by the sea"


@pytest.mark.parametrize(
    "sentence",
    [
        f"We show that the wet knots of our small and quiet machine, which is new, hold {_FILLER}.",
        f"Knotter ties not only {_FILLER}, which is much to tie, but also the sails of ships.",
        f"Although our machine is slow with {_FILLER}, which is long, it ties knots.",
        f"We tie knots (in {_FILLER}, which is 300 m long, and in 5 others) with one machine.",
        f"We present one machine (i) for {_FILLER}, where it is wet; and (ii) for dry sand.",
        f"Knotter safely ties {_FILLER}; only if the weather is dry.",
    ],
)
def test_a_sentence_that_would_break_stays_whole(sentence: str) -> None:
    assert trim_sentence(sentence) == sentence


def test_a_claim_keeps_its_condition() -> None:
    sentence = f"We prove that one machine can tie {_FILLER} within an hour – under the assumption of dry weather."
    assert trim_sentence(sentence).endswith("dry weather.")


def test_what_never_ends_is_cut_and_says_so() -> None:
    trimmed = trim_sentence("knots " * 5000)
    assert len(trimmed.split()) == LONGEST_WORDS
    assert trimmed.endswith("knots…")


_SENTENCE = "In this paper, we propose a knot which slips, thereby (e.g. wet) [3] not only but also -- ; However, 0.5%"
_WORDS = st.sampled_from(_SENTENCE.split())


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=50).map(" ".join))
def test_trimming_only_deletes(sentence: str) -> None:
    remaining = iter(sentence.lower().split())
    for word in trim_sentence(sentence).lower().split():
        bare = word.rstrip(".,;:…-")
        assert any(bare in other for other in remaining), word


@pytest.mark.parametrize("unit", ["(", "(a ", ", which ", "[1, ", " ", "\\cite{", "we propose "])
def test_hostile_sentences_take_little_time(unit: str) -> None:
    started = time.process_time()
    trim_sentence("We tie " + unit * (200_000 // len(unit)))
    assert time.process_time() - started < 2
