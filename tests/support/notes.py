"""Answers remembered in a dict."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.llm.cache import NoCache


class Notes(NoCache):
    """A memory that a test can look into."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.notes: dict[str, str] = {}

    def recall(self, keys: Sequence[str]) -> dict[str, str]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def keep(self, key: str, text: str) -> None:
        self.kept[key] = text

    def forget(self, key: str) -> None:
        del self.kept[key]

    def recall_notes(self, keys: Sequence[str]) -> dict[str, str]:
        return {key: self.notes[key] for key in keys if key in self.notes}

    def note(self, key: str, text: str) -> None:
        self.notes[key] = text
