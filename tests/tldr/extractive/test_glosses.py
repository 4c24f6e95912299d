"""What an abstract says that a name is."""

from __future__ import annotations

import pytest

from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.glosses import find_long_form, list_glosses


def glosses(abstract: str) -> list[str]:
    return [phrase for phrase, _ in list_glosses(split_sentences(abstract), lambda word: 1.0)]


@pytest.mark.parametrize(
    ("abstract", "phrases"),
    [
        (
            "We present QuickKnot (QK), a loom for wet ropes, which is new. QuickKnot halves slips.",
            ["QuickKnot, a loom for wet ropes"],
        ),
        (
            "We present QuickKnot, a training-free, rope-aware, robust loom that ties. QuickKnot halves slips.",
            ["QuickKnot, a training-free, rope-aware, robust loom"],
        ),
        ("We use QuickKnot, a rope loom tested in wet harbours. QuickKnot halves slips.", ["QuickKnot, a rope loom"]),
        ("We present Quick, the first loom for ropes. Quick halves slips.", ["Quick, the first loom for ropes"]),
        ("We present a loom for ropes called QuickKnot. QuickKnot halves slips.", ["QuickKnot, a loom for ropes"]),
        ("A rope loom, QuickKnot, is new. QuickKnot halves slips.", ["QuickKnot, a rope loom"]),
        ("The slow, Wet Knot Tier (WKT) model is new. WKT halves slips.", ["Wet Knot Tier (WKT) model"]),
        ("We use the Wet Knot Tier (WKT). WKT halves slips.", ["the Wet Knot Tier (WKT)"]),
    ],
)
def test_a_name_is_found_with_what_it_is(abstract: str, phrases: list[str]) -> None:
    assert glosses(abstract) == phrases


@pytest.mark.parametrize(
    "abstract",
    [
        "We present QuickKnot, a novel framework. QuickKnot halves slips.",
        "We present QuickKnot, which is new. QuickKnot halves slips.",
        "Sailors of the old kind (WKT) tie. WKT halves slips.",
        "We present QuickKnot, a loom for wet ropes. Sailors halve slips.",
    ],
)
def test_nothing_is_made_of_what_says_nothing(abstract: str) -> None:
    assert glosses(abstract) == []


def test_few_names_are_looked_up() -> None:
    many = " ".join(f"We use Knot{at}X, a loom for rope {at}. Knot{at}X halves slips." for at in range(20))
    assert {phrase.split(",")[0] for phrase in glosses(many)} == {f"Knot{at}X" for at in range(12)}


@pytest.mark.parametrize(
    ("before", "acronym", "full"),
    [
        ("we use the structure and wave preserving ropes", "SWPR", "structure and wave preserving ropes"),
        ("we use structure and wave preserving ropes", "SAWPR", "structure and wave preserving ropes"),
        ("the masking-one-out", "MOO", "masking-one-out"),
        ("a sea-faring rope", "SR", "sea-faring rope"),
        ("rope logic-based", "RL", None),
        ("knots of old sailors", "WKT", None),
        ("of ropes", "OR", None),
    ],
)
def test_an_acronym_stands_for_words_whose_initials_it_has(before: str, acronym: str, full: str | None) -> None:
    assert find_long_form(before, acronym) == full
