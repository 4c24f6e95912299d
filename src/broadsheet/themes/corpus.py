"""The papers of a run, sanitised once, and the one space in which they are compared, made at the head of the pipeline.

Whatever groups, repairs, continues, maps or ranks papers is handed a corpus, and so cannot compare them elsewhere.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterable, Mapping

from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.models import Paper
from broadsheet.themes.background import Background
from broadsheet.themes.vector_space import Space, describe_papers


@dataclasses.dataclass(frozen=True)
class Corpus:
    """Sanitised papers in the listing's order, their keys distinct, and what is known of their field."""

    papers: tuple[SanitisedPaper, ...]
    background: Background

    @classmethod
    def of(
        cls,
        papers: Iterable[Paper],
        background: Background,
        *,
        sanitise: Callable[[Paper], SanitisedPaper] = sanitise,
    ) -> Corpus:
        """The corpus of these papers; another way to `sanitise` is for measuring what this one is worth."""
        return cls(tuple(sanitise(paper) for paper in papers), background)

    def only(self, keys: Collection[str]) -> Corpus:
        """The corpus of the papers of these keys, in the same order."""
        return dataclasses.replace(self, papers=tuple(paper for paper in self.papers if paper.key in keys))

    @functools.cached_property
    def checked(self) -> tuple[Paper, ...]:
        """The papers without what speaks to a model: what is compared, and what answers are checked against."""
        return tuple(paper.checked for paper in self.papers)

    @functools.cached_property
    def by_key(self) -> Mapping[str, SanitisedPaper]:
        """The papers by their keys."""
        return {paper.key: paper for paper in self.papers}

    @functools.cached_property
    def canonical(self) -> tuple[Paper, ...]:
        """The checked papers in the order of their titles, so that the listing's order decides nothing but ties."""
        return tuple(sorted(self.checked, key=lambda paper: (paper.title, paper.abstract, paper.key)))

    @functools.cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of `space` of each paper, by its key."""
        return {paper.key: row for row, paper in enumerate(self.canonical)}

    @functools.cached_property
    def space(self) -> Space:
        """The papers as rows of one vector space, in the order of `canonical`."""
        return Space.of(describe_papers(self.canonical, self.background))
