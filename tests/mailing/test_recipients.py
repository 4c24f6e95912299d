"""Who an edition goes to: whose time has come, and whom the configuration names."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from broadsheet.mailing.outbox import Queued, queue
from broadsheet.mailing.recipients import due_recipients, is_mail_due
from standing_mail import NOW, add_edition, add_person, open_kitchen


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    db = open_kitchen(tmp_path / "state.sqlite", people=3)
    queue(db, 1, [Queued(due.subscriber, f"<{due.public}@x>") for due in due_recipients(db, 1, named=())])
    return db


@pytest.mark.parametrize(
    ("frequency", "days", "due"),
    [("daily", 0, True), ("weekly", 5, False), ("weekly", 6.8, True), ("monthly", 7, False), ("monthly", 14, False),
     ("monthly", 21, True)],
)  # fmt: skip
def test_an_edition_is_due_when_its_readers_period_has_passed(frequency: str, days: float, due: bool) -> None:
    last = dt.datetime(2026, 11, 13, 7, tzinfo=dt.UTC)
    assert is_mail_due(frequency, last, last + dt.timedelta(days=days)) == due


def test_who_comes_new_gets_the_edition_and_a_monthly_reader_those_since_the_last_one(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", editions=1)
    monthly = add_person(db, "monthly@example.net", frequency="monthly")
    weekly = add_person(db, "weekly@example.net")
    got: dict[int, list[tuple[int, int]]] = {monthly: [], weekly: []}
    for number in range(2, 7):
        add_edition(db, number, NOW + dt.timedelta(weeks=number - 1))
        for due in due_recipients(db, number, named=()):
            got[due.subscriber].append((number, due.first))
            queue(db, number, [Queued(due.subscriber, f"<{number}.{due.public}@x>")])
    assert got[weekly] == [(number, number) for number in range(2, 7)]
    assert got[monthly] == [(2, 2), (4, 3)]  # 27 November; 11 December, two weeks later, with the one between
