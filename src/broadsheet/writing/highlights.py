"""The papers to read first, each with a reason that can be checked: matches of interests, and a model's that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from broadsheet.models import Highlight, Match, Paper
from broadsheet.writing.citing import find_overclaim, find_unborne
from broadsheet.writing.fence import strip_hidden
from broadsheet.writing.ground import coverage
from broadsheet.writing.interests import MATCH
from broadsheet.writing.partition import id_form
from broadsheet.writing.words import split_words

MOST = 3
SHORTEST, LONGEST = 3, 18
"""Words of a reason."""
LEAST_COVERED = 0.6
"""Of a reason's content words, those that its paper must have: it is short, and its claim is all there is."""


def choose_highlights(proposed: Iterable[Highlight], matched: Iterable[Highlight]) -> tuple[Highlight, ...]:
    """At most three, no paper twice: the best match of the reader's interests, the model's, then other matches."""
    matched = list(matched)
    chosen: dict[str, Highlight] = {}
    for one in (*matched[:1], *proposed, *matched):
        chosen.setdefault(one.paper_key, one)
    return tuple(chosen.values())[:MOST]


def match_highlights(matches: Sequence[Match]) -> list[Highlight]:
    """What needs no model to be true: the best matches of the reader's interests."""
    best = sorted((match for match in matches if match.score >= MATCH), key=lambda match: -match.score)
    return [Highlight(paper_key=match.paper_key, reason=_matching(match)) for match in best[:MOST]]


def read_highlights(
    said: Iterable[Mapping[str, Any]], papers: Mapping[str, Paper], *, matches: Sequence[Match] = (), english: bool
) -> list[Highlight]:
    """Those of a model's answer whose reason their own paper bears out; `papers` are by the ids it was told.

    What it says of the reader's interests counts only where there is a match, which then speaks for itself.
    """
    by_key = {match.paper_key: match for match in matches if match.score >= MATCH}
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
