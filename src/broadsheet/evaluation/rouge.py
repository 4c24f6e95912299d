"""ROUGE-1, ROUGE-2 and ROUGE-L as F-measures with stemming (Lin 2004), equal to the package `rouge-score`."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence

_VOWELS = "aeiou"
_IRREGULAR = {
    form: stem
    for stem, forms in {
        "sky": "sky skies", "die": "dying", "lie": "lying", "tie": "tying", "news": "news", "inning": "innings inning",
        "outing": "outings outing", "canning": "cannings canning", "howe": "howe", "proceed": "proceed",
        "exceed": "exceed", "succeed": "succeed",
    }.items()
    for form in forms.split()
}  # fmt: skip
_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"), ("logi", "log"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
)  # fmt: skip


@functools.lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 2:
        return word
    word = _without_past(_without_plural(word))
    if word.endswith("y") and len(word) > 2 and _consonants(word)[-2]:
        word = word[:-1] + "i"
    word = _replace(_without_double(word), _STEP_2)
    return _without_e(_without_ending(_replace(word, _STEP_3)))


def _consonants(word: str) -> list[bool]:
    """For each letter whether it is a consonant: a y is one at the start and after a vowel."""
    flags: list[bool] = []
    for letter in word:
        flags.append(letter not in _VOWELS and (letter != "y" or not flags or not flags[-1]))
    return flags


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant."""
    flags = _consonants(word)
    return sum(after and not before for before, after in itertools.pairwise(flags))


def _ends_short(word: str) -> bool:
    """Whether it ends in consonant, vowel, consonant (no w, x, y), or is a vowel and a consonant."""
    flags = _consonants(word)
    if len(word) == 2:
        return flags == [False, True]
    return flags[-3:] == [True, False, True] and word[-1] not in "wxy"


def _without_plural(word: str) -> str:
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_past(word: str) -> str:
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    for suffix in ("ed", "ing"):
        root = word.removesuffix(suffix)
        if root != word and not all(_consonants(root)):
            break
    else:
        return word
    if root.endswith(("at", "bl", "iz")):
        return root + "e"
    if len(root) > 1 and root[-1] == root[-2] and _consonants(root)[-1]:
        return root if root[-1] in "lsz" else root[:-1]
    return root + "e" if _measure(root) == 1 and _ends_short(root) else root


def _without_double(word: str) -> str:
    """`-alli` becomes `-al` before the other endings are tried."""
    return word[:-2] if word.endswith("alli") and _measure(word[:-4]) else word


def _replace(word: str, rules: Sequence[tuple[str, str]]) -> str:
    for suffix, other in rules:
        if word.endswith(suffix):
            root = word.removesuffix(suffix)
            measured = word[:-3] if suffix == "logi" else root
            return root + other if _measure(measured) else word
    return word


def _without_ending(word: str) -> str:
    for suffix in _STEP_4:
        if word.endswith(suffix):
            root = word.removesuffix(suffix)
            fits = _measure(root) > 1 and (suffix != "ion" or root[-1] in "st")
            return root if fits else word
    return word


def _without_e(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


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
