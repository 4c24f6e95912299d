"""What the editions that are kept tell together: their themes over time, and the subjects that rise."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

from broadsheet.editions.rising import MOST_PERIODS, RisingSubject, find_rising
from broadsheet.editions.strands import Standing, find_standings, follow_themes, tell_strands
from broadsheet.errors import UsageError
from broadsheet.injection.sanitise import sanitise
from broadsheet.models import Digest, Paper, Strand
from broadsheet.store.editions import digest_of, keep_strands, kept_strands
from broadsheet.themes.background import shipped

STRIP = 8
"""The editions over which a page shows its themes."""
Every = Literal["day", "week", "month"]


@dataclasses.dataclass(frozen=True, slots=True)
class Trends:
    """Periods by their names, with the papers of each; the subjects that rise, and the themes where there are some."""

    periods: tuple[str, ...]
    days: tuple[dt.date, ...]
    """The day of each edition, or the first day of each period."""
    sizes: tuple[int, ...]
    subjects: tuple[RisingSubject, ...]
    strands: tuple[Strand, ...]
    papers: dict[str, Paper]
    """By key."""


def strands_until(db: sqlite3.Connection, number: int, numbers: Sequence[int]) -> list[Strand]:
    """The themes over the last of these editions up to that number; none where it is the first.

    How the themes of an edition stand is found once, among those of the editions before it, and kept.
    """
    until = [other for other in numbers if other <= number]
    kept = {other: [Standing(*row) for row in rows] for other, rows in kept_strands(db).items()}
    for at, other in enumerate(until):
        if other not in kept:
            window = until[max(0, at + 1 - STRIP) : at + 1]
            earlier = [kept[one] for one in window[:-1]]
            kept[other] = find_standings(read_digests(db, window), earlier, shipped(), new=f"{other}")
            keep_strands(db, other, kept[other])
    shown = until[-STRIP:]
    return tell_strands([kept[one] for one in shown]) if len(shown) > 1 else []


def read_digests(db: sqlite3.Connection, numbers: Iterable[int]) -> list[Digest]:
    """The digests of those editions that have one."""
    return [digest for number in numbers if (digest := digest_of(db, number))]


def edition_trends(digests: Sequence[Digest]) -> Trends:
    """What editions tell, the earliest first."""
    days = [digest.created.date() for digest in digests]
    names = [f"No. {digest.number}, {day}" for digest, day in zip(digests, days, strict=True)]
    subjects = _trends(names, days, [digest.papers for digest in digests])
    return dataclasses.replace(subjects, strands=tuple(follow_themes(digests, shipped())))


def listing_trends(papers: Sequence[Paper], every: Every) -> Trends:
    """What the dated papers of a listing tell, by day, by week from Monday, or by month.

    Raises `UsageError` where they span more than `MOST_PERIODS` periods.
    """
    dated = [(_first_day(paper.published, every), paper) for paper in papers if paper.published]
    days = sorted({day for day, _ in dated})
    periods: list[dt.date] = []
    while days and (not periods or periods[-1] < days[-1]):
        periods.append(_next(periods[-1], every) if periods else days[0])
        if len(periods) > MOST_PERIODS:
            raise UsageError(
                f"the papers are dated {days[0]} to {days[-1]}, which is more than {MOST_PERIODS} {every}s: choose a "
                "longer period with --every, or leave old papers out."
            )
    names = [str(day) for day in periods]
    return _trends(names, periods, [[one for at, one in dated if at == day] for day in periods])


def _trends(names: Sequence[str], days: Sequence[dt.date], periods: Sequence[Sequence[Paper]]) -> Trends:
    checked = [[sanitise(paper).checked for paper in papers] for papers in periods]
    return Trends(
        periods=tuple(names),
        days=tuple(days),
        sizes=tuple(map(len, periods)),
        subjects=tuple(find_rising(checked)),
        strands=(),
        papers={paper.key: paper for papers in periods for paper in papers},
    )


def _first_day(day: dt.date, every: Every) -> dt.date:
    if every == "month":
        return day.replace(day=1)
    return day - dt.timedelta(days=day.weekday()) if every == "week" else day


def _next(day: dt.date, every: Every) -> dt.date:
    return _first_day(day + dt.timedelta(days={"day": 1, "week": 7, "month": 32}[every]), every)
