"""Where the own paper stands among all papers of the run, by how well each goes with a TL;DR, its head and its tail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.writing.contrast import Reading, Run

if TYPE_CHECKING:
    from broadsheet.writing.matching import Match

_SPANS = ("all", "head", "tail")
STANDING_FEATURES = tuple(
    f"{name} of {span}" for span in _SPANS for name in ("words ahead", "papers ahead", "sense ahead", "papers nearer")
)
_HEAD = 0.6


def find_standing(run: Run, own: Reading, roots: Sequence[str], match: Match) -> list[float]:
    """By span: how far the own paper is ahead of the best other, by words and by sense, and how many are not behind it.

    The number of papers is taken by its logarithm; the own paper may be outside the run.
    """
    import numpy as np

    cut = round(_HEAD * len(roots))
    spans = np.zeros((3, len(roots)))
    spans[0] = spans[1, :cut] = spans[2, cut:] = 1.0
    weights = spans * match.weight
    totals = np.maximum(weights.sum(axis=1), 1e-9)
    shared = np.zeros((3, max(1, len(run))))
    for at, word in enumerate(roots):
        places = run.holding(word) if match.weight[at] else None
        if places is not None:
            shared[:, places] += weights[:, at : at + 1]
    held = weights @ match.stands / totals
    sense = weights @ match.asked
    sense /= np.linalg.norm(sense, axis=1, keepdims=True) + 1e-9
    near = (run.centres @ sense.T).T if len(run) else np.zeros((3, 1))
    mine = sense @ own.centre if own.held else np.zeros(3)
    here = run.place_of(own.paper)
    shared /= totals[:, None]
    if here is not None:
        shared[:, here] = near[:, here] = -1.0
    columns = np.column_stack(
        [
            held - shared.max(axis=1),
            np.log1p((shared >= held[:, None] - 1e-9).sum(axis=1)),
            mine - near.max(axis=1),
            np.log1p((near >= mine[:, None] - 1e-9).sum(axis=1)),
        ]
    )
    return [float(value) for value in columns.ravel()]
