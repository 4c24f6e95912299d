"""The stars that subscribers give from their mails, in the state file.

A link in a mail names its paper by an edition and a mark of the paper's key: keys may be longer than a link should be.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import sqlite3

from broadsheet.models import Paper
from broadsheet.store.desk import Star
from broadsheet.store.editions import digest_of
from broadsheet.store.state import transaction

MOST_KEPT = 300
"""The most stars of one subscriber; older ones make room."""
MARK_BYTES = 9


def paper_word(edition: int, paper_key: str) -> str:
    """What names a paper of an edition in a link, such as `12.mOzVfV6TqXoB`."""
    mark = hashlib.sha256(paper_key.encode()).digest()[:MARK_BYTES]
    return f"{edition}.{base64.urlsafe_b64encode(mark).decode()}"


def find_paper(db: sqlite3.Connection, word: str) -> Paper | None:
    """The paper that a word of `paper_word` names; `None` where there is no such edition or paper."""
    number = word.partition(".")[0]
    digest = digest_of(db, int(number)) if number.isdecimal() and len(number) < 10 else None
    papers = digest.papers if digest else ()
    return next((paper for paper in papers if paper_word(int(number), paper.key) == word), None)


def keep_star(db: sqlite3.Connection, subscriber: int, paper: Paper, *, now: dt.datetime) -> None:
    """Keeps a star, in place of an earlier one for the same paper and of the oldest above `MOST_KEPT`.

    Nothing is kept of somebody who is not, or no longer, subscribed.
    """
    with transaction(db):
        db.execute(
            "INSERT OR REPLACE INTO stars SELECT id, ?, ?, ? FROM subscribers WHERE id = ? AND state = 'active'",
            (paper.key, now.astimezone(dt.UTC).isoformat(), paper.model_dump_json(), subscriber),
        )
        db.execute(
            "DELETE FROM stars WHERE subscriber = ? AND paper_key NOT IN "
            "(SELECT paper_key FROM stars WHERE subscriber = ? ORDER BY given DESC, paper_key LIMIT ?)",
            (subscriber, subscriber, MOST_KEPT),
        )


def drop_star(db: sqlite3.Connection, subscriber: int, paper_key: str) -> None:
    """Takes one star of a subscriber away, if there is one."""
    db.execute("DELETE FROM stars WHERE subscriber = ? AND paper_key = ?", (subscriber, paper_key))


def drop_stars(db: sqlite3.Connection, subscriber: int) -> None:
    """Takes all stars of a subscriber away; works inside or outside a transaction."""
    db.execute("DELETE FROM stars WHERE subscriber = ?", (subscriber,))


def stars_of(db: sqlite3.Connection, subscriber: int) -> tuple[Star, ...]:
    """A subscriber's stars, the newest first."""
    rows = db.execute("SELECT * FROM stars WHERE subscriber = ? ORDER BY given DESC, paper_key", (subscriber,))
    return tuple(
        Star(Paper.model_validate_json(row["paper"]), 1, "", dt.datetime.fromisoformat(row["given"])) for row in rows
    )
