"""Weeks hang on the seed and hold as many papers as are asked for."""

from __future__ import annotations

from broadsheet.evaluation.grouping import draw_weeks
from broadsheet.evaluation.labelled import read_grouped
from grouped_rows import grouped_rows


def test_weeks_hang_on_the_seed():
    grouped = read_grouped(grouped_rows(30), name="x")
    weeks = draw_weeks(grouped, weeks=3, size=12, seed=2)
    assert weeks == draw_weeks(grouped, weeks=3, size=12, seed=2) != draw_weeks(grouped, weeks=3, size=12, seed=3)
    assert [len(week) for week in weeks] == [12, 12, 12]
    assert len(draw_weeks(grouped, weeks=1, size=99, seed=0)[0]) == 30
