"""A space of papers -> groups of them: average linkage, then every paper to the group it is nearest to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.writing.similarity import Space

if TYPE_CHECKING:
    from broadsheet.writing.similarity import Matrix

Group = tuple[int, ...]

SAMPLE = 2000
"""How many papers are linked pairwise; the others of a longer list join the nearest group."""
_CUT = 0.99
"""The height of the tree at which papers stop being more alike than chance; in a centred space about 1."""
_ROUNDS = 2
_FITS = 0.005
"""The mean similarity to its group below which a paper fits nowhere; 0 is any two papers."""


@dataclass(frozen=True)
class Grouping:
    """Groups of papers by their index, each from its most to its least typical, and those that fit in none."""

    groups: tuple[Group, ...]
    homeless: Group


def choose_counts(papers: int) -> tuple[int, int]:
    """The fewest and the most groups worth having: about the square root, 6 to 12 for 109 papers."""
    root = math.sqrt(papers)
    return max(2, round(0.6 * root)), max(2, round(1.05 * root))


def largest_group(papers: int) -> int:
    """Above how many papers a group is split: 15, more for lists of hundreds."""
    return max(15, round(1.6 * math.sqrt(papers)))


def cluster(space: Space, *, count: int | None = None) -> Grouping:
    """Groups of two or more papers, as many as the material has or at most `count`.

    The same rows give the same groups. Up to 2,000 papers are linked pairwise; of more, every n-th, and the
    rest join the nearest group, so that time grows with the number of papers and memory does not explode.
    """
    papers = space.rows.shape[0]
    filled = [index for index in range(papers) if space.rows.indptr[index] < space.rows.indptr[index + 1]]
    if any(math.isfinite(space.lengths[index]) for index in filled):
        step = max(1, math.ceil(len(filled) / SAMPLE))
        groups = _settle(space, _link(space, filled[::step], count=count, papers=papers), filled)
        if count is None and len(groups) > 1:
            groups = _split_large(space, _expel(space, groups), largest_group(papers))
    else:
        groups = [tuple(filled)] if filled else []
    homeless = sorted(set(range(papers)).difference(*groups))
    return Grouping(tuple(_by_typicality(space, group) for group in groups), tuple(homeless))


def _link(space: Space, chosen: Sequence[int], *, count: int | None, papers: int) -> list[Group]:
    """The groups of the average-linkage tree: `count`, or those of the cut within what is worth having."""
    if len(chosen) < 2:
        return [tuple(chosen)] if chosen else []
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = 1.0 - space.compare(chosen)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average")
    if count is None:
        low, high = choose_counts(papers)
        count = min(high, max(low, int(fcluster(tree, _CUT, "distance").max())))
    return _collect(chosen, fcluster(tree, count, "maxclust"))


def _collect(chosen: Sequence[int], labels: Sequence[int]) -> list[Group]:
    groups: dict[int, list[int]] = {}
    for index, label in zip(chosen, labels, strict=True):
        groups.setdefault(int(label), []).append(index)
    return [tuple(group) for group in groups.values()]


def _settle(space: Space, groups: list[Group], papers: Sequence[int]) -> list[Group]:
    """Every paper to the group it is nearest to, a few times over; groups of one dissolve into the others."""
    for _ in range(_ROUNDS):
        if len(groups) < 2:
            return [tuple(papers)] if papers else []
        best = _near(space, groups)[list(papers)].argmax(axis=1)
        settled = _collect(papers, best)
        groups = [group for group in settled if len(group) > 1] or settled
    missing = sorted(set(papers).difference(*groups))
    best = _near(space, groups)[missing].argmax(axis=1) if missing else []
    joining = dict(zip(missing, best, strict=True))
    return [(*group, *(index for index, column in joining.items() if column == at)) for at, group in enumerate(groups)]


def _expel(space: Space, groups: Sequence[Group]) -> list[Group]:
    """The groups without the papers that are less like their group than chance."""
    chance = -1.0 / max(1, space.rows.shape[0] - 1)
    nearness = _near(space, groups)
    kept = [tuple(index for index in group if nearness[index, at] > chance + _FITS) for at, group in enumerate(groups)]
    return [group for group in kept if len(group) > 1]


def _near(space: Space, groups: Sequence[Group]) -> Matrix:
    """The mean similarity of each paper (row) to the others of each group (column)."""
    import numpy as np

    nearness = space.project(space.add_up(groups))
    for column, group in enumerate(groups):
        inside = nearness[list(group), column] - 1.0
        nearness[:, column] /= len(group)
        nearness[list(group), column] = inside / (len(group) - 1) if len(group) > 1 else -np.inf
    return nearness


def _split_large(space: Space, groups: Sequence[Group], largest: int) -> list[Group]:
    """The groups, those above the size cut in two and again until they fit, where they can be cut."""
    done: list[Group] = []
    waiting = list(groups)
    while waiting:
        group = waiting.pop()
        halves = _halve(space, group) if len(group) > largest else []
        if len(halves) > 1:
            waiting.extend(halves)
        else:
            done.append(group)
    return done


def _halve(space: Space, group: Group) -> list[Group]:
    """A group as two of its own kind, seen from its own centre; one group if there is no seam."""
    inner = Space.of(space.rows[list(group)])
    positions = range(len(group))
    step = max(1, math.ceil(len(group) / SAMPLE))
    halves = _link(inner, positions[::step], count=2, papers=len(group))
    for _ in range(_ROUNDS):
        if len(halves) < 2:
            break
        best = _near(inner, halves).argmax(axis=1)
        halves = [half for half in _collect(positions, best) if half]
    if min(map(len, halves)) < 2:
        return [group]
    return [tuple(group[position] for position in half) for half in halves]


def _by_typicality(space: Space, group: Group) -> Group:
    """The group from its most to its least typical paper."""
    nearness = space.project(space.add_up([group]))[list(group), 0].round(9)
    return tuple(index for _, index in sorted(zip((-nearness).tolist(), group, strict=True)))
