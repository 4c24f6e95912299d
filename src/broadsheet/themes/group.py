"""The built-in engine's themes: papers clustered by similarity and named by phrases of their titles.

A theme also refers to papers of other themes that nearly belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from broadsheet.models import Theme
from broadsheet.themes.clustering import CUT_SENSED, cluster
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.headings import SharedPhrases, read_some
from broadsheet.themes.labels import ALL_PAPERS, name_themes, says_nothing
from broadsheet.themes.regrouping import hold_to_headings
from broadsheet.themes.vector_space import Space

MOST = 3
"""The most papers of other themes that a theme refers to."""
NEAR = 0.1
"""The least mean similarity to a theme's papers for a reference; 0 is that of two unrelated papers."""
NEARLY = 0.6
"""The least ratio of the mean similarity to the other theme to that to a paper's own theme."""


def find_besides(space: Space, groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """For each group up to `MOST` papers of others that are about as similar to it as to their own, nearest first.

    Indices refer to the rows of `space`. Unassigned papers are left out: they are similar to no group.
    """
    if len(groups) < 2:
        return [() for _ in groups]
    sizes = np.array([len(group) for group in groups])
    members = np.concatenate([np.array(group) for group in groups])
    home = np.repeat(np.arange(len(groups)), sizes)
    summed = space.project(groups)
    # Without the paper's similarity to itself, which is 1.
    own = (summed[members, home] - 1) / np.maximum(1, sizes - 1)[home]
    least = np.maximum(NEAR, NEARLY * own)
    found: list[tuple[int, ...]] = []
    for column, size in enumerate(sizes):
        there = summed[members, column] / size
        near = np.flatnonzero((there >= least) & (home != column))
        ranked = sorted(zip((-there[near].round(9)).tolist(), members[near].tolist(), strict=True))
        found.append(tuple(index for _, index in ranked[:MOST]))
    return found


_FEW = 3
"""Up to this number, the papers form a single theme."""


def group_papers(corpus: Corpus, *, count: int | None = None, kept: Sequence[Sequence[str]] = ()) -> tuple[Theme, ...]:
    """Partitions the papers into themes: the largest first, the papers that fit no theme last.

    `count` is the most themes wanted; without it the number follows from the data (6 to 22 for 109 papers), and groups
    of which few papers bear the heading are repaired (`themes/regrouping.py`).
    Of groups `kept` from an earlier run, by keys, the papers stay together and the others join the nearest.
    Within a theme the most typical paper comes first. The order of the input only breaks ties. Blurbs stay empty.
    """
    papers = corpus.checked  # what speaks to a model is no word of a paper's field
    if not papers:
        return ()
    if len(papers) <= _FEW or count == 1:
        return (_name_all(corpus),)
    canonical, space = corpus.canonical, corpus.space
    before = [tuple(corpus.rows[key] for key in keys if key in corpus.rows) for keys in kept]
    cut = None if corpus.background.senses is None else CUT_SENSED
    grouping = cluster(space, count=count, cut=cut, kept=[group for group in before if group])
    if not grouping.groups or (len(grouping.groups) == 1 and not grouping.unassigned):
        return (_name_all(corpus),)
    read, groups = read_some(canonical, grouping.groups)
    shared = (
        corpus.phrases
        if len(read) == len(papers)
        else SharedPhrases(read, corpus.background, places=corpus.place(read))
    )
    if count is None and not before and len(read) == len(papers):
        grouping = hold_to_headings(space, shared, grouping)
        groups = list(grouping.groups)
    place = {paper.key: index for index, paper in enumerate(papers)}
    titles = name_themes(read, groups, shared=shared, taken=(paper.title for paper in canonical))
    nameless = [index for title, group in zip(titles, grouping.groups, strict=True) if not title for index in group]
    if len(nameless) + len(grouping.unassigned) == len(papers):
        return (_name_all(corpus),)
    themes = [
        Theme(
            title=title,
            paper_keys=tuple(canonical[index].key for index in group),
            see_also=tuple(canonical[index].key for index in besides),
        )
        for title, group, besides in zip(titles, grouping.groups, find_besides(space, grouping.groups), strict=True)
        if title
    ]
    themes.sort(key=lambda theme: (-len(theme.paper_keys), min(map(place.__getitem__, theme.paper_keys))))
    others = sorted((canonical[index].key for index in (*grouping.unassigned, *nameless)), key=place.__getitem__)
    return (*themes, *gather_others(others))


def _name_all(corpus: Corpus) -> Theme:
    """A single theme of all papers, named by a phrase that their titles share, or "All papers"."""
    papers = corpus.checked
    shared = SharedPhrases(papers, corpus.background, places=corpus.place(papers))
    title = name_themes(papers, [range(len(papers))], shared=shared)[0] if len(papers) > 1 else ""
    keys = tuple(paper.key for paper in papers)
    return Theme(title=ALL_PAPERS if not title or says_nothing(title) else title, paper_keys=keys)


def gather_others(keys: Sequence[str]) -> tuple[Theme, ...]:
    """The last theme, "Other papers", of the papers that fit no theme; empty where there are none."""
    if not keys:
        return ()
    return (Theme(title="One other paper" if len(keys) == 1 else "Other papers", paper_keys=tuple(keys), other=True),)
