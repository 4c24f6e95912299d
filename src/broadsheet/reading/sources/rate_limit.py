"""Turns: who asks a service waits until the last one is done and the service's pause is over, across processes.

A lock file for each service in the user's cache folder holds the time of the last request, so that all runs of a user
on a machine keep one pace together, and ask one at a time.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from broadsheet.errors import SourceError

log = logging.getLogger(__name__)


class SourceRateLimit:
    """Gives out turns; `now` is the wall clock, which all processes share."""

    def __init__(
        self, folder: Path, *, now: Callable[[], float], sleep: Callable[[float], None], patience: float
    ) -> None:
        self._folder, self._now, self._sleep, self._patience = folder, now, sleep, patience
        self._alone: dict[str, float] = {}
        """The last requests, where no file can be written."""

    @contextlib.contextmanager
    def turn(self, name: str, pause: float) -> Iterator[None]:
        """Waits for the turn and holds it while the block asks; the pause is from the end of one to the next."""
        lock = self._lock(name)
        if lock is None:
            self._wait(self._alone.get(name), pause, name)
            try:
                yield
            finally:
                self._alone[name] = self._now()
            return
        try:
            stamp = self._folder / f"{name}.last"
            self._wait(_read(stamp), pause, name)
            _write(stamp, self._now())  # a run that is killed while it asks has asked
            try:
                yield
            finally:
                _write(stamp, self._now())
        finally:
            lock.release()

    def _lock(self, name: str) -> FileLock | None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(self._folder / f"{name}.lock", mode=0o600)
            lock.acquire(timeout=self._patience)
        except Timeout as error:
            raise SourceError(
                f"another run of Broadsheet has been asking {name} for {self._patience:g} s: wait until it ends."
            ) from error
        except (OSError, NotImplementedError) as error:
            log.warning("%s cannot be written (%s): other runs are not waited for.", self._folder, error)
            return None
        return lock

    def _wait(self, last: float | None, pause: float, name: str) -> None:
        rest = min(pause, pause - (self._now() - last)) if last is not None else 0.0  # a clock set back waits once
        if rest > 0:
            log.debug("waiting %.1f s before asking %s", rest, name)
            self._sleep(rest)


def _read(stamp: Path) -> float | None:
    try:
        return float(stamp.read_text(encoding="ascii")[:40])
    except (OSError, ValueError):
        return None


def _write(stamp: Path, moment: float) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(stamp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{moment:.3f}")
