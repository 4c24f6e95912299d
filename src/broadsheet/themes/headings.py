"""Chooses the heading of a group: the phrase, or two, that most of its papers support and the other papers do not.

A paper supports a phrase by its words and by what it is about: how near it lies to the papers that have the phrase in
their titles. A phrase counts by the support of the group, how much rarer that is outside, how good a subject the
phrase is (`text/subjects.py`), and how much papers with it have in common: little, for "language models". A group
that shares a field of science and no narrower phrase has the name of that field, or of two.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence, Set

import numpy as np

from broadsheet.models import Paper
from broadsheet.text.subjects import load_subjects
from broadsheet.text.word_vectors import root
from broadsheet.text.words import BOILERPLATE, content_stems, split_words
from broadsheet.themes.background import Background, Matrix, unit
from broadsheet.themes.fields import AREAS, Membership, join_members, may_join, weigh_fields
from broadsheet.themes.keyphrases import Phrase, find_phrases
from broadsheet.themes.vector_space import count_terms

RARER = 1.6
"""The least lift of a phrase: its support in the group over that outside."""
_BY_WORDS = (1.0, 0.55, 0.25)
"""The support of a paper with a phrase in its title, of one that mentions it, of one that has its words apart."""
_FAR, _NEARER = (0.9, 0.25, 0.12), (0.1, 0.45, 0.25)
"""The same for a paper that is about something else, and what nearness adds: how often the TL;DRs of such papers have
the words of the phrase, beside those of papers with it in the title."""
_NEAR = 0.7
"""The cosine of a paper with a subject that counts as all of nearness."""
_ALIKE, _ALIKE_BY_WORDS, _ALIKE_FROM = 0.4, 0.2, 0.35
"""The support of the nearest papers without the words: of a subject whose papers are known, of another phrase; and the
cosine at which it begins."""
_LEAST_WORTH = 0.3
_LEAST_SUPPORT = 0.45
"""The least mean support of a group for a heading that holds."""
_LEAST_BY_WORDS = 0.3
"""The least mean support by words alone; below, two titles do not speak for the others."""
_LESSER, _LEAST = 0.25, 0.06
"""The factors for a phrase that does not hold, and for one that a single paper names: a field is better than these."""
_SHARP, _UNKNOWN_SHARPNESS = 0.5, 0.4
"""How much the papers with a phrase must have in common for it to stand beside another; of an unplaced phrase."""
_SHARPNESS_COUNTS = 0.5
"""The power of sharpness in the score: less than support, for few papers of a group may bear the sharpest phrase."""
_ELSEWHERE, _AS_MUCH = 0.4, 0.9
"""The mean support of another group, or its share of the group's own, from which on a heading is the other's too."""
_NOT_ITS_OWN = 0.15
"""The factor for a heading that another group could bear."""
_COMPARED = 8
"""How many headings of a group are compared with the other groups."""
_GATHERS_FIELD = 0.8
"""What a field is worth beside phrases where papers of no group are gathered."""
_LENGTHS = (0.5, 0.95, 1.0)
"""The factors for phrases of one word, two, and three or more."""
_PAIR = 0.75
"""The factor for a heading of two phrases, or of two fields."""
_FIELD_WORTH, _AREA_WORTH = 0.6, 0.3
"""What the name of a field is worth beside phrases of the papers: it says what they share, and little more."""
_LEAST_OF_FIELD, _LEAST_OF_FIELDS = 0.3, 0.6
"""The least share of a group that is of a field, or of one of two."""
_OF_FEW = 0.55
"""The factor for a field that fewer than half of a group are of."""
_FEWEST_OF_TWO_FIELDS = 4
_STEEPNESS = 2.0
"""How much it counts that all papers support a heading, and not some of them."""
_UNTELLING = 0.3
"""What a field of most papers tells though papers of other groups could bear its name: more than a poor phrase."""
READ = 20_000
"""The papers that are read to name groups; of more, every n-th of each group is, and `_LEAST_READ` at least."""
_LEAST_READ = 12
_BEST = 12
_LOOKED_AT = 60
"""How many phrases of a group are compared with what its papers are about."""
_READ_CHARACTERS = 6000
_KEPT = 2**21
"""How many numbers of the support of phrases are kept, of 4 bytes: all of 1,000 papers, the last 200 of 10,000."""


@dataclasses.dataclass(frozen=True)
class RatedHeading:
    """A possible heading of a group: one phrase, two, or the name of a field; `support` is the mean of its papers'."""

    score: float
    support: float
    phrases: tuple[Phrase, ...] = ()
    fields: tuple[str, ...] = ()


