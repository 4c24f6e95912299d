"""Agreement is scikit-learn's, weeks hang on the seed, and `broadsheet eval themes` prints both."""

from __future__ import annotations

import importlib.util
import json
import random

import pytest

from broadsheet.errors import ReadingError
from broadsheet.evaluation.agreement import adjusted_information, adjusted_rand
from broadsheet.evaluation.grouping import draw_weeks
from broadsheet.evaluation.labelled import read_grouped
from commands import run, write

TOPICS = {
    "looms": "weaving loom warp weft shuttle cloth pattern thread",
    "kilns": "ceramic kiln glaze firing clay porcelain temperature oxide",
    "bees": "honeybee hive pollen colony queen nectar forager swarm",
}


def rows(count: int) -> str:
    lots = random.Random(1)
    made = []
    for at in range(count):
        group = sorted(TOPICS)[at % 3]
        words = lots.sample(TOPICS[group].split(), 5)
        made.append(
            {"title": " ".join(words[:3]) + f" {at}", "abstract": f"We study {' '.join(words)}.", "track": group}
        )
    return "\n".join(map(json.dumps, made))


def test_known_values():
    # The worked values of scikit-learn's documentation.
    assert adjusted_rand([0, 0, 1, 2], [0, 0, 1, 1]) == pytest.approx(0.5714285714)
    assert adjusted_rand([0, 0, 1, 1], ["b", "b", "a", "a"]) == adjusted_information([0, 0, 1, 1], [5, 5, 3, 3]) == 1
    assert adjusted_information([0, 0, 0, 0], [0, 1, 2, 3]) == pytest.approx(0.0)
    assert adjusted_rand([0, 0, 0, 0], [0, 1, 2, 3]) == 0.0
    assert adjusted_information([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]) == pytest.approx(0.2987924581)


@pytest.mark.skipif(importlib.util.find_spec("sklearn") is None, reason="needs scikit-learn: pip install scikit-learn")
def test_agreement_is_scikit_learns():
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    lots = random.Random(4)
    for _ in range(60):
        count = lots.randrange(2, 70)
        one, other = ([lots.randrange(lots.randrange(1, 12)) for _ in range(count)] for _ in range(2))
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other), abs=1e-9)
        assert adjusted_information(one, other) == pytest.approx(adjusted_mutual_info_score(one, other), abs=1e-9)


def test_weeks_hang_on_the_seed():
    grouped = read_grouped(rows(30), name="x")
    weeks = draw_weeks(grouped, weeks=3, size=12, seed=2)
    assert weeks == draw_weeks(grouped, weeks=3, size=12, seed=2) != draw_weeks(grouped, weeks=3, size=12, seed=3)
    assert [len(week) for week in weeks] == [12, 12, 12]
    assert len(draw_weeks(grouped, weeks=1, size=99, seed=0)[0]) == 30


@pytest.mark.parametrize("text", ['{"title": "T", "abstract": "A."}', '{"title": "T", "track": "one"}', ""])
def test_papers_that_nobody_sorted_are_refused(text):
    with pytest.raises(ReadingError, match="x"):
        read_grouped(text, name="x")


def test_eval_themes_prints_a_table_and_writes_json(tmp_path):
    data, found = write(rows(45), tmp_path / "sorted.jsonl"), tmp_path / "themes.json"
    result = run("eval", "themes", str(data), "--weeks", "3", "--size", "24", "--json", str(found))
    assert result.exit_code == 0, result.output
    assert "sorted.jsonl: 3 weeks of 24 papers" in result.output
    figures = json.loads(found.read_text(encoding="utf-8"))
    ari = {score["way"]: score["ari"]["mean"] for score in figures["scores"]}
    assert ari["by lot, k given"] < 0.3 < ari["built-in engine, k given"]
    assert set(figures["steadiness"]) == {"mean", "low", "high"}
