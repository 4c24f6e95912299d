"""Groups that a model made -> groups one can print: what is left out, alone or too much is placed by similarity."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.themes.answers import Group, join_groups, without_keys
from broadsheet.themes.clustering import largest_group
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from broadsheet.themes.vector_space import Matrix, Space

FEWEST = 2
"""Papers of a theme; a single one joins the nearest."""


@dataclasses.dataclass(frozen=True)
class RepairedGroups:
    """Groups that partition the papers together with `homeless`, the keys of those that belong to none."""

    groups: tuple[Group, ...]
    homeless: tuple[str, ...]


def repair_groups(corpus: Corpus, groups: Sequence[Group], *, count: int | None = None) -> RepairedGroups:
    """The groups with every paper in one: the largest first, each from its most to its least typical paper.

    What no group names joins the nearest; so does a paper alone. A group above the size that a theme may have is
    taken apart, unless a `count` of themes was asked for, which is kept by joining the smallest. The groups must share
    no key. Without a count, what a model gathered as the rest stays homeless; a paper without a word always does.
    """
    papers, ground = corpus.papers, _Ground(corpus.space, corpus.rows)
    rest = {key for group in groups if group.rest for key in group.keys} if count is None else set()
    kept = [group for group in groups if not group.rest and len(group.keys) >= FEWEST]
    if not kept:
        return RepairedGroups((), tuple(paper.key for paper in papers))
    held = {key for group in kept for key in group.keys}
    left = [paper.key for paper in papers if paper.key not in held and paper.key not in rest]
    homeless = rest | {key for key in left if not ground.has_place(key)}
    kept = ground.settle(kept, [key for key in left if key not in homeless])
    while count is not None and len(kept) > max(1, count):
        kept = ground.join_smallest(kept)
    if count is None:
        kept = [part for group in kept for part in _take_apart(group, corpus, largest_group(len(papers)))]
    order = {paper.key: place for place, paper in enumerate(papers)}
    kept = [_tidied(ground.by_typicality(group)) for group in kept]
    kept.sort(key=lambda group: (-len(group.keys), min(map(order.__getitem__, group.keys))))
    return RepairedGroups(tuple(kept), tuple(sorted(homeless, key=order.__getitem__)))


@dataclasses.dataclass(frozen=True)
class _Ground:
    """Where the papers stand."""

    space: Space
    places: Mapping[str, int]

    def has_place(self, key: str) -> bool:
        return math.isfinite(self.space.lengths[self.places[key]])

    def settle(self, groups: Sequence[Group], keys: Sequence[str]) -> list[Group]:
        """The groups with these papers in the nearest of them."""
        if not keys:
            return list(groups)
        rows = [self.places[key] for key in keys]
        best = self._nearness(groups)[rows].argmax(axis=1)
        joining = [[key for key, at in zip(keys, best, strict=True) if at == number] for number in range(len(groups))]
        return [
            dataclasses.replace(group, keys=(*group.keys, *more)) for group, more in zip(groups, joining, strict=True)
        ]

    def join_smallest(self, groups: Sequence[Group]) -> list[Group]:
        """One group fewer: the smallest joins the one that its papers are nearest to, which keeps its heading."""
        smallest = min(range(len(groups)), key=lambda number: (len(groups[number].keys), -number))
        others = [group for number, group in enumerate(groups) if number != smallest]
        lost = groups[smallest]
        sums = self._nearness(others)[[self.places[key] for key in lost.keys]].sum(axis=0)
        best = int(sums.argmax())
        home = others[best]
        joined = join_groups((home, lost), title=home.title, blurb=home.blurb)
        others[best] = dataclasses.replace(joined, cites=home.cites)
        return others

    def by_typicality(self, group: Group) -> Group:
        """The group from its most to its least typical paper."""
        near = self._nearness([group])[[self.places[key] for key in group.keys], 0].round(9).tolist()
        ranked = sorted(zip((-value for value in near), range(len(near)), strict=True))
        return dataclasses.replace(group, keys=tuple(group.keys[at] for _, at in ranked))

    def _nearness(self, groups: Sequence[Group]) -> Matrix:
        """The mean similarity of each paper (row) to those of each group (column); of one without a word, none."""

        places = [[self.places[key] for key in group.keys if self.has_place(key)] for group in groups]
        nearness = self.space.project(self.space.add_up(places))
        mean: Matrix = np.nan_to_num(nearness / np.array([max(1, len(own)) for own in places]))
        return mean


def _take_apart(group: Group, corpus: Corpus, largest: int) -> list[Group]:
    """A group in as few parts as fit, made by the built-in engine; the largest part keeps the heading."""
    if len(group.keys) <= largest:
        return [group]
    parts = _parts(corpus.only(set(group.keys)), largest)
    parts.sort(key=len, reverse=True)
    first = without_keys(group, {key for part in parts[1:] for key in part})
    return [first, *(Group(keys=part) for part in parts[1:])]


def _parts(corpus: Corpus, largest: int) -> list[tuple[str, ...]]:
    fewest = math.ceil(len(corpus.papers) / largest)
    for count in range(fewest, 2 * fewest + 2):
        parts = [theme.paper_keys for theme in group_papers(corpus, count=count)]
        if min(map(len, parts)) >= FEWEST and max(map(len, parts)) <= largest:
            return parts
    keys = [paper.key for paper in corpus.papers]  # all alike, or one crowd and a few besides: even parts, as they come
    bounds = [len(keys) * part // fewest for part in range(fewest + 1)]
    return [tuple(keys[start:end]) for start, end in itertools.pairwise(bounds)]


def _tidied(group: Group) -> Group:
    """A group that refers to no paper of its own as one that stands elsewhere."""
    own = set(group.keys)
    return dataclasses.replace(group, see_also=tuple(key for key in dict.fromkeys(group.see_also) if key not in own))
