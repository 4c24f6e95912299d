"""Word vectors and document frequencies of word roots, learned from abstracts by benchmarks/fit_words.py.

The vectors are a truncated SVD of positive pointwise mutual information (Levy, Goldberg and Dagan 2015).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.weights import load_arrays
from broadsheet.text.words import split_words, stem

WEIGHTS = "words"
_ENDINGS = "ization isation ingly edly ities ing ion ive ied ity ment ness able ible ally ed or er al ly ic y"
_SUFFIXES = tuple(_ENDINGS.split())
"""Suffixes in the order in which they are tried."""
_DOUBLED = lazy_regex(r"([bdfgmnprt])\1$")


@functools.lru_cache(maxsize=65536)
def root(word: str) -> str:
    """The root of a lower-case word, without its suffix: "improves", "improved" and "improving" have the same.

    At most one suffix goes, and at least four letters stay.
    """
    if len(word) < 5 or not word.isascii():
        return stem(word)
    short = stem(word)
    for suffix in _SUFFIXES if short.endswith(_SUFFIXES) else ():
        if short.endswith(suffix) and len(short) - len(suffix) >= 4:
            # A consonant doubled before the suffix becomes single: "mapp" from "mapping" becomes "map".
            short = _DOUBLED.sub(r"\1", short[: -len(suffix)])
            break
    return short.removesuffix("e") if len(short) > 4 else short


def roots_in_order(text: str) -> list[str]:
    """The roots of the words of a text, in order, with repetitions."""
    return [root(word) for word in split_words(text)]


@dataclasses.dataclass(frozen=True)
class WordVectors:
    """Arrays with a row a known root; `places` maps a root to its row.

    `directions` has one row more, of zeros, for unknown roots.
    """

    places: Mapping[str, int]
    rarity: np.ndarray
    """Inverse document frequencies, in nats."""
    directions: np.ndarray
    """Unit vectors, (roots + 1) x dimensions; their cosine is the similarity of the contexts of two words."""
    capital: np.ndarray
    """The share of the uses inside a sentence with a capital, 0 to 1."""
    rarest: float

    def rarity_of(self, word: str) -> float:
        """The inverse document frequency of a root; an unknown one has the largest."""
        return self._rarities.get(word, self.rarest)

    @functools.cached_property
    def _rarities(self) -> Mapping[str, float]:
        """By root what `rarity` has in its row: numbers of Python's are several times as quick to look up."""
        return dict(zip(self.places, self.rarity.tolist(), strict=True))

    def rows(self, words: Sequence[str]) -> np.ndarray:
        """The vectors of roots, words x dimensions; zeros for unknown ones."""

        # Index -1 is the last row, of zeros.
        return self.directions.take([self.places.get(word, -1) for word in words], axis=0)

    def is_proper(self, word: str) -> bool:
        """Whether a word is mostly written with a capital inside sentences; unknown words count as names."""
        place = self.places.get(root(word))
        return place is None or bool(self.capital[place] > 0.7)


@functools.cache
def load_word_vectors() -> WordVectors:
    """Loads the vectors shipped as `text/data/words.npz`; cached."""

    arrays = load_arrays(WEIGHTS)
    words = bytes(arrays["words"]).decode().split("\n")
    # Stored as 8-bit integers; scaling each row to norm 1 makes a common scale factor unnecessary.
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
