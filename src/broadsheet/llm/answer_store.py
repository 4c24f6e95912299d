"""The answer cache in one SQLite file: good answers by their key; notes and raw replies in tables of their own.

No run fails because of its cache: a file that cannot be read is renamed with a warning, and if none can be written
the run continues without a cache.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.store.state import write_ahead

log = logging.getLogger(__name__)

VERSION = 1
PATIENCE_MS = 10_000
MOST_AT_ONCE = 500
"""Keys in one query: SQLite allows 999 in its oldest builds."""

SCHEMA = """
CREATE TABLE answers (key TEXT PRIMARY KEY, text TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE replies (
    prompt TEXT NOT NULL, text TEXT NOT NULL, finish TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL, seconds REAL NOT NULL, who TEXT NOT NULL, at REAL NOT NULL
);
CREATE INDEX replies_at ON replies (at);
CREATE INDEX answers_at ON answers (at);
"""
NOTES = "CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, text TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID"
"""A table beside those of the version: files of earlier releases get it, and those releases leave it alone."""
COLUMNS = (
    "key, text, at FROM answers",
    "key, text, at FROM notes",
    "prompt, text, finish, prompt_tokens, completion_tokens, seconds, who, at FROM replies",
)

Result = TypeVar("Result")


@dataclasses.dataclass(frozen=True)
class Contents:
    """What a cache holds; times are seconds since 1970, sizes bytes."""

    path: Path
    size: int
    answers: int
    replies: int
    oldest: float | None


@dataclasses.dataclass(frozen=True)
class Speed:
    """The sums over earlier calls to a model: calls, tokens and seconds."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float


class AnswerStore:
    """Answers across runs; each is on disk before `keep` returns, so a run that is killed loses none of them."""

    def __init__(self, path: Path, *, now: Callable[[], float], who: str = "") -> None:
        """`who` names the model and its server in the log of raw replies."""
        self.path = path
        self._now, self._who = now, who
        self._lock = threading.RLock()  # threads share the connection, and a damaged file changes it
        self._db = _open(path, now)

    def close(self) -> None:
        """Closes the file, once no other thread works on it: SQLite crashes where it is closed meanwhile."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def recall(self, keys: Sequence[str]) -> dict[str, str]:
        """The answers there are, by key."""
        return self._by_key("answers", keys)

    def recall_notes(self, keys: Sequence[str]) -> dict[str, str]:
        """The notes there are, by key."""
        return self._by_key("notes", keys)

    def note(self, key: str, text: str) -> None:
        """Keeps a note; a later one replaces an earlier one."""
        self._write("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (key, text, self._now()))

    def keep(self, key: str, text: str) -> None:
        """Keeps an answer; a later one replaces an earlier one."""
        self._write("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, text, self._now()))

    def forget(self, key: str) -> None:
        """Keeps an answer no longer."""
        self._write("DELETE FROM answers WHERE key = ?", (key,))

    def log_reply(self, prompt: Prompt, completion: Completion, seconds: float) -> None:
        """Keeps a raw reply to look at; it is never read as an answer."""
        plain = prompt.unsealed()
        name = cache_key(plain.system, plain.user)
        row = (
            name,
            completion.text,
            completion.finish,
            completion.prompt_tokens,
            completion.completion_tokens,
            seconds,
            self._who,
            self._now(),
        )
        self._write("INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def speed(self, who: str) -> Speed:
        """How fast a model has been, over its last 200 calls."""
        query = (
            "SELECT count(*), coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0), "
            "coalesce(sum(seconds), 0) FROM (SELECT * FROM replies WHERE who = ? ORDER BY at DESC LIMIT 200)"
        )
        rows = self._rows(query, (who,))
        return Speed(*rows[0]) if rows else Speed(0, 0, 0, 0.0)

    def contents(self) -> Contents:
        """What the cache holds."""
        counts = self._rows(
            "SELECT (SELECT count(*) FROM answers), (SELECT count(*) FROM replies), "
            "(SELECT min(at) FROM (SELECT at FROM answers UNION ALL SELECT at FROM replies))",
            (),
        )
        answers, replies, oldest = counts[0] if counts else (0, 0, None)
        size = sum(part.stat().st_size for part in _parts(self.path) if part.is_file())
        return Contents(path=self.path, size=size, answers=answers, replies=replies, oldest=oldest)

    def prune(self, *, older_than: float, replies_only: bool = False) -> int:
        """Deletes what was kept before that time (seconds since 1970); returns the number of answers and replies."""
        gone = self._write("DELETE FROM replies WHERE at < ?", (older_than,))
        if not replies_only:
            gone += self._write("DELETE FROM answers WHERE at < ?", (older_than,))
            self._write("DELETE FROM notes WHERE at < ?", (older_than,))
        self._write("VACUUM", ())
        return gone

    def _by_key(self, table: str, keys: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(keys), MOST_AT_ONCE):
            some = keys[start : start + MOST_AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, text FROM {table} WHERE key IN ({marks})"  # noqa: S608 - only question marks
            found.update(self._rows(query, some))
        return found

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        return self._do(lambda db: db.execute(query, tuple(values)).fetchall(), [])

    def _write(self, query: str, values: Sequence[object]) -> int:
        # A lone half of a surrogate pair cannot be written; no answer that holds one is good, but all are logged.
        plain = [value.encode(errors="replace").decode() if isinstance(value, str) else value for value in values]
        return self._do(lambda db: db.execute(query, plain).rowcount, 0)

    def _do(self, work: Callable[[sqlite3.Connection], Result], nothing: Result) -> Result:
        """The result of `work`; a damaged file is replaced and `work` tried once more; other errors give `nothing`."""
        with self._lock:
            for _ in range(2):
                if self._db is None:
                    break
                try:
                    return work(self._db)
                except sqlite3.Error as error:
                    self.close()
                    if isinstance(error, sqlite3.OperationalError):
                        log.warning("%s: %s; this run goes on without its cache.", self.path, error)
                    else:
                        self._db = _open(self.path, self._now, doubtful=True)
            return nothing


def _open(path: Path, now: Callable[[], float], *, doubtful: bool = False) -> sqlite3.Connection | None:
    """The database, created if missing, renamed if it is no answer cache; `None` where none can be opened.

    A `doubtful` file is checked completely: another run may have replaced the damaged one already.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for _ in range(2):
            try:
                return _connect(path, doubtful=doubtful)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                    raise
                aside = _set_aside(path, now)
                log.warning("%s: %s; it is set aside as %s, and a new one is begun.", path, error, aside.name)
    except (OSError, sqlite3.Error) as error:
        log.warning("%s: cannot be opened (%s); this run goes without a cache.", path, error)
    return None


def _connect(path: Path, *, doubtful: bool) -> sqlite3.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    db = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_MS / 1000, check_same_thread=False)
    try:
        # Write-ahead logging lets several runs share the file.
        write_ahead(db, patience=PATIENCE_MS / 1000)
        # Enough against a killed process; only a power cut may cost the last answers.
        db.execute("PRAGMA synchronous = NORMAL")
        # In one transaction, so that of two runs that start together only one creates the tables.
        db.execute("BEGIN IMMEDIATE")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == 0 and tables == 0:
            for statement in SCHEMA.strip().rstrip(";").split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            raise sqlite3.DatabaseError(f"its version is {version}, and this Broadsheet knows {VERSION}")
        db.execute(NOTES)
        _check_tables(db)
        db.execute("COMMIT")
        if doubtful and (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(f"it is damaged ({found})")
    except BaseException:
        db.close()
        raise
    return db


def _check_tables(db: sqlite3.Connection) -> None:
    try:
        for columns in COLUMNS:
            db.execute(f"SELECT {columns} LIMIT 0")
    except sqlite3.OperationalError as error:
        raise sqlite3.DatabaseError(f"its tables are not ours ({error})") from error


def _set_aside(path: Path, now: Callable[[], float]) -> Path:
    aside = path.with_name(f"{path.name}.{int(now())}.aside")
    for part in _parts(path):
        if part.exists():
            part.replace(part.with_name(part.name.replace(path.name, aside.name)))
    return aside


def _parts(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
