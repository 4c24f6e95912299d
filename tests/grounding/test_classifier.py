"""From the scores of words to a verdict, and from that to a finding."""

from __future__ import annotations

import numpy as np
import pytest

from broadsheet.grounding.classifier import WHOLE_FEATURES, Verdict, classify_tldr, explain, sum_up, words_between
from broadsheet.grounding.features import TEXT_FEATURES, WORD_FEATURES
from broadsheet.grounding.rivals import Run
from broadsheet.text.word_vectors import load_word_vectors
from harbours import PAPERS, SPLICED, SWAPPED, TRUE, TURNED, seen

SCORES = np.array([-2.0, -3.0, 1.5, -2.5, -3.0, 2.0, -1.0, 0.5, -2.0, -2.0, -3.0, 0.25, -1.5, -2.0])
"""Of the words of `TURNED`: its turning words are the first, the third, `worse`, `faster` and `increase`."""


def summed() -> dict[str, float]:
    return dict(zip(WHOLE_FEATURES, sum_up(seen(TURNED), SCORES).tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("highest", 2.0),
        ("mean", float(SCORES.mean())),
        ("best run", 4.5),
        ("run length", 3.0),
        ("run place", 5 / 14),
        ("highest turn", 2.0),
        ("highest other", -1.0),
        ("highest denial", 1.5),
        ("beside run", 1.5),
    ],
)
def test_the_scores_of_words_are_summed_up(name, value):
    assert summed()[name] == pytest.approx(value)


def test_what_is_seen_of_the_whole_comes_first():
    assert sum_up(seen(TURNED), SCORES)[: len(TEXT_FEATURES)].tolist() == seen(TURNED).whole.tolist()


def test_the_most_foreign_turning_word_is_told_as_the_check_sees_it():
    worse = dict(zip(WORD_FEATURES, seen(TURNED).rows[5].tolist(), strict=True))
    told = {name.removeprefix("turned: "): value for name, value in summed().items() if name.startswith("turned: ")}
    assert told == {name: worse[name] for name in told}
    assert told["against"] > 0


def test_without_turning_words_their_places_hold_what_no_score_is():
    made = dict(zip(WHOLE_FEATURES, sum_up(seen(SWAPPED), np.full(10, 0.5)).tolist(), strict=True))
    turned = [name for name in made if name.startswith("turned: ")]
    if not seen(SWAPPED).turns:
        assert (made["highest turn"], made["highest denial"]) == (-9.0, -9.0)
        assert {made[name] for name in turned} == {-2.0}


def verdict(tldr: str) -> Verdict:
    run = Run(PAPERS, load_word_vectors())
    return classify_tldr(run, run.read(PAPERS[0]), tldr)


def test_the_shipped_forests_tell_a_true_tldr_from_others():
    true = verdict(TRUE).score
    assert true < 0
    assert all(verdict(tldr).score > true for tldr in (SPLICED, TURNED, SWAPPED))
    assert verdict(SWAPPED).score > 0


def test_nothing_said_is_nothing_false():
    assert verdict("").score == 0


def test_a_turned_word_is_named_with_the_words_around_it():
    finding = explain(TURNED, Verdict(1.0, tuple(SCORES.tolist()), seen(TURNED)))
    assert finding.kind == "polarity"
    assert finding.span == "tides worse, are faster"
    assert "'worse'" in finding.detail


def test_a_run_of_foreign_words_is_named_and_most_of_a_tldr_is_not_quoted():
    words = np.array([-3.0] * 5 + [2.0] * 4)
    assert explain(SPLICED, Verdict(1.0, tuple(words), seen(SPLICED))).span == "knit a woollen scarf"
    most = tuple(np.where(np.arange(9) == 5, 2.0, 1.5).tolist())
    assert explain(SPLICED, Verdict(1.0, most, seen(SPLICED))).span == ""


def test_words_are_counted_as_the_check_splits_them():
    assert words_between("State-of-the-art kettles, sing.", 4, 5) == "kettles"
