"""Selects the recipients of an edition: subscribers who are due by their frequency, and configured addresses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator

from broadsheet.mailing.addresses import Address
from broadsheet.mailing.subscribers import Preferences, admit, by_mailbox

HOLDING: dict[str, dt.timedelta] = {
    "daily": dt.timedelta(0),
    "weekly": dt.timedelta(days=8),
    "monthly": dt.timedelta(days=45),
}
"""The age of the oldest edition in a mail, by the subscriber's frequency."""
A_WEEK = dt.timedelta(days=6, hours=12)
"""The least time between weekly mails: an edition may be made some hours earlier in the week than the last one."""
AT_LEAST = dt.timedelta(days=14)
"""The least time between monthly mails, for a subscription that begins at the end of a month."""


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """A recipient of an edition, and the first edition that their mail contains."""

    subscriber: int
    public: str
    first: int


@dataclasses.dataclass(frozen=True, slots=True)
class MadeEdition:
    """The number of an edition and the time it was made."""

    number: int
    created: dt.datetime


def name_recipients(db: sqlite3.Connection, addresses: Iterable[Address], *, now: dt.datetime) -> None:
    """Adds the configured addresses as subscribers; those who subscribed, left or were suppressed stay as they are."""
    for address in addresses:
        if by_mailbox(db, address.mailbox) is None:
            admit(db, address, Preferences(frequency="daily"), state="active", now=now)
            db.execute("INSERT OR IGNORE INTO named SELECT id FROM subscribers WHERE mailbox = ?", (address.mailbox,))


def due_recipients(db: sqlite3.Connection, edition: int, *, named: Iterable[str]) -> Iterator[Due]:
    """The active subscribers who are due; those from the configuration only while their mailbox is still `named`."""
    editions = _editions(db, edition)
    this = editions[-1]
    still = set(named)
    last = dict(
        db.execute(
            "SELECT subscriber, max(edition) FROM sendings WHERE edition < ? AND state NOT IN ('failed', 'suppressed') "
            "GROUP BY subscriber",
            (edition,),
        ).fetchall()
    )
    rows = db.execute(
        "SELECT id, public, mailbox, frequency, named.subscriber AS named FROM subscribers "
        "LEFT JOIN named ON named.subscriber = id WHERE state = 'active' ORDER BY id"
    )
    for row in rows.fetchall():
        if row["named"] is not None and row["mailbox"] not in still:
            continue
        before = next((made for made in editions if made.number == last.get(row["id"])), None)
        if is_mail_due(row["frequency"], before.created if before else None, this.created):
            yield Due(row["id"], row["public"], _first(row["frequency"], before, editions))


def is_mail_due(frequency: str, last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether an edition made `now` goes to a subscriber whose last one was made at `last`."""
    if last is None or frequency == "daily" or last > now:
        return True
    if frequency == "weekly":
        return now - last >= A_WEEK
    return (now.year, now.month) != (last.year, last.month) and now - last >= AT_LEAST


def _first(frequency: str, last: MadeEdition | None, editions: list[MadeEdition]) -> int:
    """The first edition in a mail: the earliest one since the last mail that is not too old."""
    this = editions[-1]
    if last is None:
        return this.number
    held = [
        made.number
        for made in editions
        if made.number > last.number and this.created - made.created < HOLDING[frequency]
    ]
    return min(held, default=this.number)


def _editions(db: sqlite3.Connection, edition: int) -> list[MadeEdition]:
    rows = db.execute("SELECT number, created FROM editions WHERE number <= ? ORDER BY number", (edition,)).fetchall()
    return [MadeEdition(row["number"], dt.datetime.fromisoformat(row["created"])) for row in rows]