def read_some(
    papers: Sequence[Paper], groups: Sequence[Sequence[int]], *, most: int = READ
) -> tuple[Sequence[Paper], list[Sequence[int]]]:
    """The papers by which groups are named, at most about `most`, and the groups as indices of these.

    Up to `most` all papers are read, also those in no group. The order within a group stays.
    """
    step = math.ceil(len(papers) / most)
    if step < 2:
        return papers, list(groups)
    some = [group[:_LEAST_READ] if len(group) < _LEAST_READ * step else group[::step] for group in groups]
    alone = sorted(set(range(len(papers))).difference(*groups))[::step]
    read = sorted({*alone, *itertools.chain(*some)})
    place = {index: at for at, index in enumerate(read)}
    return [papers[index] for index in read], [[place[index] for index in group] for group in some]


class _TellingRoots(dict[str, str]):
    """The roots of words as they are looked up; empty where it is none of those `telling`."""

    def __init__(self, telling: Container[str]) -> None:
        super().__init__()
        self._telling = telling

    def __missing__(self, word: str) -> str:
        found = root(word)
        self[word] = found = found if found in self._telling else ""
        return found


class SharedPhrases:
    """What the papers of a run share: their phrases with their worth, the papers by root of a word, the fields."""

    def __init__(
        self,
        papers: Sequence[Paper],
        background: Background | None = None,
        *,
        places: Matrix | None = None,
        compounds: bool = False,
    ) -> None:
        """Reads all papers once; without a background nothing is known of fields and of what is near.

        `places` are the papers' vectors of `background.place`, where they are known; `compounds` as in `find_phrases`.
        """
        subjects = load_subjects()
        self._count = len(papers)
        self._worth: dict[str, float] = {}
        self._sharpness: dict[str, float] = {}
        self.phrases: list[Phrase] = []
        for phrase in find_phrases(papers, compounds=compounds):
            worth = subjects.worth(phrase.words)
            mean = subjects.means.get(phrase.key)
            known = subjects.knows(phrase.key)
            if (
                worth >= _LEAST_WORTH
                and (len(phrase.stems) > 1 or mean is not None)
                and not phrase.is_tail()
                and (known or (len(phrase.titled) > 1 and not phrase.is_fragment()))
            ):
                if mean is not None:
                    self._sharpness[phrase.key] = sharpness(mean)
                self._worth[phrase.key] = worth
                self.phrases.append(phrase)
        self._known = {phrase.key for phrase in self.phrases if subjects.knows(phrase.key)}
        self._found_in: list[list[Phrase]] = [[] for _ in papers]
        for phrase in self.phrases:
            for index in phrase.titled | phrase.mentioned:
                self._found_in[index].append(phrase)
        telling = {phrase.key: _telling(phrase) for phrase in self.phrases}
        having: dict[str, set[int]] = {one: set() for roots in telling.values() for one in roots}
        roots = _TellingRoots(having)
        for index, paper in enumerate(papers):
            words = split_words(f"{paper.title} {paper.abstract[:_READ_CHARACTERS]}")
            for one in set(map(roots.__getitem__, words)) - {""}:
                having[one].add(index)
        self._having = {key: [having[one] for one in roots] for key, roots in telling.items()}
        self._supports: dict[str, Matrix] = {}
        self._background = background
        self._directions: dict[str, Matrix] = {}
        self._ranked: dict[frozenset[int], list[RatedHeading]] = {}
        self._fields: dict[str, Membership] = {}
        if background:
            places = background.place(map(count_terms, papers)) if places is None else places
            self._fields = weigh_fields(places, background)
            self._middle = places.mean(axis=0)
            self._places = unit(places - self._middle)

    def rank_all(self, groups: Sequence[Sequence[int]]) -> list[list[RatedHeading]]:
        """The headings that each of these groups may have, the best first; what another could bear too comes later."""
        shares = np.zeros((self._count, len(groups)), dtype=np.float32)
        for at, group in enumerate(groups):
            shares[list(group), at] = 1 / max(1, len(group))
        found = []
        for at, group in enumerate(groups):
            others = np.delete(shares, at, axis=1)
            ranked = self.rank(group)
            compared = sorted((self._compare(one, others) for one in ranked[:_COMPARED]), key=_order)
            least = compared[-1].score if compared else 0.0
            rest = (dataclasses.replace(one, score=min(one.score, least)) for one in ranked[_COMPARED:])
            found.append([*compared, *rest])
        return found

    def _compare(self, heading: RatedHeading, others: Matrix) -> RatedHeading:
        """The heading with its score as the other groups leave it; `others` has each paper's share of each of them."""
        most = float((self.find_support(heading) @ others).max(initial=0.0))
        its_own = most < min(_ELSEWHERE, _AS_MUCH * heading.support)
        return heading if its_own else dataclasses.replace(heading, score=_NOT_ITS_OWN * heading.score)

    def find_support(self, heading: RatedHeading, *, loosely: bool = False) -> Matrix:
        """How much each paper is about a heading, 0 to 1; `loosely`, how much it could stand under a field's name."""
        if heading.fields:
            field = join_members([self._fields[name] for name in heading.fields])
            return field.could if loosely else field.own
        support: Matrix = np.max([self._support(phrase) for phrase in heading.phrases], axis=0)
        return support

    def share_of_fields(self) -> float:
        """The share of the papers that are of a field with a name, 0 to 1; an area is none."""
        own = [field.own for name, field in self._fields.items() if name not in AREAS]
        return float((np.max(own, axis=0) >= _LEAST_SUPPORT).mean()) if own and self._count else 0.0

    def find_gathering(self, papers: Sequence[int], used: Iterable[RatedHeading]) -> list[RatedHeading]:
        """The fields and phrases under which some of these papers may gather, but those of headings in use.

        The score is what the name is worth, whatever its support.
        """
        loose, used = set(papers), list(used)
        gone = {phrase.key for one in used for phrase in one.phrases} | {name for one in used for name in one.fields}
        names = sorted(self._fields.keys() - AREAS - gone)
        had = {phrase.key: phrase for index in loose for phrase in self._found_in[index] if phrase.key not in gone}
        shared = [phrase for phrase in had.values() if len((phrase.titled | phrase.mentioned) & loose) > 1]
        shared.sort(key=lambda one: (-self._by_words(one, loose) * self._worth[one.key], one.key))
        return [
            *(RatedHeading(_GATHERS_FIELD, 0.0, fields=(name,)) for name in names),
            *(
                RatedHeading(self._value(phrase) * _weigh_length(phrase), 0.0, phrases=(phrase,))
                for phrase in shared[:_LOOKED_AT]
                if phrase.titled & loose
            ),
        ]

    def rank(self, group: Sequence[int]) -> list[RatedHeading]:
        """The headings that a group may have, the best first; kept, for most groups are asked for twice."""
        key = frozenset(group)
        if key not in self._ranked:
            self._ranked[key] = self._rank(key)
        return self._ranked[key]

    def _rank(self, members: Set[int]) -> list[RatedHeading]:
        holding, lesser = self._by_phrase(members)
        best = [one.phrases[0] for one in sorted((*holding, *lesser), key=_order)[:_BEST]]
        return sorted((*holding, *lesser, *self._pairs(best, members), *self._by_field(members)), key=_order)

    def _by_phrase(self, members: Set[int]) -> tuple[list[RatedHeading], list[RatedHeading]]:
        """The headings of one phrase that hold, and the others."""
        had = {phrase.key: phrase for index in members for phrase in self._found_in[index]}
        likely = sorted(had.values(), key=lambda one: (-self._by_words(one, members) * self._worth[one.key], one.key))
        found: tuple[list[RatedHeading], list[RatedHeading]] = ([], [])
        for phrase in likely[:_LOOKED_AT]:
            one = self._rate((phrase,), self._support(phrase), members)
            if one.score > 0:
                holds = one.support >= _LEAST_SUPPORT and self._may_stand(phrase, members)
                shared = len((phrase.titled | phrase.mentioned) & members) > 1
                factor = 1.0 if holds else _LESSER if shared else _LEAST
                found[not holds].append(dataclasses.replace(one, score=factor * one.score))
        return found

    def _degrees(self, phrase: Phrase) -> tuple[Set[int], Set[int], Set[int]]:
        """The papers with a phrase in the title, those that mention it, those that have its words apart."""
        found = self._having[phrase.key]
        apart = set.intersection(*found) if found else set()
        return phrase.titled, phrase.mentioned - phrase.titled, apart - phrase.mentioned - phrase.titled

    def _by_words(self, phrase: Phrase, members: Set[int]) -> float:
        """The sum of the support of a group's papers by their words alone."""
        titled, mentioned = phrase.titled & members, (phrase.mentioned & members) - phrase.titled
        found = self._having[phrase.key]
        # The members come first, for they are few.
        apart = set(members).intersection(*found) - phrase.mentioned - phrase.titled if found else ()
        counts = map(len, (titled, mentioned, apart))
        return math.fsum(share * count for share, count in zip(_BY_WORDS, counts, strict=True))

    def _may_stand(self, phrase: Phrase, members: Set[int]) -> bool:
        """Whether two titles have it, or most papers a known subject, and enough support it by their words."""
        if self._by_words(phrase, members) < _LEAST_BY_WORDS * len(members):
            return False
        named = (phrase.titled | phrase.mentioned) & members
        return len(phrase.titled & members) > 1 or (
            phrase.key in self._known and 2 * len(named) >= max(3, len(members))
        )

    def _support(self, phrase: Phrase) -> Matrix:
        """How much each paper supports a phrase, 0 to 1; what was asked for last is kept, up to `_KEPT` numbers."""
        support = self._supports.pop(phrase.key, None)
        if support is None:
            support = self._measure_support(phrase)
            if len(self._supports) * self._count > _KEPT:
                del self._supports[next(iter(self._supports))]
        self._supports[phrase.key] = support
        return support

    def _measure_support(self, phrase: Phrase) -> Matrix:
        support = np.zeros(self._count, dtype=np.float32)
        titled, mentioned, apart = (np.fromiter(papers, np.intp, len(papers)) for papers in self._degrees(phrase))
        for share, papers in zip(_BY_WORDS, (titled, mentioned, apart), strict=True):
            support[papers] = share
        if self._background is None:
            return support
        direction = self._find_direction(phrase, self._background)
        if not direction.any():
            return support
        cosine = self._places @ direction
        near = (cosine / _NEAR).clip(0, 1)
        for far, nearer, papers in zip(_FAR, _NEARER, (titled, mentioned, apart), strict=True):
            support[papers] = far + nearer * near[papers]
        alike = _ALIKE if phrase.key in self._background.subjects else _ALIKE_BY_WORDS
        return np.maximum(support, alike * ((cosine - _ALIKE_FROM) / (_NEAR - _ALIKE_FROM)).clip(0, 1))

    def _find_direction(self, phrase: Phrase, background: Background) -> Matrix:
        """Where the papers about a phrase lie as seen from the middle of all papers; by its words where it is new."""
        found = self._directions.get(phrase.key)
        if found is None:
            place = background.subjects.get(phrase.key)
            if place is None:
                place = background.place([Counter(content_stems(" ".join(phrase.stems)))])[0]
            found = unit((place - self._middle)[None])[0] if place.any() else np.zeros_like(self._middle)
            self._directions[phrase.key] = found
        return found

    def _rate(self, phrases: Sequence[Phrase], support: Matrix, members: Set[int]) -> RatedHeading:
        """One phrase, or two, given how much each paper supports it or one of them."""
        inside = float(support[sorted(members)].mean())
        outside = (float(support.sum()) - inside * len(members)) / max(1, self._count - len(members))
        worth = math.prod(map(self._value, phrases))
        length = max(map(_weigh_length, phrases))
        score = _tell(inside, outside) * worth ** (1 / len(phrases)) * length
        return RatedHeading(score, inside, phrases=tuple(phrases))

    def _value(self, phrase: Phrase) -> float:
        """How good a subject a phrase is, and how much papers with it have in common."""
        sharp: float = self._sharpness.get(phrase.key, _UNKNOWN_SHARPNESS) ** _SHARPNESS_COUNTS
        return self._worth[phrase.key] * sharp

    def _pairs(self, best: Sequence[Phrase], members: Set[int]) -> Iterator[RatedHeading]:
        """Two phrases that share the group: each in two papers, and in a quarter, that the other has not."""
        able = [
            phrase
            for phrase in best
            if self._sharpness.get(phrase.key, _SHARP) >= _SHARP
            and (phrase.key in self._known or len(phrase.titled & members) > 1)
        ]
        support = {phrase.key: self._support(phrase) for phrase in able}
        for one, other in itertools.combinations(able, 2):
            first, second = ((phrase.titled | phrase.mentioned) & members for phrase in (one, other))
            least = max(2, len(members) / 4)
            if min(len(first - second), len(second - first)) >= least and not _overlap(one, other):
                ordered = (one, other) if len(first) >= len(second) else (other, one)
                rated = self._rate(ordered, np.maximum(support[one.key], support[other.key]), members)
                if rated.support >= _LEAST_SUPPORT:
                    yield dataclasses.replace(rated, score=_PAIR * rated.score)

    def _by_field(self, members: Set[int]) -> Iterator[RatedHeading]:
        """The names of a field or area of many papers, and of two that most papers are of, each of a quarter."""
        rows = sorted(members)
        others = np.ones(self._count, dtype=bool)
        others[rows] = False
        share = {name: float(field.own[rows].mean()) for name, field in self._fields.items()}
        large = [name for name in share if share[name] * len(rows) >= max(1.5, len(rows) / 4)]
        pairs = itertools.combinations([name for name in large if " and " not in name], 2)
        able = (pair for pair in pairs if len(rows) >= _FEWEST_OF_TWO_FIELDS and may_join(*pair))
        for names in (*((name,) for name in large), *able):
            field = join_members([self._fields[name] for name in names])
            inside = float(field.own[rows].mean())
            if inside >= (_LEAST_OF_FIELD if len(names) == 1 else _LEAST_OF_FIELDS):
                told = _tell(inside, float(field.could[others].mean()) if others.any() else 0.0)
                if not told and inside >= _LEAST_SUPPORT:
                    told = _UNTELLING * inside
                worth = _FIELD_WORTH if AREAS.isdisjoint(names) else _AREA_WORTH
                if inside < _LEAST_SUPPORT:
                    worth *= _OF_FEW
                ordered = tuple(sorted(names, key=lambda name: (-share[name], name)))
                yield RatedHeading(told * worth * (_PAIR if len(names) > 1 else 1.0), inside, fields=ordered)


