"""Answers kept on disk, to be used again while they are fresh and asked for again with their ETag when they are not.

One file for each answer, readable by its owner alone. Its name is a hash of what was asked, and it holds no address:
an address may hold a password. A file that cannot be read or written is done without.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

KEPT_SECONDS = 30 * 86_400.0
"""How long an answer that nobody asks for stays on disk."""


@dataclasses.dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A body, when it came (seconds since 1970), and what its server said about it."""

    body: bytes
    at: float
    charset: str = ""
    etag: str = ""
    modified: str = ""


class HttpCache:
    """Answers by what was asked; `now` is the wall clock."""

    def __init__(self, folder: Path, *, now: Callable[[], float]) -> None:
        self._folder, self._now = folder, now

    def find(self, asked: str) -> CachedAnswer | None:
        """The answer kept for what was asked, however old."""
        try:
            head, _, body = self._path(asked).read_bytes().partition(b"\n")
            said = json.loads(head)
            answer = CachedAnswer(
                body, float(said["at"]), str(said["charset"]), str(said["etag"]), str(said["modified"])
            )
            return answer if len(body) == said["size"] else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def is_fresh(self, answer: CachedAnswer, max_age: float) -> bool:
        """Whether an answer is young enough to be used without asking; one from the future is not."""
        return 0 <= self._now() - answer.at < max_age

    def keep(self, asked: str, answer: CachedAnswer) -> None:
        """Writes an answer down, whole or not at all."""
        said = {key: getattr(answer, key) for key in ("at", "charset", "etag", "modified")}
        head = json.dumps({**said, "size": len(answer.body)}).encode()
        path = self._path(asked)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")  # made with mode 0600
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(head + b"\n" + answer.body)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.debug("an answer was not kept: %s", error)

    def renew(self, asked: str, answer: CachedAnswer) -> None:
        """Notes that an answer still holds now."""
        self.keep(asked, dataclasses.replace(answer, at=self._now()))

    def prune(self, older_than: float = KEPT_SECONDS) -> None:
        """Forgets answers nobody asked for in that many seconds, and what a killed run left."""
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix in (".answer", ".part") and self._now() - path.stat().st_mtime > older_than:
                    path.unlink(missing_ok=True)

    def _path(self, asked: str) -> Path:
        return self._folder / f"{hashlib.sha256(asked.encode('utf-8', 'surrogatepass')).hexdigest()}.answer"
