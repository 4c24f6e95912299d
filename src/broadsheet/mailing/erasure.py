"""Forgets a subscriber so that their address is in no byte of the state file, and finds what else still holds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from broadsheet.errors import StateError
from broadsheet.mailing.request_limits import hash_of
from broadsheet.store.state import APPLICATION, transaction

SQLITE = b"SQLite format 3\0"
_LARGEST = 64 << 20
"""Bytes of a mail's file that are looked through for an address."""


def erase_subscriber(db: sqlite3.Connection, mailbox: str, *, key: bytes) -> bool:
    """Removes a subscriber and everything kept of them, then rewrites the file; whether there was one.

    The ledger's rows and the bounces go with the subscriber's own. Raises `StateError` where the rows are gone and
    the file could not be rewritten, because another program holds it: it is then to be called once more.
    """
    with transaction(db):
        found = db.execute("DELETE FROM subscribers WHERE mailbox = ?", (mailbox,)).rowcount > 0
        for (kind,) in db.execute("SELECT DISTINCT kind FROM limits").fetchall():
            db.execute("DELETE FROM limits WHERE kind = ? AND who = ?", (kind, hash_of(kind, mailbox, key=key)))
    scrub(db)
    return found


def scrub(db: sqlite3.Connection) -> None:
    """Rewrites the file without what was deleted, and empties the journal beside it.

    Deleted cells are overwritten as they go (`secure_delete`), but older pages wait in the write-ahead journal, and
    the slack of split pages may hold a copy: the journal is emptied before and after, and the file built anew.
    """
    try:
        _empty_journal(db)
        db.execute("VACUUM")
        _empty_journal(db)
    except sqlite3.OperationalError as error:
        raise StateError(
            f"the rows are gone, but the state file could not be rewritten ({error}): end what else uses it, "
            "and do this once more."
        ) from error


def copies_beside(path: Path) -> list[Path]:
    """Other state files of ours in the same folder: backups, and what was copied before a migration."""
    own = path.resolve()
    return [file for file in _files(own.parent) if file.resolve() != own and _is_state(file)]


def holding(folders: Iterable[Path], address: str) -> list[Path]:
    """The files in these folders, and in those below them, that name an address in plain bytes."""
    wanted = address.lower().encode()
    return [file for folder in folders for file in _files(folder, deep=True) if wanted in _start_of(file).lower()]


def _empty_journal(db: sqlite3.Connection) -> None:
    busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise sqlite3.OperationalError("its journal is being read")


def _files(folder: Path, *, deep: bool = False) -> Iterator[Path]:
    try:
        found = sorted(folder.rglob("*") if deep else folder.iterdir())
    except OSError:
        return
    yield from (file for file in found if file.is_file() and not file.is_symlink())


def _is_state(file: Path) -> bool:
    """SQLite's header says whose file it is, at byte 68."""
    try:
        with file.open("rb") as opened:
            head = opened.read(72)
    except OSError:
        return False
    return head.startswith(SQLITE) and head[68:72] == APPLICATION.to_bytes(4, "big")


def _start_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError:
        return b""
