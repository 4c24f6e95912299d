"""Themes beside those of the edition before -> the same themes under the names readers know, and what is gone.

The papers of two editions are different ones, so a theme continues by what it is about: its papers and those of the
theme before point the same way, in their words and in the background, and its old name still fits them.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.models import Digest, Paper, Theme
from broadsheet.text.words import content_stems, split_words
from broadsheet.themes.background import Background
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.labels import name_themes, says_nothing
from broadsheet.themes.vector_space import Matrix, Space, describe_papers

CONTINUES = 0.1
"""The cosine of two themes above which one goes on as the other; chosen by benchmarks/steady_themes.py."""
_SAME_NAME = 0.1
"""What an equal name adds to it: two engines or two weeks that found the same words agree on the matter."""
_FITS = 0.5
"""How well a name must fit its new papers, of how well it fitted the old ones."""
_GROWN = 1.5
"""How many times its size a theme is now to have grown; by two papers at least."""
_READ = 40
"""Papers read of one theme, the most typical first: enough to know where it points."""
_LONGEST_NAME = 8
"""Words; a file may hold anything for a title."""


@dataclasses.dataclass(frozen=True)
class TrackedThemes:
    """Themes with what became of them since the edition before, and the titles of those that are gone."""

    themes: tuple[Theme, ...]
    vanished: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class PreviousEdition:
    """What of the edition before goes on: its lasting themes, their papers sanitised, and names for a model."""

    themes: tuple[Theme, ...]
    papers: Mapping[str, SanitisedPaper]
    names: tuple[str, ...]
    """The names of its themes that a model may be told: none that speaks to it."""

    @classmethod
    def of(cls, digest: Digest) -> PreviousEdition:
        """The edition before as its digest has it; a theme without papers, or a name that says something, is left."""
        themes = tuple(theme for theme in digest.themes if _is_lasting(theme))
        held = {key for theme in themes for key in theme.paper_keys[:_READ]}
        papers = {paper.key: sanitise(paper) for paper in digest.papers if paper.key in held}
        names = (theme.title for theme in themes)
        return cls(themes, papers, tuple(name for name in names if not sanitise(Paper(key="", title=name)).alone))


def continue_themes(themes: Sequence[Theme], corpus: Corpus, last: PreviousEdition) -> TrackedThemes:
    """The same papers in the same themes: those that continue keep name and place, new and vanished ones are said.

    One theme goes on as at most one. What gathers the papers that fit nowhere is neither new nor continued. Themes
    that continue stand in their old order; a new one stands before the first of them that is smaller.
    """
    old = last.themes
    pairs = _pair(themes, corpus, last) if old else {}
    named = _with_names(themes, corpus, {at: old[before] for at, before in pairs.items()})
    marked = {at: _mark(named[at], old[pairs[at]] if at in pairs else None) for at in range(len(themes))}
    going_on = [marked[at] for at in sorted(pairs, key=pairs.__getitem__)]
    new = [marked[at] for at in range(len(themes)) if at not in pairs and not themes[at].other]
    rest = [theme for theme in themes if theme.other]
    names = {_form(theme.title) for theme in named}
    gone = (theme.title for before, theme in enumerate(old) if before not in set(pairs.values()))
    return TrackedThemes((*_merge(going_on, new), *rest), tuple(title for title in gone if _form(title) not in names))


def _is_lasting(theme: Theme) -> bool:
    """Whether a theme of the edition before is one to go on with: it has a name that says something, and papers."""
    words = len(theme.title.split())
    return not theme.other and bool(theme.paper_keys) and 0 < words <= _LONGEST_NAME and not says_nothing(theme.title)


def _pair(themes: Sequence[Theme], corpus: Corpus, last: PreviousEdition) -> dict[int, int]:
    """Which theme (by position) goes on as which old one: the assignment that likens most, above the threshold."""
    from scipy.optimize import linear_sum_assignment  # 0.25 s and 29 MB that a digest without an edition before spares

    old, known = last.themes, {**last.papers, **corpus.by_key}
    groups = [[known[key].checked for key in theme.paper_keys[:_READ] if key in known] for theme in (*themes, *old)]
    likeness = compare_groups(groups, corpus.background)[: len(themes), len(themes) :]
    for at, theme in enumerate(themes):
        for before, other in enumerate(old):
            fits = not theme.other and _still_fits(other.title, groups[at], groups[len(themes) + before])
            likeness[at, before] += _SAME_NAME * (_form(theme.title) == _form(other.title))
            if likeness[at, before] < CONTINUES or not fits:
                likeness[at, before] = 0.0
    rows, columns = linear_sum_assignment(-np.asarray(likeness).round(9))
    return {int(at): int(before) for at, before in zip(rows, columns, strict=True) if likeness[at, before] > 0}


def compare_groups(groups: Sequence[Sequence[Paper]], background: Background) -> Matrix:
    """The cosine of each group's centre with each other's, -1 to 1, seen from the middle of all these papers.

    0 for a group without papers. A paper that stands in two groups is counted in both.
    """

    order = sorted({paper.key: paper for group in groups for paper in group}.values(), key=lambda paper: paper.key)
    if not order:
        return np.zeros((len(groups), len(groups)))
    place = {paper.key: at for at, paper in enumerate(order)}
    space = Space.of(describe_papers(order, background))
    sums = space.add_up([[place[paper.key] for paper in group] for group in groups])
    lengths = np.linalg.norm(sums, axis=1)
    sums /= np.where(lengths > 1e-9, lengths, np.inf)[:, None]
    likeness: Matrix = sums @ sums.T
    return likeness


def _still_fits(name: str, papers: Sequence[Paper], old_papers: Sequence[Paper]) -> bool:
    """Whether a name's words stand in the new papers at least half as often as in the old ones."""
    return _presence(name, papers) >= _FITS * _presence(name, old_papers)


