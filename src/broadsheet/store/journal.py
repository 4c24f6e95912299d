"""Switches an SQLite file to write-ahead journalling, which lets others read while one writes."""

from __future__ import annotations

import sqlite3
import time

STEP_SECONDS = 0.02


def write_ahead(db: sqlite3.Connection, *, patience: float) -> None:
    """Switches the journal; while another run is doing so SQLite refuses at once, so it is tried for a while.

    Raises `sqlite3.OperationalError` where it cannot be done within `patience`, in seconds.
    """
    for _ in range(int(patience / STEP_SECONDS)):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(STEP_SECONDS)
        else:
            return
    db.execute("PRAGMA journal_mode = WAL")
