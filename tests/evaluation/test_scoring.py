"""Labelled data is read strictly, and the figures are those of the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broadsheet.errors import ReadingError
from broadsheet.evaluation.baselines import BASELINES
from broadsheet.evaluation.labelled import Claim, Labelled, read_claims, read_labelled, read_papers, sample
from broadsheet.evaluation.scoring import false_alarms, figure, score_check, score_tldrs
from broadsheet.models import Paper
from commands import run, write
from places import EXAMPLES

SAMPLE = EXAMPLES / "labelled.jsonl"
ROWS = read_labelled(SAMPLE.read_text(encoding="utf-8"), name="labelled.jsonl")


def test_rows_come_with_sentences_or_an_abstract_and_one_or_more_references():
    text = '{"title": "T", "source": ["One.", "Two."], "target": ["own", "other"]}\n\n{"abstract": "A.", "tldr": "b"}\n'
    one, two = read_labelled(text, name="x")
    assert (one.paper.abstract, one.references) == ("One. Two.", ("own", "other"))
    assert (two.paper.title, two.references) == ("", ("b",))


@pytest.mark.parametrize(
    "line", ["[]", "{", '{"abstract": "A."}', '{"tldr": "b"}', '{"abstract": "A.", "tldr": 3}', ""]
)
def test_a_wrong_row_is_named_by_its_line(line):
    good = '{"abstract": "A.", "tldr": "b"}\n' if line else ""
    with pytest.raises(ReadingError, match=r"x, line 2|no row"):
        read_labelled(good + line, name="x")


def test_a_sample_hangs_on_the_seed_and_keeps_the_order():
    some = sample(ROWS, limit=4, seed=1)
    assert some == sample(ROWS, limit=4, seed=1) != sample(ROWS, limit=4, seed=2)
    assert [ROWS.index(row) for row in some] == sorted(ROWS.index(row) for row in some)
    assert sample(ROWS, limit=99, seed=1) == ROWS


def test_claims_find_their_papers():
    papers = read_papers('{"paper_id": "p", "title": "T", "abstract": "A."}', name="x")
    rows = '{"paper_id": "p", "tldr": "t", "label": 0, "kind": "swap"}\n{"abstract": "B.", "tldr": "t", "label": 1}'
    one, two = read_claims(rows, name="x", papers=papers)
    assert (one.paper.title, one.true, one.kind) == ("T", False, "swap")
    assert (two.paper.abstract, two.true, two.kind) == ("B.", True, "other")
    with pytest.raises(ReadingError, match="line 1"):
        read_claims('{"paper_id": "q", "tldr": "t", "label": 0}', name="x", papers=papers)


def test_baselines_pick_whole_sentences_and_no_sentence_beats_the_oracle():
    scores = {name: score_tldrs(name, ROWS, [pick(row) for row in ROWS]) for name, pick in BASELINES.items()}
    best = scores.pop("oracle sentence").figures["R1"].mean
    assert all(score.figures["R1"].mean <= best for name, score in scores.items() if name != "title")
    assert BASELINES["lead sentence"](ROWS[0]).endswith("listened closely.")
    assert BASELINES["cue and title"](ROWS[3]).startswith("This survey gathers")
    assert BASELINES["cue and title"](ROWS[0]).startswith("Kettles sing")


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
