"""Baselines pick a sentence without thought, and none beats the oracle."""

from __future__ import annotations

from broadsheet.evaluation.baselines import BASELINES
from broadsheet.evaluation.labelled import read_labelled
from broadsheet.evaluation.scoring import score_tldrs
from places import EXAMPLES

SAMPLE = EXAMPLES / "labelled.jsonl"


ROWS = read_labelled(SAMPLE.read_text(encoding="utf-8"), name="labelled.jsonl")


def test_baselines_pick_whole_sentences_and_no_sentence_beats_the_oracle():
    scores = {name: score_tldrs(name, ROWS, [pick(row) for row in ROWS]) for name, pick in BASELINES.items()}
    best = scores.pop("oracle sentence").figures["R1"].mean
    assert all(score.figures["R1"].mean <= best for name, score in scores.items() if name != "title")
    assert BASELINES["lead sentence"](ROWS[0]).endswith("listened closely.")
    assert BASELINES["cue and title"](ROWS[3]).startswith("This survey gathers")
    assert BASELINES["cue and title"](ROWS[0]).startswith("Kettles sing")
