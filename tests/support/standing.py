"""A state file for tests, and an edition in it that was sent."""

from __future__ import annotations

import datetime as dt
import sqlite3

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)


def sent(db: sqlite3.Connection, edition: int, subscriber: int, message_id: str) -> None:
    """Notes that an edition was sent to somebody."""
    db.execute(
        "INSERT OR IGNORE INTO editions (number, state, created, listing) VALUES (?, 'published', ?, x'00')",
        (edition, NOW.isoformat()),
    )
    db.execute(
        "INSERT INTO sendings (edition, subscriber, state, message_id, sent) VALUES (?, ?, 'sent', ?, ?)",
        (edition, subscriber, message_id, NOW.timestamp()),
    )
