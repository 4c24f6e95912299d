"""ROUGE is the usual one, and the figures are those of the data."""

from __future__ import annotations

import importlib.util
import random

import pytest

from broadsheet.evaluation.labelled import Claim, Labelled, read_labelled
from broadsheet.evaluation.rouge import best_rouge, rouge, stem
from broadsheet.evaluation.scoring import false_alarms, figure, score_check, score_tldrs
from broadsheet.models import Paper
from places import EXAMPLES

SAMPLE = EXAMPLES / "labelled.jsonl"
ROWS = read_labelled(SAMPLE.read_text(encoding="utf-8"), name="labelled.jsonl")
WORDS = (  # noqa: SIM905
    "relational conditional rationally valency hesitancy digitizer conformably radically differently vilely "
    "analogously vietnamization predication operator feudalism decisiveness hopefulness callousness formality "
    "sensitivity sensibility triplicate formative formalize electricity electrical hopeful goodness revival "
    "allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent "
    "adoption homologou communism activate angularity homologous effective bowdlerize probate rate cease "
    "controll roll caresses ponies ties cats feed agreed plastered bled motoring sing conflated troubled sized "
    "hopping tanned falling hissing fizzed failing filing happy sky dying news innings skies enjoy byes "
    "apology archaeology hopefully fully spied died"
).split()


@pytest.mark.skipif(importlib.util.find_spec("nltk") is None, reason="needs nltk: pip install rouge-score")
def test_stems_are_those_of_nltk():
    from nltk.stem.porter import PorterStemmer

    porter = PorterStemmer()
    rng = random.Random(3)
    made = ["".join(rng.choices("aeioubcdlstyz", k=rng.randint(3, 7))) + rng.choice(WORDS)[-5:] for _ in range(3000)]
    for word in (*WORDS, *made):
        assert stem(word) == porter.stem(word), word


@pytest.mark.skipif(importlib.util.find_spec("rouge_score") is None, reason="needs: pip install rouge-score")
def test_rouge_is_that_of_rouge_score():
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    for row in ROWS:
        for other in ROWS:
            theirs, ours = (
                scorer.score(row.references[0], other.paper.abstract),
                rouge(row.references[0], other.paper.abstract),
            )
            assert (ours.r1, ours.r2, ours.rl) == pytest.approx(tuple(one.fmeasure for one in theirs.values()))


def test_rouge_by_hand():
    scores = rouge("the kettles sang twice", "The kettle sings twice!")
    assert (scores.r1, scores.r2, scores.rl) == pytest.approx((3 / 4, 1 / 3, 3 / 4))
    assert best_rouge(["nothing alike", "kettles"], "kettle").r1 == 1
    assert rouge("", "x").r1 == 0


def test_stems_by_hand():
    assert [stem(word) for word in ("relational", "ponies", "hopping", "controlling", "skies")] == [
        "relat", "poni", "hop", "control", "sky",
    ]  # fmt: skip


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
