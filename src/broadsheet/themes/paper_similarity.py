"""The similarity of papers to wanted papers; a wanted phrase is a paper with that title and no abstract."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.models import Paper
from broadsheet.themes.background import Background
from broadsheet.themes.vector_space import count_terms, dense, weigh_terms

Matrix = NDArray[np.float64]

ANCHOR = 20
"""The weight of the background's centroid, in papers: centred on themselves alone, two papers would be opposite."""


def paper_similarities(papers: Sequence[Paper], wanted: Sequence[Paper], background: Background) -> Matrix:
    """The similarity matrix, papers x wanted: a sum of two cosines, from -1 to 2; 0 is that of an average paper.

    The first is the cosine of TF-IDF vectors, the second that of background vectors centred on the papers and weighted
    by how many of the words the background knows. With a sentence encoder the centred cosine of embeddings is a
    third, and the sum is scaled by 2/3, so that constants fitted without one still hold (by
    benchmarks/interests_quality.py with all-MiniLM-L6-v2: an even chance at .59 in place of .56 for a phrase, at .75
    in place of .68 for one paper).
    """
    both, split = (*papers, *wanted), len(papers)
    terms = [count_terms(one) for one in both]
    words = weigh_terms(both, background=background.rarities())
    places = _centred(background.place_among(terms).astype(float), split, background.places)
    # TF-IDF values are never negative, so the first cosine is 0 to 1; the centred one is -1 to 1.
    places *= background.familiarity(terms)[:, None]
    alike: Matrix = dense(words[:split] @ words[split:].T) + places[:split] @ places[split:].T
    if background.senses is not None:
        sensed = _centred(background.senses.place(both).astype(float), split, background.senses.seen)
        alike = (alike + sensed[:split] @ sensed[split:].T) * 2 / 3
    return alike


def _centred(places: Matrix, papers: int, field: NDArray[np.float32]) -> Matrix:
    """Rows minus the centroid of the first `papers` of them, scaled to norm 1; zero rows stay zero.

    The centroid is shrunk towards that of `field`, which has the weight of `ANCHOR` papers if it is not empty.
    Changes `places`.
    """
    known = np.asarray(places.any(axis=1))
    own = places[:papers][known[:papers]]
    anchor = ANCHOR if len(field) else 0
    middle = anchor * field.mean(axis=0) if anchor else 0.0
    places[known] -= (own.sum(axis=0) + middle) / max(1, len(own) + anchor)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    scaled: Matrix = places / np.where(lengths > 1e-6, lengths, np.inf)
    return scaled
