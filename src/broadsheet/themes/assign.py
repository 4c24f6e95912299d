"""Papers -> the themes that a reader named: each to the one it is most like, or to the last, of what fits none."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from broadsheet.models import Paper, Theme
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import MOST, gather_others
from broadsheet.themes.paper_similarity import liken

SHARPNESS = 0.12
"""By how much more likeness a theme gets e times the share of another; fitted on one half of labelled papers, as is
the next, by benchmarks/assigning_quality.py."""
NONE_FITS = 0.2
"""How alike a theme must be to win against none."""
NEARLY = 0.25
"""The share from which a paper nearly belongs to another theme."""


@dataclasses.dataclass(frozen=True)
class ThemeAssignment:
    """The theme a paper goes to, by its number (`None` for none), and how sure that is, 0 to 1; `nearly` are others."""

    theme: int | None
    confidence: float
    nearly: tuple[int, ...] = ()


def assign_papers(corpus: Corpus, named: Sequence[NamedTheme]) -> tuple[Theme, ...]:
    """The papers in the named themes, without a model; see `to_themes`."""
    return to_themes(corpus.checked, named, find_places(corpus, named))


def find_places(corpus: Corpus, named: Sequence[NamedTheme]) -> list[ThemeAssignment]:
    """A place for each paper: the theme whose name and description it is most like, where it is like one at all.

    A confidence is the softmax of how alike the paper is to each theme, and to none.
    """
    if not corpus.papers:
        return []
    wanted = [Paper(key=f"theme:{n}", title=theme.name, abstract=theme.about) for n, theme in enumerate(named)]
    alike = liken(corpus.checked, wanted, corpus.background)
    return [_place(row) for row in alike.tolist()]


def _place(likeness: Sequence[float]) -> ThemeAssignment:
    """The place by how alike a paper is to each theme."""
    weights = [math.exp((one - NONE_FITS) / SHARPNESS) for one in likeness]
    shares = [weight / (1 + sum(weights)) for weight in weights]
    ranked = sorted(range(len(shares)), key=lambda number: -shares[number])
    best = ranked[0] if likeness[ranked[0]] > NONE_FITS else None
    fit = [number for number in ranked if number != best and likeness[number] > NONE_FITS]
    nearly = tuple(number for number in fit if shares[number] >= NEARLY)
    sure = shares[best] if best is not None else 1 / (1 + sum(weights))
    return ThemeAssignment(best, round(sure, 3), nearly)


def to_themes(
    papers: Sequence[Paper], named: Sequence[NamedTheme], places: Sequence[ThemeAssignment]
) -> tuple[Theme, ...]:
    """The themes in the order in which they were named, without the empty ones, each from its surest paper on.

    A description is its theme's blurb. What fits none stands in a last theme. With each theme go up to three papers
    of others that nearly belong.
    """
    themes = []
    for number, one in enumerate(named):
        own = _surest(papers, places, number)
        if not own:
            continue
        pairs = zip(papers, places, strict=True)
        besides = sorted((place.confidence, paper.key) for paper, place in pairs if number in place.nearly)
        themes.append(
            Theme(
                title=one.name,
                blurb=one.about,
                paper_keys=tuple(paper.key for paper, _ in own),
                confidence={paper.key: place.confidence for paper, place in own},
                see_also=tuple(key for _, key in besides[:MOST]),
            )
        )
    return (*themes, *gather_others([paper.key for paper, _ in _surest(papers, places, None)]))


def _surest(
    papers: Sequence[Paper], places: Sequence[ThemeAssignment], number: int | None
) -> list[tuple[Paper, ThemeAssignment]]:
    own = [(paper, place) for paper, place in zip(papers, places, strict=True) if place.theme == number]
    return own if number is None else sorted(own, key=lambda pair: -pair[1].confidence)
