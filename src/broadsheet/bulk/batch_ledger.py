"""The ledger of a run's batches: what was written, uploaded, created and taken, in one SQLite file that is never lost.

A step is noted before it is made where it must not be made twice, and what a batch brought is taken whole or not at
all. Answers stay here until the shard of their papers is finished.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from broadsheet.bulk.folder import MODE, NO_ROOM, BulkFolder
from broadsheet.errors import OutputError, StateError
from broadsheet.llm.budget import Amount
from broadsheet.llm.prompt import Completion
from broadsheet.models import Usage

NAME = "batches.sqlite"
_PATIENCE = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    own TEXT PRIMARY KEY, number INTEGER NOT NULL, lines INTEGER NOT NULL, queued INTEGER NOT NULL,
    money REAL NOT NULL, calls INTEGER NOT NULL, tokens INTEGER NOT NULL, state TEXT NOT NULL, input_file TEXT,
    remote TEXT, output_file TEXT, error_file TEXT, answered INTEGER NOT NULL, taken INTEGER NOT NULL,
    cleared INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lines (
    batch TEXT NOT NULL, line INTEGER NOT NULL, id TEXT NOT NULL, shard INTEGER NOT NULL, prompt INTEGER NOT NULL,
    room INTEGER NOT NULL, PRIMARY KEY (batch, line)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (
    id TEXT PRIMARY KEY, shard INTEGER NOT NULL, kind TEXT NOT NULL, completion TEXT NOT NULL, why TEXT NOT NULL,
    tries INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcomes_of_shard ON outcomes (shard);
CREATE TABLE IF NOT EXISTS shards (
    shard INTEGER PRIMARY KEY, attempt TEXT NOT NULL, retry INTEGER NOT NULL, usage TEXT NOT NULL
);
"""

Kind = Literal["answered", "refused", "again", "unasked"]
"""What became of a line; `again`: it failed in a way that another try may cure; `unasked`: it cost nothing."""


@dataclasses.dataclass(frozen=True)
class SentBatch:
    """A batch as the ledger knows it: the most that it may take while it is under way, then what counts for caps."""

    own: str
    number: int
    lines: int
    queued: int
    """Tokens of its prompts, which count against the endpoint's queue."""
    money: float
    calls: int
    tokens: int
    state: str = "written"
    input_file: str | None = None
    remote: str | None = None
    output_file: str | None = None
    error_file: str | None = None
    answered: int = 0
    taken: bool = False
    cleared: bool = False
    """Whether its files at the endpoint were deleted."""

    @property
    def takes(self) -> Amount:
        """What it counts against the caps."""
        return Amount(money=self.money, calls=self.calls, tokens=self.tokens)


@dataclasses.dataclass(frozen=True)
class BatchLine:
    """A line of a file of requests: its `custom_id`, its paper's shard, tokens of its prompt, room of its answer."""

    id: str
    shard: int
    prompt: int
    room: int


@dataclasses.dataclass(frozen=True)
class LineOutcome:
    """What became of a line: its completion, or why there is none; `tries` counts those that failed."""

    id: str
    kind: Kind
    completion: Completion | None = None
    why: str = ""
    tries: int = 0


@dataclasses.dataclass(frozen=True)
class OpenShard:
    """A shard that is worked on by batches: the name of the attempt, and everything that its batches took so far."""

    shard: int
    attempt: str
    retry: bool
    usage: Usage


