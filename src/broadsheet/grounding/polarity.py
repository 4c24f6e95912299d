"""Words that turn or direct a claim (not, without, fails; more and less), and whether an abstract turns it likewise."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence

from broadsheet.text.word_vectors import root
from broadsheet.text.words import STOP_WORDS, words

REACH = 6
"""How many words on either side of a turning word tell what it turns."""

_DENIES = words(
    """not no cannot can't isn't aren't don't doesn't didn't won't wouldn't couldn't shouldn't wasn't weren't hasn't
    haven't never neither nor none nothing without fail fails failed failing unable lack lacks lacking hardly
    barely nowhere unlikely impossible cant dont doesnt"""
)
_MORE = words(
    """more higher increase increases increased increasing larger greater faster longer stronger bigger most highest
    largest raise raises raising rise grows growing maximize maximizes maximizing amplify amplifies expand expands"""
)
_LESS = words(
    """less fewer lower decrease decreases decreased decreasing smaller slower shorter weaker reduce reduces reduced
    reducing reduction least lowest smallest minimize minimizes minimizing minimal cut cuts cutting shrink shrinks
    diminish diminishes alleviate mitigate mitigates"""
)
_BETTER = words(
    """better improve improves improved improving improvement improvements outperform outperforms outperforming
    outperformed enhance enhances enhanced enhancing best boost boosts boosting exceed exceeds surpass surpasses
    superior gain gains beat beats help helps benefit benefits easier succeeds succeed achieve achieves"""
)
_WORSE = words(
    """worse degrade degrades degraded degrading degradation underperform underperforms underperforming worst hurt
    hurts harm harms inferior worsen worsens deteriorate deteriorates harder suffer suffers impede impedes hinder
    hinders"""
)
_PAIRS = (
    "supervised unsupervised",
    "labeled unlabeled",
    "labelled unlabelled",
    "stable unstable",
    "sufficient insufficient",
    "efficient inefficient",
    "accurate inaccurate",
    "consistent inconsistent",
    "dependent independent",
    "positive negative",
    "convex nonconvex",
    "linear nonlinear",
    "sparse dense",
    "online offline",
    "local global",
    "upper lower",
    "simple complex",
    "cheap expensive",
    "weak strong",
    "shallow deep",
    "with without",
    "possible impossible",
    "known unknown",
    "discrete continuous",
    "deterministic stochastic",
    "symmetric asymmetric",
    "explicit implicit",
    "explicitly implicitly",
    "homogeneous heterogeneous",
)
_OPPOSITES: dict[str, frozenset[str]] = {}
for _pair in _PAIRS:
    _one, _other = _pair.split()
    _OPPOSITES[_one] = _OPPOSITES.get(_one, frozenset()) | {_other}
    _OPPOSITES[_other] = _OPPOSITES.get(_other, frozenset()) | {_one}

DENY_FORMS = {
    **{"not": 1, "cannot": 2, "can't": 2, "without": 3, "no": 4, "fails": 5, "fail": 5, "failed": 5, "failing": 5},
    **{"with": 6, "never": 7, "unable": 8},
}
"""Words that deny, each with a number of its own; "with" is what is left where "without" was turned."""

_DENYING_FORMS = frozenset(DENY_FORMS) - {"with"}

KINDS = ("denies", "more", "less", "better", "worse", "paired")
_SIDES = {"more": (_MORE, _LESS), "less": (_LESS, _MORE), "better": (_BETTER, _WORSE), "worse": (_WORSE, _BETTER)}
_KINDS = (
    dict.fromkeys(_OPPOSITES, "paired")
    | {word: kind for kind, (own, _) in reversed(_SIDES.items()) for word in own}
    | dict.fromkeys(_DENIES, "denies")
)


@dataclasses.dataclass(frozen=True)
class Turn:
    """One turning word of a TL;DR, and how its abstract turns the same words; the shares are 0 to 1.

    `alike` is how much of its surroundings stands round a word of the same side in the abstract, `against` round
    one of the opposite side, `plain` in a sentence without either.
    """

    at: int
    kind: str
    alike: float
    against: float
    plain: float
    same_word: bool
    verbatim: bool
    """It stands between the same neighbours in the abstract, on one side at least."""
    bridged: bool
    """Its neighbours stand side by side in the abstract, without it."""


@dataclasses.dataclass(frozen=True)
class WordsBySentence:
    """A text as its lower-case words, their roots, and the sentence that each stands in."""

    spoken: Sequence[str]
    roots: Sequence[str]
    sentence: Sequence[int]

    @functools.cached_property
    def turning(self) -> list[str | None]:
        """What kind of turning word each word is, if one."""
        return [*map(_KINDS.get, self.spoken)]

    @functools.cached_property
    def neighbours(self) -> frozenset[tuple[str, str]]:
        """The roots that stand side by side."""
        return frozenset(zip(self.roots, self.roots[1:], strict=False))

    @functools.cached_property
    def turned(self) -> Sequence[tuple[int, str, str]]:
        """The turning words: where each stands, the word and its kind."""
        return [(at, self.spoken[at], kind) for at, kind in enumerate(self.turning) if kind is not None]

    @functools.cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where each root stands."""
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.roots):
            found.setdefault(one, []).append(at)
        return found

    @functools.cached_property
    def _surroundings(self) -> dict[int, frozenset[str]]:
        """What `around` has found, since every turning word of a TL;DR asks about the same places."""
        return {}

    @functools.cached_property
    def denials(self) -> int:
        """How many of the words are those of `DENY_FORMS`, but for "with"."""
        return sum(map(_DENYING_FORMS.__contains__, self.spoken))

    def around(self, at: int) -> frozenset[str]:
        """The roots of the words with a meaning round a place, in its sentence."""
        known = self._surroundings.get(at)
        if known is None:
            places = range(max(0, at - REACH), min(len(self.roots), at + REACH + 1))
            roots, sentence, spoken = self.roots, self.sentence, self.spoken
            here = sentence[at]
            known = self._surroundings[at] = frozenset(
                roots[p] for p in places if p != at and sentence[p] == here and spoken[p] not in STOP_WORDS
            )
        return known


