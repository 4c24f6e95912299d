"""What words mean to each other: directions and rarities counted on many abstracts, shipped as one small file."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.text.weights import load_arrays
from broadsheet.text.words import split_words, stem

WEIGHTS = "words"
_ENDINGS = "ization isation ingly edly ities ing ion ive ied ity ment ness able ible ally ed or er al ly ic y"
_SUFFIXES = tuple(_ENDINGS.split())
"""In the order in which they are tried."""
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


@functools.lru_cache(maxsize=65536)
def root(word: str) -> str:
    """A lower-case word without its commonest ending: what "improves", "improved" and "improving" share."""
    if len(word) < 5 or not word.isascii():
        return stem(word)
    short = stem(word)
    for suffix in _SUFFIXES:
        if short.endswith(suffix) and len(short) - len(suffix) >= 4:
            short = _DOUBLED.sub(r"\1", short[: -len(suffix)])
            break
    return short.removesuffix("e") if len(short) > 4 else short


def roots_in_order(text: str) -> list[str]:
    """The roots of all words of a text, in order."""
    return [root(word) for word in split_words(text)]


@dataclasses.dataclass(frozen=True)
class WordVectors:
    """The known roots: where each stands in the arrays, how rare it is, its direction, how often it has a capital."""

    places: Mapping[str, int]
    rarity: np.ndarray
    """Inverse document frequency, natural logarithm."""
    directions: np.ndarray
    """A row of length 1 a root; the cosine of two says how alike the company is that they keep."""
    capital: np.ndarray
    """The share of its places amid a sentence where it has a capital."""
    rarest: float

    def rarity_of(self, word: str) -> float:
        """How rare a root is; what was never counted is as rare as can be."""
        place = self.places.get(word)
        return self.rarest if place is None else float(self.rarity[place])

    def rows(self, words: Sequence[str]) -> np.ndarray:
        """The directions of roots, zeros for the unknown."""

        return self.directions[np.array([self.places.get(word, -1) for word in words], dtype=np.intp)]

    def is_proper(self, word: str) -> bool:
        """Whether a word is mostly written with a capital amid a sentence; unknown ones are names for sure."""
        place = self.places.get(root(word))
        return place is None or bool(self.capital[place] > 0.7)


@functools.cache
def load_word_vectors() -> WordVectors:
    """The lexicon shipped as `text/data/words.npz`."""

    arrays = load_arrays(WEIGHTS)
    words = bytes(arrays["words"]).decode().split("\n")
    directions = arrays["directions"].astype(np.float32)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    directions /= np.where(lengths > 0, lengths, 1)
    rarity = arrays["rarity"].astype(np.float32)
    return WordVectors(
        places={word: place for place, word in enumerate(words)},
        rarity=rarity,
        directions=np.vstack([directions, np.zeros((1, directions.shape[1]), dtype=np.float32)]),
        capital=arrays["capital"].astype(np.float32) / 255,
        rarest=float(rarity.max()),
    )
