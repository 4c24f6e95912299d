"""Tracks themes across editions: finds which themes continue those of the previous edition, and keeps their titles.

The papers of two editions differ, so themes are matched by content: a theme continues an old one where the centroids of
their papers are similar and the old title still fits the new papers.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Literal

import numpy as np

from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.models import Digest, Paper, Theme
from broadsheet.text.words import content_stems, split_words
from broadsheet.themes.background import Background
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.headings import SharedPhrases
from broadsheet.themes.labels import name_themes, says_nothing
from broadsheet.themes.vector_space import Matrix, Space, describe_papers

CONTINUES = 0.1
"""The cosine of two themes' centroids from which one continues the other; chosen by benchmarks/steady_themes.py."""
_SAME_NAME = 0.1
"""What an equal title adds to the cosine: it is evidence of the same subject."""
_LEAST = 0.05
"""The least cosine whatever the title: an equal title alone continues nothing."""
_UNTOLD = 0.2
"""The least cosine where an old title has no word of its own papers, as in another language."""
_FITS = 0.5
"""The least ratio of a title's presence in the new papers to that in the old ones; see `_presence`."""
_GROWN = 1.5
"""The least ratio of the sizes for the status "grown"; the theme must also have two papers more."""
_READ = 40
"""The most papers a theme that are compared, the most typical first: enough for its centroid."""
_LONGEST_NAME = 8
"""The most words of an old title: a file from outside may hold any text."""


@dataclasses.dataclass(frozen=True)
class TrackedThemes:
    """Themes with their status since the previous edition, and the titles of the old themes without a successor."""

    themes: tuple[Theme, ...]
    vanished: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class PreviousEdition:
    """The previous edition's themes that can continue, their sanitised papers, and their titles for prompts."""

    themes: tuple[Theme, ...]
    papers: Mapping[str, SanitisedPaper]
    names: tuple[str, ...]
    """Titles for prompts: those without instructions to a model."""

    @classmethod
    def of(cls, digest: Digest) -> PreviousEdition:
        """The previous edition from its digest, without themes that have no papers or no title by content."""
        themes = lasting_themes(digest)
        held = {key for theme in themes for key in theme.paper_keys[:_READ]}
        papers = {paper.key: sanitise(paper) for paper in digest.papers if paper.key in held}
        names = (theme.title for theme in themes)
        return cls(themes, papers, tuple(name for name in names if not sanitise(Paper(key="", title=name)).alone))


def continue_themes(themes: Sequence[Theme], corpus: Corpus, last: PreviousEdition) -> TrackedThemes:
    """Matches themes one to one with those of the previous edition; sets titles, statuses and order, not the papers.

    Themes that continue keep their old title and order; a new theme comes before the first of them that is smaller.
    "Other papers" is last, without a status.
    """
    old = last.themes
    pairs = pair_themes(themes, corpus, last) if old else {}
    named = _with_names(themes, corpus, {at: old[before] for at, before in pairs.items()})
    marked = {at: _mark(named[at], old[pairs[at]] if at in pairs else None) for at in range(len(themes))}
    going_on = [marked[at] for at in sorted(pairs, key=pairs.__getitem__)]
    new = [marked[at] for at in range(len(themes)) if at not in pairs and not themes[at].other]
    rest = [theme for theme in themes if theme.other]
    names = {bare_title(theme.title) for theme in named}
    gone = (theme.title for before, theme in enumerate(old) if before not in set(pairs.values()))
    return TrackedThemes(
        (*_merge(going_on, new), *rest), tuple(title for title in gone if bare_title(title) not in names)
    )


def lasting_themes(digest: Digest) -> tuple[Theme, ...]:
    """The themes that a later edition can continue: they have papers, and a short title by content."""
    return tuple(theme for theme in digest.themes if _is_lasting(theme))


def _is_lasting(theme: Theme) -> bool:
    words = len(theme.title.split())
    return not theme.other and bool(theme.paper_keys) and 0 < words <= _LONGEST_NAME and not says_nothing(theme.title)


