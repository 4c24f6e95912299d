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
    first: np.ndarray
    second: np.ndarray
    centre: np.ndarray
    held: np.ndarray
    """0 to 1: 1 where it stands, less where only a word of like company does."""


@dataclasses.dataclass(frozen=True)
class Rival:
    """The same for the paper that gains most over the own in some run of words."""

    place: int | None
    stands: np.ndarray
    likeness: np.ndarray
    gains: np.ndarray
    segment: tuple[int, int]
    best: float
    whole: float
    tail: float
    coverage: float
    centre: float
    holding: np.ndarray


def match_words(run: Run, own: CheckedPaper, text: WordsBySentence) -> Alignment:

    asked = run.lexicon.rows(text.roots)
    rarity = np.array([run.lexicon.rarity_of(root) for root in text.roots])
    stop = np.array([word in STOP_WORDS for word in text.spoken])
    weight = np.where(stop | (rarity < _CONTENT_RARITY), 0.0, np.minimum(rarity, _MOST_RARITY))
    stands = np.array([float(root in own.counts) for root in text.roots])
    top = np.zeros((len(asked), 2))
    if len(own.held) > 1:
        top = -np.partition(-(asked @ own.directions.T), 1, axis=1)[:, :2]
    first = np.where(stands > 0, 1.0, top[:, 0])
    centre = asked @ own.centre if own.held else np.zeros(len(asked))
    return Alignment(asked, rarity, weight, stands, first, top[:, 1], centre, _soften(stands, first))


def _soften(stands: np.ndarray, likeness: np.ndarray) -> np.ndarray:

    soft: np.ndarray = np.where(stands > 0, 1.0, 0.7 * np.clip((likeness - 0.45) / 0.4, 0, 1))
    return soft


def find_rival(run: Run, own: CheckedPaper, text: WordsBySentence, match: Alignment) -> Rival:
    """The rival with the best run of words, by the sum of what it holds better there than the own paper."""

    nothing = np.zeros(len(text.roots))
    best = Rival(None, nothing, nothing, nothing, (0, 0), 0.0, 0.0, 0.0, 0.0, 0.0, nothing)
    places = [place for place in run.rivals(own, text.roots) if len(run.ids_of(place))]
    if not places:
        return best
    asked = match.asked
    ids = [run.ids_of(place) for place in places]
    starts = np.cumsum([0, *map(len, ids[:-1])])
    nearest = np.maximum.reduceat(asked @ run.lexicon.directions[np.concatenate(ids)].T, starts, axis=1).T
    stands = np.array([[root in held for root in text.roots] for held in map(run.roots_of.__getitem__, places)])
    likeness = np.where(stands, 1.0, nearest)
    held = _soften(stands, likeness)
    gains = match.weight * (held - match.held)
    segments = [_best_segment(row) for row in gains.tolist()]
    chosen = max(range(len(places)), key=lambda number: (segments[number][2], -number))
    start, end, gain = segments[chosen]
    mean = match.weight @ asked
    mean = mean / (np.linalg.norm(mean) + 1e-9)
    return Rival(
        place=places[chosen] if gain > 0 else None,
        stands=stands[chosen].astype(float),
        likeness=likeness[chosen],
        gains=gains[chosen],
        segment=(start, end),
        best=gain,
        whole=float(gains.sum(axis=1).max()),
        tail=float(np.cumsum(gains[:, ::-1], axis=1).max()),
        coverage=float((held @ match.weight).max() / (match.weight.sum() or 1.0)),
        centre=float(max(mean @ run.centre_of(place) for place in places)),
        holding=stands.sum(axis=0).astype(float),
    )


def _best_segment(gains: Sequence[float]) -> tuple[int, int, float]:
    """The run of words with the largest sum (Kadane)."""
    best, start, end, total, begun = 0.0, 0, 0, 0.0, 0
    for at, gain in enumerate(gains):
        if total <= 0:
            total, begun = 0.0, at
        total += gain
        if total > best:
            best, start, end = total, begun, at + 1
    return start, end, best


def keep_company(asked: np.ndarray, text: WordsBySentence) -> np.ndarray:
    """How well each word goes with the four before it: a splice brings strangers together."""

    count = len(asked)
    silent = (np.abs(asked).sum(axis=1) == 0) | np.array([word in STOP_WORDS for word in text.spoken])
    likeness = asked @ asked.T
    likeness[:, silent] = -9.0
    apart = np.arange(count)[:, None] - np.arange(count)[None, :]
    likeness[(apart < 1) | (apart > 4)] = -9.0
    best = likeness.max(axis=1)
    return np.where(silent | (best <= -9.0), 0.5, best)
