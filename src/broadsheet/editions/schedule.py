"""Computes when an edition is due: local times in a time zone, compared in UTC. Pure.

A local time that daylight saving skips in spring counts as the one an hour later; of one that occurs twice in autumn
the first counts. So each day has the scheduled time exactly once.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator

from broadsheet.settings.edition import Schedule

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = dt.timedelta(days=1)
_AHEAD = dt.timedelta(days=1)
"""An edition dated further than this in the future was made with a wrong clock, and is ignored."""


def last_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The last time, not after `now`, at which an edition was due; in UTC."""
    return next(moment for moment in _moments(schedule, now, forward=False) if moment <= now)


def next_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The first time after `now` at which an edition will be due; in UTC."""
    return next(moment for moment in _moments(schedule, now, forward=True) if moment > now)


def is_due(schedule: Schedule, now: dt.datetime, last: dt.datetime | None) -> bool:
    """Whether no edition was made since one was last due; `last` is the time of the last edition."""
    if last is None or last > now + _AHEAD:
        return True
    return last < last_due(schedule, now)


def moment_of(schedule: Schedule, day: dt.date) -> dt.datetime:
    """The scheduled time of a day, in the schedule's time zone."""
    return dt.datetime.combine(day, schedule.at.replace(tzinfo=None), zoneinfo.ZoneInfo(schedule.timezone))


def _moments(schedule: Schedule, now: dt.datetime, *, forward: bool) -> Iterator[dt.datetime]:
    """Yields the scheduled times in UTC, from the day before (`forward`) or after `now` on, forward or backward."""
    step = 1 if forward else -1
    day = now.astimezone(zoneinfo.ZoneInfo(schedule.timezone)).date() - step * _DAY
    for _ in range(70):  # two months and some days, so that two months' first days are among them
        if _is_day(schedule, day):
            yield moment_of(schedule, day).astimezone(dt.UTC)
        day += step * _DAY


def _is_day(schedule: Schedule, day: dt.date) -> bool:
    match schedule.every:
        case "day":
            return True
        case "week":
            return day.weekday() == WEEKDAYS.index(schedule.day)
        case "month":
            return day.day == 1
