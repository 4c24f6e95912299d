"""The ledger of mails: queued, claimed by a sender, sent. Whatever happens in between, nobody is lost.

A sender claims one mail at a time, in the same transaction that notes what became of the one before. A sender that
dies leaves one claim, which may have been sent: it becomes `uncertain`, and is sent again with the same Message-ID.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from broadsheet.mailing.subscribers import suppress
from broadsheet.store.state import transaction

State = Literal["queued", "claimed", "sent", "uncertain", "failed", "suppressed"]
STATES: tuple[State, ...] = ("queued", "claimed", "sent", "uncertain", "failed", "suppressed")
Became = Literal["sent", "later", "refused", "gone", "uncertain"]
"""What a transport says of a mail: see mailing/smtp_replies.py."""

LEASE_SECONDS = 3600.0
"""How long a claim counts of a sender that cannot be asked whether it lives, such as one on another machine."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds before a mail that was put off is tried again: four times as long each time."""
STOPPED = "the sender stopped before it knew"
LEFT = "left before it was sent"


@dataclasses.dataclass(frozen=True, slots=True)
class Queued:
    """A mail to be sent: to whom, under which id, and from which edition on its papers are."""

    subscriber: int
    message_id: str
    first: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that is this sender's to send, and nobody else's."""

    edition: int
    subscriber: int
    message_id: str
    first: int | None
    attempts: int
    uncertain: bool
    address: str
    public: str
    language: str
    interests: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claim: the server's code and words, where it said any."""

    claim: ClaimedMail
    became: Became
    code: int | None = None
    why: str = ""
    tries: int = 5
    """How often a mail is tried in all."""


def queue(db: sqlite3.Connection, edition: int, mails: Iterable[Queued]) -> int:
    """Queues the mails of an edition that are not in the ledger yet; how many they were."""
    rows = [(edition, mail.subscriber, mail.message_id, mail.first) for mail in mails]
    query = (
        "INSERT OR IGNORE INTO sendings (edition, subscriber, state, message_id, first) VALUES (?, ?, 'queued', ?, ?)"
    )
    with transaction(db):
        before = db.total_changes
        db.executemany(query, rows)
        return db.total_changes - before


def claim_next(
    db: sqlite3.Connection, edition: int, worker: str, *, now: dt.datetime, settled: Settled | None = None
) -> ClaimedMail | None:
    """Notes what became of the last mail, and takes the next one that is due, in one transaction; `None` if none is.

    A mail whose subscriber has left meanwhile is not sent any more.
    """
    with transaction(db):
        if settled is not None:
            _settle(db, settled, now=now)
        while row := _due(db, edition, now.timestamp()):
            key = (row["edition"], row["subscriber"])
            if row["standing"] == "active":
                db.execute(
                    "UPDATE sendings SET state = 'claimed', worker = ?, claimed = ? "
                    "WHERE edition = ? AND subscriber = ?",
                    (worker, now.timestamp(), *key),
                )
                return _claim(row)
            db.execute(
                "UPDATE sendings SET state = 'suppressed', why = ? WHERE edition = ? AND subscriber = ?", (LEFT, *key)
            )
    return None


def settle(db: sqlite3.Connection, settled: Settled, *, now: dt.datetime) -> None:
    """Notes what became of a claim, without taking another."""
    with transaction(db):
        _settle(db, settled, now=now)


def release(db: sqlite3.Connection, claim: ClaimedMail) -> None:
    """Gives a claim back of which nothing was sent, as if it had not been taken."""
    db.execute(
        "UPDATE sendings SET state = ?, worker = NULL, claimed = NULL "
        "WHERE edition = ? AND subscriber = ? AND state = 'claimed'",
        ("uncertain" if claim.uncertain else "queued", claim.edition, claim.subscriber),
    )


def recover(db: sqlite3.Connection, *, lives: Callable[[str], bool | None], now: dt.datetime) -> int:
    """Makes the claims of dead senders uncertain, to be sent again; how many they were.

    `lives` says whether a sender does, `None` where it cannot know: then its claim counts for an hour.
    """
    found = 0
    for worker, claimed in db.execute(
        "SELECT worker, min(claimed) FROM sendings WHERE state = 'claimed' GROUP BY worker"
    ).fetchall():
        alive = lives(worker or "")
        if alive is None:
            alive = 0 <= now.timestamp() - (claimed or 0) < LEASE_SECONDS
        if not alive:
            found += db.execute(
                "UPDATE sendings SET state = 'uncertain', worker = NULL, attempts = attempts + 1, due = 0, why = ? "
                "WHERE state = 'claimed' AND worker IS ?",
                (STOPPED, worker),
            ).rowcount
    return found


