"""What is a subject of papers and what is everywhere, learned from titles by benchmarks/learn_subjects.py.

A phrase is known by its key: the stems of its words joined ("blackhole"), so that its spellings are one phrase.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.text.weights import load_arrays

WEIGHTS = "subjects"
_TITLED = 0.2
"""The share of abstracts with a phrase whose titles have it from which on it is wholly a subject."""
_ENDS = 0.7
"""The share of its uses in titles that end a noun phrase from which on it is wholly a phrase."""
_FEWEST_TITLED = 0.02
_FEWEST_ENDS = 0.35
_UNKNOWN_WORD = (0.2, 0.7, 0.5)
"""The three shares of a word that few titles have: the rarer a word, the more it says."""
_UNKNOWN_PHRASE = 0.6
"""The worth of a phrase that few titles have, as a share of that of its words."""


@dataclasses.dataclass(frozen=True)
class Subjects:
    """The statistics of phrases: `shares` has a row a phrase, `places` its number by key.

    A row has the share of abstracts with the phrase whose title has it too, the share of its uses in titles that end a
    noun phrase, and how far its fields are from all fields, 0 to 1. `names` has the spelling of words that keep a
    capital inside sentences, by their lower case.
    """

    places: Mapping[str, int]
    shares: np.ndarray
    names: Mapping[str, str]
    means: Mapping[str, np.ndarray]
    """For each subject of enough papers the mean of their places in the shipped background (`themes/background.py`).

    Of a norm below 1, the shorter the less these papers have in common.
    """

    def knows(self, key: str) -> bool:
        """Whether several titles have the phrase, as a subject: its worth is not 0."""
        place = self.places.get(key)
        return place is not None and self._are_known[place]

    @functools.cached_property
    def _are_known(self) -> list[bool]:
        """Of each row whether its worth is above 0: asked for very many phrases."""
        titled, ends, _ = (self.shares / 255).T
        known: list[bool] = ((titled >= _FEWEST_TITLED) & (ends >= _FEWEST_ENDS)).tolist()
        return known

    def worth(self, words: Sequence[str]) -> float:
        """How good a subject a phrase is, 0 to 1, given the keys of its words; an unknown one is judged by its words.

        0 is a phrase of evaluations ("success rates"), or half of a phrase ("protein sequence").
        """
        key = "".join(words)
        if key in self.places:
            return self._worth(*self._row(key))
        rows = [self._row(word) for word in words]
        # The last word must end phrases, and no word may be one that titles leave out.
        titled = min(row[0] for row in rows)
        return _UNKNOWN_PHRASE * self._worth(titled, rows[-1][1], max(row[2] for row in rows))

    def _row(self, key: str) -> tuple[float, float, float]:
        place = self.places.get(key)
        if place is None:
            return _UNKNOWN_WORD
        titled, ends, apart = (self.shares[place] / 255).tolist()
        return titled, ends, apart

    @staticmethod
    def _worth(titled: float, ends: float, apart: float) -> float:
        if titled < _FEWEST_TITLED or ends < _FEWEST_ENDS:
            return 0.0
        return float(min(1.0, titled / _TITLED) ** 0.5 * min(1.0, ends / _ENDS) * (0.6 + 0.4 * min(1.0, 3 * apart)))


@functools.cache
def load_subjects() -> Subjects:
    """Loads the statistics shipped as `text/data/subjects.npz`; cached."""
    arrays = load_arrays(WEIGHTS)
    phrases = arrays["phrases"].item().decode().split("\n")
    names = arrays["names"].item().decode().split("\n")
    placed = arrays["placed"].item().decode().split("\n")
    return Subjects(
        places={phrase: at for at, phrase in enumerate(phrases)},
        shares=arrays["shares"],
        names={name.lower(): name for name in names},
        means=dict(zip(placed, arrays["means"].astype(np.float32) / 127, strict=True)),
    )
