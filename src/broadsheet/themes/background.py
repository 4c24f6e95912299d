"""The background model: inverse document frequencies, word vectors and paper vectors learned before a run.

The shipped background was learned by benchmarks/train_background.py from 54,099 papers: 14,005 of conferences on
machine learning, vision, language and robotics, the others of all fields of arXiv. A recurring edition adds the papers
that it has seen. Terms unknown to it get their frequencies from the listing alone. With a sentence encoder, papers have
embeddings as well, smoothed with their nearest neighbours in the background.
Matrices hold one paper or one term a row, as 32-bit floats.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broadsheet.local.encoder import open_encoder
from broadsheet.models import Paper
from broadsheet.settings.loading import Settings
from broadsheet.text.subjects import load_subjects
from broadsheet.text.weights import load_arrays
from broadsheet.text.words import Numbering

Matrix = NDArray[np.float32]
Matrix64 = NDArray[np.float64]
PROBE = "Each model of this kind puts this sentence in a place of its own."
_SAME = 0.97
"""The cosine between two embeddings of the probe above which both are of one encoder, quantised or not."""


@dataclasses.dataclass(frozen=True)
class Senses:
    """A sentence encoder, and its embeddings of background papers (papers x dimensions).

    `seen` is empty where the shipped embeddings are of another encoder. `_known` caches embeddings by text.
    """

    encode: Callable[[Sequence[str]], Matrix]
    seen: Matrix
    _known: dict[str, Matrix] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, encode: Callable[[Sequence[str]], Matrix]) -> Senses:
        """The encoder with the shipped embeddings (of all-MiniLM-L6-v2), if it is that encoder."""
        own, (probe, places) = encode([PROBE]), shipped_places()
        # Embeddings of two encoders must not be mixed, so the probe decides; the dimensions must agree before the dot
        # product.
        same = own.shape[1] == len(probe) and float(own[0] @ probe) > _SAME
        return cls(encode, places if same else places[:0, :0])

    def place(self, papers: Sequence[Paper]) -> Matrix:
        """The papers' embeddings, smoothed with their nearest neighbours in `seen`: one row of norm 1 a paper."""

        own = self.encode_papers(papers)
        return draw_near(own, self.seen) if len(self.seen) else own

    def encode_papers(self, papers: Sequence[Paper]) -> Matrix:
        """The encoder's own embeddings of the papers, a row a paper; each text is encoded once."""

        texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@functools.cache
def shipped_places() -> tuple[Matrix, Matrix]:
    """The embeddings by all-MiniLM-L6-v2 of the probe and of 6,000 background papers (benchmarks/train_senses.py).

    A vector of 384 numbers, and a row of norm 1 a paper.
    """

    arrays = load_arrays("senses")
    places = arrays["places"].astype(np.float32)
    return arrays["probe"].astype(np.float32), places / np.linalg.norm(places, axis=1, keepdims=True)


NEIGHBOURS = 10
"""The number of nearest background papers that smooth a paper's vector: papers without a common word can be similar."""
PULL = 1.5
"""The weight of the neighbours' mean; the paper's own vector has the weight 1."""
FEWEST = 3
"""The number of seen papers that must have an unknown term before it gets a vector."""
_BLOCK = 128


