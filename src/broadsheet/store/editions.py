"""Editions as they are kept: what was collected, then the digest, then that it is published; and every paper seen."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from broadsheet.models import Digest, Listing, Paper
from broadsheet.store.state import transaction

State = Literal["collected", "digested", "published"]
_AT_ONCE = 500
"""Names looked up in one statement; SQLite allows no fewer than 999."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """An edition in the state; the digest is there once it is made."""

    number: int
    state: State
    created: dt.datetime
    since: dt.date | None
    until: dt.date | None
    listing: Listing
    digest: Digest | None


@dataclasses.dataclass(frozen=True, slots=True)
class SeenPaper:
    """A paper that stood in an edition, as it stood there: its names are identifiers such as `doi:10.1234/abc`."""

    key: str
    edition: int
    mark: str
    surname: str
    names: frozenset[str]
    paper: Paper
    version: int | None = None
    returned: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper that an edition begins with, as it will be known from then on."""

    title: str
    paper: SeenPaper


@dataclasses.dataclass(frozen=True, slots=True)
class Learnt:
    """What an edition learns of a paper seen before: further names, a later version."""

    key: str
    names: frozenset[str] = frozenset()
    version: int | None = None
    returned: bool = False


def begin(db: sqlite3.Connection, edition: Kept, papers: Sequence[NewPaper], learnt: Sequence[Learnt] = ()) -> None:
    """Keeps what was collected, the digest where there is one, and that its papers are seen, all of it or nothing."""
    number = edition.number
    digest = _packed(edition.digest.model_dump_json()) if edition.digest else None
    dates = [date.isoformat() if date else None for date in (edition.since, edition.until)]
    created = edition.created.astimezone(dt.UTC).isoformat(timespec="seconds")
    with transaction(db):
        db.execute(
            "INSERT INTO editions (number, state, since, until, created, listing, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, edition.state, *dates, created, _packed(edition.listing.model_dump_json()), digest),
        )
        for new in papers:
            _add_paper(db, new, number)
        for known in learnt:
            _add_names(db, known.key, known.names)
            db.execute(
                "UPDATE papers SET version = coalesce(?, version), returned = coalesce(?, returned) WHERE key = ?",
                (known.version, number if known.returned else None, known.key),
            )


def keep_digest(db: sqlite3.Connection, number: int, digest: Digest) -> None:
    """Keeps the digest of an edition; it is not published as long as nobody says so."""
    with transaction(db):
        db.execute(
            "UPDATE editions SET digest = ?, outline = NULL, state = 'digested' WHERE number = ?",
            (_packed(digest.model_dump_json()), number),
        )
        db.execute("UPDATE editions SET strands = NULL WHERE number >= ?", (number,))


def kept_strands(db: sqlite3.Connection) -> dict[int, list[list[Any]]]:
    """How the themes of each edition stand, as they were given to `keep_strands`."""
    rows = db.execute("SELECT number, strands FROM editions WHERE strands IS NOT NULL")
    return {number: json.loads(strands) for number, strands in rows}


def keep_strands(db: sqlite3.Connection, number: int, rows: Sequence[Sequence[Any]]) -> None:
    """Keeps how the themes of an edition stand, until it or one before it gets another digest."""
    db.execute("UPDATE editions SET strands = ? WHERE number = ?", (json.dumps(rows), number))


def kept_outline(db: sqlite3.Connection, number: int, kind: str) -> bytes | None:
    """How the archive tells of an edition, as it was given to `keep_outline`; `None` where it is of another kind."""
    row = db.execute("SELECT outline FROM editions WHERE number = ? AND outline_kind = ?", (number, kind)).fetchone()
    if row is None or row[0] is None:
        return None
    with _whole(number):
        return zlib.decompress(row[0])


def keep_outline(db: sqlite3.Connection, number: int, kind: str, outline: str) -> None:
    """Keeps how the archive tells of an edition, until it gets another digest or an outline of another kind."""
    db.execute("UPDATE editions SET outline = ?, outline_kind = ? WHERE number = ?", (_packed(outline), kind, number))


def forget_outlines(db: sqlite3.Connection) -> None:
    """Has the archive tell of every edition from its digest again."""
    db.execute("UPDATE editions SET outline = NULL")


def mark_published(db: sqlite3.Connection, number: int) -> None:
    """Notes that the edition stands in the archive."""
    db.execute("UPDATE editions SET state = 'published' WHERE number = ? AND digest IS NOT NULL", (number,))


def find_edition(db: sqlite3.Connection, number: int) -> Kept | None:
    """The edition of that number."""
    return _one(db, "WHERE number = ?", (number,))


def last_edition(db: sqlite3.Connection) -> Kept | None:
    """The edition of the highest number, whatever its state."""
    return _one(db, "ORDER BY number DESC LIMIT 1")


def unfinished_edition(db: sqlite3.Connection) -> Kept | None:
    """The first edition that was begun and is not published."""
    return _one(db, "WHERE state != 'published' ORDER BY number LIMIT 1")


def edition_before(db: sqlite3.Connection, number: int) -> Kept | None:
    """The last edition before that one that has papers, since an empty one says nothing of its themes."""
    rows = db.execute(
        "SELECT number FROM editions WHERE number < ? AND digest IS NOT NULL ORDER BY number DESC", (number,)
    )
    for (earlier,) in rows.fetchall():
        found = find_edition(db, earlier)
        if found and found.digest and found.digest.papers:
            return found
    return None


