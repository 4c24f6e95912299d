"""What the learned check sees of a TL;DR: each feature, by its value on small cases; one that is lost fails here."""

from __future__ import annotations

import numpy as np
import pytest

from broadsheet.grounding.features import TEXT_FEATURES, WORD_FEATURES
from harbours import FEWER, PAPERS, SPLICED, SWAPPED, TRUE, TURNED, seen

WORDS = {
    "rarity": (TURNED, [5.42, 7.75, 5.31, 5.09, 7.94, 5.2, 0.61, 2.65, 1.28, 6.21, 0.02, 2.46, 4.64, 6.84]),
    "stands": (TURNED, [1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1]),
    "likeness": (TURNED, [1, 1, 0.46, 1, 1, 0.48, 1, 0.67, 1, 1, 0.26, 1, 1, 1]),
    "rivals holding": (SWAPPED, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    "rival stands": (SWAPPED, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    "rival likeness": (SWAPPED, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    "rival gain": (SPLICED, [-5.42, -6.5, -5.09, -6.5, 0, 6.5, 0, 6.5, 6.5]),
    "turn denies": (TURNED, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    "turn more": (TURNED, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]),
    "turn less": (FEWER, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    "turn better": (TRUE, [0, 0, 0, 0, 1, 0, 0, 0]),
    "turn worse": (TURNED, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
    "turn paired": (TRUE, [1, 0, 0, 0, 0, 0, 0, 0]),
    "alike": (TRUE, [0.91, -1, -1, -1, 0.74, -1, -1, -1]),
    "against": (TURNED, [0, -1, 0, -1, -1, 0.6, -1, 0.28, -1, -1, -1, 1, -1, -1]),
    "plain": (TURNED, [0.38, -1, 0.83, -1, -1, 0.36, -1, 0.36, -1, -1, -1, 0, -1, -1]),
    "same word": (TRUE, [1, -1, -1, -1, 1, -1, -1, -1]),
    "verbatim": (TRUE, [1, -1, -1, -1, 1, -1, -1, -1]),
    "bridged": (TURNED, [0, -1, 1, -1, -1, 0, -1, 0, -1, -1, -1, 0, -1, -1]),
    "deny form": (TURNED, [0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    "turn next": (TURNED, [0, 1, 0, 0, 5, 0, 2, 0, 0, 0, 2, 0, 0, 0]),
    "turn last": (TURNED, [0, 6, 0, 1, 0, 0, 5, 0, 2, 0, 0, 0, 2, 0]),
    "denied in abstract": (TURNED, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    "denial before": (TURNED, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    "turn within three": (TURNED, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1]),
}
WHOLE = {
    "words": (SPLICED, 9.000),
    "content words": (SPLICED, 7.000),
    "coverage": (SPLICED, 0.547),
    "soft coverage": (SPLICED, 0.547),
    "rival coverage": (SPLICED, 0.453),
    "best gain": (SPLICED, 19.500),
    "whole gain": (SPLICED, -4.016),
    "tail gain": (SPLICED, 19.500),
    "unknown names": (FEWER, 1.000),
    "unknown number": (FEWER, 1.000),
    "turns": (SPLICED, 1.000),
    "denials": (TURNED, 1.000),
}


def test_the_cases_have_each_feature():
    assert tuple(WORDS) == WORD_FEATURES
    assert tuple(WHOLE) == TEXT_FEATURES


@pytest.mark.parametrize("name", WORD_FEATURES)
def test_a_feature_of_words_has_its_value(name):
    tldr, values = WORDS[name]
    assert any(values)
    assert seen(tldr).rows[:, WORD_FEATURES.index(name)].tolist() == pytest.approx(values, abs=0.006)


@pytest.mark.parametrize("name", TEXT_FEATURES)
def test_a_feature_of_a_whole_tldr_has_its_value(name):
    tldr, value = WHOLE[name]
    assert value
    assert seen(tldr).whole[TEXT_FEATURES.index(name)] == pytest.approx(value, abs=0.002)


def test_alone_in_a_run_a_paper_is_ahead_of_nobody_and_has_no_rival():
    alone = dict(zip(TEXT_FEATURES, seen(SPLICED, PAPERS[:1]).whole.tolist(), strict=True))
    assert alone["best gain"] == alone["rival coverage"] == 0


def test_the_order_of_a_run_changes_nothing():
    assert np.array_equal(seen(SPLICED).rows, seen(SPLICED, [PAPERS[2], PAPERS[0], PAPERS[1]]).rows)


def test_nothing_is_seen_of_no_words():
    assert seen("").rows.shape == (0, len(WORD_FEATURES))
