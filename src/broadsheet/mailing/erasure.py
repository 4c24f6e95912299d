"""Erases a subscriber, so that no byte of the state file has their address, and finds other files that have it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from broadsheet.mailing.request_limits import hash_of
from broadsheet.store.state import scrub, transaction

_LARGEST = 64 << 20
"""The size in bytes of the largest mail file that is searched for an address."""


def erase_subscriber(db: sqlite3.Connection, mailbox: str, *, key: bytes) -> bool:
    """Deletes a subscriber and all their data, then rewrites the file; returns whether there was one.

    Rows of sent mails and bounces are deleted too. Raises `StateError` where the rows are deleted but the file cannot
    be rewritten because another program uses it; call it again then.
    """
    with transaction(db):
        found = db.execute("DELETE FROM subscribers WHERE mailbox = ?", (mailbox,)).rowcount > 0
        for (kind,) in db.execute("SELECT DISTINCT kind FROM limits").fetchall():
            db.execute("DELETE FROM limits WHERE kind = ? AND who = ?", (kind, hash_of(kind, mailbox, key=key)))
    scrub(db)
    return found


def holding(folders: Iterable[Path], address: str) -> list[Path]:
    """The files in these folders and their subfolders that contain an address as plain bytes."""
    wanted = address.lower().encode()
    return [file for folder in folders for file in _files(folder) if wanted in _start_of(file).lower()]


def _files(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(folder.rglob("*"))
    except OSError:
        return
    yield from (file for file in found if file.is_file() and not file.is_symlink())


def _start_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError:
        return b""
