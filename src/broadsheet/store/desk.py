"""What the desk keeps in a file of its own: runs and what happened in them, stars, and papers to search.

Listings and digests are kept as compressed JSON. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path

from broadsheet.errors import StateError
from broadsheet.models import Digest, Listing, Paper
from broadsheet.store.state import check_state, open_state, opened_state, scrub, transaction

DESK = user_data_path("broadsheet") / "desk.sqlite"
"""The file of the desk that is opened without `--state`."""
MIGRATIONS = Path(__file__).resolve().parent / "desk_migrations"
APPLICATION = 0x4253444B
"""SQLite's application id of a desk's file: the letters BSDK."""
State = Literal["queued", "running", "done", "stopped", "failed"]
OVER: frozenset[State] = frozenset({"done", "stopped", "failed"})
Happened = tuple[str, Mapping[str, Any]]
"""The kind of an event, and what is told of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class DeskRun:
    """A digest that was asked for: `settings` are flags as a tree, `problem` says why it failed."""

    id: str
    created: dt.datetime
    state: State
    title: str
    papers: int
    settings: Mapping[str, Any]
    problem: Mapping[str, Any] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """What happened in a run, numbered from 1; `data` is JSON."""

    number: int
    kind: str
    data: str


@dataclasses.dataclass(frozen=True, slots=True)
class Star:
    """What the reader thinks of a paper: 1 for a star, -1 for less like this."""

    paper: Paper
    verdict: Literal[-1, 1]
    note: str
    given: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A paper of a kept digest that a search found; `excerpt` marks the words between « and »."""

    run: str
    paper_key: str
    title: str
    tldr: str
    theme: str
    excerpt: str
    note: str = ""
    """What the reader noted on it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows a search: words of authors and of the venue, first and last day, and whether stars alone count."""

    authors: tuple[str, ...] = ()
    venue: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    starred: bool = False


_EVERYTHING = Narrowing()


@dataclasses.dataclass(frozen=True, slots=True)
class DeskMail:
    """A digest on its way to the reader's own address; `version` is a hash of the digest as it is sent."""

    run: str
    address: str
    version: str
    state: Literal["claimed", "sent", "uncertain", "failed"]
    message_id: str
    at: dt.datetime
    why: str = ""


def open_desk(path: Path) -> sqlite3.Connection:
    """The desk's file, made where there is none, readable by its owner only; raises `StateError`."""
    return open_state(path, migrations=MIGRATIONS, application=APPLICATION)


@contextlib.contextmanager
def opened_desk(path: Path) -> Iterator[sqlite3.Connection]:
    """The desk's file while the block works with it; raises `StateError` where it is not there, or damaged."""
    if not path.exists():
        raise StateError(f"{path}: there is no file of a desk yet; `broadsheet desk` makes one.")
    with opened_state(path, migrations=MIGRATIONS, application=APPLICATION) as db:
        yield db


def check_desk(db: sqlite3.Connection) -> list[str]:
    """What is wrong with the file, a line each: its pages, its search, and what is packed in it."""
    found = check_state(db)
    for table in ("shelf", "notes"):
        try:
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")  # noqa: S608 - our own names
        except sqlite3.DatabaseError as error:
            found.append(f"the search of the {table}: {error}")
    for run in list_runs(db, limit=-1):
        try:
            listing_of(db, run.id)
            find_digest(db, run.id)
        except (zlib.error, ValueError) as error:
            found.append(f"the digest of {run.created:%Y-%m-%d %H:%M} cannot be unpacked ({type(error).__name__})")
    return found


