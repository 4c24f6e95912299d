"""Papers and what somebody wants of them -> how alike they are; a phrase is wanted as a paper of that title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.models import Paper
from broadsheet.themes.background import Background
from broadsheet.themes.vector_space import count_terms, weigh_terms

Matrix = NDArray[np.float64]

ANCHOR = 20
"""As many papers as the middle of the background counts for: without it two papers would be opposites."""


def liken(papers: Sequence[Paper], wanted: Sequence[Paper], background: Background) -> Matrix:
    """A row a paper, a column a thing wanted: a sum of two cosines, -1 to 2; 0 is any paper of these.

    One is that of the TF-IDF of their words, the other that of their places in the background, seen from the middle
    of the papers and counting for less where the background knows few of the words. Where the reader has a sentence
    encoder the cosine of where it puts them is a third, and the sum is two thirds of theirs: what was fitted without
    one then holds (by benchmarks/interests_quality.py with all-MiniLM-L6-v2: an even chance at .59 in place of .56 for
    a phrase, at .75 in place of .68 for one paper).
    """
    both, split = (*papers, *wanted), len(papers)
    terms = [count_terms(one) for one in both]
    words = weigh_terms(both, background=background.rarities())
    places = _centred(background.place_among(terms).astype(float), split, background.places)
    places *= background.familiarity(terms)[:, None]
    alike: Matrix = (words[:split] @ words[split:].T).toarray() + places[:split] @ places[split:].T
    if background.senses is not None:
        sensed = _centred(background.senses.place(both).astype(float), split, background.senses.seen)
        alike = (alike + sensed[:split] @ sensed[split:].T) * 2 / 3
    return alike


def _centred(places: Matrix, papers: int, field: NDArray[np.float32]) -> Matrix:
    """Rows seen from the middle of the first `papers` of them, each of length 1; a row of 0 stays one.

    The middle of the `field` counts for `ANCHOR` papers, where there is one.
    """
    known = np.asarray(places.any(axis=1))
    own = places[:papers][known[:papers]]
    anchor = ANCHOR if len(field) else 0
    middle = anchor * field.mean(axis=0) if anchor else 0.0
    places[known] -= (own.sum(axis=0) + middle) / max(1, len(own) + anchor)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    scaled: Matrix = places / np.where(lengths > 1e-6, lengths, np.inf)
    return scaled
