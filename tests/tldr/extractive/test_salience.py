"""Which words of an abstract its author would tell: each word once, described by where and how it stands."""

from __future__ import annotations

import pytest

from broadsheet.text.boosted_trees import load_forest
from broadsheet.text.word_statistics import load_word_statistics
from broadsheet.tldr.extractive.salience import (
    WORD_FEATURES,
    describe_words,
    guess_importance,
    tokenise_abstract,
    tokens_of,
)

SENTENCES = ("Knots slip in 3 wet ropes.", "We propose Knotter, a machine that ties wet knots.", "It is cheap.")
TEXT = tokenise_abstract("Knotter: Tying Wet Knots by Machine", SENTENCES)
NAMES, ROWS = describe_words(TEXT, [0.1, 0.9, 0.2], [False, True, False], load_word_statistics())


def feature(word: str, name: str) -> float:
    return ROWS[NAMES.index(word)][WORD_FEATURES.index(name)]


def test_words_are_what_rouge_counts_and_keys_forget_case_and_plural() -> None:
    assert tokens_of("state-of-the-art, 3.5") == ("state", "of", "the", "art", "3", "5")
    assert TEXT.raw[0][:2] == ("Knots", "slip")
    assert TEXT.keys[0][0] == TEXT.title[3] == "knot"


def test_each_word_has_one_row_of_all_features() -> None:
    assert len(NAMES) == len(set(NAMES)) == len(ROWS)
    assert {len(row) for row in ROWS} == {len(WORD_FEATURES)}


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("wet", "uses", 2),
        ("wet", "sentences with it", 2),
        ("wet", "claims with it", 1),
        ("wet", "in first", True),
        ("wet", "best sentence", 0),
        ("knotter", "in title", True),
        ("knotter", "place in title", 0),
        ("knotter", "capital", True),
        ("knotter", "best is claim", True),
        ("slip", "in title", False),
        ("slip", "best is claim", False),
        ("3", "digit", True),
        ("cheap", "in last", True),
        ("cheap", "best score", 0.2),
    ],
)
def test_a_feature_says_where_a_word_stands(word: str, name: str, value: float) -> None:
    assert feature(word, name) == value


def test_a_guess_is_a_chance_and_the_titles_word_of_the_claim_has_the_better_one() -> None:
    guess = guess_importance(NAMES, ROWS, load_forest("importance"))
    assert set(guess) == set(NAMES)
    assert all(0 < chance < 1 for chance in guess.values())
    assert guess["knotter"] > guess["cheap"]
