"""The features by which readers choose among candidates that say the same."""

from __future__ import annotations

import operator

import pytest

from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.findings import rate_finding
from broadsheet.tldr.extractive.preferences import PREFERENCES, bound_preferences, describe_preferences
from broadsheet.tldr.extractive.ranking import View, look_at
from broadsheet.tldr.extractive.selection import load_weights

TITLE = "Slips of knots in hemp ropes at sea"
ABSTRACT = "Hemp is old. We propose a machine for knots. Knots slip 12% less than before when the machine ties them."


def describe(text: str, at: int, *kinds: str) -> dict[str, float]:
    """What is not 0."""
    sentences = split_sentences(ABSTRACT)
    values = describe_preferences(Candidate((sentences[at],), text, kinds), view())
    return {name: value for name, value in zip(PREFERENCES, values, strict=True) if value}


def view() -> View:
    cues = list(describe_sentences(TITLE, split_sentences(ABSTRACT)))
    return look_at(TITLE, cues, [rate(found) for found in cues])


@pytest.mark.parametrize(
    ("feature", "text", "at"),
    [
        ("measured finding", "Knots slip 12% less than before.", 2),
        ("shown finding", "We show that knots of wet ropes hold.", 2),
        ("finding", "Our knots outperform the hooks of sailors.", 2),
        ("finding off topic", "Gulls eat 12% less than before.", 2),
        ("before claim", "Hemp is old.", 0),
        ("problem", "Wet knots remain a challenge at sea.", 2),
        ("of others", "The sea is calm.", 2),
        ("authors", "We propose a machine for knots.", 1),
        ("studies only", "We consider the case of a machine.", 1),
        ("own noun", "Our method ties knots by a new machine.", 1),
        ("repeats title", "The new hemp ropes slip at sea in knots.", 1),
        ("long", "Our knots " + "hold " * 30, 2),
    ],
)
def test_what_readers_like_or_not_is_seen(feature: str, text: str, at: int) -> None:
    assert feature in describe(text, at)
    assert feature not in describe("A machine with six arms was made for ropes in rain.", 1)


def test_a_finding_before_the_claim_is_none() -> None:
    assert "measured finding" not in describe("Ropes slip 12% less than before.", 0)


def test_a_phrase_is_known_by_how_it_was_cut() -> None:
    assert "open phrase" in describe("The machine to do knots", 1, "head")
    assert "phrase" in describe("A machine for knots in new ropes.", 1, "head")
    assert not {"phrase", "open phrase"} & set(describe("A machine for knots in new ropes.", 1, "head", "told"))
    assert "open cut" in describe("A machine for knots.", 1, "for phrase")


def test_each_word_above_the_usual_length_counts() -> None:
    short = "Our knots " + "hold " * 30
    assert describe(short + "and hold " * 5, 2)["long"] == describe(short, 2)["long"] + 10


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kinds", [(), ("head",), ("head", "told"), ("purpose",), ("frame", "joined", "fused")])
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize(
    "text", ["Knots slip 12% less than before.", "We tie knots by a machine.", "A knot " + "in a rope " * 12]
)
def test_no_candidate_is_worth_more_than_its_bounds(text: str, at: int, kinds: tuple[str, ...], sign: int) -> None:
    one = Candidate((split_sentences(ABSTRACT)[at],), text, kinds)
    weights = [sign * weight for weight in load_weights()[1]]
    worth = sum(map(operator.mul, weights, describe_preferences(one, view())))
    rated = bound_preferences(one, view(), weights, finding=rate_finding(text, kinds))
    assert worth <= rated + 1e-9 <= bound_preferences(one, view(), weights) + 2e-9
