"""ROUGE-1, ROUGE-2 and ROUGE-L as F-measures with stemming (Lin 2004), equal to the package `rouge-score`."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from broadsheet.evaluation.stemming import stem

_BREAKS = re.compile(r"[^a-z0-9]+")


@dataclasses.dataclass(frozen=True)
class Rouge:
    """The three F-measures, 0 to 1."""

    r1: float
    r2: float
    rl: float


def rouge(reference: str, text: str) -> Rouge:
    """How much of the words, the pairs of words and the longest common run of words two texts share."""
    one, other = _tokens(reference), _tokens(text)
    return Rouge(
        r1=_overlap(Counter(one), Counter(other)),
        r2=_overlap(Counter(itertools.pairwise(one)), Counter(itertools.pairwise(other))),
        rl=_f_measure(_longest_common(one, other), len(one), len(other)),
    )


def best_rouge(references: Iterable[str], text: str) -> Rouge:
    """The scores against the reference that shares most words."""
    return max((rouge(reference, text) for reference in references), key=lambda scores: scores.r1)


@functools.lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    words = _BREAKS.sub(" ", text.lower()).split()
    return tuple(stem(word) if len(word) > 3 else word for word in words)


def _overlap(one: Counter[object], other: Counter[object]) -> float:
    return _f_measure((one & other).total(), one.total(), other.total())


def _f_measure(shared: int, one: int, other: int) -> float:
    if not shared:
        return 0.0
    precision, recall = shared / other, shared / one
    return 2 * precision * recall / (precision + recall)


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, against in enumerate(other, start=1):
            here = row[place]
            row[place] = before + 1 if word == against else max(row[place], row[place - 1])
            before = here
    return row[-1]