def pair_themes(themes: Sequence[Theme], corpus: Corpus, last: PreviousEdition) -> dict[int, int]:
    """Maps positions of themes to those of the old themes that they continue.

    The one-to-one assignment with the largest sum of similarities (the linear assignment problem, solved by scipy),
    without pairs below `CONTINUES`.
    """
    from scipy.optimize import linear_sum_assignment  # 0.25 s and 29 MB that a digest without an edition before spares

    old, known = last.themes, {**last.papers, **corpus.by_key}
    groups = [[known[key].checked for key in theme.paper_keys[:_READ] if key in known] for theme in (*themes, *old)]
    # All groups are compared in one space; the block of new themes (rows) against old themes (columns) is used.
    likeness = compare_groups(groups, corpus.background)[: len(themes), len(themes) :]
    stems = [[set(content_stems(f"{paper.title} {paper.abstract}")) for paper in group] for group in groups]
    for at, theme in enumerate(themes):
        for before, other in enumerate(old):
            alike, same = likeness[at, before], bare_title(theme.title) == bare_title(other.title)
            likeness[at, before] += _SAME_NAME * same
            # A weight of 0 is that of no pair, so that a pair below the threshold cannot push out a valid one.
            if (
                likeness[at, before] < CONTINUES
                or alike < _LEAST
                or theme.other
                # A title that the new papers were given too fits them, also without its words: a field's name.
                or not (same or _still_fits(other.title, stems[at], stems[len(themes) + before], alike))
            ):
                likeness[at, before] = 0.0
    rows, columns = linear_sum_assignment(-np.asarray(likeness).round(9))
    return {int(at): int(before) for at, before in zip(rows, columns, strict=True) if likeness[at, before] > 0}


def compare_groups(groups: Sequence[Sequence[Paper]], background: Background) -> Matrix:
    """The cosine similarities between the groups' centroids, centred on all their papers: groups x groups, -1 to 1.

    0 for a group without papers. A paper of two groups counts in both.
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


def _still_fits(name: str, papers: Sequence[Set[str]], old_papers: Sequence[Set[str]], alike: float) -> bool:
    """Whether the words of a title are at least `_FITS` times as frequent in the new papers as in the old ones.

    Papers are the stems of their words. A title without a word of the old papers tells nothing; there the cosine of the
    papers, `alike`, decides.
    """
    words = set(content_stems(name))
    before = _presence(words, old_papers)
    return _presence(words, papers) >= _FITS * before if before else alike >= _UNTOLD


def _presence(words: Set[str], papers: Sequence[Set[str]]) -> float:
    """The mean over a title's words of the share of papers that have the word, 0 to 1.

    A title in another language than the papers has about 0.
    """
    held = sum(len(words & paper) for paper in papers)
    return held / (len(words) * len(papers)) if words and papers else 0.0


def _with_names(themes: Sequence[Theme], corpus: Corpus, kept: Mapping[int, Theme]) -> list[Theme]:
    """The themes with the titles in `kept`; another theme with an equal title gets a built-in one, or a number."""
    titles = {at: kept[at].title if at in kept else theme.title for at, theme in enumerate(themes)}
    names = {bare_title(kept[at].title) for at in kept}
    clashing = []
    for at, title in titles.items():
        if at not in kept and bare_title(title) in names:
            clashing.append(at)
        names.add(bare_title(title))
    if clashing:
        place = {paper.key: at for at, paper in enumerate(corpus.papers)}
        groups = [[place[key] for key in theme.paper_keys] for theme in themes]
        shared = SharedPhrases(corpus.checked, corpus.background, places=corpus.place(corpus.checked))
        others = name_themes(corpus.checked, groups, taken=list(titles.values()), shared=shared)
        for at in clashing:
            parts = (f"{titles[at]}, part {part}" for part in itertools.count(2))
            titles[at] = others[at] or next(title for title in parts if bare_title(title) not in names)
            names.add(bare_title(titles[at]))
    return [theme.model_copy(update={"title": titles[at]}) for at, theme in enumerate(themes)]


def _mark(theme: Theme, before: Theme | None) -> Theme:
    status: Literal["", "new", "continued", "grown"] = "new"
    if before is not None:
        size, was = len(theme.paper_keys), len(before.paper_keys)
        status = "grown" if size >= max(was + 2, _GROWN * was) else "continued"
    return theme.model_copy(update={"status": "" if theme.other else status})


def _merge(going_on: Sequence[Theme], new: Sequence[Theme]) -> Iterator[Theme]:
    """Merges both lists, each in its order: a new theme comes before the first continued one that is smaller."""
    waiting = list(new)
    for theme in going_on:
        while waiting and len(waiting[0].paper_keys) > len(theme.paper_keys):
            yield waiting.pop(0)
        yield theme
    yield from waiting


def bare_title(title: str) -> str:
    """What the titles of one theme have in common, however they are spelt."""
    return " ".join(split_words(title))
