"""The outbox: a persistent queue of mails with at-least-once delivery.

A sender claims one mail at a time, in the same transaction that records the outcome of the one before. A sender that
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
"""The outcome that a transport reports for a mail: see mailing/smtp_replies.py."""

LEASE_SECONDS = 3600.0
"""How long a claim is valid if it is unknown whether its sender runs, for example on another machine."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds before a deferred mail is tried again, for the first time and at most; each pause is four times the last."""
STOPPED = "the sender stopped before it knew"
LEFT = "left before it was sent"


@dataclasses.dataclass(frozen=True, slots=True)
class Queued:
    """A mail to be sent: the subscriber, the Message-ID, and the first edition that it contains."""

    subscriber: int
    message_id: str
    first: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that one sender has claimed."""

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
    named: bool = False
    """Whether the configuration names the address, and nobody subscribed it."""
    starred: bool = False
    """Whether the subscriber has starred papers."""


@dataclasses.dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of a claim, with the server's reply code and text if there are any."""

    claim: ClaimedMail
    became: Became
    code: int | None = None
    why: str = ""
    tries: int = 5
    """The most attempts in all."""


def queue(db: sqlite3.Connection, edition: int, mails: Iterable[Queued]) -> int:
    """Queues the mails of an edition that are not in the outbox yet; returns their number."""
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
    """Records the outcome of the last mail and claims the next due one, in one transaction; `None` if none is due.

    A mail to a subscriber who has unsubscribed since is not sent.
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
    """Records the outcome of a claim without claiming another mail."""
    with transaction(db):
        _settle(db, settled, now=now)


def release(db: sqlite3.Connection, claim: ClaimedMail) -> None:
    """Returns a claim of which nothing was sent to the queue."""
    db.execute(
        "UPDATE sendings SET state = ?, worker = NULL, claimed = NULL "
        "WHERE edition = ? AND subscriber = ? AND state = 'claimed'",
        ("uncertain" if claim.uncertain else "queued", claim.edition, claim.subscriber),
    )


def recover(db: sqlite3.Connection, *, lives: Callable[[str], bool | None], now: dt.datetime) -> int:
    """Marks the claims of dead senders as uncertain, to be sent again; returns their number.

    `lives` tells whether a sender runs, or `None` if unknown: then its claim is valid for `LEASE_SECONDS`.
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
    """The Unix time at which the next mail of an edition is due; `None` where none waits."""
    query = "SELECT min(due) FROM sendings WHERE edition = ? AND state IN ('queued', 'uncertain')"
    found = db.execute(query, (edition,)).fetchone()[0]
    return None if found is None else float(found)


def unfinished(db: sqlite3.Connection) -> list[int]:
    """The numbers of editions with unsent mails, in increasing order."""
    query = "SELECT DISTINCT edition FROM sendings WHERE state IN ('queued', 'claimed', 'uncertain') ORDER BY edition"
    return [row[0] for row in db.execute(query)]


def count_mails(db: sqlite3.Connection, edition: int) -> Mapping[State, int]:
    """The number of mails of an edition by state."""
    query = "SELECT state, count(*) FROM sendings WHERE edition = ? GROUP BY state"
    found = dict(db.execute(query, (edition,)).fetchall())
    return {state: found.get(state, 0) for state in STATES}


def reasons(db: sqlite3.Connection, edition: int) -> list[tuple[State, int | None, str, int]]:
    """State, reply code, reason and number of the unsent mails with a reason, the most frequent first."""
    query = (
        "SELECT state, code, why, count(*) FROM sendings WHERE edition = ? AND why != '' AND state != 'sent' "
        "GROUP BY state, code, why ORDER BY count(*) DESC, state, code, why"
    )
    return [tuple(row) for row in db.execute(query, (edition,))]


def backoff(attempts: int) -> float:
    """Exponential backoff: seconds before the next attempt, one minute, four, sixteen, at most an hour."""
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
    """One mail that is due. A due time later than any pause comes from a wrong clock, and counts as due."""
    for state in ("queued", "uncertain"):
        row: sqlite3.Row | None = db.execute(
            "SELECT sendings.*, subscribers.state AS standing, address, public, language, interests, "
            "EXISTS (SELECT 1 FROM named WHERE named.subscriber = subscribers.id) AS named, "
            "EXISTS (SELECT 1 FROM stars WHERE stars.subscriber = subscribers.id) AS starred "
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
        named=bool(row["named"]),
        starred=bool(row["starred"]),
    )
