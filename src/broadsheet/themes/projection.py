"""A two-dimensional map: similar themes lie near each other, each with its papers round its centre."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.models import Point, Theme
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.vector_space import Matrix, Space

MOST_PAPERS = 1500
"""The most papers of a map; with more it would be too crowded to read."""
_FEW = 4
_GAP = 1.2
"""The gap between the discs of two themes, in units of the distance between two papers."""
_GOLDEN = math.pi * (3 - math.sqrt(5))
_ROUNDS = 400


def draw_map(corpus: Corpus, themes: Sequence[Theme]) -> tuple[Point, ...]:
    """A point for each paper, in the papers' order, from 0 to 1; empty for fewer than 4 or more than 1,500 papers.

    Classical multidimensional scaling (Torgerson 1952) of the themes' similarities gives the centres, which are then
    pushed apart until no two discs overlap. A theme's papers form a sunflower spiral (Vogel 1979), the most typical
    one in the centre.
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
            # Radius sqrt(n), angle n x the golden angle: points of even density, so that a disc of n papers has the
            # radius sqrt(n), as `_push_apart` assumes.
            radius, angle = math.sqrt(rank + 0.5 * (len(group) > 1)), rank * _GOLDEN
            points[at] = (x + radius * math.cos(angle), y + radius * math.sin(angle))
    return _scaled({paper.key: points[rows[paper.key]] for paper in corpus.papers if rows[paper.key] in points})


def _compare(space: Space, groups: Sequence[Sequence[int]]) -> Matrix:
    """The cosine similarity of the groups' summed vectors: a symmetric matrix, groups x groups."""

    sums = space.add_up(groups)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    sums /= np.where(lengths > 0, lengths, 1.0)
    alike: Matrix = sums @ sums.T
    return alike


def _lay_out(alike: Matrix) -> Matrix:
    """Classical multidimensional scaling: two coordinates a group, with signs that do not depend on the machine."""

    count = len(alike)
    # The squared distance of unit vectors is 2 - 2 cos. Double centring, B = -J D² J / 2 with J = I - 1/n, gives inner
    # products; the two largest eigenvalues and their eigenvectors give the coordinates, v sqrt(lambda).
    squared = 2.0 - 2.0 * alike.clip(-1.0, 1.0)
    centring = np.eye(count) - 1.0 / count
    values, vectors = np.linalg.eigh(-0.5 * centring @ squared @ centring)
    flat = np.zeros((count, 2))
    for column, at in enumerate(np.argsort(-values, kind="stable")[:2]):
        vector = vectors[:, at].round(9)
        # Eigenvectors have no sign of their own: the largest entry is made positive. Rounding makes ties equal
        # everywhere.
        heaviest = int(np.abs(vector).argmax())
        flat[:, column] = vector * math.sqrt(max(0.0, values[at])) * (-1.0 if vector[heaviest] < 0 else 1.0)
    return flat


def _push_apart(middles: Matrix, radii: Sequence[float]) -> Matrix:
    """Scales the centres (groups x 2) and moves them until no two discs overlap, for at most `_ROUNDS` rounds."""

    sizes = np.array(radii)
    spread = np.abs(middles).max() or 1.0
    # The extent is 1.6 times the radius of one disc with the area of all discs: room for all without large gaps.
    placed: Matrix = middles / spread * (1.6 * math.sqrt(float((sizes**2).sum())))
    # A small distinct offset each, so that two equal centres have a direction in which to part.
    placed = placed + 1e-3 * np.array([[math.cos(n * _GOLDEN), math.sin(n * _GOLDEN)] for n in range(len(sizes))])
    for _ in range(_ROUNDS):
        # Shapes: gaps (n, n, 2), distances (n, n). The identity avoids a division by zero on the diagonal.
        gaps = placed[:, None, :] - placed[None, :, :]
        distances = np.linalg.norm(gaps, axis=2) + np.eye(len(sizes))
        wanted = sizes[:, None] + sizes[None, :] + _GAP
        overlap = np.clip(wanted - distances, 0.0, None) * (1 - np.eye(len(sizes)))
        if not overlap.any():
            break
        # Each pair moves apart along its line, by a quarter of the overlap on each side: small steps converge with many
        # neighbours.
        placed += 0.5 * (gaps / distances[:, :, None] * overlap[:, :, None]).sum(axis=1) / 2
        placed -= 0.004 * placed  # and not farther out than they must
    return placed


def _scaled(points: Mapping[str, tuple[float, float]]) -> tuple[Point, ...]:
    """The points scaled to 0 to 1 on both axes, rounded to four decimals."""
    (left, right), (top, foot) = ((min(side), max(side)) for side in zip(*points.values(), strict=True))
    wide, high = (right - left) or 1.0, (foot - top) or 1.0
    return tuple(
        Point(paper_key=key, x=round((x - left) / wide, 4), y=round((y - top) / high, 4))
        for key, (x, y) in points.items()
    )
