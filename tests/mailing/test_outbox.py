"""The ledger: whatever happens between two lines of it, a mail is neither lost nor sent twice without its id."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from broadsheet.mailing.outbox import (
    LEFT,
    LONGEST_PAUSE,
    Queued,
    Settled,
    backoff,
    claim_next,
    count_mails,
    next_mail_due,
    queue,
    reasons,
    recover,
    release,
    settle,
    unfinished,
)
from broadsheet.mailing.recipients import due_recipients
from broadsheet.mailing.subscribers import leave
from broadsheet.store.state import open_state
from standing_mail import NOW, open_kitchen


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    db = open_kitchen(tmp_path / "state.sqlite", people=3)
    queue(db, 1, [Queued(due.subscriber, f"<{due.public}@x>") for due in due_recipients(db, 1, named=())])
    return db


def claim(db: sqlite3.Connection, worker: str = "w", after: dt.timedelta = dt.timedelta(0), **settled):
    return claim_next(db, 1, worker, now=NOW + after, **settled)


def states(db: sqlite3.Connection) -> dict[str, int]:
    return {state: number for state, number in count_mails(db, 1).items() if number}


def test_each_mail_is_claimed_once_and_sent(db) -> None:
    seen, settled = [], None
    while got := claim(db, settled=settled):
        seen.append(got.address)
        settled = Settled(got, "sent", 250, "ok")
    assert seen == ["reader0@example.net", "reader1@example.net", "reader2@example.net"]
    assert states(db) == {"sent": 3}
    assert (unfinished(db), next_mail_due(db, 1), reasons(db, 1)) == ([], None, [])


def test_to_queue_again_changes_nothing(db) -> None:
    assert queue(db, 1, [Queued(due.subscriber, "<new@x>") for due in due_recipients(db, 1, named=())]) == 0
    assert states(db) == {"queued": 3}


def test_two_senders_share_the_work_and_no_mail(db, tmp_path) -> None:
    with contextlib.closing(open_state(tmp_path / "state.sqlite")) as other:
        took = [claim(db, "one"), claim(other, "two"), claim(db, "one"), claim(other, "two")]
    assert len({item.subscriber for item in took[:3]}) == 3
    assert took[3] is None


def test_a_put_off_mail_waits_longer_each_time_and_fails_in_the_end(db) -> None:
    first, at = claim(db), dt.timedelta(0)
    for attempt in (1, 2):
        settle(db, Settled(first, "later", 451, "greylisted", tries=3), now=NOW + at)
        at += dt.timedelta(seconds=backoff(attempt))
        others = [claim(db, "w", at - dt.timedelta(seconds=1)) for _ in range(3)]
        assert first.subscriber not in {other.subscriber for other in others if other}
        for other in filter(None, others):
            release(db, other)
        first = claim_of(db, first.subscriber, at)
    settle(db, Settled(first, "later", 451, "greylisted", tries=3), now=NOW + at)
    assert states(db) == {"queued": 2, "failed": 1}
    assert reasons(db, 1) == [("failed", 451, "greylisted", 1)]


def claim_of(db, subscriber: int, at: dt.timedelta):
    """Claims until it is that subscriber's turn, and gives the others back."""
    taken = []
    while got := claim(db, "w", at):
        if got.subscriber == subscriber:
            break
        taken.append(got)
    for other in taken:
        release(db, other)
    return got


def test_pauses_grow_to_an_hour() -> None:
    assert [backoff(attempts) for attempts in (1, 2, 3, 4, 5, 500)] == [60, 240, 960, 3600, 3600, 3600]


def test_a_clock_that_was_ahead_keeps_no_mail_back(db) -> None:
    settle(db, Settled(claim(db), "later", 451), now=NOW + dt.timedelta(days=400))
    assert len([got for _ in range(3) if (got := claim(db))]) == 3
    assert backoff(9) <= LONGEST_PAUSE


def test_a_mailbox_that_is_gone_ends_the_subscription_and_a_refused_mail_does_not(db) -> None:
    first = claim(db)
    second = claim(db, settled=Settled(first, "gone", 550, "5.1.1 no such user"))
    settle(db, Settled(second, "refused", 554, "spam"), now=NOW)
    assert states(db) == {"queued": 1, "failed": 1, "suppressed": 1}
    standing = dict(db.execute("SELECT id, state FROM subscribers").fetchall())
    assert (standing[first.subscriber], standing[second.subscriber]) == ("suppressed", "active")
    why = db.execute("SELECT why FROM subscribers WHERE id = ?", (first.subscriber,)).fetchone()[0]
    assert why == "550 5.1.1 no such user"


def test_who_leaves_while_the_mails_go_out_gets_none(db) -> None:
    leave(db, claim(db).public, now=NOW)
    release(db, claim(db))
    recover(db, lives=lambda worker: False, now=NOW)
    assert len([got for _ in range(3) if (got := claim(db))]) == 2
    assert ("suppressed", None, LEFT, 1) in reasons(db, 1)


def test_the_claim_of_a_dead_sender_is_sent_again_with_the_same_id(db) -> None:
    dead = claim(db, "dead")
    alive = claim(db, "alive")
    assert recover(db, lives=lambda worker: worker == "alive", now=NOW) == 1
    assert states(db) == {"queued": 1, "claimed": 1, "uncertain": 1}
    again = claim_of(db, dead.subscriber, dt.timedelta(0))
    assert (again.message_id, again.uncertain, again.attempts) == (dead.message_id, True, 1)
    assert recover(db, lives=lambda worker: True, now=NOW) == 0
    assert alive.subscriber != again.subscriber


def test_a_sender_on_another_machine_has_an_hour(db) -> None:
    claim(db, "elsewhere")
    for minutes, found in ((59, 0), (61, 1)):
        assert recover(db, lives=lambda worker: None, now=NOW + dt.timedelta(minutes=minutes)) == found


def test_an_uncertain_mail_stays_so_when_the_server_puts_it_off(db) -> None:
    first = claim(db)
    settle(db, Settled(first, "uncertain"), now=NOW)
    again = claim_of(db, first.subscriber, dt.timedelta(minutes=1))
    settle(db, Settled(again, "later", 451, "busy"), now=NOW)
    assert states(db) == {"queued": 2, "uncertain": 1}