def papers_before(db: sqlite3.Connection, number: int, *, most: int) -> tuple[Paper, ...]:
    """Papers of the editions before that one, those of the latest first."""
    found: list[Paper] = []
    rows = db.execute("SELECT number FROM editions WHERE number < ? ORDER BY number DESC", (number,)).fetchall()
    for (earlier,) in rows:
        if len(found) >= most:
            break
        kept = find_edition(db, earlier)
        found.extend(kept.listing.papers if kept else ())
    return tuple(found[:most])


def sources_with_papers(db: sqlite3.Connection, *, most: int) -> frozenset[str]:
    """The sources that gave papers to one of the last editions, and the files of which papers were new."""
    found: set[str] = set()
    rows = db.execute("SELECT number FROM editions ORDER BY number DESC LIMIT ?", (most,)).fetchall()
    for (number,) in rows:
        kept = find_edition(db, number)
        if kept:
            found.update(source.name for source in kept.listing.sources if source.papers)
            found.update(paper.source for paper in kept.listing.papers)
    return frozenset(found)


def published_numbers(db: sqlite3.Connection) -> list[int]:
    """The numbers of the editions that stand in the archive, the first one first."""
    return [row[0] for row in db.execute("SELECT number FROM editions WHERE state = 'published' ORDER BY number")]


def find_seen(db: sqlite3.Connection, names: Iterable[str], marks: Iterable[str]) -> list[SeenPaper]:
    """The papers of earlier editions that have one of these names or marks."""
    keys = {row[0] for row in _select(db, "SELECT DISTINCT key FROM identifiers WHERE name IN", names)}
    keys |= {row[0] for row in _select(db, "SELECT key FROM papers WHERE mark IN", marks)}
    known: dict[str, set[str]] = {}
    for name, key in _select(db, "SELECT name, key FROM identifiers WHERE key IN", keys):
        known.setdefault(key, set()).add(name)
    columns = "SELECT key, edition, mark, surname, version, returned, title FROM papers WHERE key IN"
    rows = sorted(_select(db, columns, keys), key=lambda row: (row[1], row[0]))
    stood = _papers_of(db, {(row[1], row[0]) for row in rows})
    found = []
    for key, edition, mark, surname, version, returned, title in rows:
        names = frozenset(known.get(key, ()))
        paper = stood.get((edition, key)) or Paper(key=key, title=title, authors=(surname,) if surname else ())
        told = {scheme: value for scheme, _, value in (name.partition(":") for name in sorted(names))}
        paper = paper.model_copy(update={"identifiers": {**told, **paper.identifiers}})
        found.append(SeenPaper(key, edition, mark, surname, names, paper, version, returned))
    return found


def _papers_of(db: sqlite3.Connection, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], Paper]:
    """The papers of those editions and keys, as they were collected."""
    found: dict[tuple[int, str], Paper] = {}
    for number in sorted({number for number, _ in wanted}):
        kept = find_edition(db, number)
        for paper in kept.listing.papers if kept else ():
            for key in (paper.key, f"{paper.key}@{number}"):
                if (number, key) in wanted:
                    found[number, key] = paper
    return found


def _add_paper(db: sqlite3.Connection, new: NewPaper, number: int) -> None:
    key = new.paper.key
    if db.execute("SELECT 1 FROM papers WHERE key = ?", (key,)).fetchone():
        key = f"{key}@{number}"  # two of a short title, such as an editorial, may share one
    db.execute(
        "INSERT INTO papers (key, edition, title, version, mark, surname) VALUES (?, ?, ?, ?, ?, ?)",
        (key, number, new.title, new.paper.version, new.paper.mark, new.paper.surname),
    )
    _add_names(db, key, new.paper.names)


def _add_names(db: sqlite3.Connection, key: str, names: Iterable[str]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO identifiers (name, key) VALUES (?, ?)", [(name, key) for name in sorted(names)]
    )


def _select(db: sqlite3.Connection, query: str, values: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    wanted = sorted(set(values) - {""})
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        yield from map(tuple, db.execute(f"{query} ({', '.join('?' * len(part))})", part))


def _one(db: sqlite3.Connection, which: str, values: Sequence[object] = ()) -> Kept | None:
    columns = "number, state, created, since, until, listing, digest"
    row = db.execute(f"SELECT {columns} FROM editions {which}", values).fetchone()  # noqa: S608 - texts of this file
    if row is None:
        return None
    number, state, created, since, until, listing, digest = row
    with _whole(number):
        return Kept(
            number=number,
            state=state,
            created=dt.datetime.fromisoformat(created),
            since=dt.date.fromisoformat(since) if since else None,
            until=dt.date.fromisoformat(until) if until else None,
            listing=Listing.model_validate_json(zlib.decompress(listing)),
            digest=Digest.model_validate_json(zlib.decompress(digest)) if digest else None,
        )


@contextlib.contextmanager
def _whole(number: int) -> Iterator[None]:
    """What of an edition cannot be unpacked is damage to the file, as SQLite reports it of the pages it reads."""
    try:
        yield
    except (zlib.error, ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(f"edition {number} cannot be unpacked") from error


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode())


def digest_of(db: sqlite3.Connection, number: int) -> Digest | None:
    """The digest of an edition, `None` where there is no such edition or its digest is not made yet."""
    row = db.execute("SELECT digest FROM editions WHERE number = ?", (number,)).fetchone()
    if row is None or row["digest"] is None:
        return None
    with _whole(number):
        return Digest.model_validate_json(zlib.decompress(row["digest"]))


def newest_edition(db: sqlite3.Connection) -> int | None:
    """The number of the last edition that has a digest."""
    found = db.execute("SELECT max(number) FROM editions WHERE digest IS NOT NULL").fetchone()[0]
    return None if found is None else int(found)
