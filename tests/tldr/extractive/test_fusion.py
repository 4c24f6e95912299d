"""What was made and what it does, as one sentence."""

from __future__ import annotations

import pytest

from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.fusion import equate, fuse, tell_of


def told(abstract: str, title: str = "A study", *, ready: float = 0.0) -> set[str]:
    """Everything that can be fused of an abstract whose first sentence introduces something."""
    sentences = split_sentences(abstract)
    phrase = sentences[0].text.removeprefix("We propose ")
    made = Candidate(sentences[:1], phrase[0].upper() + phrase[1:], ("head",))
    return {one.text for one in fuse([made], sentences, title, lambda word: ready)}


@pytest.mark.parametrize(
    ("abstract", "sentence"),
    [
        (
            "We propose Knotter, a machine for wet knots. It reduces slips by 12% on hemp.",
            "Knotter, a machine for wet knots, reduces slips by 12% on hemp.",
        ),
        (
            "We propose a machine for wet knots. Experiments on hemp show that our method reduces slips by 12%.",
            "On hemp, a machine for wet knots reduces slips by 12%.",
        ),
        (
            "We propose a machine for wet knots. Simulation results on hemp show that our method reduces slips by 12%.",
            "In simulations on hemp, a machine for wet knots reduces slips by 12%.",
        ),
        (
            "We propose a machine for wet knots. Numerical simulations show that it reduces slips by 12% on hemp.",
            "In simulations, a machine for wet knots reduces slips by 12% on hemp.",
        ),
        (
            "We propose a machine for wet knots (MWK). Knots are old. On hemp, MWK consistently outperforms sailors.",
            "On hemp, a machine for wet knots (MWK) consistently outperforms sailors.",
        ),
        (
            "We propose a fast, small, and cheap machine for wet knots. The proposed system saves 12% of rope.",
            "A fast, small, and cheap machine for wet knots saves 12% of rope.",
        ),
    ],
)
def test_the_phrase_takes_the_place_of_its_second_mention(abstract: str, sentence: str) -> None:
    assert sentence in told(abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "We propose a machine for wet knots. Sailors reduce slips by 12%.",
        "We propose a benchmark of wet knots. Our model reduces slips by 12%.",
        "We propose a machine for wet knots. Knots are old. It reduces slips by 12%.",
        "We propose two machines for wet knots. Our method reduces slips by 12%.",
        "We propose a machine for wet knots. The proposed HookNet method reduces slips by 12%.",
        "We propose a hook and a scale for wet knots. Our method reduces slips by 12%.",
        "We propose Interacting Knots, a machine for ropes. Interacting Knots reduces slips by 12%.",
    ],
)
def test_another_subject_takes_no_phrase(abstract: str) -> None:
    assert not told(abstract)


def test_what_an_acronym_stands_for_is_not_the_method() -> None:
    found = told("We study the Wet Knot Index (WKI). The approach reduces slips by 12%. WKI reduces nothing.")
    assert not any("12%" in one for one in found)


def test_what_a_part_does_is_told_of_the_part() -> None:
    abstract = "We propose a planner that couples a wet hook (WH) with a rope. WH reduces slips by 12%."
    assert told(abstract) == {"A wet hook (WH) reduces slips by 12%."}


@pytest.mark.parametrize(
    ("abstract", "sentence"),
    [
        (
            "Knots slip. Further, we develop KnotNet, a network for wet knots. Tested on hemp, KnotNet halves slips.",
            "Tested on hemp, KnotNet, a network for wet knots, halves slips.",
        ),
        (
            "Knots slip. By hauling less, we gain with the Wet Knot Order (WKO) scheduler. WKO reduces slips by 12%.",
            "The Wet Knot Order (WKO) scheduler reduces slips by 12%.",
        ),
    ],
)
def test_a_name_is_told_with_what_it_is(abstract: str, sentence: str) -> None:
    sentences = split_sentences(abstract)
    assert sentence in {one.text for one in fuse([], sentences, "A study", lambda word: 1.0)}


def test_a_relative_clause_becomes_the_sentence() -> None:
    def tell(text: str) -> str | None:
        one = tell_of(Candidate(split_sentences(f"We propose {text}"), text, ("head",)))
        return one.text if one else None

    assert tell("Knotter, a machine that ties wet knots.") is None, "too short"
    assert tell("Knotter, a machine that ties wet knots at sea in 0.5 s.") == "Knotter ties wet knots at sea in 0.5 s."
    assert tell("A machine that ties wet knots in 0.5 s.") == "A machine ties wet knots in 0.5 s."
    assert tell("A machine with a hook that ties wet knots in 0.5 s.") is None, "the hook may tie them"


def test_a_name_is_equated_with_what_it_is_where_the_abstract_has_the_word() -> None:
    (source,) = split_sentences("We propose KnoTTer, a small machine for wet knots in ships.")
    named = Candidate((source,), "KnoTTer, a small machine for wet knots in ships.", ("head",))
    one = equate(named, "A rope is wet.")
    assert one
    assert one.text == "KnoTTer is a small machine for wet knots in ships."
    assert equate(named, "Ropes are wet.") is None


def test_what_is_said_of_the_only_one_stays_with_it() -> None:
    made = "We propose Knotter, the first machine that ties wet knots. It reduces slips by 12% on hemp."
    assert told(made) == {"Knotter, the first machine that ties wet knots, reduces slips by 12% on hemp."}
    made = "We propose Knotter, a wet machine that ties knots. It reduces slips by 12% on hemp."
    assert "Knotter, a wet machine, reduces slips by 12% on hemp." in told(made, ready=1.0)
    made = "We propose Knotter, a machine that ties wet knots. It reduces slips by 12% on hemp."
    assert "Knotter, a machine, reduces slips by 12% on hemp." not in told(made, ready=1.0)
