"""Checks a TL;DR against its abstract: its numbers and names must be there, and what it says be said. Pure, fast."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.grounding.classifier import Verdict, classify_tldr, explain
from broadsheet.grounding.evidence import find_evidence
from broadsheet.grounding.features import TEXT_FEATURES, Unknown
from broadsheet.grounding.misplaced import find_misplaced
from broadsheet.grounding.rivals import CheckedPaper, Run
from broadsheet.models import Finding, Paper
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import load_word_vectors
from broadsheet.text.words import STOP_WORDS, split_words

__all__ = ["Checker", "check_tldr", "coverage", "find_evidence", "find_swapped", "judge_tldr", "roots", "tidy_tldr"]

SPARE_WORDS = 5
"""Words above the limit that are let pass: asking again costs more than it gives."""
SWAP_MARGIN = 0.3
LEAST_COVERED = 0.25
"""The share of a TL;DR, rare words counting more, that its abstract must hold in some form, whatever else is said."""
CERTAIN = 9.0
"""The score of what a hard rule stops."""

_COVERED = TEXT_FEATURES.index("soft coverage")
_REFUSAL = lazy_regex(
    r"^(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:cannot|can't|can not)|as an ai\b|sorry,|unfortunately, i\b)",
    re.IGNORECASE,
)
_MARKUP = lazy_regex(
    r"https?://|www\.|\b[\w-]+\.(?:com|org|net|io|ai|edu|gov)/|</?[a-z][^>]*>|!\[|\]\(|```|<\|", re.IGNORECASE
)


class Checker:
    """The check of a run: built once of all its papers, since what another paper says better is suspect.

    A verdict depends on the papers of the run and on nothing else, in whatever order or company it is asked for.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers

    @functools.cached_property
    def run(self) -> Run:
        """The papers, indexed when first asked about."""
        return Run(self._papers, load_word_vectors())

    def read(self, paper: Paper) -> CheckedPaper:
        """What is known of a paper."""
        return self.run.read(paper)

    def release(self, paper: Paper) -> None:
        """Keeps no reading of a paper whose TL;DR has passed: of thousands they would take gigabytes."""
        self.run.release(paper)

    def prepare(self, paper: Paper) -> None:
        """Reads a paper, and indexes the run, before there is a TL;DR to check."""
        own = self.read(paper)
        self.run.rivals(own, own.held[:1])
        tuple(find_misplaced("", own.wording))


def check_tldr(
    paper: Paper, tldr: str, *, max_words: int, english: bool = True, checker: Checker | None = None
) -> Finding | None:
    """The first thing wrong with a TL;DR, `None` when nothing is; in other languages only what survives translation.

    Without a checker the paper is looked at alone.
    """
    for finding in _shape_findings(paper, tldr, max_words):
        return finding
    _, findings = judge_tldr(checker or Checker([paper]), paper, tldr, english=english)
    return findings[0] if findings else None


def judge_tldr(checker: Checker, paper: Paper, tldr: str, *, english: bool = True) -> tuple[float, tuple[Finding, ...]]:
    """How false a TL;DR looks beside its abstract, and everything that is wrong with it; nothing is at 0 and below.

    The score is the learned one, or `CERTAIN` where a rule stops it: a number or a name that is not there, or words of
    the abstract in another place than there.
    """
    own = checker.read(paper)
    unknown = Unknown.of(own, tldr, english=english)
    found = list(_hard_findings(unknown))
    if not english:
        return (CERTAIN if found else 0.0), tuple(found)
    found += find_misplaced(tldr, own.wording)
    ruled = bool(found)
    verdict: Verdict = classify_tldr(checker.run, own, tldr, unknown)
    covered = float(verdict.seen.whole[_COVERED])
    if verdict.score > 0 or covered < LEAST_COVERED:
        found.append(explain(tldr, verdict))
    if covered < LEAST_COVERED:
        return max(CERTAIN, verdict.score), tuple(found)
    return (max(CERTAIN, verdict.score) if ruled else verdict.score), tuple(found)


def _shape_findings(paper: Paper, tldr: str, max_words: int) -> Iterator[Finding]:
    """What is wrong with a TL;DR whatever its abstract says."""
    count = len(tldr.split())
    if count < 4 or _REFUSAL.match(tldr):
        yield Finding(kind="empty", span=tldr[:60], detail="it is no summary")
    if found := _MARKUP.search(tldr):
        yield Finding(kind="markup", span=found.group(), detail="it holds an address or markup")
    if _plain(tldr) == _plain(paper.title) or _adds_nothing(tldr, paper.title):
        yield Finding(kind="echo", detail="it says no more than the title")
    if count > max_words + SPARE_WORDS:
        yield Finding(kind="length", span=f"{count} words", detail=f"it is longer than {max_words} words")


def _adds_nothing(tldr: str, title: str) -> bool:
    """Whether the words and numbers of a TL;DR are all the title's; of 100 by authors one or two are such."""
    own, its = roots(tldr), roots(title)
    numbers = {word for word in split_words(tldr) if word.isdigit()}
    return bool(own) and own <= its and numbers <= set(split_words(title))


def _hard_findings(unknown: Unknown) -> Iterator[Finding]:
    if number := unknown.number:
        yield Finding(kind="number", span=number, detail=f"'{number}' does not stand in the abstract")
    if unknown.names:
        name = unknown.names[0]
        yield Finding(kind="name", span=name, detail=f"the abstract does not name '{name}'")


def coverage(text: str, source: str) -> float:
    """The share of a text's content words that the source has in some form."""
    asked = roots(text)
    return len(asked & roots(source)) / len(asked) if asked else 1.0


def roots(text: str) -> set[str]:
    """The content words of a text, each cut to its first six letters: near enough to a stem for counting."""
    return {word[:6] for word in set(split_words(text)) - STOP_WORDS if not word.isdigit()}


def find_swapped(papers: Sequence[Paper], tldrs: Mapping[str, str]) -> dict[str, Finding]:
    """By key, the TL;DRs that fit another paper of the batch clearly better than their own, or serve several."""
    held = {paper.key: roots(f"{paper.title} {paper.abstract}") for paper in papers}
    said = {key: roots(text) for key, text in tldrs.items() if key in held}
    spread = {word: sum(word in own for own in held.values()) for words in said.values() for word in words}
    found: dict[str, Finding] = {}
    for key, words in said.items():
        telling = {word for word in words if spread[word] < max(2, len(held))}
        fits = {other: len(telling & own) / len(telling) for other, own in held.items()} if telling else {}
        best = max(fits, key=lambda other: (fits[other], other), default=key)
        if fits and fits[best] - fits[key] > SWAP_MARGIN:
            found[key] = Finding(kind="swapped", span=best, detail="it describes another paper of the batch")
    alike = [text for key, text in tldrs.items() if key in held]
    for key, text in tldrs.items():
        if alike.count(text) > 1:
            found[key] = Finding(kind="repeated", detail="the same sentence came for several papers")
    return found


def tidy_tldr(text: str, *, max_words: int) -> str:
    """One line, one sentence where the first of several stands alone, a capital at its head and a stop at its end."""
    line = " ".join(text.split()).strip("\"'“”` ")
    sentences = split_sentences(line)
    if len(sentences) > 1 and len(line.split()) > max_words and len(sentences[0].text.split()) >= 8:
        line = sentences[0].text
    if line and line[-1] not in ".!?。！？…":
        line += "."
    return line[:1].upper() + line[1:] if line[:1].islower() and line.split()[0].islower() else line


def _plain(text: str) -> str:
    return " ".join(split_words(text))