class TermCounts:
    """The term frequencies of many papers: arrays of 8 bytes a term in place of a `Counter` a paper, of a hundred."""

    names: Sequence[str]
    """The distinct terms, which `terms` has by their numbers."""
    terms: NDArray[np.int32]
    counts: NDArray[np.int32]
    ends: NDArray[np.int64]
    """Where the terms of each paper end in the two others, after a 0."""

    def __init__(self, papers: Iterable[Mapping[str, int]]) -> None:
        """Goes through the papers once."""
        numbers = Numbering()
        terms, counts, ends = array("i"), array("i"), array("q", [0])
        for counted in papers:
            terms.extend(map(numbers.__getitem__, counted))
            counts.extend(counted.values())
            ends.append(len(terms))
        self.names = list(numbers)
        self.terms, self.counts = np.frombuffer(terms, np.int32), np.frombuffer(counts, np.int32)
        self.ends = np.frombuffer(ends, np.int64)

    @classmethod
    def of(cls, papers: Iterable[Mapping[str, int]]) -> TermCounts:
        """The papers as they are where they are counted so already."""
        return papers if isinstance(papers, cls) else cls(papers)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __iter__(self) -> Iterator[Counter[str]]:
        for begin, end in itertools.pairwise(self.ends.tolist()):
            names = map(self.names.__getitem__, self.terms[begin:end].tolist())
            yield Counter(dict(zip(names, self.counts[begin:end].tolist(), strict=True)))

    @property
    def rows(self) -> NDArray[np.int64]:
        """The number of the paper of each count."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends))

    @property
    def damped(self) -> Matrix64:
        """The counts as 1 + ln tf: ten uses of a word say less than ten times as much as one."""
        logs = np.array([0.0, *(1 + math.log(count) for count in range(1, self.counts.max(initial=0) + 1))])
        damped: Matrix64 = logs[self.counts]
        return damped


@dataclasses.dataclass(frozen=True)
class Background:
    """Vectors of terms and of papers in one space of `words.shape[1]` dimensions (latent semantic analysis).

    `columns` maps a term to its row in `rarity` and `words`.
    """

    columns: Mapping[str, int]
    rarity: Matrix
    """The inverse document frequency of each term."""
    words: Matrix
    """The vector of each term: terms x dimensions."""
    places: Matrix
    """The vectors of papers seen before, or of some of them: papers x dimensions, rows of norm 1."""
    papers: int = 0
    """How many papers the frequencies were counted in; 0 where that is all of `places`."""
    fields: Mapping[str, Matrix] = dataclasses.field(default_factory=dict)
    """The mean vector of the papers of each field of arXiv, by its primary category: norm 1."""
    subjects: Mapping[str, Matrix] = dataclasses.field(default_factory=dict)
    """The mean vector of the papers with a subject in their title, by its key in `text/subjects.py`: norm below 1."""
    senses: Senses | None = None
    """A sentence encoder, where the settings name one."""

    def rarities(self) -> dict[str, float]:
        """The inverse document frequency by term."""
        return dict(zip(self.columns, self.rarity.tolist(), strict=True))

    def place(self, papers: Iterable[Counter[str]]) -> Matrix:
        """The vectors of papers given by their term counts: rows of norm 1, or zeros where no term is known."""
        # The sum of the terms' vectors, each times (1 + ln tf) * idf: the "folding in" of latent semantic analysis
        # (Deerwester et al. 1990).
        counted = TermCounts.of(papers)
        columns, rows = self._find_columns(counted), counted.rows
        known = columns >= 0
        columns, rows = columns[known], rows[known]
        weights = counted.damped[known].astype(np.float32) * self.rarity[columns]
        # In the order of the columns, so that the sum of the same terms is the same to the last bit.
        order = np.argsort(rows * len(self.columns) + columns)
        columns, weights = columns[order], weights[order, None]
        placed = np.empty((len(counted), self.words.shape[1]), dtype=np.float32)
        begin = 0
        for row, end in enumerate(np.bincount(rows, minlength=len(counted)).cumsum().tolist()):
            (weights[begin:end] * self.words[columns[begin:end]]).sum(axis=0, out=placed[row])
            begin = end
        return unit(placed)

    def _find_columns(self, counted: TermCounts) -> NDArray[np.int64]:
        """The column of each counted term, -1 where it is unknown."""
        columns = np.array([self.columns.get(term, -1) for term in counted.names], dtype=np.int64)
        return columns[counted.terms]

    def familiarity(self, papers: Iterable[Counter[str]]) -> Matrix:
        """The share of each paper's distinct terms that the background knows, 0 to 1: a measure of trust in it."""
        counted = TermCounts.of(papers)
        known = np.bincount(counted.rows[self._find_columns(counted) >= 0], minlength=len(counted))
        shares: Matrix = (known / np.diff(counted.ends).clip(min=1)).astype(np.float32)
        return shares

    def grow(self, seen: Sequence[Counter[str]]) -> Background:
        """The background with more papers, given by their term counts: more neighbours, and updated frequencies.

        Inverse document frequencies follow from both collections together. An unknown term that at least `FEWEST` of
        the papers have gets a vector: the direction of the mean of these papers' vectors.
        """

        if not seen:
            return self
        spread = Counter(term for terms in seen for term in terms)
        # Inverts idf = ln((1 + N) / (1 + n)) + 1 for n, the number of background papers with the term; adds the new
        # papers, and applies the same formula again.
        base = self.papers or len(self.places)
        total = base + len(seen)
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
            papers=total,
            fields=self.fields,
            subjects=self.subjects,
            senses=self.senses,
        )
        return dataclasses.replace(grown, places=np.concatenate([self.places, grown.place(seen)]))

    def _directions_of(self, new: Sequence[str], seen: Sequence[Counter[str]]) -> Matrix:
        """Vectors for unknown terms, terms x dimensions, of the mean norm of the known ones."""

        at = {term: number for number, term in enumerate(new)}
        sums = np.zeros((len(new), self.words.shape[1]), dtype=np.float32)
        for row, terms in zip(self.place(seen), seen, strict=True):
            for term in terms.keys() & at.keys():
                sums[at[term]] += row
        directions: Matrix = np.linalg.norm(self.words, axis=1).mean() * unit(sums)
        return directions

    def place_among(self, papers: Iterable[Counter[str]]) -> Matrix:
        """The papers' vectors, smoothed with their nearest neighbours in the background: rows of norm 1, or zeros."""
        return self.draw_near(self.place(papers))

    def draw_near(self, own: Matrix) -> Matrix:
        """The vectors `own` of papers, as `place` has them, smoothed with their nearest neighbours in the background.

        A new array in any case.
        """
        return draw_near(own, self.places) if len(self.places) else own.copy()


