"""Assigns papers to themes that the user named, each to the most similar one, or to "Other papers"."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from broadsheet.models import Paper, Theme
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import MOST, gather_others
from broadsheet.themes.paper_similarity import paper_similarities
from broadsheet.themes.vector_space import count_terms

SHARPNESS = 0.12
"""The temperature of the softmax over similarities: a theme that is this much more similar gets e times the share.
This and `NONE_FITS` were fitted on one half of labelled papers by benchmarks/assigning_quality.py."""
NONE_FITS = 0.2
"""The similarity that a theme needs to win against "no theme"."""
CALLED = 0.45
"""The least similarity of a paper to a theme all of whose name is in the title, or twice in title and abstract."""
NEARLY = 0.25
"""The share of the softmax from which a paper is also listed with another theme."""


@dataclasses.dataclass(frozen=True)
class ThemeAssignment:
    """The number of a paper's theme (`None`: no theme fits), a confidence from 0 to 1, and the next nearest themes."""

    theme: int | None
    confidence: float
    nearly: tuple[int, ...] = ()


def assign_papers(corpus: Corpus, named: Sequence[NamedTheme]) -> tuple[Theme, ...]:
    """The themes of the papers by similarity, without a language model; see `to_themes`."""
    return to_themes(corpus.checked, named, find_places(corpus, named))


def find_places(corpus: Corpus, named: Sequence[NamedTheme]) -> list[ThemeAssignment]:
    """An assignment for each paper, in the papers' order: the theme with the most similar name and description.

    The confidence is a softmax over the similarities to the themes and to "no theme", which has `NONE_FITS`. A paper
    that calls a theme by its name is at least `CALLED` similar to it: of a word that the background lacks, the
    similarity is a sum with one term missing.
    """
    if not corpus.papers:
        return []
    # Each theme is compared like a paper: its name as the title, its description as the abstract.
    wanted = [Paper(key=f"theme:{n}", title=theme.name, abstract=theme.about) for n, theme in enumerate(named)]
    alike = paper_similarities(corpus.checked, wanted, corpus.background)
    terms = [count_terms(Paper(key="", title=theme.name)) for theme in named]
    called = [[bool(name) and name <= count_terms(paper) for name in terms] for paper in corpus.checked]
    return [_place(row) for row in np.where(called, alike.clip(min=CALLED), alike).tolist()]


def _place(likeness: Sequence[float]) -> ThemeAssignment:
    """The assignment of one paper from its similarity to each theme."""
    # Softmax with temperature `SHARPNESS`, shifted by `NONE_FITS`: "no theme" then has the weight exp(0) = 1, the 1 in
    # the sums below.
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
    """The non-empty themes in the order of `named`, with the papers of each in decreasing confidence.

    A theme's description is its blurb. Papers without a theme come last, in a theme of their own. Each theme refers to
    up to three papers of other themes that nearly belong to it.
    """
    themes = []
    for number, one in enumerate(named):
        own = _surest(papers, places, number)
        if not own:
            continue
        pairs = zip(papers, places, strict=True)
        # The papers least sure of their own theme come first.
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
