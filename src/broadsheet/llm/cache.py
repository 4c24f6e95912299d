"""The interface of the answer cache: earlier answers by a key made of everything that was asked."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from broadsheet.llm.prompt import Completion, Prompt


class AnswerCache(Protocol):
    """Keeps good answers across runs; on failure it loses answers, but raises nothing."""

    def recall(self, keys: Sequence[str]) -> dict[str, str]:
        """The answers there are, by key."""
        ...

    def keep(self, key: str, text: str) -> None:
        """Keeps an answer before this returns: one that is checked already, or is about to be."""
        ...

    def forget(self, key: str) -> None:
        """Keeps the answer no longer: a check refused it."""
        ...

    def recall_notes(self, keys: Sequence[str]) -> dict[str, str]:
        """The notes there are, by key: what was refused, and what was found out about a model."""
        ...

    def note(self, key: str, text: str) -> None:
        """Keeps a note, apart from the answers; a later one replaces an earlier one."""
        ...

    def log_reply(self, prompt: Prompt, completion: Completion, seconds: float) -> None:
        """Keeps a raw reply apart from the answers, for inspection and for the server's speed."""
        ...


class NoCache:
    """A cache that keeps nothing."""

    def recall(self, keys: Sequence[str]) -> dict[str, str]:
        """Nothing."""
        return {}

    def keep(self, key: str, text: str) -> None:
        """Forgets it."""

    def forget(self, key: str) -> None:
        """There is nothing to forget."""

    def recall_notes(self, keys: Sequence[str]) -> dict[str, str]:
        """Nothing."""
        return {}

    def note(self, key: str, text: str) -> None:
        """Forgets it."""

    def log_reply(self, prompt: Prompt, completion: Completion, seconds: float) -> None:
        """Forgets it."""


def cache_key(*parts: Any) -> str:
    """The SHA-256, in hex, of everything that an answer depends on; parts are JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


_PACKAGE = Path(__file__).resolve().parents[1]


@functools.cache
def code_key(package: Path = _PACKAGE) -> str:
    """Names the code and the weights that run, for what depends on them: the version does not tell two commits apart.

    By the names, sizes and times of the package's files: an update, or an edit, asks for what was noted anew.
    """
    files = sorted(path for kind in ("*.py", "*.npz", "*.toml") for path in package.rglob(kind))
    told = [(str(path.relative_to(package)), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in files]
    return cache_key(told)
