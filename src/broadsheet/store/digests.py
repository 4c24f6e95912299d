"""Reads the digest of an edition from the state."""

from __future__ import annotations

import sqlite3
import zlib

from broadsheet.models import Digest


def digest_of(db: sqlite3.Connection, number: int) -> Digest | None:
    """The digest of an edition, `None` where there is no such edition or its digest is not made yet."""
    row = db.execute("SELECT digest FROM editions WHERE number = ?", (number,)).fetchone()
    if row is None or row["digest"] is None:
        return None
    return Digest.model_validate_json(zlib.decompress(row["digest"]))


def newest_edition(db: sqlite3.Connection) -> int | None:
    """The number of the last edition that has a digest."""
    found = db.execute("SELECT max(number) FROM editions WHERE digest IS NOT NULL").fetchone()[0]
    return None if found is None else int(found)
