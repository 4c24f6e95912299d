"""A TL;DR, clause by clause -> the sentences of the abstract that say it."""

from __future__ import annotations

import functools
import re

from broadsheet.models import Evidence
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.numbers import find_numbers, has_no_measure
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import load_word_vectors, root
from broadsheet.text.words import STOP_WORDS, split_words

_CLAUSE = lazy_regex(
    r"[,;:—–]\s|\s(?=(?:and|but|while|which|that|where|whereas|by|so|to|although|though|without|yet)\b)", re.IGNORECASE
)
_NUMBER_WEIGHT = 6.0
_LEAST_RARITY = 1.0
_CLOSE = 0.75
"""A sentence chosen before serves a clause too when it holds this share of what the best one holds."""
_LEAST_WORTH = 0.18
"""Another sentence must add this share of the whole TL;DR."""
_MOST = 3


def find_evidence(abstract: str, tldr: str) -> tuple[Evidence, ...]:
    """The sentences of the abstract that say a TL;DR, in their order: the best of each clause, three at most.

    Rare words and numbers count most. Nothing where no word is shared.
    """
    sentences = split_sentences(abstract)
    held = [_weigh(sentence.text) for sentence in sentences]
    whole = _weigh(tldr)
    clauses = [whole, *(_weigh(clause) for clause in _CLAUSE.split(tldr))]
    chosen: list[int] = []
    left = dict(whole)
    for clause in clauses:
        asked = {word: weight for word, weight in clause.items() if word in left}
        gains = [sum([weight for word, weight in asked.items() if word in own]) for own in held]
        best = max(range(len(gains)), key=lambda index: (gains[index], -index), default=-1)
        if best < 0 or gains[best] <= (_LEAST_WORTH * sum(whole.values()) if chosen else 0):
            continue
        if len(chosen) == _MOST or any(gains[index] >= _CLOSE * gains[best] for index in chosen):
            continue
        chosen.append(best)
        left = {word: weight for word, weight in left.items() if word not in held[best]}
    marked = (sentences[index] for index in sorted(chosen))
    return tuple(Evidence(sentence=s.index, start=s.start, end=s.end, text=s.text) for s in marked)


@functools.lru_cache(maxsize=1 << 15)  # the same words occur in very many texts
def _weigh_word(word: str) -> tuple[str, float] | None:
    one = root(word)
    rarity = load_word_vectors().rarity_of(one)
    return None if word in STOP_WORDS or rarity < _LEAST_RARITY else (one, rarity)


def _weigh(text: str) -> dict[str, float]:
    """The words of a text that carry meaning, by root, with how rare they are; and its numbers."""
    said = split_words(text)
    weights = dict(filter(None, map(_weigh_word, said)))
    if has_no_measure(text, said):
        return weights
    return weights | {f"{number.value:g}": _NUMBER_WEIGHT for number in find_numbers(text) if not number.counted}