def find_turns(tldr: WordsBySentence, abstract: WordsBySentence, weight: Callable[[str], float]) -> list[Turn]:
    """The turning words of a TL;DR, each beside what its abstract says of the same words."""
    return [_turn(at, kind, tldr, abstract, weight) for at, _, kind in tldr.turned]


def _turn(at: int, kind: str, tldr: WordsBySentence, abstract: WordsBySentence, weight: Callable[[str], float]) -> Turn:
    word = tldr.spoken[at]
    near = _near(tldr, at)
    total = sum(weight(one) for one in near) or 1.0
    same, opposite = _places(word, kind, abstract)
    pairs = abstract.neighbours

    def share(places: Sequence[int]) -> float:
        best = max((sum(weight(w) for w in near & abstract.around(p)) for p in places), default=0.0)
        return best / total

    taken = {abstract.sentence[p] for p in (*same, *opposite)}
    plain: dict[int, set[str]] = {}
    for one in near:
        for place in abstract.places.get(one, ()):
            if (sentence := abstract.sentence[place]) not in taken:
                plain.setdefault(sentence, set()).add(one)
    before, after = _at(tldr.roots, at - 1), _at(tldr.roots, at + 1)
    own = tldr.roots[at]
    return Turn(
        at=at,
        kind=kind,
        alike=share(same),
        against=share(opposite),
        plain=max((sum(map(weight, held)) for held in plain.values()), default=0.0) / total,
        same_word=own in abstract.places,
        verbatim=(before, own) in pairs or (own, after) in pairs,
        bridged=(before, after) in pairs,
    )


def _near(tldr: WordsBySentence, at: int) -> frozenset[str]:
    places = range(max(0, at - 3), min(len(tldr.roots), at + 5))
    return frozenset(tldr.roots[p] for p in places if p != at and tldr.spoken[p] not in STOP_WORDS)


def _places(word: str, kind: str, abstract: WordsBySentence) -> tuple[Sequence[int], Sequence[int]]:
    """Where the abstract turns the same way, and where the opposite way."""
    if kind == "denies":
        return [p for p, _, other in abstract.turned if other == "denies"], []
    if kind == "paired":
        opposite = {root(one) for one in _OPPOSITES[word]}
        places = abstract.places
        return places.get(root(word), ()), [p for one in opposite for p in places.get(one, ())]
    own_side, other_side = _SIDES[kind]
    turned = abstract.turned
    return [p for p, one, _ in turned if one in own_side], [p for p, one, _ in turned if one in other_side]


def _at(roots: Sequence[str], place: int) -> str:
    return roots[place] if 0 <= place < len(roots) else ""
