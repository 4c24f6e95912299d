"""What the engine room asks of a store: answers it was given before, each under a key that says what was asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Protocol

from broadsheet.llm.prompt import Completion, Prompt


class AnswerCache(Protocol):
    """Keeps good answers across runs; a store that fails forgets, it never raises."""

    def recall(self, keys: Sequence[str]) -> dict[str, str]:
        """The answers there are, by key."""
        ...

    def keep(self, key: str, text: str) -> None:
        """Keeps an answer that passed every check, before this returns."""
        ...

    def log_reply(self, prompt: Prompt, completion: Completion, seconds: float) -> None:
        """Keeps a raw reply apart from the answers: to look at, and to know the server's speed by."""
        ...


class NoCache:
    """Forgets everything."""

    def recall(self, keys: Sequence[str]) -> dict[str, str]:
        """Nothing."""
        return {}

    def keep(self, key: str, text: str) -> None:
        """Forgets it."""

    def log_reply(self, prompt: Prompt, completion: Completion, seconds: float) -> None:
        """Forgets it."""


def cache_key(*parts: Any) -> str:
    """A key for everything that an answer depends on; parts are JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
