"""Subjects that rise are found by a test for trend, and nothing is called rising that chance explains."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from broadsheet.editions.rising import FEWEST, find_rising
from broadsheet.models import Paper

SUBJECTS = ("singing kettles", "bathtub tides", "sponge memory", "candle logic")
WHAT = ("Measuring", "Counting", "Against", "Notes on", "Revisiting", "Towards", "Limits of")


def weeks_of(*rises: Sequence[int], rest: int = 20) -> list[list[Paper]]:
    """Weeks with so many papers of each subject, and others of the last subjects in equal shares."""
    numbers = itertools.count(1)

    def paper(subject: str) -> Paper:
        number = next(numbers)
        title = f"{WHAT[number % len(WHAT)]} {subject} number {number}"
        return Paper(key=str(number), title=title, abstract=f"We watched {subject} for {number} hours.")

    weeks = []
    for counts in zip(*rises, strict=True):
        week = [paper(SUBJECTS[at]) for at, count in enumerate(counts) for _ in range(count)]
        others = SUBJECTS[len(rises) :]
        weeks.append(week + [paper(others[number % len(others)]) for number in range(rest)])
    return weeks


def test_a_subject_that_rises_is_found_with_its_papers_the_latest_first() -> None:
    weeks = weeks_of([0, 0, 1, 1, 2, 3, 5, 6])
    (found,) = find_rising(weeks)
    assert (found.title, found.counts) == ("Singing kettles", (0, 0, 1, 1, 2, 3, 5, 6))
    assert found.growth > 3
    assert found.chance < 0.001
    kettles = [[one.key for one in week if "kettles" in one.title] for week in weeks]
    assert found.paper_keys == tuple(itertools.chain(*reversed(kettles)))


def test_what_stays_as_it_is_or_falls_is_not_rising() -> None:
    assert find_rising(weeks_of([3] * 8)) == []
    assert find_rising(weeks_of([6, 5, 4, 3, 2, 1, 0, 0])) == []


def test_a_subject_that_has_ever_more_papers_as_weeks_grow_is_not_rising() -> None:
    weeks = [week * 1 for week in weeks_of([1, 2, 3, 4, 5, 6, 7, 8], rest=0)]
    for at, week in enumerate(weeks_of([0] * 8, rest=40)):
        weeks[at] += [one.model_copy(update={"key": f"more {one.key}"}) for one in week[: 5 * (at + 1)]]
    assert find_rising(weeks) == []


def test_few_papers_show_no_trend_however_late_they_are() -> None:
    assert find_rising(weeks_of([0, 0, 0, 0, 0, 0, 0, FEWEST - 1])) == []


def test_the_steeper_of_two_rises_comes_first() -> None:
    found = find_rising(weeks_of([1, 1, 1, 2, 4, 5, 6, 6], [0, 0, 0, 0, 3, 5, 9, 12]))
    assert [one.title for one in found] == ["Bathtub tides", "Singing kettles"]


@pytest.mark.parametrize("weeks", [[], [[]], weeks_of([5]), [[], *weeks_of([5]), []]])
def test_one_period_with_papers_shows_no_trend(weeks: list[list[Paper]]) -> None:
    assert find_rising(weeks) == []


def test_a_period_without_papers_is_time_that_passes() -> None:
    weeks = weeks_of([0, 0, 1, 1, 2, 3, 5, 6])
    (found,) = find_rising([*weeks[:4], [], *weeks[4:]])
    assert found.counts == (0, 0, 1, 1, 0, 2, 3, 5, 6)


def test_a_subject_that_only_abstracts_have_is_found_where_a_hyphen_joins_it() -> None:
    """A hyphen makes one word of two: "self-attention" is a subject as much as "self attention" would be."""
    weeks = weeks_of([0] * 8, rest=30)
    for week, count in zip(weeks, [0, 0, 1, 1, 2, 3, 5, 6], strict=True):
        week[:count] = [
            one.model_copy(update={"abstract": f"{one.abstract} We ask what self-attention does for it."})
            for one in week[:count]
        ]
    assert [one.counts for one in find_rising(weeks)] == [(0, 0, 1, 1, 2, 3, 5, 6)]
