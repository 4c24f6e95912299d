"""The figures are those of the data, each with the interval that so many papers allow."""

from __future__ import annotations

import pytest

from broadsheet.evaluation.labelled import Claim, Labelled, read_labelled
from broadsheet.evaluation.scoring import false_alarms, figure, score_check, score_tldrs
from broadsheet.models import Paper
from places import EXAMPLES

SAMPLE = EXAMPLES / "labelled.jsonl"
ROWS = read_labelled(SAMPLE.read_text(encoding="utf-8"), name="labelled.jsonl")


def test_a_number_of_its_own_counts_as_unsupported():
    row = Labelled(Paper(key="k", title="T", abstract="We count 40 kettles in a kitchen."), ("We count 40 kettles.",))
    score = score_tldrs("w", [row, row], ["We count 40 kettles.", "We count 41 kettles."])
    assert score.figures["unsupported"].mean == 50
    assert score.figures["R1"].mean == pytest.approx(87.5)
    assert score.figures["words"].mean == 4
    assert false_alarms([row]).mean == 0


def test_an_interval_holds_its_mean_and_is_the_same_for_a_seed():
    found = figure([0.0, 100.0] * 50, seed=1)
    assert found.low < found.mean == 50 < found.high
    assert found == figure([0.0, 100.0] * 50, seed=1)
    assert 8 < found.high - found.mean < 12
    assert figure([], seed=1).mean == 0


def test_a_check_is_scored_by_kind():
    paper = Paper(key="k", title="T", abstract="A.")
    claims = [Claim(paper, "t", True, "author")] * 4 + [Claim(paper, "t", False, "swap")] * 2
    verdict = score_check(claims, [True, False, False, False, True, False], milliseconds=1)
    assert verdict.false_alarms["author"].mean == 25
    assert verdict.caught["swap"].mean == verdict.caught["all"].mean == 50
    assert verdict.balanced_accuracy["author"].mean == 62.5
