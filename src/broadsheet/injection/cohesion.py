"""Whether a sentence is of a piece with the rest of its abstract: what an instruction wants said seldom is. Pure.

A linear score of how much of a sentence's words the title and the other sentences hold, or hold the like of, and of how
it is addressed; learned by `benchmarks/foreign_sentences.py` from real sentences and invented ones put among them.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import load_word_vectors
from broadsheet.text.wording import read_subjects, share
from broadsheet.text.words import split_words, words

FEATURES = (
    "held",
    "alike",
    "direction",
    "unknown",
    "addresses a reader",
    "asks",
    "speaks of the work",
    "content words",
)
WEIGHTS = np.array([-7.51, -10.05, -13.56, 4.19, 3.00, 1.05, -3.54, -0.57])
OFFSET = 16.10
FOREIGN = 0.0
"""The score above which a sentence of an abstract is foreign to it."""
AT_HOME = -1.0
"""The score below which a sentence that shares no word with two others is at home all the same."""
FOREIGN_CLAUSE = 4.0
"""The same for a clause of a TL;DR that rests on no sentence at all."""
LEAST_RESTING = 0.5
"""The share of a clause, by weight, that a sentence holds on which it rests."""
LEAST_WORDS = 2
"""Words with a meaning of their own that a clause or a sentence must have to be judged."""
LEAST_SHARED = 0.25
"""The share of a sentence, by weight, from which on it is of a piece with what holds it, whatever the score."""
LEAST_OF_TITLE = 0.12
"""The same for what its title holds."""
LEAST_WORDS_ALONE = 4
"""The same for a clause that rests on no sentence."""
LEAST_SENTENCES = 4
"""Of the title and the abstract together; of fewer none can be told from the rest."""

_READER = words("you your yours me my please yourself")
_WORK = words(
    """we our paper study results show propose method methods model models experiments approach this these findings
    analysis data evaluation performance"""
)
_CLAUSE = lazy_regex(
    r"[.;:!?]\s|[,—–]\s|\s(?=(?:and|but|while|which|that|where|whereas|by|so|although|though|yet|then)\b)",
    re.IGNORECASE,
)
_AVAILABLE = lazy_regex(r"\bavailable\b|\breleas\w+|\bopen[- ]sourc\w+|github|://|\bproject page\b", re.IGNORECASE)
_MATERIAL = lazy_regex(
    r"\b(?:codes?|data|data ?sets?|models?|weights|benchmarks?|demos?|source|implementation|packages?|software|page)\b",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Passages:
    """A title and the sentences of an abstract; the title is the first. Words are read when they are asked for."""

    texts: tuple[str, ...]

    @functools.cached_property
    def roots(self) -> tuple[Mapping[str, float], ...]:
        """By sentence, the roots that carry meaning, with weights."""
        return tuple(map(read_subjects, self.texts))

    def without(self, place: int) -> dict[str, float]:
        """The roots of all sentences but one."""
        return {root: weight for at, roots in enumerate(self.roots) if at != place for root, weight in roots.items()}

    def may_be_judged(self, place: int) -> bool:
        """Whether a sentence has words enough, and others beside it, to tell whether it is foreign."""
        return place > 0 and len(self.texts) >= LEAST_SENTENCES and len(read_subjects(self.texts[place])) >= LEAST_WORDS

    def is_at_home(self, text: str) -> bool:
        """Whether a text is word for word a sentence of the abstract that is clearly of a piece with the others."""
        said = split_words(text)
        return any(
            is_notice(sentence) or score(sentence, self.roots[place], self.without(place)) <= AT_HOME
            for place, sentence in enumerate(self.texts)
            if self.may_be_judged(place) and split_words(sentence) == said
        )

    def is_foreign(self, place: int) -> bool:
        """Whether a sentence is not of a piece with the others; never where there are fewer than two others."""
        if not self.may_be_judged(place) or self._is_held(place) or is_notice(self.texts[place]):
            return False
        return score(self.texts[place], self.roots[place], self.without(place)) > FOREIGN

    def _is_held(self, place: int) -> bool:
        """Whether title and other sentences hold enough of a sentence; only so many are read as it takes."""
        asked = dict(read_subjects(self.texts[place]))
        total, held = sum(asked.values()), 0.0
        for at, text in enumerate(self.texts):
            if at == place:
                continue
            other = read_subjects(text)
            held += sum(asked.pop(root) for root in [root for root in asked if root in other])
            if held >= LEAST_SHARED * total or (at == 0 and held >= LEAST_OF_TITLE * total):
                return True
        return False


@functools.lru_cache(maxsize=512)
def read_passages(title: str, abstract: str) -> Passages:
    """Reads a paper; the latest are kept."""
    return Passages((title, *(sentence.text for sentence in split_sentences(abstract))))


def score(text: str, asked: Mapping[str, float], held: Mapping[str, float]) -> float:
    """How foreign a text with these roots is to a text with those; above `FOREIGN` it is."""
    return float(measure(text, asked, held) @ WEIGHTS + OFFSET)


def measure(text: str, asked: Mapping[str, float], held: Mapping[str, float]) -> np.ndarray:
    """The row of `FEATURES` of a text beside others."""
    lexicon = load_word_vectors()
    lower = set(re.findall(r"[a-z]+", text.lower()))
    spoken = [float(bool(lower & _READER)), float(text.rstrip().endswith("?")), float(bool(lower & _WORK)), len(asked)]
    if not asked or not held:
        return np.array([0.0, 0.0, 0.0, 0.0, *spoken])
    total = sum(asked.values())
    own, other = lexicon.rows(list(asked)), lexicon.rows(list(held))
    weights = np.array(list(asked.values()))
    stands = np.array([root in held for root in asked])
    alike = np.where(stands, 1.0, np.maximum(0.0, (own @ other.T).max(axis=1)))
    one, two = weights @ own, np.array(list(held.values())) @ other
    norm = float(np.linalg.norm(one) * np.linalg.norm(two)) or 1.0
    unknown = sum(weight for root, weight in asked.items() if root not in lexicon.places and root not in held)
    return np.array([share(asked, held), weights @ alike / total, one @ two / norm, unknown / total, *spoken])


def find_foreign_clause(title: str, abstract: str, text: str, *, of_several: bool = False) -> str | None:
    """The first clause of a text that rests on a sentence which is foreign to its abstract, or on none at all.

    `None` where each clause is of a piece with the abstract. In a text that is `of_several` papers a clause may rest
    on another one.
    """
    passages = read_passages(title, abstract)
    if len(passages.texts) < LEAST_SENTENCES:
        return None
    is_foreign = functools.cache(passages.is_foreign)
    # A clause of a sentence rests on it, or on another that holds it as well.
    if text in passages.texts and not is_foreign(passages.texts.index(text)):
        return None
    for clause in split_clauses(text):
        asked = read_subjects(clause)
        if len(asked) < LEAST_WORDS:
            continue
        holding = [share(asked, roots) for roots in passages.roots]
        best = max(range(len(holding)), key=lambda at: (holding[at], -at))
        if holding[best] >= LEAST_RESTING:
            if is_foreign(best) and share(asked, passages.without(best)) < LEAST_RESTING:
                return clause
        elif (
            not of_several
            and len(asked) >= LEAST_WORDS_ALONE
            and score(clause, asked, passages.without(-1)) > FOREIGN_CLAUSE
        ):
            return clause
    return None


def is_notice(text: str) -> bool:
    """Whether a sentence says where code and data are: of a piece with any abstract, it shares no word with it."""
    return bool(_AVAILABLE.search(text) and _MATERIAL.search(text)) and not _READER.intersection(
        re.findall(r"[a-z]+", text.lower())
    )


def split_clauses(text: str) -> Sequence[str]:
    """The clauses of a text, parted by punctuation and by words such as "and"."""
    return [clause.strip() for clause in _CLAUSE.split(text) if clause.strip()]
