"""The words of a TL;DR beside those of its abstract and of its rivals: what stands there, and what only comes near."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from broadsheet.grounding.polarity import WordsBySentence
from broadsheet.grounding.rivals import CheckedPaper, Run
from broadsheet.text.words import STOP_WORDS

_CONTENT_RARITY = 1.0
_MOST_RARITY = 6.5


@dataclasses.dataclass(frozen=True)
class Alignment:
    """For each word: its weight, whether and how nearly the own abstract has it."""

    asked: np.ndarray
    """Its direction."""
    rarity: np.ndarray
    weight: np.ndarray
    stands: np.ndarray
    likeness: np.ndarray
    """The cosine with the nearest root of the abstract; 1 where the word stands there."""
    held: np.ndarray
    """0 to 1: 1 where it stands, less where only a word of like company does."""


@dataclasses.dataclass(frozen=True)
class Rival:
    """The same for the paper that gains most over the own in some run of words."""

    place: int | None
    stands: np.ndarray
    likeness: np.ndarray
    gains: np.ndarray
    """By how much more of its weight the rival holds each word than the own paper does."""
    best: float
    """The gain in the best run of words."""
    whole: float
    tail: float
    """The most that any rival gains over all words, and over all from some word on."""
    coverage: float
    holding: np.ndarray
    """How many rivals hold each word."""


def match_words(run: Run, own: CheckedPaper, text: WordsBySentence) -> Alignment:
    """Each word beside the abstract of its own paper."""
    asked = run.lexicon.rows(text.roots)
    rarity = [run.lexicon.rarity_of(root) for root in text.roots]
    # A word counts by its inverse document frequency, up to where all words are rare; what carries no meaning does not.
    weight = [
        0.0 if one < _CONTENT_RARITY or word in STOP_WORDS else min(one, _MOST_RARITY)
        for one, word in zip(rarity, text.spoken, strict=True)
    ]
    stands = np.array([float(root in own.counts) for root in text.roots])
    nearest = _compare(run.lexicon.rows(own.held), asked).max(axis=0) if len(own.held) > 1 else np.zeros(len(asked))
    likeness = np.where(stands > 0, 1.0, nearest)
    return Alignment(asked, np.array(rarity), np.array(weight), stands, likeness, _soften(stands, likeness))


def _compare(directions: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The cosines of two sets of directions, in blocks so small that OpenBLAS spreads none over threads.

    Below 2^18 multiplications it does not (`interface/gemm.c`); a few threads that wait for one another cost more.
    """
    block = max(1, 2**18 // max(1, asked.size))
    return np.concatenate([directions[at : at + block] @ asked.T for at in range(0, len(directions), block)])


def _soften(stands: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """How far words are held: 1 where they stand, else a ramp of the cosine from 0 at .45 to .7 at .85."""
    ramp = np.minimum(np.maximum((likeness - 0.45) / 0.4, 0), 1)
    soft: np.ndarray = np.where(stands > 0, 1.0, 0.7 * ramp)
    return soft


def find_rival(run: Run, own: CheckedPaper, text: WordsBySentence, match: Alignment) -> Rival:
    """The rival with the best run of words, by the sum of what it holds better there than the own paper."""

    nothing = np.zeros(len(text.roots))
    best = Rival(None, nothing, nothing, nothing, 0.0, 0.0, 0.0, 0.0, nothing)
    places = [place for place in run.rivals(own, text.roots) if len(run.ids_of(place))]
    if not places:
        return best
    ids = [run.ids_of(place) for place in places]
    starts = np.cumsum([0, *map(len, ids[:-1])])
    together = np.concatenate(ids)
    # The same roots stand in many papers, so that each is compared once; by a table, as a sort takes ten times as long.
    number = np.zeros(len(run.lexicon.directions), dtype=np.intp)
    number[together] = 1
    known = number.nonzero()[0]
    number[known] = np.arange(len(known))
    # `take` on rows that lie side by side: indexing with an array, and sums over columns, take three times as long.
    likenesses = np.ascontiguousarray(_compare(run.lexicon.directions.take(known, axis=0), match.asked).T)
    nearest = np.maximum.reduceat(likenesses.take(number.take(together), axis=1), starts, axis=1).T
    roots_of = [run.roots_of[place] for place in places]
    stands = np.array([[root in held for root in text.roots] for held in roots_of])
    held = _soften(stands, nearest)
    gains = match.weight * (held - match.held)
    runs = [best_run(row)[2] for row in gains.tolist()]
    chosen = max(range(len(places)), key=lambda number: (runs[number], -number))
    gain = runs[chosen]
    return Rival(
        place=places[chosen] if gain > 0 else None,
        stands=stands[chosen].astype(float),
        likeness=np.where(stands[chosen], 1.0, nearest[chosen]),
        gains=gains[chosen],
        best=gain,
        whole=float(gains.sum(axis=1).max()),
        tail=float(np.cumsum(gains[:, ::-1], axis=1).max()),
        coverage=float((held @ match.weight).max() / (match.weight.sum() or 1.0)),
        holding=stands.sum(axis=0).astype(float),
    )


def best_run(values: Sequence[float]) -> tuple[int, int, float]:
    """The run with the largest sum, by Kadane's algorithm in one pass: where it starts, where it ends, its sum.

    `(0, 0, 0.0)` where no value is above 0.
    """
    best, start, end, total, begun = 0.0, 0, 0, 0.0, 0
    for at, value in enumerate(values):
        # What sums to nothing or less helps no run that goes on from here.
        if total <= 0:
            total, begun = 0.0, at
        total += value
        if total > best:
            best, start, end = total, begun, at + 1
    return start, end, best