def draw_near(own: Matrix, places: Matrix) -> Matrix:
    """Adds to each row `PULL` times the mean of its nearest `places`, and scales it to norm 1; zero rows stay zero.

    `own` is (n, d) and `places` (m, d), both of norm 1. Exact search, O(n m d), in blocks of rows to bound the memory.
    """

    near = min(NEIGHBOURS, len(places))
    drawn = np.empty_like(own)
    for begin in range(0, len(own), _BLOCK):
        block = own[begin : begin + _BLOCK]
        scores = block @ places.T
        # A partial sort suffices: the mean needs the nearest, not their order. They are sorted by index below so that
        # the floating-point sum is always the same.
        nearest = np.argpartition(-scores, near - 1, axis=1)[:, :near]
        drawn[begin : begin + _BLOCK] = block + PULL * places[np.sort(nearest, axis=1)].mean(axis=1)
    drawn[~own.any(axis=1)] = 0.0
    return unit(drawn)


@functools.cache
def shipped() -> Background:
    """The background shipped with Broadsheet."""
    return dataclasses.replace(load_background("background"), subjects=load_subjects().means)


def load_background(file: str | Path) -> Background:
    """Loads a shipped background by its name, or one from the path of an `.npz` file."""
    arrays = load_arrays(file)
    terms = arrays["terms"].item().decode().split("\n")
    return Background(
        columns={term: at for at, term in enumerate(terms)},
        rarity=arrays["rarity"].astype(np.float32),
        words=arrays["words"].astype(np.float32),
        places=unit(arrays["places"].astype(np.float32)),
        papers=int(arrays["papers"]),
        fields=dict(
            zip(arrays["fields"].item().decode().split("\n"), unit(arrays["means"].astype(np.float32)), strict=True)
        ),
    )


def unit(rows: Matrix) -> Matrix:
    """The rows scaled to norm 1; rows of zeros stay so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return scaled


def with_senses(known: Background, settings: Settings) -> Background:
    """The background with the encoder of the setting `embeddings`; raises `ConfigError` if it cannot be used."""
    if settings.embeddings is None:
        return known

    return dataclasses.replace(known, senses=Senses.of(open_encoder(settings.embeddings).encode))
