"""What a returned mail means for its subscriber: a hard bounce ends the mails at once, soft ones after three."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from typing import Literal

from broadsheet.mailing.subscribers import suppress
from broadsheet.store.state import transaction

SOFT_IN_A_ROW = 3
"""Editions that must have come back, one after the other, before soft bounces end the mails."""

Outcome = Literal["suppressed", "counted", "known", "foreign"]


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A mail that came back: which of ours it may be, to whom it could not be delivered, and what was said.

    `kind` is `complaint` where somebody called our mail spam: then the recipient is often left out.
    """

    message_ids: tuple[str, ...]
    mailboxes: tuple[str, ...]
    kind: Literal["hard", "soft", "complaint"]
    why: str


def note_returned(db: sqlite3.Connection, mail: ReturnedMail, *, now: dt.datetime) -> Outcome:
    """Notes one returned mail; what became of it.

    It counts only where it names a Message-ID that we sent, which nobody but its recipient and their servers know: a
    made-up report suppresses nobody. Where it fails for an address that is not the subscriber's, such as the one they
    forward to, it counts as soft. A mail that was noted before is `known`, and changes nothing again.
    """
    with transaction(db):
        sent = _sending(db, mail.message_ids)
        if sent is None:
            return "foreign"
        ours = sent["mailbox"] in mail.mailboxes
        hard = mail.kind == "complaint" or (mail.kind == "hard" and ours)
        if not _note(db, sent, hard=hard, why=mail.why, now=now):
            return "known"
        if not hard and not _all_soft(db, sent["subscriber"]):
            return "counted"
        suppress(db, sent["subscriber"], mail.why, now=now)
        return "suppressed"


def _sending(db: sqlite3.Connection, message_ids: tuple[str, ...]) -> sqlite3.Row | None:
    query = (
        "SELECT subscriber, edition, mailbox FROM sendings JOIN subscribers ON subscribers.id = subscriber "
        "WHERE message_id = ?"
    )
    for message_id in message_ids:
        found: sqlite3.Row | None = db.execute(query, (message_id,)).fetchone()
        if found:
            return found
    return None


def _note(db: sqlite3.Connection, sent: sqlite3.Row, *, hard: bool, why: str, now: dt.datetime) -> bool:
    """Whether this says more than what is noted of the same mail."""
    changed = db.execute(
        "INSERT INTO bounces VALUES (?, ?, ?, ?, ?) ON CONFLICT (subscriber, edition) DO UPDATE SET "
        "hard = excluded.hard, at = excluded.at, why = excluded.why WHERE excluded.hard > hard",
        (sent["subscriber"], sent["edition"], hard, now.astimezone(dt.UTC).isoformat(timespec="seconds"), why[:500]),
    )
    return changed.rowcount > 0


def _all_soft(db: sqlite3.Connection, subscriber: int) -> bool:
    """Whether the last few editions that were sent to somebody all came back, since they last confirmed."""
    query = (
        "SELECT b.edition FROM sendings s JOIN subscribers ON subscribers.id = s.subscriber "
        "LEFT JOIN bounces b ON b.subscriber = s.subscriber AND b.edition = s.edition "
        "AND b.at >= coalesce(confirmed, '') "
        "WHERE s.subscriber = ? AND (s.state IN ('sent', 'uncertain') OR b.edition IS NOT NULL) "
        "ORDER BY s.edition DESC LIMIT ?"
    )
    last = db.execute(query, (subscriber, SOFT_IN_A_ROW)).fetchall()
    return len(last) == SOFT_IN_A_ROW and all(row[0] is not None for row in last)
