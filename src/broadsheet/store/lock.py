"""A lock file beside the state, so that only one run works on it; the system frees it when a run is killed."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from broadsheet.errors import RunningAlready, StateError


@contextlib.contextmanager
def only_run(
    state: Path, *, now: dt.datetime, doing: str = "making this edition", patience: float = 0
) -> Iterator[None]:
    """Holds the lock while the block runs; raises `RunningAlready` with the process and start time of the other run,
    where that is still `doing` its work after `patience` seconds.

    Process and time are in a second file, since acquiring the lock truncates the lock file. Raises `StateError` where
    the lock cannot be made.
    """
    lock = FileLock(state.with_name(f"{state.name}.lock"), mode=0o600)
    holder = state.with_name(f"{state.name}.run")
    try:
        state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise RunningAlready(f"{_named(holder)} is {doing}: wait until it ends, or stop it.") from error
    except OSError as error:
        raise StateError(f"{state}: cannot be locked ({error}); check the folder and its permissions.") from error
    try:
        with contextlib.suppress(OSError):
            holder.write_text(json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}))
        yield
    finally:
        with contextlib.suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _named(holder: Path) -> str:
    try:
        said = json.loads(holder.read_text())
        return f"another run (process {int(said['pid'])}, since {said['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another run"
