"""Chooses the heading of a group: the phrase, or two, that most of its papers support and the other papers do not.

A phrase counts by how much of the group supports it, how much rarer it is outside, and how good a subject it is
(`text/subjects.py`). A group whose papers share no phrase but a field of science has the name of that field.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set

import numpy as np

from broadsheet.models import Paper
from broadsheet.text.subjects import load_subjects
from broadsheet.text.word_vectors import root, roots_in_order
from broadsheet.text.words import BOILERPLATE, content_stems, split_words
from broadsheet.themes.background import Background, Matrix, unit
from broadsheet.themes.fields import name_fields
from broadsheet.themes.keyphrases import Phrase, find_phrases
from broadsheet.themes.vector_space import count_terms

RARER = 1.6
"""The least lift of a phrase: its support in the group over that outside."""
_MENTIONED = 0.6
_ALL_WORDS = 0.5
"""The support of a paper that has all words of a phrase, apart from each other; in its title a phrase has 1."""
_LEAST_WORTH = 0.3
_LEAST_SUPPORT = 0.3
"""The least share of a group that supports a heading of one phrase; below, two titles do not speak for the others."""
_FIELD_WORTH = 0.35
"""What the name of a field is worth beside phrases of the papers: it says what they share, and little more."""
_FIELD_SHARE = 0.55
_FIELD_OUTSIDE = 0.15
_FEWEST_OF_TWO_FIELDS = 4
_PAIR = 0.8
"""The factor for a heading of two phrases."""
_BEST = 12
_LOOKED_AT = 40
"""How many phrases of a group are compared with what its papers are about."""
_NEAR = 0.1
_LEVEL = 0.1
_UNKNOWN_NEARNESS = 0.2
_READ_CHARACTERS = 6000


@dataclasses.dataclass(frozen=True)
class RatedHeading:
    """A possible heading of a group: one phrase, two, or the name of a field."""

    score: float
    phrases: tuple[Phrase, ...] = ()
    fields: tuple[str, ...] = ()


class SharedPhrases:
    """What the papers of a run share: their phrases with their worth, the papers by root of a word, the fields."""

    def __init__(self, papers: Sequence[Paper], background: Background | None = None) -> None:
        """Reads all papers once; without a background nothing is known of fields and of what is near."""
        subjects = load_subjects()
        self._count = len(papers)
        self._worth: dict[str, float] = {}
        self.phrases: list[Phrase] = []
        for phrase in find_phrases(papers):
            worth = subjects.worth(phrase.words)
            known = subjects.knows(phrase.key)
            if (
                worth >= _LEAST_WORTH
                and len(phrase.stems) > 1
                and (known or (len(phrase.titled) > 1 and not phrase.is_fragment()))
            ):
                self._worth[phrase.key] = worth
                self.phrases.append(phrase)
        self._known = {phrase.key for phrase in self.phrases if subjects.knows(phrase.key)}
        self._found_in: list[list[Phrase]] = [[] for _ in papers]
        for phrase in self.phrases:
            for index in phrase.titled | phrase.mentioned:
                self._found_in[index].append(phrase)
        self._having: dict[str, set[int]] = {one: set() for phrase in self.phrases for one in _telling(phrase)}
        for index, paper in enumerate(papers):
            for one in self._having.keys() & roots_in_order(f"{paper.title} {paper.abstract[:_READ_CHARACTERS]}"):
                self._having[one].add(index)
        self._background = background
        self._directions: dict[str, Matrix] = {}
        self._supporting: dict[str, _Degrees] = {}
        self._fields = [""] * len(papers)
        if background:
            places = background.place([count_terms(paper) for paper in papers])
            self._fields = name_fields(places, background)
            self._middle = places.mean(axis=0)
            self._places = unit(places - self._middle)

    def rank(self, group: Sequence[int]) -> list[RatedHeading]:
        """The headings that a group may have, the best first: those that hold, then those that fewer papers support."""
        members = set(group)
        holding, lesser = self._by_phrase(members)
        pairs = self._pairs([one.phrases[0] for one in holding[:_BEST]], members)
        fields = list(self._by_field(members))
        lesser.sort(key=lambda one: (len(self._having_words(one.phrases[0], members)) < 2, _order(one)))
        return [*sorted((*holding, *pairs, *fields), key=_order), *lesser]

    def holds(self, group: Sequence[int]) -> bool:
        """Whether there is a heading that two titles or most abstracts of the group support, or a field of its own.

        Of a known subject that a paper names it is enough that another has all its words.
        """
        members = set(group)
        holding, lesser = self._by_phrase(members)
        shared = (
            one.phrases[0].key in self._known and len(self._having_words(one.phrases[0], members)) > 1 for one in lesser
        )
        return bool(holding) or any(self._by_field(members)) or any(shared)

    def _by_phrase(self, members: Set[int]) -> tuple[list[RatedHeading], list[RatedHeading]]:
        """The headings of one phrase that hold, and the others, each the best first."""
        had = {phrase.key: phrase for index in members for phrase in self._found_in[index]}
        rated = [RatedHeading(self._rate((phrase,), members), (phrase,)) for phrase in had.values()]
        found: tuple[list[RatedHeading], list[RatedHeading]] = ([], [])
        for one in sorted(rated, key=_order)[:_LOOKED_AT]:
            if one.score > 0:
                (phrase,) = one.phrases
                near = self._nearness(phrase, members)
                # A phrase of half of the group may be far from the other half.
                apart = near < _NEAR and 2 * len((phrase.titled | phrase.mentioned) & members) < len(members)
                found[apart or not self._may_stand(phrase, members)].append(
                    RatedHeading(one.score * max(_LEVEL, near + _LEVEL), (phrase,))
                )
        for side in found:
            side.sort(key=_order)
        return found

    def _nearness(self, phrase: Phrase, members: Set[int]) -> float:
        """The mean cosine of a phrase with the papers of a group, as seen from the middle of all papers."""
        if self._background is None:
            return _UNKNOWN_NEARNESS
        direction = self._directions.get(phrase.key)
        if direction is None:
            place = self._background.place([Counter(content_stems(" ".join(phrase.stems)))])
            direction = unit(place - self._middle)[0] if place.any() else np.zeros_like(self._middle)
            self._directions[phrase.key] = direction
        return float((self._places[sorted(members)] @ direction).mean()) if direction.any() else _UNKNOWN_NEARNESS

    def _having_words(self, phrase: Phrase, members: Set[int]) -> Set[int]:
        """The papers of the group that have the phrase, or its words apart from each other."""
        return (phrase.titled | phrase.mentioned | self._weak(phrase)) & members

    def _may_stand(self, phrase: Phrase, members: Set[int]) -> bool:
        """Whether two titles or most abstracts have it and enough papers support it."""
        if _support(len(papers & members) for papers in self._degrees(phrase)) < _LEAST_SUPPORT * len(members):
            return False
        named = (phrase.titled | phrase.mentioned) & members
        return len(phrase.titled & members) > 1 or (
            phrase.key in self._known and 2 * len(named) >= max(3, len(members))
        )

    def _weak(self, phrase: Phrase) -> Set[int]:
        """The papers that have all words of a phrase that say something."""
        found = [self._having[one] for one in _telling(phrase)]
        return set.intersection(*found) if found else set()

    def _rate(self, phrases: Sequence[Phrase], members: Set[int]) -> float:
        degrees = [self._degrees(phrase) for phrase in phrases]
        everywhere = degrees[0] if len(degrees) == 1 else _join(degrees)
        own = [papers & members for papers in everywhere]
        inside = _support(map(len, own)) / len(members)
        others = (len(papers) - len(within) for papers, within in zip(everywhere, own, strict=True))
        outside = _support(others) / max(1, self._count - len(members))
        worth = math.prod(self._worth[phrase.key] for phrase in phrases) ** (1 / len(phrases))
        length = min(3, max(len(phrase.stems) for phrase in phrases))
        return _tell(inside, outside) * worth * (0.85 + 0.05 * length)

    def _degrees(self, phrase: Phrase) -> _Degrees:
        """The papers that support a phrase, by how much; each is in one of the sets."""
        found = self._supporting.get(phrase.key)
        if found is None:
            found = self._supporting[phrase.key] = _join([(phrase.titled, phrase.mentioned, self._weak(phrase))])
        return found

    def _pairs(self, best: Sequence[Phrase], members: Set[int]) -> Iterator[RatedHeading]:
        """Two phrases that share the group: each in two papers that the other has not."""
        able = [
            phrase for phrase in best if self._worth[phrase.key] >= 2 * _LEAST_WORTH or len(phrase.titled & members) > 1
        ]
        for one, other in itertools.combinations(able, 2):
            first, second = ((phrase.titled | phrase.mentioned) & members for phrase in (one, other))
            if min(len(first - second), len(second - first)) > 1 and not _overlap(one, other):
                longer = len(first) >= len(second)
                near = max(0.0, (self._nearness(one, members) + self._nearness(other, members)) / 2)
                score = _PAIR * (near + _LEVEL) * self._rate((one, other), members)
                yield RatedHeading(score, (one, other) if longer else (other, one))

    def _by_field(self, members: Set[int]) -> Iterator[RatedHeading]:
        """The name of a field of most papers, or of two that most papers are of, each of a quarter at least."""
        inside = Counter(self._fields[index] for index in members)
        outside = Counter(self._fields) - inside
        large = [field for field, count in inside.items() if field and 4 * count >= len(members)]
        plain = sorted(field for field in large if " and " not in field)
        pairs = itertools.combinations(plain, 2) if len(members) >= _FEWEST_OF_TWO_FIELDS else ()
        for fields in (*((field,) for field in large), *pairs):
            share = sum(inside[field] for field in fields) / len(members)
            others = sum(outside[field] for field in fields) / max(1, self._count - len(members))
            if share >= _FIELD_SHARE and others <= _FIELD_OUTSIDE:
                score = _FIELD_WORTH * _tell(share, others) / len(fields)
                yield RatedHeading(score, fields=tuple(sorted(fields, key=lambda field: (-inside[field], field))))


def join_fields(fields: Sequence[str]) -> str:
    """The name of one field, or of two with "and"; empty for none."""
    first, *others = fields or ("",)
    return " and ".join((first, *(field[0].lower() + field[1:] for field in others)))


def _telling(phrase: Phrase) -> list[str]:
    """The roots of the words of a phrase that say something."""
    return [root(word) for word in split_words(" ".join(phrase.stems)) if word not in BOILERPLATE]


_Degrees = tuple[Set[int], Set[int], Set[int]]
"""The papers with a phrase in the title, those that mention it, those that have its words apart from each other."""


def _join(degrees: Sequence[_Degrees]) -> _Degrees:
    """The papers that support one of several phrases, each where it supports one most."""
    titled, mentioned, weak = (set().union(*papers) for papers in zip(*degrees, strict=True))
    return titled, mentioned - titled, weak - mentioned - titled


def _support(papers: Iterable[int]) -> float:
    """The sum of the support of so many papers of each degree."""
    support = zip((1.0, _MENTIONED, _ALL_WORDS), papers, strict=True)
    return math.fsum(itertools.chain.from_iterable(itertools.repeat(much, count) for much, count in support))


def _tell(inside: float, outside: float) -> float:
    """How well a phrase tells a group from the others: its support x ln(lift), or 0 where the lift is below `RARER`."""
    lift = (inside + 0.01) / (outside + 0.02)
    return 0.0 if lift < RARER else inside * math.log(lift)


def _order(heading: RatedHeading) -> tuple[float, str, str]:
    return -round(heading.score, 9), " ".join(phrase.key for phrase in heading.phrases), " ".join(heading.fields)


def _overlap(first: Phrase, second: Phrase) -> bool:
    """Whether two phrases share words (six equal first letters), other than the last word of both."""
    shared = {one for one in first.stems for other in second.stems if one[:6] == other[:6]}
    leans = first.stems[-1] == second.stems[-1] and min(len(first.stems), len(second.stems)) > 1
    return bool(shared - {first.stems[-1]}) or (bool(shared) and not leans)
