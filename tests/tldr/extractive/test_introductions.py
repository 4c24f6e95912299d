"""Names in a TL;DR that another sentence of the abstract explains."""

from __future__ import annotations

import pytest

from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.extract import extract_tldr
from broadsheet.tldr.extractive.introductions import introduce_names


def introduce(abstract: str, *, title: str = "Wet ropes") -> tuple[str, list[int]]:
    """The last sentence of an abstract as a TL;DR, with its names introduced, and the numbers of its sentences."""
    sentences = split_sentences(abstract)
    chosen = introduce_names(Candidate((sentences[-1],), sentences[-1].text, ()), sentences, title)
    return chosen.text, [one.index for one in chosen.sentences]


@pytest.mark.parametrize(
    ("said", "told", "full"),
    [
        ("We study wet knot tying (WKT).", "Sailors like WKT in March.", "Sailors like wet knot tying (WKT) in March."),
        ("A rope slack index (RSI) is new.", "An RSI of two is low.", "A rope slack index (RSI) of two is low."),
        ("Use an upper end slack (UES).", "A UES of two is low.", "An upper end slack (UES) of two is low."),
        ("Knot tying nets (KTNs) are old.", "KTNs slip in the wet.", "Knot tying nets (KTNs) slip in the wet."),
        ("Gaussian rope nets (GRNs) are old.", "We see GRNs slip.", "We see Gaussian rope nets (GRNs) slip."),
        ("Stopper’s knots (SKs) are old.", "We see that SKs slip.", "We see that Stopper’s knots (SKs) slip."),
        ("Slip knots (SKs) are old.", "We see that SKs slip.", "We see that slip knots (SKs) slip."),
        ("A knot tying net (KTN) is new.", "KTNs slip in the wet.", "Knot tying nets (KTNs) slip in the wet."),
        ("Knot tying nets (KTNs) are old.", "Any KTN slips.", "Any knot tying net (KTN) slips."),
        ("We use a wet tier (WT).", "On hemp, WT halves slips.", "On hemp, the wet tier (WT) halves slips."),
        ("We use a Wet Tier (WT).", "On hemp, WT halves slips.", "On hemp, Wet Tier (WT) halves slips."),
        ("We use a wet tier (WT).", "Our WT halves slips.", "Our wet tier (WT) halves slips."),
        ("We took the time-to-first knot (TTFK).", "We halve TTFK.", "We halve time-to-first knot (TTFK)."),
        ("We use rope and wave models (RWM).", "We trust RWM.", "We trust rope and wave models (RWM)."),
        ("We use Tie9, a loom for hemp.", "Tie9 halves slips.", "Tie9, a loom for hemp, halves slips."),
    ],
)  # fmt: skip
def test_a_name_is_said_in_full_where_another_sentence_does_so(said: str, told: str, full: str) -> None:
    assert introduce(f"{said} {told}") == (full, [1, 0])


@pytest.mark.parametrize(
    ("said", "told", "title"),
    [
        ("We study wet knot tying (WKT).", "Sailors like WKT in harbours.", "WKT in harbours"),
        ("We study wet knot tying (WKT).", "Sailors like wet knot tying, or WKT, in harbours.", ""),
        ("We study wet knot tying (WKT).", "Sailors like tying knots in the wet (WKT).", ""),
        ("We study wet knot tying (WKT).", "Sailors like non-WKT knots and WKT-2.", ""),
        ("We study knots of old sailors (WKT).", "Sailors like WKT in harbours.", ""),
        ("We study rope logic-based (RL) looms.", "Sailors like RL looms in harbours.", ""),
        ("We study graphical processing units (GPUs).", "Sailors like GPUs in harbours.", ""),
        ("We present QuickKnot, a loom for wet ropes.", "QuickKnot is a loom for wet ropes.", ""),
        ("We present QuickKnot, the first loom.", "QuickKnot halves slips in harbours.", ""),
        ("We present QuickKnot, a loom for wet ropes.", "Sailors like QuickKnot in harbours.", ""),
    ],
)
def test_a_name_that_is_known_or_not_explained_stays_as_it_is(said: str, told: str, title: str) -> None:
    assert introduce(f"{said} {told}", title=title) == (told, [1])


def test_a_tldr_does_not_become_longer_than_one_may_be() -> None:
    told = f"Sailors like WKT in {'the old and windy ' * 7}wet harbours."
    assert introduce(f"We study wet knot tying (WKT). {told}") == (told, [1])


def test_without_room_for_the_acronym_its_words_take_its_place() -> None:
    told = f"Sailors like WKT in {'the old and windy ' * 7}harbours."
    assert introduce(f"We study wet knot tying (WKT). {told}") == (told.replace("WKT", "wet knot tying"), [1, 0])


def test_two_names_at_most_are_said_in_full() -> None:
    said = "We study wet knot tying (WKT), dry knot tying (DKT) and old knot tying (OKT)."
    told = "Sailors like wet knot tying (WKT), dry knot tying (DKT) and OKT."
    assert introduce(f"{said} Sailors like WKT, DKT and OKT.") == (told, [1, 0])


def test_the_sentence_that_explains_a_name_is_part_of_the_evidence() -> None:
    abstract = (
        "Ropes slip when it rains and nobody knows why. We study the wet knot index (WKI) of ropes in harbours. "
        "Experiments show that a higher WKI halves the slips of hemp ropes in most harbours."
    )
    summary = extract_tldr(Paper(key="a:1", title="Ropes in harbours", abstract=abstract))
    assert summary.tldr.endswith("that a higher wet knot index (WKI) halves the slips of hemp ropes in most harbours.")
    assert [abstract[one.start : one.end] for one in summary.evidence] == [one.text for one in summary.evidence]
    assert sorted(one.sentence for one in summary.evidence) == [1, 2]