def sharpness(mean: Matrix) -> float:
    """How much the papers with a subject in their titles have in common, .1 to 1, by the length of their mean place.

    Some .35 is the length for "language models", .6 for "question answering", .8 for "spiking neural networks".
    """
    return float(np.clip((np.linalg.norm(mean) - 0.2) / 0.4, 0.1, 1.0))


def join_fields(fields: Sequence[str]) -> str:
    """The name of one field, or of two with "and"; empty for none."""
    first, *others = fields or ("",)
    return " and ".join((first, *(field[0].lower() + field[1:] for field in others)))


def _telling(phrase: Phrase) -> list[str]:
    """The roots of the words of a phrase that say something."""
    return [root(word) for word in split_words(" ".join(phrase.stems)) if word not in BOILERPLATE]


def _weigh_length(phrase: Phrase) -> float:
    return _LENGTHS[min(len(phrase.stems), len(_LENGTHS)) - 1]


def _tell(inside: float, outside: float) -> float:
    """How well a phrase tells a group from the others: support^2 x ln(lift); 0 where the lift is below `RARER`."""
    lift = (inside + 0.01) / (outside + 0.02)
    return 0.0 if lift < RARER else float(inside**_STEEPNESS * math.log(lift))


def _order(heading: RatedHeading) -> tuple[float, str, str]:
    return -round(heading.score, 9), " ".join(phrase.key for phrase in heading.phrases), " ".join(heading.fields)


def _overlap(first: Phrase, second: Phrase) -> bool:
    """Whether two phrases share words (six equal first letters), other than the last word of both."""
    shared = {one for one in first.stems for other in second.stems if one[:6] == other[:6]}
    leans = first.stems[-1] == second.stems[-1] and min(len(first.stems), len(second.stems)) > 1
    return bool(shared - {first.stems[-1]}) or (bool(shared) and not leans)
