"""Papers and what somebody wants of them -> how alike they are; a phrase is wanted as a paper of that title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.vector_space import count_terms, weigh_terms

Matrix = NDArray[np.float64]

ANCHOR = 20
"""As many papers as the middle of the background counts for: without it two papers would be opposites."""


def liken(papers: Sequence[Paper], wanted: Sequence[Paper]) -> Matrix:
    """A row a paper, a column a thing wanted: the sum of two cosines, -1 to 2; 0 is any paper of these.

    One is that of the TF-IDF of their words, the other that of their places in the background, seen from the middle
    of the papers and counting for less where the background knows few of the words.
    """

    background, split = shipped(), len(papers)
    terms = [count_terms(one) for one in (*papers, *wanted)]
    words = weigh_terms((*papers, *wanted), background=background.rarities())
    places = background.place_among(terms).astype(float)
    known = np.asarray(places.any(axis=1))
    own = places[:split][known[:split]]
    centre = (own.sum(axis=0) + ANCHOR * background.places.mean(axis=0)) / (len(own) + ANCHOR)
    places[known] -= centre
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    places *= background.familiarity(terms)[:, None] / np.where(lengths > 1e-6, lengths, np.inf)
    alike: Matrix = (words[:split] @ words[split:].T).toarray() + places[:split] @ places[split:].T
    return alike
