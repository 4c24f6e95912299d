"""Checks what is said of several papers against those it cites: numbers, names and words must be theirs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from broadsheet.grounding.check import coverage, roots
from broadsheet.grounding.misplaced import SourceWording, find_misplaced
from broadsheet.grounding.rivals import READ_CHARACTERS
from broadsheet.injection.output_filter import find_forbidden
from broadsheet.injection.sanitise import find_stray, find_stray_among
from broadsheet.models import Finding, Paper
from broadsheet.text.entities import KnownNames, unknown_names
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.numbers import find_numbers, unknown_number
from broadsheet.text.sentences import split_sentences
from broadsheet.text.words import split_words

LEAST_COVERED = 0.5
LEAST_SHARED = 2
"""Content words that a sentence must share with a paper to speak of it."""

_COUNTED = lazy_regex(r"\b(\d+)(?= (?:of (?:the|these|them)\b|papers?\b|studies\b|works\b))")
_CLAIMS = {
    "first": ("first",),
    "larges": ("larges",),
    "smalle": ("smalle",),
    "fastes": ("fastes",),
    "best": ("best",),
    "only": ("only",),
    "contra": ("contra", "refute", "dispro", "challe", "disagr", "unlike", "oppose", "incons"),
    "refute": ("contra", "refute", "dispro", "disagr"),
    "dispro": ("contra", "refute", "dispro", "disagr"),
}
"""Words that claim much, and what must stand in the paper for them; cut to six letters."""


def find_unborne(
    text: str, papers: Sequence[Paper], *, counts: Collection[int] = (), english: bool = True
) -> Finding | None:
    """The first thing in a text that its papers together do not bear out, or that no page should carry.

    `counts` are numbers of papers that it may say. In other languages only what survives translation is looked at.
    """
    for finding in _findings(text, papers, counts, english):
        return finding
    return None


def _findings(text: str, papers: Sequence[Paper], counts: Collection[int], english: bool) -> Iterator[Finding]:
    if misfit := find_forbidden(text):
        yield misfit
    source = "\n".join(f"{paper.title}\n{paper.abstract}" for paper in papers)
    said = _COUNTED.sub(lambda found: "" if int(found[1][:9]) in counts else found[0], text)
    if number := unknown_number(said, find_numbers(source), english=english):
        yield Finding(kind="number", span=number, detail=f"the papers do not say {number}")
    if name := next(unknown_names(text, KnownNames(source)), None):
        yield Finding(kind="name", span=name, detail=f"the papers do not name {name}")
    if english:
        yield from find_misplaced_among(text, papers)
    if english and coverage(text, source) < LEAST_COVERED:
        yield Finding(kind="coverage", detail="most of its words are not those of the papers")
    stray = find_stray(papers[0], text) if len(papers) == 1 else find_stray_among(papers, text)
    if english and stray is not None:
        yield stray


def find_misplaced_among(text: str, papers: Sequence[Paper]) -> Iterator[Finding]:
    """What each sentence of a text says with words of a paper that stand there in another place.

    A sentence is held against the paper that it shares most with: another may well say the same of something else.
    """
    for sentence in split_sentences(text):
        asked = roots(sentence.text)
        shared = {at: len(asked & roots(f"{paper.title} {paper.abstract}")) for at, paper in enumerate(papers)}
        best = max(shared, key=lambda at: (shared[at], -at), default=-1)
        if best >= 0 and shared[best] >= LEAST_SHARED:
            source = SourceWording.of(papers[best].title, papers[best].abstract[:READ_CHARACTERS])
            yield from find_misplaced(sentence.text, source)


def spoken_of(text: str, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that a text shares words with; a citation of any other is none."""
    asked = roots(text)
    return [paper for paper in papers if len(asked & roots(f"{paper.title} {paper.abstract}")) >= LEAST_SHARED]


def find_overclaim(text: str, paper: Paper) -> Finding | None:
    """A finding where a text claims to be the first, the largest, a contradiction, and its paper does not."""
    held = {word[:6] for word in split_words(f"{paper.title} {paper.abstract}")}
    for word in split_words(text):
        backing = _CLAIMS.get(word[:6])
        if backing is not None and held.isdisjoint(backing):
            return Finding(kind="claim", span=word, detail=f"the paper does not bear out the word {word}")
    return None
