"""ROUGE by hand and by `rouge-score`; without that package the command that needs it says so, and the others work."""

from __future__ import annotations

import json
import sys

import pytest
from rouge_score.rouge_scorer import RougeScorer

from broadsheet.evaluation.labelled import read_labelled
from broadsheet.evaluation.rouge import best_rouge, load_scorer, rouge
from commands import run, write
from places import EXAMPLES

SAMPLE = EXAMPLES / "labelled.jsonl"
ROWS = read_labelled(SAMPLE.read_text(encoding="utf-8"), name="labelled.jsonl")


def test_rouge_by_hand():
    scores = rouge("the kettles sang twice", "The kettle sings twice!")
    assert (scores.r1, scores.r2, scores.rl) == pytest.approx((3 / 4, 1 / 3, 3 / 4))
    assert rouge("", "x").r1 == 0


def test_the_reference_that_shares_most_words_counts():
    assert best_rouge(["nothing alike", "kettles"], "kettle").r1 == 1


def test_rouge_is_that_of_rouge_score_with_its_own_tokens():
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    for row in ROWS:
        for other in ROWS:
            theirs = scorer.score(row.references[0], other.paper.abstract)
            ours = rouge(row.references[0], other.paper.abstract)
            assert (ours.r1, ours.r2, ours.rl) == tuple(one.fmeasure for one in theirs.values())


@pytest.fixture
def no_rouge_score(monkeypatch):
    for name in ("rouge_score", "rouge_score.rouge_scorer", "rouge_score.tokenizers"):
        monkeypatch.setitem(sys.modules, name, None)  # what Python keeps of a module that is not there
    load_scorer.cache_clear()


@pytest.mark.usefixtures("no_rouge_score")
def test_without_rouge_score_how_to_get_it_is_said_before_anything_else():
    done = run("eval", "tldr", str(SAMPLE), "--backend", "nobody")
    assert done.exit_code == 2
    assert "`broadsheet eval tldr` needs the extra `eval`: install it with `" in done.stderr


@pytest.mark.usefixtures("no_rouge_score")
def test_the_check_and_the_themes_are_scored_without_rouge_score():
    judged = json.dumps({"abstract": "We count 40 kettles.", "tldr": "It counts 40 kettles.", "label": 1})
    assert run("eval", "grounding", write(judged, "judged.jsonl")).exit_code == 0
    grouped = "\n".join(
        json.dumps({"title": f"{word} {at}", "abstract": f"We study {word}.", "track": word})
        for at in range(3)
        for word in ("kettles", "looms")
    )
    assert run("eval", "themes", write(grouped, "sorted.jsonl"), "--weeks", "1", "--size", "6").exit_code == 0