def read_stars(path: Path) -> list[Star]:
    """The stars in a desk's file, which may be open elsewhere in this process; nothing is written.

    Raises `StateError`. `open_desk` opens and closes the file once more, which on POSIX gives up the locks that other
    connections of the same process hold on it.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return list_stars(db)
    except sqlite3.Error as error:
        raise StateError(f"{path}: the stars in it cannot be read ({error}); correct `interests_from`.") from error


# Runs.


def add_run(db: sqlite3.Connection, run: DeskRun, listing: Listing) -> None:
    """Puts a run at the end of the queue."""
    db.execute(
        "INSERT INTO runs (id, created, state, title, papers, settings, listing) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            run.id,
            run.created.isoformat(),
            run.state,
            run.title,
            run.papers,
            json.dumps(run.settings),
            _pack(listing.model_dump_json()),
        ),
    )


def find_run(db: sqlite3.Connection, run: str) -> DeskRun | None:
    """The run of an id."""
    return next(iter(_runs(db, "WHERE id = ?", (run,))), None)


def list_runs(db: sqlite3.Connection, *, limit: int = 200) -> list[DeskRun]:
    """The runs, the newest first."""
    return list(_runs(db, "ORDER BY created DESC, rowid DESC LIMIT ?", (limit,)))


def next_run(db: sqlite3.Connection) -> DeskRun | None:
    """The run that is next: one that a stop of the desk cut off, else the one that has waited longest."""
    order = "WHERE state IN ('running', 'queued') ORDER BY state = 'queued', created, rowid LIMIT 1"
    return next(iter(_runs(db, order, ())), None)


def begin_run(db: sqlite3.Connection, run: str) -> None:
    """Says that a run is under way."""
    db.execute("UPDATE runs SET state = 'running' WHERE id = ?", (run,))


def end_run(  # noqa: PLR0913 - what is kept of a run at once
    db: sqlite3.Connection,
    run: str,
    state: State,
    told: Mapping[str, Any],
    *,
    before: Sequence[Happened] = (),
    digest: Digest | None = None,
) -> None:
    """Ends a run, and notes what happened `before`, and as its last event what is `told` of it: why it has failed.

    All this happens at once, so that whoever follows the events of a run that is over has heard all of them.
    """
    failed = state == "failed"
    with transaction(db):
        db.execute(
            "UPDATE runs SET state = ?, problem = ? WHERE id = ?", (state, json.dumps(told) if failed else None, run)
        )
        if digest is not None:
            _keep(db, run, digest)
        _add_events(db, run, [*before, ("error" if failed else "done", told)])


def listing_of(db: sqlite3.Connection, run: str) -> Listing | None:
    """The listing of a run."""
    row = db.execute("SELECT listing FROM runs WHERE id = ?", (run,)).fetchone()
    return Listing.model_validate_json(zlib.decompress(row["listing"])) if row else None


def find_digest(db: sqlite3.Connection, run: str) -> Digest | None:
    """The digest of a run that is done."""
    row = db.execute("SELECT digest FROM runs WHERE id = ?", (run,)).fetchone()
    return Digest.model_validate_json(zlib.decompress(row["digest"])) if row and row["digest"] else None


def find_noted(db: sqlite3.Connection, run: str) -> Digest | None:
    """The digest of a run that is done, with what the reader noted on its papers."""
    made = find_digest(db, run)
    if made is None:
        return None
    notes, keys = find_notes(db), {paper.key for paper in made.papers}
    return made.model_copy(update={"notes": {key: note for key, note in notes.items() if key in keys}})


def keep_made(db: sqlite3.Connection, run: str, digest: Digest) -> None:
    """Keeps the digest of a run as it was edited."""
    with transaction(db):
        _keep(db, run, digest)


def _keep(db: sqlite3.Connection, run: str, digest: Digest) -> None:
    """Keeps a digest, and puts its papers on the shelf."""
    themes = {key: theme.title for theme in digest.themes for key in theme.paper_keys}
    told = {summary.paper_key: summary.tldr for summary in digest.summaries}
    db.execute(
        "UPDATE runs SET digest = ?, title = ? WHERE id = ?", (_pack(digest.model_dump_json()), digest.title, run)
    )
    db.execute("DELETE FROM shelf WHERE run = ?", (run,))
    db.executemany(
        "INSERT INTO shelf VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                paper.title,
                "; ".join(paper.authors),
                paper.venue or "",
                told.get(paper.key, ""),
                paper.abstract,
                themes.get(paper.key, ""),
                run,
                paper.key,
                paper.published.isoformat() if paper.published else "",
            )
            for paper in digest.papers
        ),
    )


def delete_run(db: sqlite3.Connection, run: str) -> bool:
    """Deletes a run that is over, its papers from the shelf, and notes on what no other digest has, for good.

    The file is rewritten without them. `False` where there is no such run.
    """
    with transaction(db):
        gone = db.execute("DELETE FROM runs WHERE id = ? AND state NOT IN ('queued', 'running')", (run,)).rowcount
        if gone:
            db.execute("DELETE FROM shelf WHERE run = ?", (run,))
            db.execute("DELETE FROM notes WHERE paper_key NOT IN (SELECT paper_key FROM shelf)")
            for table in ("shelf", "notes"):  # else words of deleted rows stay in older parts of the index
                db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - our own names
    if gone:
        scrub(db)
    return bool(gone)


# What happened.


def add_events(db: sqlite3.Connection, run: str, happened: Sequence[Happened]) -> None:
    """Notes what happened in a run, under the next numbers, all of it at once."""
    with transaction(db):
        _add_events(db, run, happened)


def _add_events(db: sqlite3.Connection, run: str, happened: Sequence[Happened]) -> None:
    row = db.execute("SELECT coalesce(max(number), 0) + 1 AS next FROM events WHERE run = ?", (run,)).fetchone()
    db.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?)",
        (
            (run, number, kind, json.dumps(data, ensure_ascii=False, separators=(",", ":")))
            for number, (kind, data) in enumerate(happened, start=row["next"])
        ),
    )


def events_after(db: sqlite3.Connection, run: str, number: int) -> list[Event]:
    """What happened in a run after the event of a number, in order."""
    rows = db.execute(
        "SELECT number, kind, data FROM events WHERE run = ? AND number > ? ORDER BY number", (run, number)
    )
    return [Event(row["number"], row["kind"], row["data"]) for row in rows]


# Mails.


def claim_mail(db: sqlite3.Connection, mail: DeskMail) -> DeskMail | None:
    """Claims a mail before it is sent, under the Message-ID of an earlier attempt where there was one.

    One that was sent before is returned as `sent`; `None` stands for one that is being sent.
    """
    key = (mail.run, mail.address, mail.version)
    with transaction(db):
        row = db.execute("SELECT * FROM mails WHERE run = ? AND address = ? AND version = ?", key).fetchone()
        if row is not None and row["state"] == "claimed":
            return None
        if row is not None:
            known = DeskMail(**{**dict(row), "at": dt.datetime.fromisoformat(row["at"])})
            if known.state == "sent":
                return known
            mail = dataclasses.replace(mail, message_id=known.message_id)
        settle_mail(db, mail)
    return mail


def settle_mail(db: sqlite3.Connection, mail: DeskMail) -> None:
    """Keeps what became of a mail."""
    values = (mail.run, mail.address, mail.version, mail.state, mail.message_id, mail.at.isoformat(), mail.why)
    db.execute("INSERT OR REPLACE INTO mails VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def recover_mails(db: sqlite3.Connection) -> None:
    """Says of mails that an earlier desk was sending when it ended that they may have been sent."""
    db.execute("UPDATE mails SET state = 'uncertain', why = 'the desk was ended' WHERE state = 'claimed'")


# Stars.


def give_star(db: sqlite3.Connection, star: Star) -> None:
    """Keeps what the reader thinks of a paper, in place of what they thought before."""
    db.execute(
        "INSERT OR REPLACE INTO stars VALUES (?, ?, ?, ?, ?)",
        (star.paper.key, star.verdict, star.note, star.given.isoformat(), star.paper.model_dump_json()),
    )


def take_star(db: sqlite3.Connection, paper_key: str) -> bool:
    """Takes a star away; `False` where there was none."""
    return bool(db.execute("DELETE FROM stars WHERE paper_key = ?", (paper_key,)).rowcount)


def take_all_stars(db: sqlite3.Connection) -> int:
    """Takes all stars away for good, and rewrites the file without them; returns how many there were."""
    gone = db.execute("DELETE FROM stars").rowcount
    scrub(db)
    return gone


def list_stars(db: sqlite3.Connection) -> list[Star]:
    """All stars, the newest first."""
    rows = db.execute("SELECT * FROM stars ORDER BY given DESC, paper_key")
    return [
        Star(
            Paper.model_validate_json(row["paper"]),
            row["verdict"],
            row["note"],
            dt.datetime.fromisoformat(row["given"]),
        )
        for row in rows
    ]


# The shelf.


def search_shelf(
    db: sqlite3.Connection, words: Sequence[str], *, narrowed: Narrowing = _EVERYTHING, limit: int = 50
) -> list[Hit]:
    """The papers of kept digests that hold all these words, or words that begin like them, the best first.

    Behind them stand those whose note holds them all. Without words, all that is `narrowed` to, the latest first.
    """
    found = [*_search(db, words, narrowed, limit)]
    if words and len(found) < limit:
        keys = [row[0] for row in db.execute("SELECT paper_key FROM notes WHERE notes MATCH ?", (_all_of(words),))]
        known = {(hit.run, hit.paper_key) for hit in found}
        noted = _search(db, (), narrowed, limit, keys=keys) if keys else []
        found += [hit for hit in noted if (hit.run, hit.paper_key) not in known]
    notes = find_notes(db)
    return [dataclasses.replace(hit, note=notes.get(hit.paper_key, "")) for hit in found[:limit]]


def is_on_shelf(db: sqlite3.Connection, paper_key: str) -> bool:
    """Whether a kept digest has a paper."""
    return db.execute("SELECT 1 FROM shelf WHERE paper_key = ? LIMIT 1", (paper_key,)).fetchone() is not None


def _search(
    db: sqlite3.Connection, words: Sequence[str], narrowed: Narrowing, limit: int, *, keys: Sequence[str] = ()
) -> Iterator[Hit]:
    columns = (("", words), ("authors : ", narrowed.authors), ("venue : ", narrowed.venue))
    match = " AND ".join(_all_of(asked, column) for column, asked in columns if asked)
    conditions: list[tuple[str, object]] = [
        *([("shelf MATCH ?", match)] if match else []),
        *([("published >= ?", narrowed.since.isoformat())] if narrowed.since else []),
        *([("published <= ? AND published <> ''", narrowed.until.isoformat())] if narrowed.until else []),
        *([("paper_key IN (SELECT value FROM json_each(?))", json.dumps(keys))] if keys else []),
    ]
    stars = ["paper_key IN (SELECT paper_key FROM stars WHERE verdict = 1)"] if narrowed.starred else []
    if not conditions and not stars:
        return
    excerpt = "snippet(shelf, -1, '«', '»', '…', 24)" if match else "''"
    order = "bm25(shelf, 8, 4, 2, 4, 1, 2)" if match else "published DESC"
    rows = db.execute(
        f"SELECT run, paper_key, title, tldr, theme, {excerpt} AS excerpt FROM shelf "  # noqa: S608 - our own clauses
        f"WHERE {' AND '.join([*(clause for clause, _ in conditions), *stars])} ORDER BY {order} LIMIT ?",
        (*(value for _, value in conditions), limit),
    )
    for row in rows:
        yield Hit(**dict(row))


def _all_of(words: Sequence[str], column: str = "") -> str:
    """An FTS5 query for what holds all these words, or words that begin like them, in a column or anywhere."""
    return " AND ".join('{}"{}"*'.format(column, word.replace('"', '""')) for word in words)


# Notes.


def keep_note(db: sqlite3.Connection, paper_key: str, text: str, given: dt.datetime) -> None:
    """Keeps what the reader notes on a paper, in place of an earlier note; an empty text takes that away."""
    with transaction(db):
        take_note(db, paper_key)
        if text:
            db.execute("INSERT INTO notes VALUES (?, ?, ?)", (text, paper_key, given.isoformat()))


def take_note(db: sqlite3.Connection, paper_key: str) -> bool:
    """Takes a note away; `False` where there was none."""
    return bool(db.execute("DELETE FROM notes WHERE paper_key = ?", (paper_key,)).rowcount)


def find_notes(db: sqlite3.Connection) -> dict[str, str]:
    """All notes, by the keys of their papers, the newest first."""
    return {row["paper_key"]: row["text"] for row in db.execute("SELECT * FROM notes ORDER BY given DESC")}


def _runs(db: sqlite3.Connection, rest: str, values: Sequence[object]) -> Iterator[DeskRun]:
    for row in db.execute(f"SELECT id, created, state, title, papers, settings, problem FROM runs {rest}", values):  # noqa: S608 - our own clauses
        yield DeskRun(
            id=row["id"],
            created=dt.datetime.fromisoformat(row["created"]),
            state=row["state"],
            title=row["title"],
            papers=row["papers"],
            settings=json.loads(row["settings"]),
            problem=json.loads(row["problem"]) if row["problem"] else None,
        )


def _pack(text: str) -> bytes:
    return zlib.compress(text.encode())
