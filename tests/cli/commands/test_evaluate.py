"""`broadsheet eval`: a table for a person, figures for a program, and one sentence where the data is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broadsheet.evaluation.baselines import BASELINES
from commands import run, write
from grouped_rows import grouped_rows
from places import EXAMPLES

SAMPLE = EXAMPLES / "labelled.jsonl"


def test_eval_tldr_prints_a_table_and_writes_json():
    done = run("eval", "tldr", str(SAMPLE), "--limit", "5", "--json", "figures.json", "--quiet")
    assert done.exit_code == 0, done.stderr
    assert "labelled.jsonl: 5 papers" in done.stdout
    assert "| built-in engine |" in done.stdout
    figures = json.loads(Path("figures.json").read_text())
    assert [score["writer"] for score in figures["scores"]] == ["built-in engine", *BASELINES]
    assert figures["papers"] == figures["extracted"] == 5
    low, mean, high = (figures["scores"][0]["figures"]["author RL"][name] for name in ("low", "mean", "high"))
    assert low <= mean <= high


def test_eval_grounding_prints_what_is_caught():
    rows = [
        {"abstract": "We count 40 kettles in a kitchen.", "tldr": tldr, "label": label, "kind": kind}
        for tldr, label, kind in [("It counts 40 kettles.", 1, "author"), ("It counts 41 kettles.", 0, "number")]
    ]
    done = run("eval", "grounding", write("\n".join(map(json.dumps, rows)), "judged.jsonl"))
    assert done.exit_code == 0, done.stderr
    assert "| false alarms: author | 0.0 |" in done.stdout
    assert "| caught: number | 100.0 |" in done.stdout


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["tldr", "none.jsonl"], 3, "none.jsonl: cannot be read"),
    (["tldr", "bad.jsonl"], 3, "bad.jsonl, line 1"),
    (["grounding", "bad.jsonl"], 3, "bad.jsonl, line 1"),
    (["tldr", "good.jsonl", "--backend", "nobody"], 5, "there is no backend"),
    (["tldr", "good.jsonl", "--json", "no/such/place.json", "--quiet"], 9, "give --json another file"),
])  # fmt: skip
def test_what_goes_wrong_is_said(arguments, code, said):
    write("rubbish", "bad.jsonl")
    write(SAMPLE.read_text(encoding="utf-8"), "good.jsonl")
    done = run("eval", *arguments)
    assert done.exit_code == code
    assert said in done.stderr


def test_eval_themes_prints_a_table_and_writes_json(tmp_path):
    data, found = write(grouped_rows(45), tmp_path / "sorted.jsonl"), tmp_path / "themes.json"
    result = run("eval", "themes", str(data), "--weeks", "3", "--size", "24", "--json", str(found))
    assert result.exit_code == 0, result.output
    assert "sorted.jsonl: 3 weeks of 24 papers" in result.output
    figures = json.loads(found.read_text(encoding="utf-8"))
    ari = {score["way"]: score["ari"]["mean"] for score in figures["scores"]}
    assert ari["by lot, k given"] < 0.3 < ari["built-in engine, k given"]
    assert set(figures["steadiness"]) == {"mean", "low", "high"}
