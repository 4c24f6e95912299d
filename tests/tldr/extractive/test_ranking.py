"""The features of a candidate: its words and the title's, its cuts, and what its first sentence is like."""

from __future__ import annotations

import pytest

from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.ranking import describe_candidate, feature_names, look_at

TITLE = "Knotter: Tying Wet Knots by Machine"
SENTENCES = split_sentences("Knots slip in 3 wet ropes. We propose Knotter, a machine that ties wet knots, by hand.")
CUES = list(describe_sentences(TITLE, SENTENCES))
SCORES = [rate(found) for found in CUES]


def describe(text: str, *kinds: str, at: int = 1) -> dict[str, float]:
    one = Candidate((SENTENCES[at],), text, kinds)
    return dict(zip(feature_names(tuple(CUES[0])), describe_candidate(one, look_at(TITLE, CUES, SCORES)), strict=True))


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("words", 9),
        ("tokens", 9),
        ("kept", 9 / 11),
        ("title_recall", 4 / 6),
        ("title_precision", 4 / 9),
        ("repeats", 0),
        ("we_first", True),
        ("name_first", False),
        ("number", False),
        ("verb", True),
        ("commas", 1),
        ("cuts", 1),
        ("first_rank", 0),
        ("first_index", 1),
        ("from_typical", 10),
        ("novel_title", 2),
        ("cut_after_comma", 1),
        ("cut_colon", 0),
        ("cue_we", 1),
        ("first_score", SCORES[1]),
    ],
)
def test_a_feature_says_what_a_candidate_is_like(feature: str, value: float) -> None:
    said = describe("We propose Knotter, a machine that ties wet knots.", "means after comma")
    assert said[feature] == pytest.approx(value)


def test_words_count_once_for_what_they_mean_and_each_time_for_repeats() -> None:
    once, twice = describe("Knots slip in wet ropes."), describe("Knots slip in wet ropes, wet knots.")
    assert once["mean_rarity"] == pytest.approx(twice["mean_rarity"])
    assert (once["repeats"], twice["repeats"]) == (0, 2)
    assert once["title_recall"] == twice["title_recall"]
