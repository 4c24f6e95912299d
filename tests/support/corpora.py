"""Papers as the head of a run hands them on: sanitised, and with the space in which they are compared."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.models import Paper
from broadsheet.themes.background import Background, shipped
from broadsheet.themes.corpus import Corpus


def corpus_of(papers: Iterable[Paper], background: Background | None = None) -> Corpus:
    """The papers beside the shipped background, or another one."""
    return Corpus.of(papers, background or shipped())


def sanitised(papers: Iterable[Paper]) -> list[SanitisedPaper]:
    """The papers without what speaks to a model."""
    return [sanitise(paper) for paper in papers]
