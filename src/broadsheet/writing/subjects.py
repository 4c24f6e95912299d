"""Titles -> the whole noun phrases they speak of, for groups of papers whose titles share no phrase."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from broadsheet.models import Paper
from broadsheet.writing.phrases import reads_as_noun_phrase
from broadsheet.writing.words import BOILERPLATE, STOP_WORDS, content_stems, split_words, stem, words

PROPER = words(
    """african american arabic asian bayesian boltzmann carlo chinese coulomb czech dutch einstein english euclidean
    european fourier french gaussian german gibbs greek hamiltonian hindi hubble indian italian japanese korean latin
    markov monte newton persian portuguese russian sanskrit spanish swedish turkish vietnamese"""
)
"""Names that titles spell like any other word and abstracts may not have."""
LONGEST = 5
RARER = 1.6
"""How many times likelier a phrase or a word must be inside its group than outside."""
_CLAUSE = re.compile(r"[:;,.?!()\[\]“”\"–—|/]+|\s-\s")
_BREAKS = STOP_WORDS | words(
    """are be been being can could do does did enable enables has have help helps improve improves is learn may meets
    might need needs should study was were based beyond"""
)


_NUMBERS = words("four five six seven eight nine ten dozen hundred thousand million")


def find_subjects(title: str) -> Iterator[list[str]]:
    """The noun phrases of two to five words of a title, whole: from one preposition, verb or mark to the next.

    What begins a clause with a verb in -ing ("Measuring wet knots") is taken without it; so is what ends badly.
    """
    for clause in _CLAUSE.split(title):
        run: list[str] = []
        for at, word in enumerate([*clause.split(), "the"]):
            bare = word.strip("'‘’`*")
            if bare and bare.lower() not in _BREAKS and bare[0].isalnum():
                run.append(bare)
                continue
            begins = at == len(run)
            if begins and len(run) > 2 and run[0].lower().endswith("ing") and "-" not in run[0]:
                run = run[1:]
            while len(run) > 1 and not reads_as_noun_phrase(run):
                run = run[1:] if reads_as_noun_phrase(run[1:]) or len(run) > LONGEST else run[:-1]
            if 2 <= len(run) <= LONGEST:
                yield run
            run = []


def rank_subjects(papers: Sequence[Paper], group: Sequence[int], spread: Mapping[str, int]) -> list[list[str]]:
    """The subjects of a group's titles, first those whose words its papers share and the others lack.

    `spread` says in how many of all papers a stem stands. A word that no second paper of the group has counts nothing,
    so that what one paper calls its own heads none but its own.
    """
    held = Counter(word for index in group for word in set(content_stems(_text(papers[index]))))
    titled = Counter(word for index in group for word in set(content_stems(papers[index].title)))

    def worth(word: str) -> float:
        if held[word] < 2 or word in BOILERPLATE or word in _NUMBERS:
            return 0.0
        outside = max(0, spread.get(word, 0) - held[word]) / max(1, len(papers) - len(group))
        lift = (held[word] / len(group) + 0.01) / (outside + 0.02)
        return (held[word] + titled[word]) / (2 * len(group)) * (math.log(lift) if lift >= RARER else 0.0)

    scored: list[tuple[float, int, list[str]]] = []
    for index in group:
        for place, subject in enumerate(find_subjects(papers[index].title)):
            told = _without_own_words(subject, worth)
            worths = [worth(word) for word in _stems(told)] or [0.0]
            # The last word is what it is; the ones before say which.
            score = (sum(worths) + 0.5 * worths[-1]) / (len(worths) + 1.0)
            scored.append((-round(score, 9), place, told))
    return [subject for score, _, subject in sorted(scored) if score < 0]


def is_common(subject: Sequence[str], spread: Mapping[str, int], papers: int) -> bool:
    """Whether more than half of all papers have each of its words: it is what everything is about."""
    return all(2 * spread.get(word, 0) > papers for word in _stems(subject))


def _without_own_words(subject: list[str], worth: Callable[[str], float]) -> list[str]:
    """The subject from the first word on that other papers share, two words at least: the rest is its own paper's."""
    while (
        len(subject) > 2
        and subject[0].lower() not in PROPER
        and not any(map(worth, _stems(subject[:1])))
        and reads_as_noun_phrase(subject[1:])
    ):
        subject = subject[1:]
    return subject


def _stems(tokens: Sequence[str]) -> list[str]:
    return [stem(part) for part in split_words(" ".join(tokens))]


def spread_of(papers: Sequence[Paper]) -> Counter[str]:
    """In how many papers each stem stands."""
    return Counter(word for paper in papers for word in set(content_stems(_text(paper))))


def _text(paper: Paper) -> str:
    return f"{paper.title} {paper.abstract[:6000]}"
