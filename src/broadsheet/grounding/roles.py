"""Who does what to whom: a TL;DR that exchanges the two sides of a verb ("A outperforms B" for "B outperforms A")."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from broadsheet.models import Finding
from broadsheet.text.word_vectors import root
from broadsheet.text.wording import Wording
from broadsheet.text.words import STOP_WORDS, words

MARGIN = 1.5
"""By how much more the sides must agree when crossed than as they stand."""
LEAST_CROSSED = 4.0
"""Nats of rarity that the crossed sides must share: one rare word, or two usual ones."""
LEAST_SHARE = 0.35
"""The mean share of its sides that must stand crossed in the abstract."""
LEAST_WORD = 0.5
"""What a word counts that is in nearly every abstract, such as "method"."""
_REACH = 9
_SURPASS = "surpass"
_PIVOTS: dict[str, tuple[str, int]] = {}
"""A verb's root -> what relation it names, and 1, or -1 where its sides stand the other way round."""
_RELATIONS: Mapping[str, tuple[str, str]] = {
    _SURPASS: (
        "outperform surpass exceed beat outpace overtake dominate outclass outrank outscore",
        "underperform trail",
    ),
    "cause": ("cause induce trigger drive elicit provoke", ""),
    "make": ("produce generate create", ""),
    "raise": ("increase improve enhance boost raise strengthen amplify promote accelerate facilitate", ""),
    "lower": ("reduce decrease lower suppress inhibit weaken degrade impair limit mitigate alleviate block", ""),
    "shape": ("influence affect control determine govern modulate regulate shape guide constrain", ""),
    "replace": ("replace supersede substitute", ""),
    "contain": ("contain include comprise encompass subsume", ""),
    "predict": ("predict forecast imply indicate reveal", ""),
    "support": ("support enable inform help", ""),
    "precede": ("precede", "follow"),
    "depend": ("depend rely hinge", "underlie"),
    "extend": ("extend generalize generalise", ""),
    "encode": ("encode represent map convert transform translate", ""),
    "detect": ("detect identify recognize", ""),
}
for _name, (_straight, _crossed) in _RELATIONS.items():
    for _way, _verbs in ((1, _straight), (-1, _crossed)):
        for _verb in _verbs.split():
            _PIVOTS[root(_verb)] = (_name, _way)
_PHRASES = {
    ("lead", "to"): ("cause", 1),
    ("leads", "to"): ("cause", 1),
    ("leading", "to"): ("cause", 1),
    ("led", "to"): ("cause", 1),
    ("result", "in"): ("cause", 1),
    ("results", "in"): ("cause", 1),
    ("resulting", "in"): ("cause", 1),
    ("result", "from"): ("cause", -1),
    ("results", "from"): ("cause", -1),
    ("resulting", "from"): ("cause", -1),
    ("arise", "from"): ("cause", -1),
    ("arises", "from"): ("cause", -1),
    ("stem", "from"): ("cause", -1),
    ("stems", "from"): ("cause", -1),
    ("due", "to"): ("cause", -1),
    ("because", "of"): ("cause", -1),
    ("rather", "than"): ("prefer", 1),
    ("instead", "of"): ("prefer", 1),
}
_PHRASE_STARTS = frozenset(start for start, _ in _PHRASES)
_UP = words("more better higher larger greater faster stronger superior longer bigger deeper earlier easier richer")
_DOWN = words("less worse lower smaller fewer slower weaker inferior shorter shallower later harder poorer")
_JOINS = words("and or nor")
_ENDS = words("by for in on with at through via under across when while during without using compared as than from")
"""Words behind which nothing is the object of a verb before them."""
_ADVERBS = words("also significantly further we it they that which greatly strongly has have had")
_DENIALS = words("not cannot doesn't don't didn't never no hardly fails fail failed")
_NOUNS = words("limits limit controls shapes help helps supports raise map maps guides attack attacks results lower")
"""Forms that are nouns and adjectives as often as verbs; only those with an object that follows at once count."""


@dataclasses.dataclass(frozen=True)
class Relation:
    """One verb of a text with what stands on its sides: who does it, and to whom."""

    name: str
    at: int
    doer: Mapping[str, float]
    other: Mapping[str, float]


def find_relations(text: Wording) -> tuple[Relation, ...]:
    """The verbs of a text that have two unlike sides, with the words of either."""
    return tuple(_relations(text))


