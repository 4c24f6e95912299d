"""Clusters papers: average-linkage clustering, a cut of the tree, then reassignment to the nearest group."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from broadsheet.themes.vector_space import Matrix, Space


@dataclass(frozen=True)
class Tree:
    """A dendrogram of `leaves` items: `leaves - 1` merges in increasing height.

    A merge names one item of each side; `heights` has its distance. Average linkage is monotonic (no merge is lower
    than those inside it), so the first merges are a cut of the tree.
    """

    leaves: int
    merges: tuple[tuple[int, int], ...]
    heights: Matrix

    def count_at(self, height: float) -> int:
        """The number of groups of the cut at this height."""
        return self.leaves - int((self.heights <= height).sum())

    def cut_for(self, count: int, least: int = 2) -> list[int]:
        """A label for each item, in the fewest groups of which `count` have `least` items (two) or more.

        Where no cut has so many, that with the most of them, in the fewest groups but not fewer than `count`.
        """
        if not self.merges:
            return list(range(self.leaves))
        sizes = dict.fromkeys(range(self.leaves), 1)
        roots = _Roots(self.leaves)
        whole = 0
        best = (0, True, 0.0)
        for at, (one, other) in enumerate(self.merges):
            first, second = sorted((roots.find(one), roots.find(other)))
            joined = sizes.pop(second)
            # Two small groups may make one that counts, and two that count are one less.
            whole += (sizes[first] + joined >= least) - (sizes[first] >= least) - (joined >= least)
            sizes[first] += joined
            roots.parent[second] = first
            height = float(self.heights[at])
            # Merges of the same height are one cut.
            if at + 1 == len(self.merges) or self.heights[at + 1] > height:
                best = max(best, (min(whole, count), self.leaves - at - 1 >= count, height))
        return self._labels(best[2])

    def cut_into(self, count: int) -> list[int]:
        """A label for each item, with at most `count` groups; fewer where several merges have the same height."""
        if count >= self.leaves:
            return list(range(self.leaves))
        enough = self.heights[self.leaves - max(1, count) - 1]  # the merge that leaves so many
        return self._labels(float(enough))

    def _labels(self, height: float) -> list[int]:
        """The smallest item of each item's group in the cut at this height."""
        roots = _Roots(self.leaves)
        for (one, other), at in zip(self.merges, self.heights, strict=True):
            if at > height:
                break
            first, second = sorted((roots.find(one), roots.find(other)))
            roots.parent[second] = first
        return [roots.find(item) for item in range(self.leaves)]


class _Roots:
    """Union-find with path halving (Tarjan and van Leeuwen 1984).

    The smaller item is made the root, so that labels do not depend on the order of the merges.
    """

    def __init__(self, items: int) -> None:
        """Each item is its own group."""
        self.parent = list(range(items))

    def find(self, item: int) -> int:
        """The root of an item's group."""
        parent = self.parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item


def grow_tree(distance: Matrix) -> Tree:
    """The average-linkage (UPGMA) tree of a square distance matrix, of which the upper triangle is read.

    O(n²) time and memory by the nearest-neighbour chain (Benzécri 1982; Murtagh 1983).

    The same tree as that of `scipy.cluster.hierarchy`, ties and all (a test compares them). That is not used: it loads
    `scipy.spatial` and more that a digest needs for nothing else, 0.12 to 0.2 s of the 2.8 and 17 MB of the 132 that
    109 papers take. Grouping takes as long with it up to 1,000 papers, and at 4,000 0.2 s of 1.4 less.
    """
    # A symmetric copy with an infinite diagonal, so that no item is its own nearest neighbour.
    apart = np.triu(distance, 1)
    apart += apart.T
    np.fill_diagonal(apart, np.inf)
    found = list(_merge(apart))
    heights = np.array([height for _, _, height in found])
    # The chain finds merges out of order; a stable sort by height gives the dendrogram.
    order = np.argsort(heights, kind="stable")
    return Tree(len(distance), tuple(found[at][:2] for at in order.tolist()), heights[order])


def _merge(apart: Matrix) -> Iterator[tuple[int, int, float]]:
    """Yields merges (item, item, distance) by the nearest-neighbour chain; overwrites `apart`."""

    sizes = [1] * len(apart)
    chain: list[int] = []
    for _ in range(len(apart) - 1):
        if not chain:
            chain.append(next(at for at, size in enumerate(sizes) if size))
        # Follow nearest neighbours until two groups are each other's nearest. For a reducible linkage such as the
        # average, merging them at once gives the same tree as merging the closest pair of all.
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
        # Lance and Williams (1967) for average linkage: d(i+j, k) = (n_i d(i, k) + n_j d(j, k)) / (n_i + n_j).
        joined = (sizes[gone] * apart[gone] + sizes[kept] * apart[kept]) / (sizes[gone] + sizes[kept])
        joined[[gone, kept]] = np.inf
        apart[kept], apart[:, kept] = joined, joined
        apart[gone], apart[:, gone] = np.inf, np.inf
        sizes[kept] += sizes[gone]
        sizes[gone] = 0


