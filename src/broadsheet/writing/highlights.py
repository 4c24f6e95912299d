"""The papers to read first, each with a reason that can be checked: a model's where they hold, else by plain rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from broadsheet.models import Highlight, Match, Paper, Theme
from broadsheet.writing.citing import find_overclaim, find_unborne
from broadsheet.writing.fence import strip_hidden
from broadsheet.writing.ground import coverage
from broadsheet.writing.partition import id_form
from broadsheet.writing.words import split_words

MOST = 3
LEAST_PAPERS = 8
"""Papers of a digest; of fewer, all are read."""
LEAST_SPOKEN_FOR = 4
"""Papers of a theme that one may speak for."""
LEAST_MATCH = 0.5
SHORTEST, LONGEST = 3, 18
"""Words of a reason."""
LEAST_COVERED = 0.6
"""Of a reason's content words, those that its paper must have: it is short, and its claim is all there is."""


def choose_highlights(proposed: Iterable[Highlight], ruled: Iterable[Highlight]) -> tuple[Highlight, ...]:
    """At most three, no paper twice: the best match of the reader's interests, the model's, then others by rule."""
    ruled = list(ruled)
    matched = [one for one in ruled if one.reason.startswith("matches")]
    chosen: dict[str, Highlight] = {}
    for one in (*matched[:1], *proposed, *ruled):
        chosen.setdefault(one.paper_key, one)
    return tuple(chosen.values())[:MOST]


def rule_highlights(themes: Sequence[Theme], matches: Sequence[Match]) -> list[Highlight]:
    """What needs no model to be true: the best matches, and the paper nearest to the middle of the largest theme."""
    if sum(len(theme.paper_keys) for theme in themes) < LEAST_PAPERS:
        return []
    best = sorted((match for match in matches if match.score >= LEAST_MATCH), key=lambda match: -match.score)
    found = [Highlight(paper_key=match.paper_key, reason=_matching(match)) for match in best[:MOST]]
    real = [theme for theme in themes if not theme.other and len(theme.paper_keys) >= LEAST_SPOKEN_FOR]
    if len(themes) > 1 and real:
        largest = max(real, key=lambda theme: len(theme.paper_keys))
        if len(largest.paper_keys) == max(len(theme.paper_keys) for theme in themes):
            reason = f"speaks for the largest theme: nearest to the middle of its {len(largest.paper_keys)} papers"
            found.append(Highlight(paper_key=largest.paper_keys[0], reason=reason))
    return found


def read_highlights(
    said: Iterable[Mapping[str, Any]], papers: Mapping[str, Paper], *, matches: Sequence[Match] = (), english: bool
) -> list[Highlight]:
    """Those of a model's answer whose reason their own paper bears out; `papers` are by the ids it was told.

    What it says of the reader's interests counts only where there is a match, which then speaks for itself.
    """
    by_key = {match.paper_key: match for match in matches if match.score >= LEAST_MATCH}
    found: dict[str, Highlight] = {}
    for one in said:
        paper = papers.get(id_form(one.get("id", "")))
        reason = one.get("reason")
        if paper is None or paper.key in found or not isinstance(reason, str):
            continue
        if "interest" in reason.lower():
            reason = _matching(by_key[paper.key]) if paper.key in by_key else ""
        elif not _holds(reason := _tidy(reason), paper, english=english):
            reason = ""
        if reason:
            found[paper.key] = Highlight(paper_key=paper.key, reason=reason)
    return list(found.values())[:MOST]


def _holds(reason: str, paper: Paper, *, english: bool) -> bool:
    """Whether a reason is one clause that its paper bears out, and no copy of the title."""
    if not SHORTEST <= len(reason.split()) <= LONGEST or split_words(reason) == split_words(paper.title):
        return False
    if find_unborne(reason, [paper], english=english) is not None:
        return False
    covered = coverage(reason, f"{paper.title}\n{paper.abstract}")
    return not english or (covered >= LEAST_COVERED and find_overclaim(reason, paper) is None)


def _matching(match: Match) -> str:
    """The reason of a match, which begins with that word so that it can be told from others."""
    return match.reason if match.reason.startswith("matches") else f"matches your interests: {match.reason}"


def _tidy(reason: str) -> str:
    return " ".join(strip_hidden(reason).split()).strip("\"'“”` ").rstrip(".")
