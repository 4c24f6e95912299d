"""The vector space of papers, and the cosine similarity in it as seen from the centroid of all papers.

Kernels are added by joining vectors: TF-IDF over title and abstract, latent semantic vectors from the background, and
embeddings where there is a sentence encoder. Centring makes 0 the similarity of two unrelated papers.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.models import Paper
from broadsheet.text.words import content_stems
from broadsheet.themes.background import Background, TermCounts

Matrix = NDArray[np.float64]
Rows = Any
"""A dense matrix, or where that would be large a scipy.sparse CSR array, which has no types of its own."""

_READ_CHARACTERS = 8000
_BLOCK = 64
"""The groups whose sums are held at a time."""
_LARGE = 2**25
"""The cells of a matrix of papers and groups above which they are 32-bit floats, as for 60,000 papers and more."""
_DENSE = 2**21
"""The cells of a feature matrix above which it is sparse: some 300 papers. A digest of fewer is spared the 0.2 s and
20 MB that loading scipy.sparse takes, which brings all of numpy with it."""
_KEPT = 1024
"""The papers whose term counts are cached: clustering, titles and the map all need them."""


def count_terms(paper: Paper) -> Counter[str]:
    """The term frequencies of a paper: stems of content words, those of the title counted twice.

    Of title and abstract the first 8,000 characters are read. The result is cached and shared: do not change it.
    """
    return _count(paper.title[:_READ_CHARACTERS], paper.abstract[:_READ_CHARACTERS])


@lru_cache(maxsize=_KEPT)
def _count(title: str, abstract: str) -> Counter[str]:
    terms = Counter(content_stems(title) * 2)
    terms.update(content_stems(abstract))
    return terms


def describe_papers(
    papers: Sequence[Paper],
    background: Background,
    *,
    terms: TermCounts | None = None,
    own: NDArray[np.float32] | None = None,
) -> Rows:
    """The feature matrix, a row a paper: TF-IDF (norm 1 or 0), background vector, and embedding if any.

    Dense parts are centred on these papers, since all papers of one field are similar otherwise. The background vector
    is weighted by the share of the paper's terms that the background knows.
    The papers' `terms`, and their `own` places in the background, are counted here where they are not known.
    """

    # With parts side by side, the dot product of two rows is the sum of the parts' dot products: a sum of kernels.
    terms = terms or TermCounts(map(count_terms, papers))
    places = background.draw_near(background.place(terms) if own is None else own)
    known = places.any(axis=1)
    if known.any():
        places[known] -= places[known].mean(axis=0)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    # Scales to norm 1, then by the familiarity; a division by infinity turns rows without a direction into zeros.
    places *= background.familiarity(terms)[:, None] / np.where(lengths > 1e-6, lengths, np.inf)
    words = _weigh(terms, background.rarities())
    kernels = [places.astype(float)]
    if background.senses is not None and len(papers):
        sensed = background.senses.place(papers).astype(float)
        sensed -= sensed.mean(axis=0)
        lengths = np.linalg.norm(sensed, axis=1, keepdims=True)
        kernels.append(sensed / np.where(lengths > 1e-6, lengths, np.inf))
    if isinstance(words, np.ndarray):
        return np.hstack([words, *kernels])
    sparse = _load_sparse()
    return sparse.hstack([words, *map(sparse.csr_array, kernels)], format="csr")


def weigh_terms(papers: Sequence[Paper], *, background: Mapping[str, float] | None = None) -> Rows:
    """The TF-IDF matrix of the papers, papers x terms in alphabetical order; rows of norm 1, or 0 without a term.

    `background` has inverse document frequencies from a larger collection; terms that it lacks get theirs from these
    papers.
    """
    return _weigh(TermCounts(map(count_terms, papers)), background or {})


def _weigh(counts: TermCounts, background: Mapping[str, float]) -> Rows:
    # Smoothed inverse document frequency, ln((1 + N) / (1 + n)) + 1, as in scikit-learn (Spärck Jones 1972): never
    # zero, so that a term of all papers still counts a little.
    spread = np.bincount(counts.terms, minlength=len(counts.names)).tolist()
    known = map(background.get, counts.names)
    rarity = np.array(
        [
            math.log((1 + len(counts)) / (1 + within)) + 1 if weight is None else weight
            for weight, within in zip(known, spread, strict=True)
        ]
    )
    column = np.empty(len(counts.names), dtype=np.int32)
    column[sorted(range(len(column)), key=counts.names.__getitem__)] = np.arange(len(column))
    columns, rows = column[counts.terms], counts.rows
    order = np.argsort(rows * len(column) + columns)
    values = (counts.damped * rarity[counts.terms])[order]
    squares = (values * values).tolist()
    lengths = [math.sqrt(math.fsum(squares[begin:end])) or 1.0 for begin, end in itertools.pairwise(counts.ends)]
    values /= np.repeat(lengths, np.diff(counts.ends))
    return _matrix((values, columns[order], counts.ends), (len(counts), max(1, len(column))))


def _matrix(parts: tuple[Matrix, NDArray[np.int32], NDArray[np.int64]], shape: tuple[int, int]) -> Rows:
    """The matrix of values, their columns, and where each row ends."""
    if math.prod(shape) <= _DENSE:
        values, columns, ends = parts
        dense = np.zeros(shape)
        dense[np.repeat(np.arange(shape[0]), np.diff(ends)), columns] = values
        return dense
    return _load_sparse().csr_array(parts, shape=shape)


def _load_sparse() -> Any:
    from scipy import sparse  # see _DENSE

    return sparse


def _multiply(rows: Rows) -> Matrix:
    """The dot product of each two rows."""
    if isinstance(rows, np.ndarray):
        product: Matrix = rows @ rows.T
        return product
    # The last columns are the dense kernels, with a value in nearly each row, and the others TF-IDF, with few. A sparse
    # product takes three times as long for the dense ones. They are added one by one, as it does, so that each sum is
    # the same to the last bit; in blocks of rows that fit the processor's cache, on and above the diagonal.
    filled = np.bincount(rows.indices, minlength=rows.shape[1]) > _FILLED * rows.shape[0]
    kernels = int(filled[::-1].argmin()) if not filled.all() else len(filled)
    words, columns = rows[:, : len(filled) - kernels], rows[:, len(filled) - kernels :].toarray().T.copy()
    shared = dense(words @ words.T)
    for begin in range(0, len(shared), _ROWS):
        block = shared[begin : begin + _ROWS, begin:]
        one = np.empty_like(block)
        for column in columns:
            block += np.multiply(column[begin : begin + _ROWS, None], column[None, begin:], out=one)
        shared[begin + _ROWS :, begin : begin + _ROWS] = block[:, _ROWS:].T
    return shared


_FILLED = 0.5
"""The share of the rows with a value in a column from which on it counts as dense."""
_ROWS = 64


def dense(rows: Rows) -> Matrix:
    """The matrix with its zeros."""
    full: Matrix = rows if isinstance(rows, np.ndarray) else rows.toarray()
    return full


@dataclass(frozen=True)
class Space:
    """Papers as unit vectors from their centroid, so that a cosine of 0 means "as similar as any two papers here".

    `rows` (papers x features) stay sparse where they are: the centroid `mean` is subtracted inside the formulas.
    `lengths` are the norms of the centred rows, infinite for rows equal to the centroid, whose similarities are then 0.
    """

    rows: Rows
    mean: Matrix
    lengths: Matrix

    @classmethod
    def of(cls, rows: Rows) -> Space:
        """The space of a feature matrix, a row a paper."""

        mean = rows.mean(axis=0)
        # |x - m|² = |x|² - 2 x·m + |m|², without making the sparse rows dense.
        squared = (rows * rows).sum(axis=1) - 2 * (rows @ mean) + mean @ mean
        lengths = np.sqrt(squared.clip(0.0))
        return cls(rows, mean, np.where(lengths < 1e-6, np.inf, lengths))

    def compare(self, chosen: Sequence[int]) -> Matrix:
        """The cosine matrix of the chosen papers, chosen x chosen, -1 to 1; quadratic in time and memory."""
        rows = self.rows[list(chosen)]
        shared = _multiply(rows)
        onto = rows @ self.mean
        lengths = self.lengths[list(chosen)]
        # (x - m)·(y - m) = x·y - x·m - y·m + m·m
        similarity: Matrix = shared - onto[:, None] - onto[None, :] + self.mean @ self.mean
        similarity /= lengths[:, None]
        similarity /= lengths[None, :]
        return similarity.clip(-1.0, 1.0)

    def add_up(self, groups: Sequence[Sequence[int]]) -> Matrix:
        """The sum of the centred unit vectors of each group: groups x features."""

        sums = np.zeros((len(groups), self.rows.shape[1]))
        for number, group in enumerate(groups):
            weights = 1.0 / self.lengths[list(group)]
            # The sum of (x - m) / |x - m| over the group, with the mean taken out of the sum.
            sums[number] = self.rows[list(group)].T @ weights - self.mean * weights.sum()
        return sums

    def project(self, groups: Sequence[Sequence[int]]) -> Matrix:
        """The sum of each paper's cosines with the papers of each group, papers x groups.

        The dot product is linear, so this costs one product a group and not one a pair of papers. The groups' sums are
        dense: they are made a few at a time, which bounds the memory.
        """
        shape = (self.rows.shape[0], len(groups))
        projected: Matrix = np.empty(shape, dtype=np.float32 if math.prod(shape) > _LARGE else float)
        for begin in range(0, len(groups), _BLOCK):
            sums = self.add_up(groups[begin : begin + _BLOCK])
            projected[:, begin : begin + _BLOCK] = self.rows @ sums.T - self.mean @ sums.T
        projected /= self.lengths[:, None]
        return projected

    def project_own(self, group: Sequence[int]) -> Matrix:
        """The sum of the cosines of each paper of a group with all of its papers."""
        (total,) = self.add_up([group])
        own: Matrix = (self.rows[list(group)] @ total - self.mean @ total) / self.lengths[list(group)]
        return own
