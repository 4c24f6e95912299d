"""Applies returned mail to subscribers: a hard bounce suppresses at once, soft bounces after three editions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from typing import Literal

from broadsheet.mailing.subscribers import suppress
from broadsheet.store.state import transaction

SOFT_IN_A_ROW = 3
"""The number of consecutive editions with soft bounces after which a subscriber is suppressed."""

Outcome = Literal["suppressed", "counted", "known", "foreign"]


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A returned mail: possible Message-IDs of the original, the failed recipients, and the server's text.

    `kind` is `complaint` for a report of spam, which often lacks the recipient.
    """

    message_ids: tuple[str, ...]
    mailboxes: tuple[str, ...]
    kind: Literal["hard", "soft", "complaint"]
    why: str


def note_returned(db: sqlite3.Connection, mail: ReturnedMail, *, now: dt.datetime) -> Outcome:
    """Records one returned mail and returns the outcome.

    It counts only with a Message-ID that was sent, which only the recipient and the servers on the way know, so that a
    forged report suppresses nobody. A failure of another address than the subscriber's, such as one that they forward
    to, counts as soft. A mail that was recorded before is `known` and changes nothing.
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
    """Records a bounce of a sent mail; returns whether it adds to what was recorded."""
    changed = db.execute(
        "INSERT INTO bounces VALUES (?, ?, ?, ?, ?) ON CONFLICT (subscriber, edition) DO UPDATE SET "
        "hard = excluded.hard, at = excluded.at, why = excluded.why WHERE excluded.hard > hard",
        (sent["subscriber"], sent["edition"], hard, now.astimezone(dt.UTC).isoformat(timespec="seconds"), why[:500]),
    )
    return changed.rowcount > 0


def _all_soft(db: sqlite3.Connection, subscriber: int) -> bool:
    """Whether the last `SOFT_IN_A_ROW` editions sent all bounced, counting bounces since the last confirmation."""
    query = (
        "SELECT b.edition FROM sendings s JOIN subscribers ON subscribers.id = s.subscriber "
        "LEFT JOIN bounces b ON b.subscriber = s.subscriber AND b.edition = s.edition "
        "AND b.at >= coalesce(confirmed, '') "
        "WHERE s.subscriber = ? AND (s.state IN ('sent', 'uncertain') OR b.edition IS NOT NULL) "
        "ORDER BY s.edition DESC LIMIT ?"
    )
    last = db.execute(query, (subscriber, SOFT_IN_A_ROW)).fetchall()
    return len(last) == SOFT_IN_A_ROW and all(row[0] is not None for row in last)
