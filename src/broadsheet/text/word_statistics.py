"""Statistics of words from 14,000 abstracts: rarity, use in titles and TL;DRs, position at the end of phrases."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.weights import load_arrays

TOKEN = lazy_regex(r"[A-Za-z0-9]+")
"""A word as ROUGE (Lin 2004) counts it; "state-of-the-art" is four."""


class WordNote(NamedTuple):
    """The statistics of a word: `rarity` is an inverse document frequency in nats, the others are shares, 0 to 1."""

    rarity: float
    titled: float
    """The share of the abstracts with the word whose title has it too."""
    ends: float
    """The share of its uses before a full stop, a comma or a word that opens a new phrase."""
    told: float
    """The share of the abstracts with the word whose author-written TL;DR has it."""


@dataclass(frozen=True)
class WordStatistics:
    """Statistics by word; `unknown` has the averages of rare words, for words that are not listed."""

    notes: dict[str, WordNote]
    unknown: WordNote

    def note(self, word: str) -> WordNote:
        """The statistics of a lower-case word."""
        return self.notes.get(word, self.unknown)

    def columns(self, words: Sequence[str]) -> np.ndarray:
        """The statistics of lower-case words as an array, fields of `WordNote` x words."""
        places, table = self._table
        return table[:, np.fromiter(map(places.get, words, repeat(-1)), dtype=np.intp, count=len(words))]

    @functools.cached_property
    def _table(self) -> tuple[dict[str, int], np.ndarray]:
        """The column of each word, and the columns; the last is that of unknown words."""
        return {word: place for place, word in enumerate(self.notes)}, np.array([*self.notes.values(), self.unknown]).T


@functools.cache
def load_word_statistics(name: str = "lexicon") -> WordStatistics:
    """Loads the statistics shipped as `text/data/<name>.npz`; cached."""

    arrays = load_arrays(name)
    words = str(arrays["words"]).split(" ")
    columns = arrays["notes"].astype(float)
    return build_word_statistics(words, columns.tolist())


def build_word_statistics(words: list[str], rows: list[list[float]]) -> WordStatistics:
    """Statistics from words and rows of four numbers; the row of the empty word is that of unknown words."""
    notes = dict(zip(words, map(WordNote._make, rows), strict=True))
    return WordStatistics(notes, notes.pop(""))


def rarity(documents: int, holding: float) -> float:
    """The inverse document frequency, ln((N + 1) / (n + 1)), of a word in `holding` of `documents`; in nats."""
    return math.log((documents + 1) / (holding + 1))
