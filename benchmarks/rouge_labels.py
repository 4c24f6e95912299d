"""ROUGE as the trainer needs it: many short texts against one reference, fast, the same numbers as rouge-score."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from nltk.stem.porter import PorterStemmer

_STEMMER = PorterStemmer()
_TOKEN = re.compile(r"[a-z0-9]+")


@functools.cache
def porter(token: str) -> str:
    """The stem that rouge-score compares: only words of more than three letters are stemmed."""
    return _STEMMER.stem(token) if len(token) > 3 else token


def stems(text: str) -> list[str]:
    """The stems of a text."""
    return [porter(token) for token in _TOKEN.findall(text.lower())]


def overlap_f(own: Sequence[object], reference: Sequence[object]) -> float:
    """The F-measure of two bags: ROUGE-N of their n-grams."""
    shared = sum((Counter(own) & Counter(reference)).values())
    return 2 * shared / (len(own) + len(reference)) if shared else 0.0


def rouge_1_2(text: str, reference: str) -> tuple[float, float]:
    """R1 and R2, as F-measures from 0 to 1."""
    own, told = stems(text), stems(reference)
    return overlap_f(own, told), overlap_f(list(pairwise(own)), list(pairwise(told)))
