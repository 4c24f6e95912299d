"""Papers -> how alike they are, by their own words and by what a background knows of those, from their common centre.

Two cosine kernels are added: TF-IDF over the words of title and abstract, and the papers' places in the background.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from broadsheet.models import Paper
from broadsheet.text.words import content_stems
from broadsheet.themes.background import Background

Matrix = NDArray[np.float64]
Sparse = Any
"""A scipy.sparse CSR matrix, which has no types of its own."""

_READ_CHARACTERS = 8000
_KEPT = 1024
"""Papers whose terms are kept: grouping, naming and the map of one listing all ask for them."""


def count_terms(paper: Paper) -> Counter[str]:
    """How often each term stands in a paper: the stems of the words that carry meaning.

    The title counts twice, the abstract with its first 8,000 characters. What is returned is shared: do not change it.
    """
    return _count(paper.title[:_READ_CHARACTERS], paper.abstract[:_READ_CHARACTERS])


@lru_cache(maxsize=_KEPT)
def _count(title: str, abstract: str) -> Counter[str]:
    terms = Counter(content_stems(title) * 2)
    terms.update(content_stems(abstract))
    return terms


def describe_papers(papers: Sequence[Paper], background: Background) -> Sparse:
    """A row a paper: its TF-IDF, of length 1 (or 0), beside its place in the background, and where an encoder puts it.

    The places are seen from the middle of these papers, or all of one field would look alike; they count for less
    where the background knows few of a paper's terms.
    """

    terms = [count_terms(paper) for paper in papers]
    places = background.place_among(terms)
    known = places.any(axis=1)
    if known.any():
        places[known] -= places[known].mean(axis=0)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    places *= background.familiarity(terms)[:, None] / np.where(lengths > 1e-6, lengths, np.inf)
    words = weigh_terms(papers, background=background.rarities())
    kernels = [words, sparse.csr_matrix(places.astype(float))]
    if background.senses is not None and len(papers):
        sensed = background.senses.place(papers).astype(float)
        sensed -= sensed.mean(axis=0)
        lengths = np.linalg.norm(sensed, axis=1, keepdims=True)
        kernels.append(sparse.csr_matrix(sensed / np.where(lengths > 1e-6, lengths, np.inf)))
    return sparse.hstack(kernels, format="csr")


def weigh_terms(papers: Sequence[Paper], *, background: Mapping[str, float] | None = None) -> Sparse:
    """The TF-IDF rows of the papers, each of length 1 (or 0, for a paper without a word), as a sparse matrix.

    `background` gives the inverse document frequency of terms where it is known from more than these papers;
    the other terms get theirs from the papers at hand.
    """

    counts = [count_terms(paper) for paper in papers]
    spread = Counter(term for one in counts for term in one)
    column = {term: index for index, term in enumerate(sorted(spread))}
    rarity = {term: math.log((1 + len(papers)) / (1 + within)) + 1 for term, within in spread.items()}
    rarity.update((term, weight) for term, weight in (background or {}).items() if term in rarity)
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in counts:
        row = sorted((column[term], (1 + math.log(count)) * rarity[term]) for term, count in one.items())
        length = math.sqrt(math.fsum(weight * weight for _, weight in row)) or 1.0
        columns.extend(index for index, _ in row)
        values.extend(weight / length for _, weight in row)
        ends.append(len(values))
    parts = (np.array(values, dtype=float), np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int64))
    return sparse.csr_matrix(parts, shape=(len(papers), max(1, len(column))))


@dataclass(frozen=True)
class Space:
    """Papers as directions from the centre of all of them, so that 0 means "as alike as any two papers here".

    The rows stay sparse: the centre is taken off in the sums. Kernels are added by setting rows side by side.
    """

    rows: Sparse
    mean: Matrix
    lengths: Matrix

    @classmethod
    def of(cls, rows: Sparse) -> Space:
        """The space of these rows, one a paper."""

        mean = np.asarray(rows.mean(axis=0)).ravel()
        squared = np.asarray(rows.multiply(rows).sum(axis=1)).ravel() - 2 * (rows @ mean) + mean @ mean
        lengths = np.sqrt(squared.clip(0.0))
        return cls(rows, mean, np.where(lengths < 1e-6, np.inf, lengths))

    def compare(self, chosen: Sequence[int]) -> Matrix:
        """The centred cosine of every chosen paper with every other, -1 to 1; memory grows with the square."""
        rows = self.rows[list(chosen)]
        shared = (rows @ rows.T).toarray()
        onto = rows @ self.mean
        lengths = self.lengths[list(chosen)]
        similarity: Matrix = shared - onto[:, None] - onto[None, :] + self.mean @ self.mean
        similarity /= lengths[:, None]
        similarity /= lengths[None, :]
        return similarity.clip(-1.0, 1.0)

    def add_up(self, groups: Sequence[Sequence[int]]) -> Matrix:
        """For each group the sum of its papers' directions: one row a group."""

        sums = np.zeros((len(groups), self.rows.shape[1]))
        for number, group in enumerate(groups):
            weights = 1.0 / self.lengths[list(group)]
            sums[number] = self.rows[list(group)].T @ weights - self.mean * weights.sum()
        return sums

    def project(self, sums: Matrix) -> Matrix:
        """For each paper (row) the sum of its cosines with the papers of each group (column)."""
        projected: Matrix = (self.rows @ sums.T - self.mean @ sums.T) / self.lengths[:, None]
        return projected