def next_mail_due(db: sqlite3.Connection, edition: int) -> float | None:
    """When the next mail of an edition is due, in seconds since 1970; `None` where none waits."""
    query = "SELECT min(due) FROM sendings WHERE edition = ? AND state IN ('queued', 'uncertain')"
    found = db.execute(query, (edition,)).fetchone()[0]
    return None if found is None else float(found)


def unfinished(db: sqlite3.Connection) -> list[int]:
    """The editions with mails that are still to be sent, the first one first."""
    query = "SELECT DISTINCT edition FROM sendings WHERE state IN ('queued', 'claimed', 'uncertain') ORDER BY edition"
    return [row[0] for row in db.execute(query)]


def count_mails(db: sqlite3.Connection, edition: int) -> Mapping[State, int]:
    """How many mails of an edition are in each state."""
    query = "SELECT state, count(*) FROM sendings WHERE edition = ? GROUP BY state"
    found = dict(db.execute(query, (edition,)).fetchall())
    return {state: found.get(state, 0) for state in STATES}


def reasons(db: sqlite3.Connection, edition: int) -> list[tuple[State, int | None, str, int]]:
    """State, code, words and number of the mails for which something was said, the most frequent first."""
    query = (
        "SELECT state, code, why, count(*) FROM sendings WHERE edition = ? AND why != '' AND state != 'sent' "
        "GROUP BY state, code, why ORDER BY count(*) DESC, state, code, why"
    )
    return [tuple(row) for row in db.execute(query, (edition,))]


def backoff(attempts: int) -> float:
    """Seconds before a mail that was tried so often is tried again: one minute, four, sixteen, at most an hour."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 4.0 ** min(attempts - 1, 10))


def _settle(db: sqlite3.Connection, done: Settled, *, now: dt.datetime) -> None:
    claim, at = done.claim, now.timestamp()
    attempts = claim.attempts + 1
    state, due = _after(done, attempts, at)
    db.execute(
        "UPDATE sendings SET state = ?, worker = NULL, claimed = NULL, attempts = ?, due = ?, sent = ?, code = ?, "
        "why = ? WHERE edition = ? AND subscriber = ?",
        (
            state, attempts, due, at if done.became == "sent" else None, done.code,
            "" if done.became == "sent" else done.why[:500], claim.edition, claim.subscriber,
        ),
    )  # fmt: skip
    if done.became == "gone":
        suppress(db, claim.subscriber, " ".join(filter(None, [str(done.code or ""), done.why])), now=now)


def _after(done: Settled, attempts: int, at: float) -> tuple[State, float]:
    match done.became:
        case "sent":
            return "sent", 0
        case "gone":
            return "suppressed", 0
        case "refused":
            return "failed", 0
        case _ if attempts >= done.tries:
            return "failed", 0
        case "later":
            return ("uncertain" if done.claim.uncertain else "queued"), at + backoff(attempts)
        case _:
            return "uncertain", at + backoff(attempts)


def _due(db: sqlite3.Connection, edition: int, at: float) -> sqlite3.Row | None:
    """One mail that may be sent now. What is due long after any pause was noted by a clock that was ahead."""
    for state in ("queued", "uncertain"):
        row: sqlite3.Row | None = db.execute(
            "SELECT sendings.*, subscribers.state AS standing, address, public, language, interests "
            "FROM sendings JOIN subscribers ON subscribers.id = sendings.subscriber "
            "WHERE sendings.state = ? AND (due <= ? OR due > ?) AND edition = ? LIMIT 1",
            (state, at, at + 2 * LONGEST_PAUSE, edition),
        ).fetchone()
        if row is not None:
            return row
    return None


def _claim(row: sqlite3.Row) -> ClaimedMail:
    return ClaimedMail(
        edition=row["edition"],
        subscriber=row["subscriber"],
        message_id=row["message_id"],
        first=row["first"],
        attempts=row["attempts"],
        uncertain=row["state"] == "uncertain",
        address=row["address"],
        public=row["public"],
        language=row["language"],
        interests=tuple(json.loads(row["interests"])),
    )