class BatchLedger:
    """The ledger in a writer's folder; raises `StateError` where it cannot be read or written, `OutputError` where the
    disk is full."""

    def __init__(self, folder: BulkFolder) -> None:
        self.path = folder.home / NAME
        with self._told():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, MODE))
            self._db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def batches(self) -> list[SentBatch]:
        """All batches, in the order in which they were written."""
        with self._told():
            return _batches(self._db)

    def under_way(self) -> list[SentBatch]:
        """The batches whose answers are not taken yet."""
        return [batch for batch in self.batches() if not batch.taken]

    def begin(self, batch: SentBatch, lines: Sequence[BatchLine]) -> None:
        """Notes a batch that is to be made of these lines, with the most that it may take."""
        with self._change() as db:
            _write(db, batch)
            db.executemany(
                "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)",
                ((batch.own, at, line.id, line.shard, line.prompt, line.room) for at, line in enumerate(lines, 1)),
            )

    def note(self, batch: SentBatch) -> SentBatch:
        """Notes what a batch is now."""
        with self._change() as db:
            _write(db, batch)
        return batch

    def drop(self, batch: SentBatch) -> set[int]:
        """Forgets a batch that was never made; returns the shards of its lines."""
        with self._change() as db:
            shards = {line.shard for line in self.lines(batch).values()}
            db.execute("DELETE FROM lines WHERE batch = ?", (batch.own,))
            db.execute("DELETE FROM batches WHERE own = ?", (batch.own,))
        return shards

    def lines(self, batch: SentBatch) -> dict[int, BatchLine]:
        """The lines of a batch under way, by number from 1."""
        with self._told():
            rows = self._db.execute("SELECT * FROM lines WHERE batch = ? ORDER BY line", (batch.own,))
            return {row["line"]: BatchLine(row["id"], row["shard"], row["prompt"], row["room"]) for row in rows}

    def busy(self) -> set[int]:
        """The shards that have lines in batches under way."""
        with self._told():
            return {row["shard"] for row in self._db.execute("SELECT DISTINCT shard FROM lines")}

    def take(self, batch: SentBatch, outcomes: Iterable[LineOutcome], used: Mapping[int, Usage]) -> None:
        """Takes what came of a batch, at once and once: its outcomes, what it took by shard, the end of its lines."""
        with self._change() as db:
            shards = {line.id: line.shard for line in self.lines(batch).values()}
            for one in outcomes:
                told = json.dumps(dataclasses.asdict(one.completion)) if one.completion else ""
                tries = int(one.kind == "again")
                db.execute(
                    "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                    "kind = excluded.kind, completion = excluded.completion, why = excluded.why, tries = tries + ?",
                    (one.id, shards[one.id], one.kind, told, one.why, tries, tries),
                )
            for shard, usage in used.items():
                before = self._shard(shard)
                db.execute(
                    "UPDATE shards SET usage = ? WHERE shard = ?", (add_usage(before, usage).model_dump_json(), shard)
                )
            db.execute("DELETE FROM lines WHERE batch = ?", (batch.own,))
            _write(db, dataclasses.replace(batch, taken=True))

    def open_shard(self, shard: int, *, retry: bool) -> OpenShard:
        """A shard that is worked on from now on, if it is not yet."""
        with self._change() as db:
            empty = Usage().model_dump_json()
            db.execute(
                "INSERT OR IGNORE INTO shards VALUES (?, ?, ?, ?)",
                (shard, f"batch {secrets.token_hex(8)}", retry, empty),
            )
        with self._told():
            row = self._db.execute("SELECT * FROM shards WHERE shard = ?", (shard,)).fetchone()
        return _shard_of(row)

    def shards(self) -> list[OpenShard]:
        """The shards that are worked on."""
        with self._told():
            return _shards(self._db)

    def outcomes(self, shard: int) -> dict[str, LineOutcome]:
        """By id, what is known of the lines of a shard."""
        with self._told():
            rows = self._db.execute("SELECT * FROM outcomes WHERE shard = ?", (shard,)).fetchall()
        return {
            row["id"]: LineOutcome(
                row["id"],
                row["kind"],
                Completion(**json.loads(row["completion"])) if row["completion"] else None,
                row["why"],
                row["tries"],
            )
            for row in rows
        }

    def close_shard(self, shard: int) -> None:
        """Forgets the answers of a shard that is finished: they are in its tables."""
        with self._change() as db:
            db.execute("DELETE FROM outcomes WHERE shard = ?", (shard,))
            db.execute("DELETE FROM shards WHERE shard = ?", (shard,))

    def _shard(self, shard: int) -> Usage:
        row = self._db.execute("SELECT usage FROM shards WHERE shard = ?", (shard,)).fetchone()
        return Usage.model_validate_json(row["usage"])

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A change that is on the disk when the block has ended, or was never made."""
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite ends one itself where the disk is full
                    self._db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise cannot_use(self.path, error) from error


def sent_batches(folder: BulkFolder) -> list[SentBatch]:
    """The batches of a writer's folder as they were left, only looked at; none where none were ever sent."""
    with _looked_at(folder) as db:
        return _batches(db) if db else []


def sent_shards(folder: BulkFolder) -> list[OpenShard]:
    """The shards of a writer's folder that batches work on, only looked at."""
    with _looked_at(folder) as db:
        return _shards(db) if db else []


@contextlib.contextmanager
def _looked_at(folder: BulkFolder) -> Iterator[sqlite3.Connection | None]:
    path = folder.home / NAME
    if not path.exists():
        yield None
        return
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            yield db
    except sqlite3.Error as error:
        raise cannot_use(path, error) from error


def refuse_while_sent(root: BulkFolder) -> None:
    """Raises `StateError` where any writer's batches are under way for the papers as they are cut now."""
    for path in [root.home / NAME, *root.home.glob(f"by-*/{NAME}")]:
        refuse_while_under_way(BulkFolder(path.parent), root.root, "the papers of other inputs")


def refuse_while_under_way(folder: BulkFolder, root: Path, papers: str) -> None:
    """Raises `StateError` where batches of a writer's folder are under way, for these papers."""
    if any(not batch.taken for batch in sent_batches(folder)):
        raise StateError(
            f"{folder.home}: batches are under way for {papers}; end them first with "
            f"`broadsheet bulk collect {root}` or `broadsheet bulk cancel {root}`."
        )


def cannot_use(path: Path, error: Exception) -> StateError | OutputError:
    """What to say where a ledger cannot be used."""
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return OutputError(f"{path}: {NO_ROOM}.")
    return StateError(f"{path}: the ledger of batches cannot be used ({error}); check the folder and its permissions.")


def _batches(db: sqlite3.Connection) -> list[SentBatch]:
    rows = db.execute("SELECT * FROM batches ORDER BY number")
    return [SentBatch(**{**dict(row), "taken": bool(row["taken"]), "cleared": bool(row["cleared"])}) for row in rows]


def _shards(db: sqlite3.Connection) -> list[OpenShard]:
    return [_shard_of(row) for row in db.execute("SELECT * FROM shards ORDER BY shard")]


def _shard_of(row: sqlite3.Row) -> OpenShard:
    return OpenShard(row["shard"], row["attempt"], bool(row["retry"]), Usage.model_validate_json(row["usage"]))


def _write(db: sqlite3.Connection, batch: SentBatch) -> None:
    values = dataclasses.astuple(batch)
    db.execute(f"REPLACE INTO batches VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 - only marks


def add_usage(one: Usage, other: Usage) -> Usage:
    """What both took together; no money where the price of one is not known."""
    money = None if one.money is None or other.money is None else one.money + other.money
    return Usage(
        calls=one.calls + other.calls,
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        money=money,
    )
