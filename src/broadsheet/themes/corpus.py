"""The sanitised papers of a run and the vector space in which they are compared, made at the start of the pipeline.

Clustering, repair, tracking, the map and the ranking all get a corpus, so that they use the same similarities.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterable, Mapping

from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.models import Paper
from broadsheet.themes.background import Background, Matrix, TermCounts
from broadsheet.themes.headings import SharedPhrases
from broadsheet.themes.vector_space import Space, count_terms, describe_papers


@dataclasses.dataclass(frozen=True)
class Corpus:
    """Sanitised papers with distinct keys, in the order of the listing, and the background model."""

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
        """The corpus of these papers; benchmarks replace `sanitise` to measure its effect."""
        return cls(tuple(sanitise(paper) for paper in papers), background)

    def only(self, keys: Collection[str]) -> Corpus:
        """The sub-corpus of the papers with these keys, in the same order."""
        return dataclasses.replace(self, papers=tuple(paper for paper in self.papers if paper.key in keys))

    def without(self, keys: Collection[str]) -> Corpus:
        """The sub-corpus of the papers without those of these keys; the same corpus where there are none."""
        return self.only({paper.key for paper in self.papers} - set(keys)) if keys else self

    @functools.cached_property
    def checked(self) -> tuple[Paper, ...]:
        """The papers without instructions to a model: what is compared, and what answers are checked against."""
        return tuple(paper.checked for paper in self.papers)

    @functools.cached_property
    def by_key(self) -> Mapping[str, SanitisedPaper]:
        """The papers by their keys."""
        return {paper.key: paper for paper in self.papers}

    @functools.cached_property
    def canonical(self) -> tuple[Paper, ...]:
        """The checked papers sorted by title, so that clusters do not depend on the order of the listing."""
        return tuple(sorted(self.checked, key=lambda paper: (paper.title, paper.abstract, paper.key)))

    @functools.cached_property
    def rows(self) -> Mapping[str, int]:
        """The row number in `space` by paper key."""
        return {paper.key: row for row, paper in enumerate(self.canonical)}

    @functools.cached_property
    def space(self) -> Space:
        """The papers' vectors, a row a paper, in the order of `canonical`."""
        return Space.of(describe_papers(self.canonical, self.background, terms=self._terms, own=self._places))

    @functools.cached_property
    def _terms(self) -> TermCounts:
        return TermCounts(map(count_terms, self.canonical))

    @functools.cached_property
    def _places(self) -> Matrix:
        return self.background.place(self._terms)

    @functools.cached_property
    def phrases(self) -> SharedPhrases:
        """What the papers share, with the numbers of `rows`; grouping and sections need it, and `forget` it then."""
        return SharedPhrases(self.canonical, self.background, places=self._places)

    def forget(self) -> None:
        """Lets go of `phrases`: some 6 kB a paper."""
        self.__dict__.pop("phrases", None)

    def place(self, papers: Iterable[Paper]) -> Matrix:
        """The vectors in the background (`Background.place`) of some of the papers, a row each; found once."""
        return self._places[[self.rows[paper.key] for paper in papers]]
