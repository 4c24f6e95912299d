"""When an edition is due: once a day, week or month, whatever the clocks of its zone do."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.editions.schedule import is_due, last_due, next_due
from broadsheet.settings.edition import Schedule

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Tokyo", "America/Sao_Paulo")
BEGIN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
moments = st.integers(0, 5_000_000).map(lambda minutes: BEGIN + dt.timedelta(minutes=minutes))
schedules = st.builds(
    Schedule,
    every=st.sampled_from(("day", "week", "month")),
    day=st.sampled_from(("monday", "friday", "sunday")),
    at=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
    timezone=st.sampled_from(ZONES),
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def berlin(**fields: str) -> Schedule:
    return Schedule(timezone="Europe/Berlin", **fields)


@given(schedule=schedules, now=moments)
def test_now_is_between_the_last_moment_and_the_next(schedule, now):
    assert last_due(schedule, now) <= now < next_due(schedule, now)


@given(schedule=schedules, now=moments)
def test_between_two_moments_there_is_no_other(schedule, now):
    last, following = last_due(schedule, now), next_due(schedule, now)
    assert next_due(schedule, last) == following
    assert last_due(schedule, following) == following
    longest = {"day": dt.timedelta(hours=26), "week": dt.timedelta(days=7, hours=2), "month": dt.timedelta(days=32)}
    assert following - last < longest[schedule.every]


@pytest.mark.parametrize("zone", ZONES)
def test_each_day_of_a_year_has_its_moment_once(zone):
    schedule = Schedule(every="day", at=dt.time(2, 30), timezone=zone)
    moment, days = next_due(schedule, utc("2026-01-01T12:00")), []
    while moment < utc("2027-01-01T00:00"):
        days.append(moment.astimezone(zoneinfo.ZoneInfo(zone)).date())
        moment = next_due(schedule, moment)
    assert days == [days[0] + dt.timedelta(days=number) for number in range(len(days))]


def test_an_hour_that_is_left_out_counts_as_the_one_after_it():
    schedule = berlin(every="day", at="02:30")
    assert next_due(schedule, utc("2026-03-28T12:00")) == utc("2026-03-29T01:30")  # 03:30 on that day


def test_of_an_hour_that_comes_twice_the_first_counts():
    schedule = berlin(every="day", at="02:30")
    assert next_due(schedule, utc("2026-10-24T12:00")) == utc("2026-10-25T00:30")
    assert next_due(schedule, utc("2026-10-25T00:30")) == utc("2026-10-26T01:30")


def test_the_hour_on_the_wall_stays_over_the_change_of_clocks():
    schedule = berlin(day="friday", at="07:00")
    assert next_due(schedule, utc("2026-10-23T12:00")) == utc("2026-10-30T06:00")
    assert last_due(schedule, utc("2026-10-23T12:00")) == utc("2026-10-23T05:00")


def test_a_month_begins_on_its_first_day_in_the_zone():
    schedule = Schedule(every="month", at=dt.time(7), timezone="Asia/Tokyo")
    assert next_due(schedule, utc("2026-02-15T00:00")) == utc("2026-02-28T22:00")


def test_due_once_a_period_and_after_a_clock_that_was_ahead():
    schedule = berlin(day="friday", at="07:00")
    now = utc("2026-11-20T06:00")
    assert is_due(schedule, now, None)
    assert is_due(schedule, now, utc("2026-11-13T06:00"))
    assert not is_due(schedule, now, now)
    assert not is_due(schedule, utc("2026-11-20T05:59"), utc("2026-11-13T06:00"))
    assert is_due(schedule, now, utc("2031-01-01T00:00"))
    assert not is_due(schedule, now, now + dt.timedelta(minutes=5))  # set back a little
