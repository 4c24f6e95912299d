"""Distances -> the tree of average linkage and the groups of its cuts, with numpy alone: importing scipy's takes 0.3 s.

The nearest-neighbour chain (Murtagh 1983; Müllner 2011), step by step as in scipy.cluster.hierarchy, so that ties fall
the same way. Time and memory grow with the square of the papers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """The merges of `leaves` items from the nearest to the farthest: any member of one side, of the other, the height.

    Average linkage never merges lower than it has merged before, so the first merges are a cut of the tree.
    """

    leaves: int
    merges: tuple[tuple[int, int], ...]
    heights: Matrix

    def count_at(self, height: float) -> int:
        """How many groups there are where no merge is higher than this."""
        return self.leaves - int((self.heights <= height).sum())

    def cut_into(self, count: int) -> list[int]:
        """A label for each item, with at most `count` groups; fewer where merges of one height go together."""
        if count >= self.leaves:
            return list(range(self.leaves))
        enough = self.heights[self.leaves - max(1, count) - 1]  # the merge that leaves so many
        return self._labels(float(enough))

    def _labels(self, height: float) -> list[int]:
        """The smallest item of each item's group, where no merge is higher than this."""
        parent = list(range(self.leaves))

        def find(item: int) -> int:
            while parent[item] != item:
                parent[item] = parent[parent[item]]
                item = parent[item]
            return item

        for (one, other), at in zip(self.merges, self.heights, strict=True):
            if at > height:
                break
            first, second = sorted((find(one), find(other)))
            parent[second] = first
        return [find(item) for item in range(self.leaves)]


def grow_tree(distance: Matrix) -> Tree:
    """The average-linkage tree of a square matrix of distances; what stands right of its diagonal counts."""
    import numpy as np

    apart = np.triu(distance, 1)
    apart += apart.T
    np.fill_diagonal(apart, np.inf)
    found = list(_merge(apart))
    heights = np.array([height for _, _, height in found])
    order = np.argsort(heights, kind="stable")
    return Tree(len(distance), tuple(found[at][:2] for at in order.tolist()), heights[order])


def _merge(apart: Matrix) -> Iterator[tuple[int, int, float]]:
    """Pairs of groups that are each other's nearest, and how far apart; `apart` is used up."""
    import numpy as np

    sizes = [1] * len(apart)
    chain: list[int] = []
    for _ in range(len(apart) - 1):
        if not chain:
            chain.append(next(at for at, size in enumerate(sizes) if size))
        while True:
            last = chain[-1]
            nearest = int(apart[last].argmin())
            if len(chain) > 1 and apart[last, nearest] >= apart[last, chain[-2]]:
                nearest = chain[-2]  # the one before is as near: they are each other's nearest
                break
            chain.append(nearest)
        del chain[-2:]
        gone, kept = sorted((last, nearest))
        yield gone, kept, float(apart[gone, kept])
        joined = (sizes[gone] * apart[gone] + sizes[kept] * apart[kept]) / (sizes[gone] + sizes[kept])
        joined[[gone, kept]] = np.inf
        apart[kept], apart[:, kept] = joined, joined
        apart[gone], apart[:, gone] = np.inf, np.inf
        sizes[kept] += sizes[gone]
        sizes[gone] = 0
