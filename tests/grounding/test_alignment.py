"""The words of a TL;DR beside its abstract and its rivals."""

from __future__ import annotations

import numpy as np
import pytest

from broadsheet.grounding.alignment import best_run, find_rival, match_words
from broadsheet.grounding.rivals import Run, index_sentences
from broadsheet.text.word_vectors import load_word_vectors
from harbours import PAPERS, SPLICED, TURNED


def aligned(tldr: str):
    run = Run(PAPERS, load_word_vectors())
    text, own = index_sentences([tldr]), run.read(PAPERS[0])
    match = match_words(run, own, text)
    return text, match, find_rival(run, own, text, match)


def test_a_word_of_like_company_is_held_in_part():
    text, match, _ = aligned(TURNED)
    held = dict(zip(text.spoken, match.held.tolist(), strict=True))
    assert held["buckets"] == 1
    assert held["faster"] == pytest.approx(0.7 * (0.67 - 0.45) / 0.4, abs=0.02)
    assert held["never"] == pytest.approx(0.7 * (0.46 - 0.45) / 0.4, abs=0.02)


def test_what_carries_no_meaning_has_no_weight_and_the_rarest_words_the_same():
    text, match, _ = aligned(SPLICED)
    weight = dict(zip(text.spoken, match.weight.tolist(), strict=True))
    assert (weight["and"], weight["a"]) == (0, 0)
    assert weight["knit"] == weight["scarf"] == 6.5


def test_the_rival_is_the_paper_with_the_best_run_of_words():
    text, _, rival = aligned(SPLICED)
    assert rival.place == 1
    assert [word for word, gain in zip(text.spoken, rival.gains.tolist(), strict=True) if gain > 0] == [
        "knit",
        "woollen",
        "scarf",
    ]
    assert rival.best == rival.tail == pytest.approx(3 * 6.5)


@pytest.mark.parametrize(
    ("values", "run"),
    [
        ([1, -3, 2, 2, -1, 2, -9], (2, 6, 5)),
        ([-1, -2], (0, 0, 0)),
        ([], (0, 0, 0)),
        ([3], (0, 1, 3)),
        ([1, -1, 1], (0, 1, 1)),
    ],
)
def test_the_best_run_is_the_one_with_the_largest_sum(values, run):
    assert best_run(np.array(values, dtype=float)) == run
