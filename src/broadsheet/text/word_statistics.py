"""Statistics of words from 14,000 abstracts: rarity, use in titles and TL;DRs, position at the end of phrases."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

from broadsheet.text.weights import load_arrays
from broadsheet.text.words import word_key


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

    def ends_phrase(self, word: str) -> float:
        """The share of a word's uses at the end of a phrase; a compound is looked up by its last part."""
        return self.note(word_key(word.rsplit("-", 1)[-1])).ends


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