def _presence(name: str, papers: Sequence[Paper]) -> float:
    """The mean share of the papers that have a word of the name; a word in another language is in none."""
    words = set(content_stems(name))
    held = Counter(stem for paper in papers for stem in words & set(content_stems(f"{paper.title} {paper.abstract}")))
    return held.total() / (len(words) * len(papers)) if words and papers else 0.0


def _with_names(themes: Sequence[Theme], corpus: Corpus, kept: Mapping[int, Theme]) -> list[Theme]:
    """The themes under the names they keep; another that has such a name already gets a new one."""
    titles = {at: kept[at].title if at in kept else theme.title for at, theme in enumerate(themes)}
    names = {_form(kept[at].title) for at in kept}
    clashing = [at for at in titles if at not in kept and _form(titles[at]) in names]
    if clashing:
        place = {paper.key: at for at, paper in enumerate(corpus.papers)}
        groups = [[place[key] for key in theme.paper_keys] for theme in themes]
        others = name_themes(corpus.checked, groups, taken=list(titles.values()))
        titles.update({at: others[at] for at in clashing})
    return [theme.model_copy(update={"title": titles[at]}) for at, theme in enumerate(themes)]


def _mark(theme: Theme, before: Theme | None) -> Theme:
    status: Literal["", "new", "continued", "grown"] = "new"
    if before is not None:
        size, was = len(theme.paper_keys), len(before.paper_keys)
        status = "grown" if size >= max(was + 2, _GROWN * was) else "continued"
    return theme.model_copy(update={"status": "" if theme.other else status})


def _merge(going_on: Sequence[Theme], new: Sequence[Theme]) -> Iterator[Theme]:
    """Both in their own order, a new theme before the first continued one that is smaller."""
    waiting = list(new)
    for theme in going_on:
        while waiting and len(waiting[0].paper_keys) > len(theme.paper_keys):
            yield waiting.pop(0)
        yield theme
    yield from waiting


def _form(title: str) -> str:
    return " ".join(split_words(title))
