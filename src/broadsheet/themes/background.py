"""What is known of a field before a listing is read: how rare words are, which go together, and where papers lie.

The shipped background was learned by benchmarks/train_background.py from 14,005 papers of computer science. It grows
with the papers that a standing edition has seen. Terms it does not know are left to the papers at hand. Where the
reader has a sentence encoder, it places papers too, drawn towards papers of the background that it puts nearby.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from broadsheet.local.encoder import open_encoder
from broadsheet.models import Paper
from broadsheet.settings.loading import Settings
from broadsheet.text.weights import load_arrays

Matrix = NDArray[np.float32]
PROBE = "Each model of this kind puts this sentence in a place of its own."
_SAME = 0.97
"""The cosine above which an encoder puts the probe where ours did: quantised or not, it is the same one."""


@dataclasses.dataclass(frozen=True)
class Senses:
    """An encoder, and the places of papers that it has seen: none where the shipped ones are another encoder's."""

    encode: Callable[[Sequence[str]], Matrix]
    seen: Matrix
    _known: dict[str, Matrix] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, encode: Callable[[Sequence[str]], Matrix]) -> Senses:
        """The encoder with the shipped places (all-MiniLM-L6-v2's), if they are its own."""
        own, (probe, places) = encode([PROBE]), shipped_places()
        same = own.shape[1] == len(probe) and float(own[0] @ probe) > _SAME
        return cls(encode, places if same else places[:0, :0])

    def place(self, papers: Sequence[Paper]) -> Matrix:
        """Where the papers are, drawn towards those seen that are near, a row of length 1 each."""

        own = self.encode_papers(papers)
        return draw_near(own, self.seen) if len(self.seen) else own

    def encode_papers(self, papers: Sequence[Paper]) -> Matrix:
        """Where the encoder itself puts the papers; each text is encoded once."""

        texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@functools.cache
def shipped_places() -> tuple[Matrix, Matrix]:
    """Where all-MiniLM-L6-v2 puts the probe, and 6,000 papers of the background (benchmarks/train_senses.py)."""

    arrays = load_arrays("senses")
    places = arrays["places"].astype(np.float32)
    return arrays["probe"].astype(np.float32), places / np.linalg.norm(places, axis=1, keepdims=True)


NEIGHBOURS = 10
"""How many papers of the background stand by a paper, so that two that share no word can still be near."""
PULL = 1.5
"""How far the neighbours draw a paper, beside its own place."""
FEWEST = 3
"""Papers seen that must have a term for it to get a direction, where the background does not know it."""
_BLOCK = 1024


