"""What readers prefer among candidates that say the same."""

from __future__ import annotations

import pytest

from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.findings import rate_finding
from broadsheet.tldr.extractive.preferences import bound_preferences, weigh_preferences
from broadsheet.tldr.extractive.ranking import View
from broadsheet.tldr.extractive.selection import load_word_statistics, look_at

TITLE = "Slips of knots in hemp ropes at sea"
ABSTRACT = "Hemp is old. We propose a machine for knots. Knots slip 12% less than before when the machine ties them."


def weigh(text: str, at: int, *kinds: str) -> float:
    sentences = split_sentences(ABSTRACT)
    return weigh_preferences(Candidate((sentences[at],), text, kinds), view())


def view() -> View:
    sentences = split_sentences(ABSTRACT)
    cues = list(describe_sentences(TITLE, sentences))
    return look_at(TITLE, sentences, cues, [rate(found) for found in cues], lexicon=load_word_statistics())


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("Our knots slip 12% less than before.", 2), ("Our knots are tied in other ways.", 2)),
        (("A machine is presented for knots.", 1), ("We propose a machine for knots.", 1)),
        (("We propose a machine for knots.", 1), ("We consider the case of a machine.", 1)),
        (("The hooks tie knots by a new machine.", 1), ("Our method ties knots by a new machine.", 1)),
        (("The new machine ties ropes.", 1), ("The new hemp ropes slip at sea in knots.", 1)),
        (("A machine was used for ropes.", 1), ("A machine was used for these ropes.", 1)),
        (("Ropes slip 12% less than before.", 2), ("Ropes slip 12% less than before.", 0)),
    ],
)
def test_a_reader_prefers(better: tuple[str, int], worse: tuple[str, int]) -> None:
    assert weigh(*better) > weigh(*worse)


def test_a_sentence_is_preferred_to_a_phrase() -> None:
    assert weigh("A machine for knots in new ropes.", 1, "head", "told") > weigh(
        "A machine for knots in new ropes.", 1, "head"
    )


def test_a_long_sentence_counts_less_by_each_word() -> None:
    short = "Our knots " + "hold " * 20
    assert weigh(short, 2) > weigh(short + "and hold " * 5, 2)


@pytest.mark.parametrize("kinds", [(), ("head",), ("head", "told"), ("purpose",), ("frame", "joined", "fused")])
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize(
    "text", ["Knots slip 12% less than before.", "We tie knots by a machine.", "A knot " + "in a rope " * 12]
)
def test_no_candidate_weighs_more_than_its_bounds(text: str, at: int, kinds: tuple[str, ...]) -> None:
    one = Candidate((split_sentences(ABSTRACT)[at],), text, kinds)
    rated = bound_preferences(one, view(), finding=rate_finding(text, kinds))
    assert weigh_preferences(one, view()) <= rated + 1e-9 <= bound_preferences(one, view()) + 2e-9
