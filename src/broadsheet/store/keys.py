"""The key that links are signed with. It lives in the state file, so that links in old mails keep counting wherever
that file goes: to another machine, or from one run of a hosted runner to the next."""

from __future__ import annotations

import secrets
import sqlite3

SIZE = 32


def signing_key(db: sqlite3.Connection) -> bytes:
    """The key of this state, made when first asked for; two runs that begin at once agree on one."""
    query = "SELECT value FROM secrets WHERE name = 'links'"
    if (row := db.execute(query).fetchone()) is None:
        db.execute("INSERT OR IGNORE INTO secrets VALUES ('links', ?)", (secrets.token_bytes(SIZE),))
        row = db.execute(query).fetchone()
    return bytes(row[0])