Group = tuple[int, ...]

SAMPLE = 2000
"""The most papers that are clustered pairwise (a matrix of 4 million distances); the others join the nearest group."""
CUT_SENSED = 0.92
"""The height at which the tree is cut with a sentence encoder, a distance of 1 - cosine; 1 is that of unrelated papers.

With three kernels in place of two the cosines are distributed differently, and `expect_count` does not fit them."""
_SLOPE, _LEVEL, _WEEK = 2.16, -7.0, 60
"""The line of ln(number of arXiv categories) over -ln(mean squared cosine), weeks of 60 papers of 3 to 24 categories.

`benchmarks/mixed_weeks.py --fit --every 5 --weeks 12 --seed 3300`, with a background learned without these days, has
a slope of 1.89 by the reduced major axis. Somewhat steeper it meets 4 to 8 categories within a quarter in 75% of other
weeks of these days, not in 69%, and 10 to 20 in 75% as before. The number grows with the square root of the number of
papers."""
_MANY = 26
"""The number of groups up to which the papers alone decide; above, a group grows with the square root of all papers."""
_TRIES = 4
"""How many numbers of groups are tried to reach the one that was asked for."""
_CLEAR = 0.06
"""The gain in mean similarity that a clustered paper needs to move to another group."""
_FITS = 0.06
"""The mean similarity to its group, above chance, that a paper needs to stay in it."""


@dataclass(frozen=True)
class Grouping:
    """Groups of paper indices, each from the most to the least typical, and the unassigned papers (`unassigned`)."""

    groups: tuple[Group, ...]
    unassigned: Group


