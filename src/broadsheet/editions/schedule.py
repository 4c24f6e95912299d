"""When an edition is due: moments of a wall clock in a zone, compared in UTC. Pure.

An hour that the clocks leave out in spring counts as the one after it; of one that comes twice in autumn, the first
counts. So each day has its moment, once.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator

from broadsheet.settings.edition import Schedule

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = dt.timedelta(days=1)
_AHEAD = dt.timedelta(days=1)
"""An edition from so far in the future was made by a clock that was wrong."""


def last_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The last moment, not after `now`, at which an edition was due; in UTC."""
    return next(moment for moment in _moments(schedule, now, forward=False) if moment <= now)


def next_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The first moment after `now` at which an edition will be due; in UTC."""
    return next(moment for moment in _moments(schedule, now, forward=True) if moment > now)


def is_due(schedule: Schedule, now: dt.datetime, last: dt.datetime | None) -> bool:
    """Whether none was made since the last moment at which one was due; `last` is when the last one was made."""
    if last is None or last > now + _AHEAD:
        return True
    return last < last_due(schedule, now)


def moment_of(schedule: Schedule, day: dt.date) -> dt.datetime:
    """The moment of a day at which the schedule has its hour, in the schedule's zone."""
    return dt.datetime.combine(day, schedule.at.replace(tzinfo=None), zoneinfo.ZoneInfo(schedule.timezone))


def _moments(schedule: Schedule, now: dt.datetime, *, forward: bool) -> Iterator[dt.datetime]:
    """The moments of the schedule's days from the one beside `now` on, forward or back."""
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
