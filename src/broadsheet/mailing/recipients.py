"""Who an edition goes to: the subscribers whose time has come, and whoever the configuration names."""

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
"""How far back the editions go that one mail takes in, by how often somebody gets one."""
A_WEEK = dt.timedelta(days=6, hours=12)
"""What counts as a week: an edition may be made some hours earlier than the last one."""
AT_LEAST = dt.timedelta(days=14)
"""What lies between two monthly mails at least, should a subscription begin at the end of a month."""


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """A subscriber to whom an edition goes, and the first edition that their mail holds."""

    subscriber: int
    public: str
    first: int


@dataclasses.dataclass(frozen=True, slots=True)
class MadeEdition:
    """An edition by its number, and when it was made."""

    number: int
    created: dt.datetime


def name_recipients(db: sqlite3.Connection, addresses: Iterable[Address], *, now: dt.datetime) -> None:
    """Takes in whom the configuration names; whoever left or was suppressed stays so, and who subscribed, too."""
    for address in addresses:
        if by_mailbox(db, address.mailbox) is None:
            admit(db, address, Preferences(frequency="daily"), state="active", now=now)
            db.execute("INSERT OR IGNORE INTO named SELECT id FROM subscribers WHERE mailbox = ?", (address.mailbox,))


def due_recipients(db: sqlite3.Connection, edition: int, *, named: Iterable[str]) -> Iterator[Due]:
    """Who gets an edition: active, and due. Of those who did not subscribe, only whose mailbox is still `named`."""
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
    """Whether an edition made `now` goes to somebody whose last one was made at `last`."""
    if last is None or frequency == "daily" or last > now:
        return True
    if frequency == "weekly":
        return now - last >= A_WEEK
    return (now.year, now.month) != (last.year, last.month) and now - last >= AT_LEAST


def _first(frequency: str, last: MadeEdition | None, editions: list[MadeEdition]) -> int:
    """The first edition in a mail: of those since the last one, the earliest that is not too old."""
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
