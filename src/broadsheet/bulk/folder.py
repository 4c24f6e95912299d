"""Where a bulk run keeps what: the paths below its folder, files that are whole or not there, and who works there."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import errno
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broadsheet.errors import OutputError, StateError
from broadsheet.store.lock import only_run

MODE = 0o600
NO_ROOM = "there is no room left: free some space, and run it again to go on"
_DOING = "at work in this folder"
_A_LOOK = 3.0
"""Seconds in which whoever only looks whether a lock is free has let it go."""


@dataclasses.dataclass(frozen=True)
class BulkFolder:
    """The folder `root` of a run, and below it the one of a writer: the root itself for the first writer there.

    Papers are shared by all writers; summaries, failures, account and what is under way are each writer's own.
    """

    root: Path
    writer: str = ""

    @property
    def home(self) -> Path:
        """Where the writer's files are."""
        return self.root / self.writer

    @property
    def cut(self) -> Path:
        """What says how the papers were cut into shards."""
        return self.root / "cut.json"

    @property
    def account(self) -> Path:
        """The sums of all shards."""
        return self.home / "account.json"

    @property
    def themes(self) -> Path:
        """The theme of each paper when pages were made last."""
        return self.home / "themes.parquet"

    @property
    def identity(self) -> Path:
        """Who wrote what is in the writer's folder."""
        return self.home / "writer.json"

    @property
    def unread(self) -> Path:
        """The failures of reading, which every writer's failures begin with."""
        return self.root / "papers" / "reading.parquet"

    def papers(self, shard: int) -> Path:
        """The papers of a shard, sorted by key: JSON Lines, by gzip."""
        return self.root / "papers" / f"{shard:05d}.jsonl.gz"

    def summaries(self, shard: int) -> Path:
        """What was written about the papers of a shard."""
        return self.home / "summaries" / f"{shard:05d}.parquet"

    def failures(self, shard: int) -> Path:
        """The papers of a shard that have no TL;DR, with the reasons; not there where there are none."""
        return self.home / "failures" / f"{shard:05d}.parquet"

    def manifest(self, shard: int) -> Path:
        """What became of a shard, how often it was tried and by whom; it is there when the shard is done."""
        return self.home / "shards" / f"{shard:05d}.json"

    def attempts(self, shard: int) -> Path:
        """The folder of the answers of a shard that is not done, a file an attempt."""
        return self.home / "shards" / f"{shard:05d}"


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to in the block; the file takes its name when it ends well and is on the disk, and is only
    readable by its owner. Raises `OutputError` where it cannot be written, and leaves nothing then."""
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(waiting, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
            yield waiting
            with waiting.open("rb") as file:
                os.fsync(file.fileno())
            waiting.replace(path)
    finally:
        with contextlib.suppress(OSError):
            waiting.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises `OutputError` where what the block writes to a file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise OutputError(_explain(error, path)) from error


def _explain(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        said = NO_ROOM
    else:
        said = f"it cannot be written ({error.strerror or error}): check the folder, or choose another with --out"
    return f"{path}: {said}."


def write_state(path: Path, value: Any) -> None:
    """A JSON document, whole or not at all; the same value is the same bytes."""
    with whole_file(path) as waiting:
        waiting.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_state(path: Path) -> Any:
    """A JSON document of ours, `None` where there is none; raises `StateError` for a damaged one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateError(f"{path}: cannot be read ({error}); delete it, and run it again.") from error


@contextlib.contextmanager
def only_here(folder: BulkFolder, part: str, *, now: dt.datetime) -> Iterator[None]:
    """Holds the lock of a run, or of a `part` of one such as `3-of-40`; raises `RunningAlready` where another does.

    The whole run and its parts keep each other out; parts do not.
    """
    lock = folder.home / (f"part-{part}" if part else "run")
    others = ["run"] if part else [path.stem for path in folder.home.glob("part-*.lock")]
    for other in others:
        # Another part may look as well at this moment, which is no reason to give up.
        with only_run(folder.home / other, now=now, doing=_DOING, patience=_A_LOOK):
            pass
    with only_run(lock, now=now, doing=_DOING):
        yield