def _relations(text: Wording) -> Iterator[Relation]:
    lower = text.lower
    last = len(lower) - 1
    for at, (word, one) in enumerate(zip(lower, text.roots, strict=True)):
        if one not in _PIVOTS and word not in _PHRASE_STARTS and word != "than":
            continue
        if word == "than":
            if (found := _compared(text, at)) is not None:
                yield found
            continue
        after = lower[at + 1] if at < last and text.sentence[at + 1] == text.sentence[at] else ""
        phrase = _PHRASES.get((word, after))
        name, way = phrase or _PIVOTS.get(one, ("", 0))
        if not name or (phrase is None and not _is_verb(word, after)):
            continue
        # "A improves B and reduces C": what stands before "reduces" is no doer of it.
        ahead = lower[at - 1] if at and text.sentence[at - 1] == text.sentence[at] else ""
        if phrase is None and (ahead in _JOINS or (word.endswith("ing") and text.clause[at - 1] != text.clause[at])):
            continue
        end = at + 2 if phrase else at + 1
        start = at
        if phrase is None and (by := _passive(text, at)):
            way, end = -way, by + 1
        elif word.endswith("ed") and text.weights[at - 1] <= 0 and ahead not in _ADVERBS:
            continue  # "with reduced costs"
        left, right = _side(text, start, -1), _side(text, end - 1, 1)
        if left and right:
            doer, other = (left, right) if way > 0 else (right, left)
            yield Relation(name, at, doer, other)


def _is_verb(word: str, after: str) -> bool:
    # "the proposed improvement" and "reduced models" are no verbs with two sides; "reduced by" is.
    if word.endswith(("tion", "ment", "ance", "er", "or", "able", "ive")):
        return False
    return not (word in _NOUNS and after in ("of", "in", "for", "to", "and", ""))


def _passive(text: Wording, at: int) -> int:
    """Where "by" stands after a participle, 0 where it is none."""
    word = text.lower[at]
    if not word.endswith(("ed", "en", "uced", "wn")) and word not in ("led", "driven", "beaten"):
        return 0
    for place in range(at + 1, min(len(text), at + 4)):
        if text.sentence[place] != text.sentence[at]:
            return 0
        if text.lower[place] == "by":
            return place
    return 0


def _compared(text: Wording, at: int) -> Relation | None:
    """ "A is faster than B", by which of the two is more."""
    for place in range(at - 1, max(-1, at - 5), -1):
        if text.sentence[place] != text.sentence[at]:
            return None
        word = text.lower[place]
        way = 1 if word in _UP else -1 if word in _DOWN else 0
        if way:
            break
    else:
        return None
    left, right = _side(text, place, -1), _side(text, at, 1)
    if not left or not right:
        return None
    doer, other = (left, right) if way > 0 else (right, left)
    return Relation(_SURPASS, at, doer, other)


def _side(text: Wording, at: int, step: int) -> dict[str, float]:
    """The words that carry meaning on one side of a place, up to where its clause ends."""
    found: dict[str, float] = {}
    place, taken = at + step, 0
    while 0 <= place < len(text) and taken < _REACH and text.sentence[place] == text.sentence[at]:
        # A comma right beside the verb parts nothing ("A, with B, outperforms C"): only what has words ends a side.
        if text.clause[place] != text.clause[at] and found:
            break
        if found and step > 0 and (text.lower[place] in _ENDS or _joins_a_verb(text, place)):
            break
        if text.lower[place] not in STOP_WORDS:
            found[text.roots[place]] = max(text.weights[place], LEAST_WORD)
        place += step
        taken += 1
    return found


def _joins_a_verb(text: Wording, at: int) -> bool:
    return text.lower[at] in _JOINS and at + 1 < len(text) and text.roots[at + 1] in _PIVOTS


def find_exchanged(tldr: Wording, source: tuple[Relation, ...]) -> Iterator[Finding]:
    """A finding for each verb of a TL;DR whose two sides stand the other way round in its abstract."""
    for own in _relations(tldr):
        if any(tldr.lower[place] in _DENIALS for place in tldr.within(own.at, 3, 0)):
            continue  # "A does not outperform B" is what "B outperforms A" comes to
        straight = crossed = part = 0.0
        for its in source:
            if its.name != own.name:
                continue
            along = _shared(own.doer, its.doer) + _shared(own.other, its.other)
            one, two = _shared(own.doer, its.other), _shared(own.other, its.doer)
            straight = max(straight, along)
            if min(one, two) > 0 and one + two > crossed:
                crossed = one + two
                part = (one / sum(own.doer.values()) + two / sum(own.other.values())) / 2
        if crossed >= LEAST_CROSSED and crossed > MARGIN * straight and part >= LEAST_SHARE:
            span = tldr.said(own.at - 3, own.at + 4)
            yield Finding(
                kind="roles",
                span=span,
                detail=f"the abstract has the two sides of '{tldr.words[own.at]}' the other way round",
            )


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight for word, weight in one.items() if word in other)
