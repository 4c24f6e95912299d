"""A space of papers -> groups of them: average linkage, then every paper to the group it is nearest to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from broadsheet.themes.vector_space import Matrix, Space


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
    """The average-linkage tree of a square matrix of distances; what stands right of its diagonal counts.

    The same tree as that of `scipy.cluster.hierarchy`, ties and all (a test compares them). That is not used: it loads
    `scipy.spatial` and more that a digest needs for nothing else, 0.12 to 0.2 s of the 2.8 and 17 MB of the 132 that
    109 papers take. Grouping takes as long with it up to 1,000 papers, and at 4,000 0.2 s of 1.4 less.
    """
    apart = np.triu(distance, 1)
    apart += apart.T
    np.fill_diagonal(apart, np.inf)
    found = list(_merge(apart))
    heights = np.array([height for _, _, height in found])
    order = np.argsort(heights, kind="stable")
    return Tree(len(distance), tuple(found[at][:2] for at in order.tolist()), heights[order])


def _merge(apart: Matrix) -> Iterator[tuple[int, int, float]]:
    """Pairs of groups that are each other's nearest, and how far apart; `apart` is used up."""

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


Group = tuple[int, ...]

SAMPLE = 2000
"""How many papers are linked pairwise; the others of a longer list join the nearest group."""
CUT = 0.945
"""The height of the tree at which it is cut; 1 is where papers are no more alike than any two here."""
CUT_SENSED = 0.92
"""The same where a sentence encoder has its say: three kernels agree on less than two."""
_CLEAR = 0.06
"""How much nearer another group must be for a linked paper to leave its own."""
_FITS = 0.06
"""The mean similarity to its group below which a paper fits nowhere; 0 is any two papers."""


@dataclass(frozen=True)
class Grouping:
    """Groups of papers by their index, each from its most to its least typical, and those that fit in none."""

    groups: tuple[Group, ...]
    homeless: Group


def choose_counts(papers: int) -> tuple[int, int]:
    """The fewest and the most groups worth having, between them the material decides: 6 to 22 for 109 papers."""
    root = math.sqrt(papers)
    return max(2, round(0.6 * root)), max(2, min(papers // 3, round(2.1 * root)))


def largest_group(papers: int) -> int:
    """Above how many papers a group is split: 21, more for lists of hundreds."""
    return max(21, round(2 * math.sqrt(papers)))


def cluster(space: Space, *, count: int | None = None, cut: float = CUT) -> Grouping:
    """Groups of two or more papers, as many as the material has or at most `count`.

    The same rows give the same groups. Up to 2,000 papers are linked pairwise; of more, every n-th, and the
    rest join the nearest group, so that time grows with the number of papers and memory does not explode.
    """
    papers = space.rows.shape[0]
    filled = [index for index in range(papers) if space.rows.indptr[index] < space.rows.indptr[index + 1]]
    if any(math.isfinite(space.lengths[index]) for index in filled):
        step = max(1, math.ceil(len(filled) / SAMPLE))
        groups = _settle(space, _link(space, filled[::step], count=count, papers=papers, cut=cut), filled)
        if count is None and len(groups) > 1:
            groups = _split_large(space, _expel(space, groups), largest_group(papers))
    else:
        groups = [tuple(filled)] if filled else []
    homeless = sorted(set(range(papers)).difference(*groups))
    return Grouping(tuple(_by_typicality(space, group) for group in groups), tuple(homeless))


def _link(space: Space, chosen: Sequence[int], *, count: int | None, papers: int, cut: float) -> list[Group]:
    """The groups of the average-linkage tree: `count`, or those of the cut within what is worth having."""
    if len(chosen) < 2:
        return [tuple(chosen)] if chosen else []
    tree = grow_tree(1.0 - space.compare(chosen))
    if count is None:
        low, high = choose_counts(papers)
        count = min(high, max(low, tree.count_at(cut)))
    return _collect(chosen, tree.cut_into(count))


def _collect(chosen: Sequence[int], labels: Sequence[int]) -> list[Group]:
    groups: dict[int, list[int]] = {}
    for index, label in zip(chosen, labels, strict=True):
        groups.setdefault(int(label), []).append(index)
    return [tuple(group) for group in groups.values()]


def _settle(space: Space, groups: list[Group], papers: Sequence[int]) -> list[Group]:
    """Every paper to a group of two or more: single ones and the unlinked to the nearest, others where it is clear.

    Only a clear gain moves a linked paper: on a small one it would go to and fro from week to week.
    """

    kept = [group for group in groups if len(group) > 1] or groups
    if len(kept) < 2:
        return [tuple(papers)] if papers else []
    nearness = _near(space, kept)
    own = np.full(space.rows.shape[0], -1)
    for at, group in enumerate(kept):
        own[list(group)] = at
    best = nearness.argmax(axis=1)
    gain = nearness.max(axis=1) - np.where(own < 0, -np.inf, nearness[np.arange(len(own)), own])
    chosen = np.where(gain > _CLEAR, best, own)[list(papers)].tolist()
    settled = _collect(papers, chosen)
    return [group for group in settled if len(group) > 1] if len(settled) > 1 else settled


def _expel(space: Space, groups: Sequence[Group]) -> list[Group]:
    """The groups without the papers that are less like their group than chance."""
    chance = -1.0 / max(1, space.rows.shape[0] - 1)
    nearness = _near(space, groups)
    kept = [tuple(index for index in group if nearness[index, at] > chance + _FITS) for at, group in enumerate(groups)]
    return [group for group in kept if len(group) > 1]


def _near(space: Space, groups: Sequence[Group]) -> Matrix:
    """The mean similarity of each paper (row) to the others of each group (column)."""

    nearness = space.project(space.add_up(groups))
    for column, group in enumerate(groups):
        inside = nearness[list(group), column] - 1.0
        nearness[:, column] /= len(group)
        nearness[list(group), column] = inside / (len(group) - 1) if len(group) > 1 else -np.inf
    return nearness


def _split_large(space: Space, groups: Sequence[Group], largest: int) -> list[Group]:
    """The groups, those above the size taken apart along the same tree until they fit."""
    return [part for group in groups for part in (_split(space, group, largest) if len(group) > largest else [group])]


def _split(space: Space, group: Group, largest: int) -> list[Group]:
    """A group in as few parts as fit; papers that a cut leaves alone join the nearest part.

    Of a group of more than 2,000 every n-th is linked and the rest join the nearest part.
    """
    chosen = group[:: max(1, math.ceil(len(group) / SAMPLE))]
    tree = grow_tree(1.0 - space.compare(chosen))
    fits = largest * len(chosen) / len(group)
    for count in range(2, len(chosen)):
        parts = _collect(chosen, tree.cut_into(count))
        if max(map(len, parts)) <= fits:
            break
    parts = [part for part in parts if len(part) > 1] or [group]
    missing = sorted(set(group).difference(*parts))
    best = _near(space, parts)[missing].argmax(axis=1) if missing else []
    joining = dict(zip(missing, best, strict=True))
    return [(*part, *(index for index, column in joining.items() if column == at)) for at, part in enumerate(parts)]


def _by_typicality(space: Space, group: Group) -> Group:
    """The group from its most to its least typical paper."""
    nearness = space.project(space.add_up([group]))[list(group), 0].round(9)
    return tuple(index for _, index in sorted(zip((-nearness).tolist(), group, strict=True)))
