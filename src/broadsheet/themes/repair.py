"""Repairs the groups of a model by similarity: missing papers, single papers and groups that are too large."""

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
"""The fewest papers of a theme; a single paper joins the nearest theme."""


@dataclasses.dataclass(frozen=True)
class RepairedGroups:
    """Disjoint groups and the keys of the unassigned papers (`unassigned`); together they partition the papers."""

    groups: tuple[Group, ...]
    unassigned: tuple[str, ...]


def repair_groups(corpus: Corpus, groups: Sequence[Group], *, count: int | None = None) -> RepairedGroups:
    """Repairs disjoint groups so that every paper is in one: the largest first, each with its most typical paper first.

    Missing and single papers join the nearest group. Without a `count`, groups above the largest size are split, and
    the papers that the model put aside stay unassigned; with one, the smallest groups are merged until the number is
    met. Papers without any known word are always unassigned.
    """
    papers, similarity = corpus.papers, _GroupSimilarity(corpus.space, corpus.rows)
    rest = {key for group in groups if group.rest for key in group.keys} if count is None else set()
    kept = [group for group in groups if not group.rest and len(group.keys) >= FEWEST]
    if not kept:
        return RepairedGroups((), tuple(paper.key for paper in papers))
    held = {key for group in kept for key in group.keys}
    left = [paper.key for paper in papers if paper.key not in held and paper.key not in rest]
    unassigned = rest | {key for key in left if not similarity.has_place(key)}
    # Assign before merging and splitting: both depend on the sizes of the groups.
    kept = similarity.settle(kept, [key for key in left if key not in unassigned])
    while count is not None and len(kept) > max(1, count):
        kept = similarity.join_smallest(kept)
    if count is None:
        kept = [part for group in kept for part in _take_apart(group, corpus, largest_group(len(papers)))]
    order = {paper.key: place for place, paper in enumerate(papers)}
    kept = [_tidied(similarity.by_typicality(group)) for group in kept]
    kept.sort(key=lambda group: (-len(group.keys), min(map(order.__getitem__, group.keys))))
    return RepairedGroups(tuple(kept), tuple(sorted(unassigned, key=order.__getitem__)))


@dataclasses.dataclass(frozen=True)
class _GroupSimilarity:
    """The vector space, and the row of each paper key in it."""

    space: Space
    places: Mapping[str, int]

    def has_place(self, key: str) -> bool:
        return math.isfinite(self.space.lengths[self.places[key]])

    def settle(self, groups: Sequence[Group], keys: Sequence[str]) -> list[Group]:
        """Adds these papers to the nearest groups, all measured against the groups as they were given."""
        if not keys:
            return list(groups)
        rows = [self.places[key] for key in keys]
        best = self._nearness(groups)[rows].argmax(axis=1)
        joining = [[key for key, at in zip(keys, best, strict=True) if at == number] for number in range(len(groups))]
        return [
            dataclasses.replace(group, keys=(*group.keys, *more)) for group, more in zip(groups, joining, strict=True)
        ]

    def join_smallest(self, groups: Sequence[Group]) -> list[Group]:
        """Merges the smallest group into the one with the highest mean similarity, which keeps its title and blurb."""
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
        """Sorts the group by decreasing mean similarity to its papers."""
        near = self._nearness([group])[[self.places[key] for key in group.keys], 0].round(9).tolist()
        ranked = sorted(zip((-value for value in near), range(len(near)), strict=True))
        return dataclasses.replace(group, keys=tuple(group.keys[at] for _, at in ranked))

    def _nearness(self, groups: Sequence[Group]) -> Matrix:
        """The mean similarity of each paper (row) to the papers of each group (column); 0 for a paper without words.

        Members count themselves, which does not change the order within a group.
        """

        places = [[self.places[key] for key in group.keys if self.has_place(key)] for group in groups]
        nearness = self.space.project(places)
        mean: Matrix = np.nan_to_num(nearness / np.array([max(1, len(own)) for own in places]))
        return mean


def _take_apart(group: Group, corpus: Corpus, largest: int) -> list[Group]:
    """Splits a group by the built-in engine into parts of at most `largest` papers; the largest keeps the title."""
    if len(group.keys) <= largest:
        return [group]
    parts = _parts(corpus.only(set(group.keys)), largest)
    parts.sort(key=len, reverse=True)
    first = without_keys(group, {key for part in parts[1:] for key in part})
    return [first, *(Group(keys=part) for part in parts[1:])]


def _parts(corpus: Corpus, largest: int) -> list[tuple[str, ...]]:
    # Try more and more clusters, from the fewest possible to about twice as many; the first that fits is taken.
    fewest = math.ceil(len(corpus.papers) / largest)
    for count in range(fewest, 2 * fewest + 2):
        parts = [theme.paper_keys for theme in group_papers(corpus, count=count)]
        if min(map(len, parts)) >= FEWEST and max(map(len, parts)) <= largest:
            return parts
    keys = [paper.key for paper in corpus.papers]  # all alike, or one crowd and a few besides: even parts, as they come
    bounds = [len(keys) * part // fewest for part in range(fewest + 1)]
    return [tuple(keys[start:end]) for start, end in itertools.pairwise(bounds)]


def _tidied(group: Group) -> Group:
    """The group without its own papers and without duplicates in `see_also`."""
    own = set(group.keys)
    return dataclasses.replace(group, see_also=tuple(key for key in dict.fromkeys(group.see_also) if key not in own))
