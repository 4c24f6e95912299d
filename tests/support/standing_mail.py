"""A state with editions and subscribers to send to, and a configuration that sends."""

from __future__ import annotations

import datetime as dt
import sqlite3
import zlib
from pathlib import Path
from typing import Any

from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import Preferences, subscribe
from broadsheet.models import Digest
from broadsheet.settings.loading import Settings
from broadsheet.store.state import open_state
from sample_digest import DIGEST

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)
OPENED: list[sqlite3.Connection] = []
"""States that the test under way opened; they are closed when it ends."""
SENDER = "The Kitchen <digest@example.org>"


def open_kitchen(path: Path, people: int = 0, *, editions: int = 1) -> sqlite3.Connection:
    """A state with that many subscribers, and editions a week apart, the last one made now."""
    db = open_state(path)
    OPENED.append(db)
    for number in range(1, editions + 1):
        add_edition(db, number, NOW - dt.timedelta(weeks=editions - number))
    for number in range(people):
        add_person(db, f"reader{number}@example.net")
    return db


def add_edition(db: sqlite3.Connection, number: int, created: dt.datetime, digest: Digest = DIGEST) -> None:
    packed = zlib.compress(digest.model_dump_json().encode())
    db.execute(
        "INSERT INTO editions (number, state, created, listing, digest) VALUES (?, 'published', ?, x'00', ?)",
        (number, created.isoformat(), packed),
    )


def add_person(db: sqlite3.Connection, address: str, **wishes: Any) -> int:
    return subscribe(db, parse_address(address), Preferences(**wishes), now=NOW - dt.timedelta(days=30)).id


def kitchen_settings(folder: Path, **mail: Any) -> Settings:
    """A configuration in a folder that sends by files, unless `mail` says otherwise."""
    door = {"url": "https://door.example"}
    return Settings(
        folder=folder, title="The Kitchen", mail={"from": SENDER, **mail}, door=door,
        edition={"url": "https://archive.example/weekly"},
    )  # fmt: skip


def close_kitchens() -> None:
    while OPENED:
        OPENED.pop().close()