@dataclasses.dataclass(frozen=True)
class Background:
    """Directions of terms and places of papers in one space of `words.shape[1]` dimensions."""

    columns: Mapping[str, int]
    rarity: Matrix
    """The inverse document frequency of each term."""
    words: Matrix
    """The direction of each term, a row a term."""
    places: Matrix
    """Papers seen before, rows of length 1."""
    senses: Senses | None = None
    """A sentence encoder, where the reader has one."""

    def rarities(self) -> dict[str, float]:
        """The inverse document frequency by term."""
        return dict(zip(self.columns, self.rarity.tolist(), strict=True))

    def place(self, papers: Sequence[Counter[str]]) -> Matrix:
        """Each paper's place by its own terms, a row of length 1, or 0 where none of its terms is known."""

        at: list[int] = []
        values: list[float] = []
        ends = [0]
        for terms in papers:
            known = [(self.columns[term], 1 + math.log(count)) for term, count in terms.items() if term in self.columns]
            at.extend(column for column, _ in sorted(known))
            values.extend(weight for _, weight in sorted(known))
            ends.append(len(at))
        counted = np.array(values, dtype=np.float32) * self.rarity[at]
        parts = (counted, np.array(at, dtype=np.int32), np.array(ends))
        placed: Matrix = sparse.csr_matrix(parts, shape=(len(papers), len(self.columns))) @ self.words
        return _unit(placed)

    def familiarity(self, papers: Sequence[Counter[str]]) -> Matrix:
        """Of each paper's terms, the share that is known here: 1 in its own field, less the farther away."""

        shares = [sum(term in self.columns for term in terms) / max(1, len(terms)) for terms in papers]
        return np.array(shares, dtype=np.float32)

    def grow(self, seen: Sequence[Counter[str]]) -> Background:
        """This background with more papers seen, by their terms: more neighbours to draw towards, and new rarities.

        How rare a term is follows from both counts. A term that is not known here gets its direction from the papers
        seen that have it: the mean of theirs, where three or more do.
        """

        if not seen:
            return self
        spread = Counter(term for terms in seen for term in terms)
        base, total = len(self.places), len(self.places) + len(seen)
        before = ((1 + base) / np.exp(self.rarity - 1) - 1).clip(0)
        more = np.array([spread[term] for term in self.columns], dtype=np.float32)
        rarity = np.log((1 + total) / (1 + before + more)) + 1
        new = sorted(term for term, count in spread.items() if count >= FEWEST and term not in self.columns)
        fresh = [math.log((1 + total) / (1 + spread[term])) + 1 for term in new]
        grown = Background(
            columns={term: number for number, term in enumerate([*self.columns, *new])},
            rarity=np.concatenate([rarity, np.array(fresh, dtype=np.float32)]).astype(np.float32),
            words=np.concatenate([self.words, self._directions_of(new, seen)]).astype(np.float32),
            places=self.places,
            senses=self.senses,
        )
        return dataclasses.replace(grown, places=np.concatenate([self.places, grown.place(seen)]))

    def _directions_of(self, new: Sequence[str], seen: Sequence[Counter[str]]) -> Matrix:
        """The directions of terms that are not known here, as long as those that are."""

        at = {term: number for number, term in enumerate(new)}
        sums = np.zeros((len(new), self.words.shape[1]), dtype=np.float32)
        for row, terms in zip(self.place(seen), seen, strict=True):
            for term in terms.keys() & at.keys():
                sums[at[term]] += row
        directions: Matrix = np.linalg.norm(self.words, axis=1).mean() * _unit(sums)
        return directions

    def place_among(self, papers: Sequence[Counter[str]]) -> Matrix:
        """Each paper's place drawn towards the mean of its nearest neighbours in the background, rows of length 1."""
        own = self.place(papers)
        return draw_near(own, self.places) if len(self.places) else own


def draw_near(own: Matrix, places: Matrix) -> Matrix:
    """Rows drawn towards the mean of the places that are nearest to each, of length 1; a row of 0 stays one."""

    near = min(NEIGHBOURS, len(places))
    drawn = np.empty_like(own)
    for begin in range(0, len(own), _BLOCK):
        block = own[begin : begin + _BLOCK]
        scores = block @ places.T
        nearest = np.argpartition(-scores, near - 1, axis=1)[:, :near]
        drawn[begin : begin + _BLOCK] = block + PULL * places[np.sort(nearest, axis=1)].mean(axis=1)
    drawn[~own.any(axis=1)] = 0.0
    return _unit(drawn)


@functools.cache
def shipped() -> Background:
    """The background that comes with Broadsheet."""
    return load_background("background")


def load_background(file: str | Path) -> Background:
    """A shipped background by its name, or one from a file of its own."""
    arrays = load_arrays(file)
    terms = arrays["terms"].item().decode().split("\n")
    return Background(
        columns={term: at for at, term in enumerate(terms)},
        rarity=arrays["rarity"].astype(np.float32),
        words=arrays["words"].astype(np.float32),
        places=_unit(arrays["places"].astype(np.float32)),
    )


def _unit(rows: Matrix) -> Matrix:

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return scaled


def with_senses(known: Background, settings: Settings) -> Background:
    """The background and the encoder that `embeddings` names; raises `ConfigError` where that is none."""
    if settings.embeddings is None:
        return known

    return dataclasses.replace(known, senses=Senses.of(open_encoder(settings.embeddings).encode))
