"""Figures become rows that a person reads, and one object with all of them for a program."""

from __future__ import annotations

import json

from broadsheet.evaluation.grouping import Agreement
from broadsheet.evaluation.report import SHOWN, grounding_table, themes_table, tldr_json, tldr_table
from broadsheet.evaluation.scoring import CheckScores, MeanInterval, Score
from broadsheet.models import Usage

FOUND = MeanInterval(40.0, 38.0, 43.0)
FIGURES = {**dict.fromkeys(SHOWN, FOUND), "copied": MeanInterval(1.0, 1.0, 1.0)}
SCORES = [Score("lead", FIGURES), Score("built-in engine", FIGURES, 7.25)]


def test_each_writer_is_a_row_with_half_the_width_of_each_interval() -> None:
    head, rule, lead, own, _, alarms = tldr_table(SCORES, FOUND)
    assert head.count("|") == rule.count("|") == lead.count("|") == own.count("|")
    assert lead.startswith("| lead | 40.0 ±2.5 |")
    assert own.endswith("| 7.2 |")
    assert "40.0 ±2.5%" in alarms


def test_the_json_has_the_figures_that_the_table_leaves_out() -> None:
    told = json.loads(json.dumps(tldr_json(SCORES, FOUND, {"papers": 2}, Usage(calls=3))))
    assert (told["papers"], told["usage"]["calls"]) == (2, 3)
    assert told["scores"][1]["milliseconds"] == 7.25
    assert told["scores"][0]["figures"]["copied"] == {"mean": 1.0, "low": 1.0, "high": 1.0}


def test_a_check_has_a_row_for_each_kind_of_right_and_wrong() -> None:
    verdict = CheckScores({"author": FOUND}, {"author": FOUND}, {"number": FOUND, "name": FOUND}, 0.5)
    rows = [line for line in grounding_table(verdict, count=1200) if "40.0 | 38.0–43.0" in line]
    assert [row.split("|")[1].strip() for row in rows] == [
        "false alarms: author", "balanced accuracy: author", "caught: number", "caught: name",
    ]  # fmt: skip
    assert grounding_table(verdict, count=1200)[-1].startswith("1,200 TL;DRs")


def test_ways_of_grouping_stand_with_their_agreement() -> None:
    ari = MeanInterval(0.4, 0.38, 0.43)
    lines = themes_table([Agreement("words", ari, ari, MeanInterval(6.5, 6, 7), 12.4)], ari)
    assert "| words | 0.400 ±0.025 | 0.400 ±0.025 | 6.5 | 12 |" in lines
