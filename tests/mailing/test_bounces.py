"""A mail that came back suppresses its own subscriber, and a made-up one nobody."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.bounces import ReturnedMail, note_returned
from broadsheet.mailing.subscribers import Subscriber, by_mailbox, reopen, subscribe
from broadsheet.store.state import open_state
from standing import NOW, sent

BOX = "ann@example.org"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as opened:
        yield opened


@pytest.fixture
def ann(db: sqlite3.Connection) -> Subscriber:
    found = subscribe(db, parse_address(BOX), now=NOW)
    for edition in range(1, 8):
        sent(db, edition, found.id, message_id(edition))
    return found


def message_id(edition: int) -> str:
    return f"<{edition}.secret@example.org>"


def returned(edition: int, kind: str = "soft", mailbox: str = BOX) -> ReturnedMail:
    return ReturnedMail(("<else@example.net>", message_id(edition)), (mailbox,), kind, f"{kind} because")


def state_of(db):
    return by_mailbox(db, BOX).state


def test_a_hard_bounce_of_our_mail_suppresses_with_the_reason(db, ann):
    assert note_returned(db, returned(7, "hard"), now=NOW) == "suppressed"
    found = by_mailbox(db, BOX)
    assert (found.state, found.why) == ("suppressed", "hard because")


@pytest.mark.parametrize("kind", ["hard", "soft", "complaint"])
def test_a_report_about_no_mail_of_ours_suppresses_nobody(db, ann, kind):
    forged = ReturnedMail(("<7.guessed@example.org>", "<else@example.net>"), (BOX,), kind, "x")
    assert note_returned(db, forged, now=NOW) == "foreign"
    assert state_of(db) == "active"


def test_an_address_that_mail_was_forwarded_to_counts_as_soft(db, ann):
    assert note_returned(db, returned(7, "hard", "elsewhere@example.net"), now=NOW) == "counted"
    assert state_of(db) == "active"


def test_three_editions_in_a_row_suppress(db, ann):
    assert [note_returned(db, returned(edition), now=NOW) for edition in (5, 6)] == ["counted", "counted"]
    assert note_returned(db, returned(6), now=NOW) == "known"
    assert state_of(db) == "active"
    assert note_returned(db, returned(7), now=NOW) == "suppressed"


def test_three_with_one_between_that_arrived_do_not(db, ann):
    assert [note_returned(db, returned(edition), now=NOW) for edition in (7, 5, 4, 3, 2)] == ["counted"] * 5
    assert state_of(db) == "active"


def test_a_complaint_suppresses_without_naming_anybody(db, ann):
    assert (
        note_returned(db, ReturnedMail((message_id(7),), (), "complaint", "was reported as spam"), now=NOW)
        == "suppressed"
    )


def test_the_same_report_again_does_not_suppress_who_was_brought_back(db, ann):
    note_returned(db, returned(7, "hard"), now=NOW)
    reopen(db, parse_address(BOX), now=NOW)
    later = NOW + dt.timedelta(days=30)
    subscribe(db, parse_address(BOX), now=later)
    assert note_returned(db, returned(7, "hard"), now=later) == "known"
    assert note_returned(db, returned(6), now=later) == "counted"
    assert state_of(db) == "active"


def test_soft_bounces_from_before_somebody_confirmed_anew_are_past(db, ann):
    for edition in (5, 6, 7):
        note_returned(db, returned(edition), now=NOW)
    later = NOW + dt.timedelta(days=30)
    subscribe(db, parse_address(BOX), now=later)
    sent(db, 8, ann.id, message_id(8))
    assert note_returned(db, returned(8), now=later) == "counted"


def test_a_soft_bounce_that_turns_out_hard_suppresses(db, ann):
    assert note_returned(db, returned(7), now=NOW) == "counted"
    assert note_returned(db, returned(7, "hard"), now=NOW) == "suppressed"
