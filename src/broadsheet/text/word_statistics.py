"""What 14,000 abstracts tell of a word: how rare it is, how often a title has it, whether it ends a phrase."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass

from broadsheet.text.weights import load_arrays

TOKEN = re.compile(r"[A-Za-z0-9]+")
"""What ROUGE counts as a word; "state-of-the-art" is four."""


@dataclass(frozen=True, slots=True)
class WordNote:
    """A word's standing among abstracts: `rarity` is an IDF in nats, the others are shares from 0 to 1."""

    rarity: float
    titled: float
    """Of the abstracts that have the word, how many have it in their title too."""
    ends: float
    """Of its uses, how many stand before a stop, a comma or a word that opens a new phrase."""
    told: float
    """Of the abstracts that have the word, how many authors use it in their TLDR."""


@dataclass(frozen=True)
class WordStatistics:
    """Notes by word; unknown words get what rare words have on average."""

    notes: dict[str, WordNote]
    unknown: WordNote

    def note(self, word: str) -> WordNote:
        """The note of a lower-case word."""
        return self.notes.get(word, self.unknown)


@functools.cache
def load_word_statistics(name: str = "lexicon") -> WordStatistics:
    """The lexicon shipped as `text/data/<name>.npz`."""

    arrays = load_arrays(name)
    words = str(arrays["words"]).split(" ")
    columns = arrays["notes"].astype(float)
    return build_word_statistics(words, columns.tolist())


def build_word_statistics(words: list[str], rows: list[list[float]]) -> WordStatistics:
    """A lexicon of words with their four numbers; the first word, empty, stands for the unknown ones."""
    notes = {word: WordNote(*row) for word, row in zip(words, rows, strict=True)}
    return WordStatistics(notes, notes.pop(""))


def rarity(documents: int, holding: float) -> float:
    """The IDF of a word that `holding` of `documents` have."""
    return math.log((documents + 1) / (holding + 1))