def choose_counts(papers: int) -> tuple[int, int]:
    """The least and the largest useful number of groups, proportional to the square root: 6 to 22 for 109 papers."""
    root = math.sqrt(papers)
    return max(2, round(0.6 * root)), max(2, min(papers // 3, round(2.1 * root)))


def expect_count(similarity: Matrix, tree: Tree, papers: int) -> int:
    """The number of groups that the cosines of some papers speak for, of `papers` in all; `tree` is of the same papers.

    k separate groups of equal size leave one pair in k alike, so the mean squared cosine of two papers falls with k.
    What is less alike than unrelated papers, at a height above 1, is never one group. Beyond `_MANY` groups there are
    at most 1.5 times the square root of the papers, 47 for 1,000: these agree better with categories than smaller ones.
    """
    size = len(similarity)
    squared = float((similarity**2).sum() - (similarity.diagonal() ** 2).sum()) / max(1, size * (size - 1))
    expected = math.exp(_LEVEL - _SLOPE * math.log(squared)) * math.sqrt(papers / _WEEK) if squared > 0 else 0.0
    low, _ = choose_counts(papers)
    most = min(papers // 3, max(_MANY, round(1.5 * math.sqrt(papers))))
    return max(2, min(most, max(low, tree.count_at(1.0), round(expected))))


def smallest_group(papers: int) -> int:
    """The papers that a group must have to count as one when the tree is cut: 2 up to 180 papers, 6 of 1,000."""
    return max(2, round(math.sqrt(papers) / 5.4))


def largest_group(papers: int) -> int:
    """The size above which a group is split: twice the square root of all papers, 21 at least."""
    return max(21, round(2 * math.sqrt(papers)))


def cluster(
    space: Space, *, count: int | None = None, cut: float | None = None, kept: Sequence[Group] = ()
) -> Grouping:
    """Clusters the papers of a space into groups of two or more, `count` of them where that is given and possible.

    Deterministic. Up to `SAMPLE` papers are clustered pairwise; of a longer list every n-th paper is, and the others
    join the nearest group, so that time is linear in the number of papers and memory is bounded. With the groups `kept`
    of an earlier run nothing is clustered: their papers stay, and the others join the nearest.
    """
    papers = space.rows.shape[0]
    # Papers with anything in their row; without that there is nothing to compare.
    filled = abs(space.rows).sum(axis=1).nonzero()[0].tolist()
    if any(math.isfinite(space.lengths[index]) for index in filled):
        step = max(1, math.ceil(len(filled) / SAMPLE))
        # Reassign before removing outliers: a paper that a greedy merge misplaced may fit another group well.
        if count is not None and not kept:
            groups = _reach(space, filled, filled[::step], count)
        else:
            linked = kept or _link(space, filled[::step], papers=papers, cut=cut)
            groups = _settle(space, linked, filled, clear=math.inf if kept else _CLEAR)
            if len(groups) > 1:
                groups = _split_large(space, _expel(space, groups), largest_group(papers))
    else:
        groups = [tuple(filled)] if filled else []
    unassigned = sorted(set(range(papers)).difference(*groups))
    return Grouping(tuple(by_typicality(space, group) for group in groups), tuple(unassigned))


def _link(space: Space, chosen: Sequence[int], *, papers: int, cut: float | None) -> list[Group]:
    """The groups of the average-linkage tree: those of the cut, or as many as `expect_count` says."""
    if len(chosen) < 2:
        return [tuple(chosen)] if chosen else []
    similarity = space.compare(chosen)
    tree = grow_tree(1.0 - similarity)
    if cut is not None:
        low, high = choose_counts(papers)
        return _collect(chosen, tree.cut_into(min(high, max(low, tree.count_at(cut)))))
    least = max(2, round(smallest_group(papers) * len(chosen) / papers))  # of a sample as large a part
    groups = _collect(chosen, tree.cut_for(expect_count(similarity, tree, papers), least))
    return [group for group in groups if len(group) >= least] or groups


def _reach(space: Space, papers: Sequence[int], chosen: Sequence[int], count: int) -> list[Group]:
    """As many groups as asked for, or the most below that; `chosen` papers are clustered, the others join them.

    Groups whose papers all move are lost on the way, so that a few more are tried.
    """
    tree = grow_tree(1.0 - space.compare(chosen))
    best: list[Group] = []
    for tried in range(count, count + _TRIES):
        groups = _settle(space, _collect(chosen, tree.cut_for(tried)), papers)
        if len(best) < len(groups) <= count:
            best = groups
        if len(groups) >= count:
            break
    return best


def _collect(chosen: Sequence[int], labels: Sequence[int]) -> list[Group]:
    groups: dict[int, list[int]] = {}
    for index, label in zip(chosen, labels, strict=True):
        groups.setdefault(int(label), []).append(index)
    return [tuple(group) for group in groups.values()]


def _settle(space: Space, groups: Sequence[Group], papers: Sequence[int], *, clear: float = _CLEAR) -> list[Group]:
    """Moves papers to groups of two or more: papers without such a group to the nearest one, others on a `clear` gain.

    A small gain moves no clustered paper: its theme would change from week to week with slight changes of the list.
    """

    kept = [group for group in groups if len(group) > 1] or groups
    if len(kept) < 2:
        return [tuple(papers)] if papers else []
    nearness = near_groups(space, kept)
    own = np.full(space.rows.shape[0], -1)
    for at, group in enumerate(kept):
        own[list(group)] = at
    best = nearness.argmax(axis=1)
    # A paper without a group (own = -1) has an infinite gain, so it always moves.
    gain = nearness.max(axis=1) - np.where(own < 0, -np.inf, nearness[np.arange(len(own)), own])
    chosen = np.where((gain > clear) | (own < 0), best, own)[list(papers)].tolist()
    settled = _collect(papers, chosen)
    return [group for group in settled if len(group) > 1] if len(settled) > 1 else settled


def _expel(space: Space, groups: Sequence[Group]) -> list[Group]:
    """The groups without outliers: papers whose mean similarity to their group is hardly above chance."""
    # n unit vectors that sum to about zero have a mean pairwise cosine of -1 / (n - 1).
    chance = -1.0 / max(1, space.rows.shape[0] - 1)
    nearness = near_groups(space, groups)
    kept = [tuple(index for index in group if nearness[index, at] > chance + _FITS) for at, group in enumerate(groups)]
    return [group for group in kept if len(group) > 1]


def near_groups(space: Space, groups: Sequence[Group]) -> Matrix:
    """The mean similarity of each paper (row) to the papers of each group (column), itself left out."""

    nearness = space.project(groups)
    for column, group in enumerate(groups):
        # The similarity of a paper to itself is 1. It is taken off for members, or small groups would seem too close.
        inside = nearness[list(group), column] - 1.0
        nearness[:, column] /= len(group)
        nearness[list(group), column] = inside / (len(group) - 1) if len(group) > 1 else -np.inf
    return nearness


def _split_large(space: Space, groups: Sequence[Group], largest: int) -> list[Group]:
    """Splits the groups that are larger than `largest`; the others stay as they are."""
    return [part for group in groups for part in (_split(space, group, largest) if len(group) > largest else [group])]


def _split(space: Space, group: Group, largest: int) -> list[Group]:
    """A group in the fewest parts of its own tree that fit `largest`; single papers join the nearest part.

    Of a group of more than `SAMPLE` papers every n-th is clustered and the others join the nearest part.
    """
    chosen = group[:: max(1, math.ceil(len(group) / SAMPLE))]
    tree = grow_tree(1.0 - space.compare(chosen))
    # The size limit, scaled to the sample.
    fits = largest * len(chosen) / len(group)
    for count in range(2, len(chosen)):
        parts = _collect(chosen, tree.cut_into(count))
        if max(map(len, parts)) <= fits:
            break
    parts = [part for part in parts if len(part) > 1] or [group]
    missing = sorted(set(group).difference(*parts))
    best = near_groups(space, parts)[missing].argmax(axis=1) if missing else []
    joining = dict(zip(missing, best, strict=True))
    return [(*part, *(index for index, column in joining.items() if column == at)) for at, part in enumerate(parts)]


def by_typicality(space: Space, group: Group) -> Group:
    """The group from its most to its least typical paper."""
    nearness = space.project_own(group).round(9)
    return tuple(index for _, index in sorted(zip((-nearness).tolist(), group, strict=True)))
