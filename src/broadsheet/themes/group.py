"""Papers -> themes, without a model: grouped by their words, named by the phrases of their titles.

Beside its own papers a theme lists those of other themes that nearly belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.models import Paper, Theme
from broadsheet.themes.clustering import CUT, CUT_SENSED, cluster
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.labels import ALL_PAPERS, name_themes, says_nothing
from broadsheet.themes.vector_space import Space

MOST = 3
"""Papers that a theme refers to elsewhere."""
NEAR = 0.1
"""The mean similarity to the papers of a theme from which a paper may belong there; 0 is any two papers."""
NEARLY = 0.6
"""Of its similarity to the papers of its own theme, the share that it must have to those of the other."""


def find_besides(space: Space, groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """For each group up to three papers of others that are about as like it as they are like their own, nearest first.

    Papers of no group are not looked at: they were put there because they are like none.
    """
    if len(groups) < 2:
        return [() for _ in groups]
    sizes = [len(group) for group in groups]
    summed = space.project(space.add_up(groups))
    home = {index: column for column, group in enumerate(groups) for index in group}
    found: list[tuple[int, ...]] = []
    for column, size in enumerate(sizes):
        near = []
        for index, at in home.items():
            there = float(summed[index, column]) / size
            own = (float(summed[index, at]) - 1) / max(1, sizes[at] - 1)
            if at != column and there >= max(NEAR, NEARLY * own):
                near.append((-round(there, 9), index))
        found.append(tuple(index for _, index in sorted(near)[:MOST]))
    return found


_FEW = 3
"""Up to so many papers stand under one heading."""


def group_papers(corpus: Corpus, *, count: int | None = None) -> tuple[Theme, ...]:
    """The papers in themes, each in exactly one: the largest theme first, what fits in none last.

    `count` asks for at most so many themes; without it the number follows the papers (6 to 14 for about 100).
    Within a theme the most typical paper comes first. The order of the input decides nothing but ties.
    Blurbs stay empty: nothing is certain about a theme that its heading does not say.
    """
    papers = corpus.checked  # what speaks to a model is no word of a paper's field
    if not papers:
        return ()
    if len(papers) <= _FEW or count == 1:
        return (_name_all(papers),)
    canonical, space = corpus.canonical, corpus.space
    grouping = cluster(space, count=count, cut=CUT if corpus.background.senses is None else CUT_SENSED)
    if not grouping.groups or (len(grouping.groups) == 1 and not grouping.homeless):
        return (_name_all(papers),)
    place = {paper.key: index for index, paper in enumerate(papers)}
    themes = [
        Theme(
            title=title,
            paper_keys=tuple(canonical[index].key for index in group),
            see_also=tuple(canonical[index].key for index in besides),
        )
        for title, group, besides in zip(
            name_themes(canonical, grouping.groups), grouping.groups, find_besides(space, grouping.groups), strict=True
        )
    ]
    themes.sort(key=lambda theme: (-len(theme.paper_keys), min(map(place.__getitem__, theme.paper_keys))))
    others = sorted((canonical[index].key for index in grouping.homeless), key=place.__getitem__)
    return (*themes, *gather_others(others))


def _name_all(papers: Sequence[Paper]) -> Theme:
    """One theme for everything, under what its titles share or, where that is nothing, under what it is."""
    title = name_themes(papers, [range(len(papers))])[0] if len(papers) > 1 else ""
    keys = tuple(paper.key for paper in papers)
    return Theme(title=ALL_PAPERS if not title or says_nothing(title) else title, paper_keys=keys)


def gather_others(keys: Sequence[str]) -> tuple[Theme, ...]:
    """The last theme, honestly named, of what fits nowhere; none where everything fits."""
    if not keys:
        return ()
    return (Theme(title="One other paper" if len(keys) == 1 else "Other papers", paper_keys=tuple(keys), other=True),)
