"""Rates papers by what a reader starred and wants less of: a regularised model over the similarities of interests.

Kernel ridge regression (Saunders et al. 1998) on stars (+1) and papers dismissed (-1). It is trained anew for every
listing, which takes milliseconds, so a star counts at once and one that is taken away leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from broadsheet.models import Paper
from broadsheet.store.desk import Star
from broadsheet.themes.background import Background
from broadsheet.themes.paper_similarity import paper_similarities

RIDGE = 3.0
"""The weight of the penalty on the model's size, where a star's likeness to itself is 2 at most."""
MOST_STARS = 500
"""The newest stars that count: the model takes the cube of their number."""
_EVEN = ((1, 0.23, 0.06), (3, 0.39, 0.09), (10, 0.58, 0.14), (30, 0.68, 0.19))
"""By the number of stars, the value at which one paper in two is wanted, and the width of the logistic function there:
fitted on categories of arXiv that benchmarks/stars_quality.py does not judge by."""


def rate_by_stars(papers: Sequence[Paper], stars: Sequence[Star], background: Background) -> list[float]:
    """For each paper an estimate of the probability that the reader wants it; 0 without a star.

    `stars` begin with the newest.
    """
    stars = stars[:MOST_STARS]
    verdicts = np.array([star.verdict for star in stars], dtype=float)
    wanted = int((verdicts > 0).sum())
    if not papers or not wanted:
        return [0.0] * len(papers)
    starred = [star.paper for star in stars]
    both = paper_similarities([*papers, *starred], starred, background)
    weights = np.linalg.solve(both[len(papers) :] + RIDGE * np.eye(len(stars)), verdicts)
    values = both @ weights
    # 1 is a paper that is as much like the stars as they are themselves.
    typical = float(values[len(papers) :][verdicts > 0].mean())
    numbers, middles, widths = zip(*_EVEN, strict=True)
    middle, width = (np.interp(np.log(wanted), np.log(numbers), column) for column in (middles, widths))
    scaled = np.clip((values[: len(papers)] / max(typical, 1e-6) - middle) / width, -40, 40)
    chances: list[float] = (1 / (1 + np.exp(-scaled))).tolist()
    return chances
