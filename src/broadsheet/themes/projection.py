"""Themes and their papers -> a map: alike themes lie near each other, each with its papers round its middle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.models import Point, Theme
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.vector_space import Matrix, Space

MOST_PAPERS = 1500
"""Above it a map shows nothing that a page of themes does not."""
_FEW = 4
_GAP = 1.2
"""How far apart the discs of two themes stay, in the distance between two papers."""
_GOLDEN = math.pi * (3 - math.sqrt(5))
_ROUNDS = 400


def draw_map(corpus: Corpus, themes: Sequence[Theme]) -> tuple[Point, ...]:
    """A point for each paper, in the papers' order; none for a handful of papers and for lists of thousands.

    The middles of the themes are laid out by classical multidimensional scaling (Torgerson 1952) of how alike they
    are, then pushed apart until no two overlap; a theme's papers stand in a sunflower spiral, the most typical inside.
    """
    if not _FEW <= len(corpus.papers) <= MOST_PAPERS or not themes:
        return ()
    rows = corpus.rows
    groups = [[rows[key] for key in theme.paper_keys if key in rows] for theme in themes]
    groups = [group for group in groups if group]
    middles = _push_apart(_lay_out(_compare(corpus.space, groups)), [math.sqrt(len(group)) for group in groups])
    points: dict[int, tuple[float, float]] = {}
    for (x, y), group in zip(middles, groups, strict=True):
        for rank, at in enumerate(group):
            radius, angle = math.sqrt(rank + 0.5 * (len(group) > 1)), rank * _GOLDEN
            points[at] = (x + radius * math.cos(angle), y + radius * math.sin(angle))
    return _scaled({paper.key: points[rows[paper.key]] for paper in corpus.papers if rows[paper.key] in points})


def _compare(space: Space, groups: Sequence[Sequence[int]]) -> Matrix:
    """How alike the groups are: the cosine between the sums of their papers."""

    sums = space.add_up(groups)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    sums /= np.where(lengths > 0, lengths, 1.0)
    alike: Matrix = sums @ sums.T
    return alike


def _lay_out(alike: Matrix) -> Matrix:
    """Two coordinates for each group, with signs that do not hang on the machine."""

    count = len(alike)
    squared = 2.0 - 2.0 * alike.clip(-1.0, 1.0)
    centring = np.eye(count) - 1.0 / count
    values, vectors = np.linalg.eigh(-0.5 * centring @ squared @ centring)
    flat = np.zeros((count, 2))
    for column, at in enumerate(np.argsort(-values, kind="stable")[:2]):
        vector = vectors[:, at].round(9)
        heaviest = int(np.abs(vector).argmax())
        flat[:, column] = vector * math.sqrt(max(0.0, values[at])) * (-1.0 if vector[heaviest] < 0 else 1.0)
    return flat


def _push_apart(middles: Matrix, radii: Sequence[float]) -> Matrix:
    """The middles spread over a page and moved until the discs round them are clear of each other, or rounds end."""

    sizes = np.array(radii)
    spread = np.abs(middles).max() or 1.0
    placed: Matrix = middles / spread * (1.6 * math.sqrt(float((sizes**2).sum())))
    placed = placed + 1e-3 * np.array([[math.cos(n * _GOLDEN), math.sin(n * _GOLDEN)] for n in range(len(sizes))])
    for _ in range(_ROUNDS):
        gaps = placed[:, None, :] - placed[None, :, :]
        distances = np.linalg.norm(gaps, axis=2) + np.eye(len(sizes))
        wanted = sizes[:, None] + sizes[None, :] + _GAP
        overlap = np.clip(wanted - distances, 0.0, None) * (1 - np.eye(len(sizes)))
        if not overlap.any():
            break
        placed += 0.5 * (gaps / distances[:, :, None] * overlap[:, :, None]).sum(axis=1) / 2
        placed -= 0.004 * placed  # and not farther out than they must
    return placed


def _scaled(points: Mapping[str, tuple[float, float]]) -> tuple[Point, ...]:
    """The points between 0 and 1 both ways, rounded: a page is no place for sixteen digits."""
    (left, right), (top, foot) = ((min(side), max(side)) for side in zip(*points.values(), strict=True))
    wide, high = (right - left) or 1.0, (foot - top) or 1.0
    return tuple(
        Point(paper_key=key, x=round((x - left) / wide, 4), y=round((y - top) / high, 4))
        for key, (x, y) in points.items()
    )
