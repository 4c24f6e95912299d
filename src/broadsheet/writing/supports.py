"""Word by word, how well a TL;DR is borne out by its abstract, and whether another paper of the run bears it out better."""

from __future__ import annotations

import bisect
import dataclasses
import math
import os.path
from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.writing.contrast import Reading, Run, read_text
from broadsheet.writing.names import is_name, unknown_names
from broadsheet.writing.numbers import unknown_number
from broadsheet.writing.polarity import KINDS, Text, Turn, find_turns
from broadsheet.writing.words import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np

_CONTENT_RARITY = 1.0
_MOST_RARITY = 6.5

WORD_FEATURES = (
    *("rarity", "stop", "unknown", "capital", "digits", "place", "from end", "length"),
    *("stands", "count", "titled", "likeness", "second likeness", "to centre", "beginning", "before", "after"),
    *("local", "best sentences", "spread", "rivals holding", "rival stands", "rival likeness", "rival gain"),
    *("rival segment", "segment gain", "held next", "held last", "held after", "held until"),
    *("gain next", "gain last", "gain after", "company", "company last"),
    *(f"turn {kind}" for kind in KINDS),
    *("alike", "against", "plain", "same word", "verbatim", "bridged"),
    *("deny form", "turn next", "turn last", "denied in abstract"),
)
TEXT_FEATURES = (
    *("words", "content words", "coverage", "soft coverage", "rival coverage", "best gain", "whole gain", "tail gain"),
    *("head held", "tail held", "to centre", "rival to centre", "unknown names", "unknown number", "turns", "denials"),
    *("one sentence", "two sentences", "least company", "second least company"),
)
_DENY_FORMS = {
    **{"not": 1, "cannot": 2, "can't": 2, "without": 3, "no": 4, "fails": 5, "fail": 5, "failed": 5, "failing": 5},
    **{"with": 6, "never": 7, "unable": 8},
}


@dataclasses.dataclass(frozen=True)
class Support:
    """A TL;DR beside its abstract: a row of `WORD_FEATURES` a word, and `TEXT_FEATURES` of the whole."""

    text: Text
    rows: np.ndarray
    whole: np.ndarray
    rival: int | None
    """The place in the run of the paper that explains a part better than the own does."""
    turns: tuple[Turn, ...]


@dataclasses.dataclass(frozen=True)
class _Match:
    """For each word: its weight, whether and how nearly the own abstract has it."""

    weight: np.ndarray
    stands: np.ndarray
    first: np.ndarray
    second: np.ndarray
    centre: np.ndarray
    held: np.ndarray
    """0 to 1: 1 where it stands, less where only a word of like company does."""


@dataclasses.dataclass(frozen=True)
class _Rival:
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


def support(run: Run, own: Reading, tldr: str) -> Support:
    """How a TL;DR stands to its paper within a run; the same for the same papers, whatever else is asked."""
    import numpy as np

    text = read_text([tldr])
    if not text.roots:
        return Support(text, np.zeros((0, len(WORD_FEATURES))), np.zeros(len(TEXT_FEATURES)), None, ())
    match = _match(run, own, text)
    rival = _find_rival(run, own, text, match)
    turns = tuple(find_turns(text, own.text, run.lexicon.rarity_of))
    company = _company(run, text)
    rows = np.column_stack(
        [
            *_word_columns(run, own, text, tldr),
            *_own_columns(own, text, match),
            *_rival_columns(run, text, rival),
            *_window_columns(match, rival),
            *_company_columns(company),
            *_turn_columns(text, own, turns),
        ]
    )
    whole = _whole(run, own, tldr, text, match, rival, turns, company)
    return Support(text, rows, whole, rival.place, turns)


def _match(run: Run, own: Reading, text: Text) -> _Match:
    import numpy as np

    lexicon = run.lexicon
    weight = np.array([_weight(run, word, root) for word, root in zip(text.spoken, text.roots, strict=True)])
    asked = lexicon.rows(text.roots)
    held = own.held
    table = lexicon.rows(held)
    likeness = asked @ table.T
    top = -np.sort(-likeness, axis=1)[:, :2] if likeness.shape[1] > 1 else np.zeros((len(asked), 2))
    stands = np.array([float(root in own.counts) for root in text.roots])
    first = np.where(stands > 0, 1.0, top[:, 0])
    importance = np.array([lexicon.rarity_of(word) for word in held], dtype=np.float32)
    middle = importance @ table if len(held) else np.zeros(table.shape[1])
    centre = asked @ (middle / (np.linalg.norm(middle) + 1e-9))
    return _Match(weight, stands, first, np.where(stands > 0, top[:, 1], top[:, 1]), centre, _soften(stands, first))


def _weight(run: Run, word: str, root: str) -> float:
    rarity = min(run.lexicon.rarity_of(root), _MOST_RARITY)
    return 0.0 if word in STOP_WORDS or rarity < _CONTENT_RARITY else rarity


def _soften(stands: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    import numpy as np

    soft: np.ndarray = np.where(stands > 0, 1.0, 0.7 * np.clip((likeness - 0.45) / 0.4, 0, 1))
    return soft


def _find_rival(run: Run, own: Reading, text: Text, match: _Match) -> _Rival:
    """The rival with the best run of words, by the sum of what it holds better there than the own paper."""
    import numpy as np

    nothing = np.zeros(len(text.roots))
    best = _Rival(None, nothing, nothing, nothing, (0, 0), 0.0, 0.0, 0.0, 0.0, 0.0, nothing)
    places = [place for place in run.rivals(own, text.roots) if len(run.ids_of(place))]
    if not places:
        return best
    asked = run.lexicon.rows(text.roots)
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
    return _Rival(
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


def _word_columns(run: Run, own: Reading, text: Text, tldr: str) -> list[Sequence[float]]:
    lexicon = run.lexicon
    places = [lexicon.places.get(root, -1) for root in text.roots]
    count = len(text.roots)
    return [
        [min(lexicon.rarity_of(root), 10.0) for root in text.roots],
        [float(word in STOP_WORDS) for word in text.spoken],
        [float(place < 0) for place in places],
        [float(lexicon.capital[place]) if place >= 0 else 0.5 for place in places],
        [float(any(char.isdigit() for char in word)) for word in text.spoken],
        [at / count for at in range(count)],
        [float(count - at) for at in range(count)],
        [float(len(word)) for word in text.spoken],
    ]


def _own_columns(own: Reading, text: Text, match: _Match) -> list[Sequence[float] | np.ndarray]:
    roots = text.roots
    return [
        match.stands,
        [math.log1p(own.counts.get(root, 0)) for root in roots],
        [float(root in own.titled) for root in roots],
        match.first,
        match.second,
        match.centre,
        [_beginning(root, own, stands) for root, stands in zip(roots, match.stands, strict=True)],
        [float(at > 0 and (roots[at - 1], root) in own.pairs) for at, root in enumerate(roots)],
        [float(at + 1 < len(roots) and (root, roots[at + 1]) in own.pairs) for at, root in enumerate(roots)],
        _local(own, text, match.weight),
        _in_best_sentences(own, text, match.weight),
    ]


def _beginning(root: str, own: Reading, stands: float) -> float:
    """The share of a root's letters with which some root of the abstract begins."""
    if stands or len(root) < 5:
        return stands
    at = bisect.bisect(own.held, root)
    near = max(len(os.path.commonprefix((root, other))) for other in ("", *own.held[max(0, at - 1) : at + 1]))
    return near / len(root) if near >= 4 else 0.0


def _local(own: Reading, text: Text, weight: np.ndarray) -> np.ndarray:
    """For each word, how much of the words around it one sentence of the abstract holds, at best."""
    import numpy as np

    standing = np.array([[root in held for root in text.roots] for held in own.by_sentence], dtype=float)
    sums = np.cumsum(np.insert(np.vstack([np.ones(len(weight)), *standing]) * weight, 0, 0.0, axis=1), axis=1)
    at = np.arange(len(weight))
    around = sums[:, np.minimum(len(weight), at + 5)] - sums[:, np.maximum(0, at - 4)]
    return _share(around[1:].max(axis=0) if len(standing) else np.zeros(len(weight)), around[0])


def _in_best_sentences(own: Reading, text: Text, weight: np.ndarray) -> list[float]:
    chosen = best_sentences(own, text, weight)
    held = frozenset().union(*(own.by_sentence[number] for number in chosen)) if chosen else frozenset()
    return [float(root in held) for root in text.roots]


def best_sentences(own: Reading, text: Text, weight: np.ndarray, most: int = 2) -> list[int]:
    """The sentences (0 is the title) that together hold most of a TL;DR, the best first."""
    left = {root: float(own_weight) for root, own_weight in zip(text.roots, weight, strict=True) if own_weight}
    chosen: list[int] = []
    for _ in range(most):
        gains = [sum(left[root] for root in left.keys() & held) for held in own.by_sentence]
        best = max(range(len(gains)), key=lambda number: (gains[number], -number), default=-1)
        if best < 0 or gains[best] <= 0:
            break
        chosen.append(best)
        left = {root: value for root, value in left.items() if root not in own.by_sentence[best]}
    return chosen


def _rival_columns(run: Run, text: Text, rival: _Rival) -> list[Sequence[float] | np.ndarray]:
    start, end = rival.segment
    inside = [float(start <= at < end) for at in range(len(text.roots))]
    papers = max(1, len(run))
    return [
        [math.log1p(1000 * run.spread(root) / papers) for root in text.roots],
        rival.holding,
        rival.stands,
        rival.likeness,
        rival.gains,
        inside,
        [rival.best * one for one in inside],
    ]


def _window_columns(match: _Match, rival: _Rival) -> list[np.ndarray]:
    import numpy as np

    weight, held, gains = match.weight, match.weight * match.held, rival.gains
    ones = np.ones(len(weight))
    return [
        _share(_next(held, 4), _next(weight, 4)),
        _share(_last(held, 4), _last(weight, 4)),
        _share(_next(held, len(held)), _next(weight, len(held))),
        _share(_last(held, len(held)), _last(weight, len(held))),
        _next(gains, 4) / _next(ones, 4),
        _last(gains, 4) / _last(ones, 4),
        _next(gains, len(gains)) / _next(ones, len(gains)),
    ]


def _next(values: np.ndarray, count: int) -> np.ndarray:
    """For each word the sum over it and those after it, `count` in all."""
    return _last(values[::-1], count)[::-1]


def _last(values: np.ndarray, count: int) -> np.ndarray:
    import numpy as np

    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(1, len(values) + 1)
    window: np.ndarray = sums[at] - sums[np.maximum(0, at - count)]
    return window


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    import numpy as np

    shares: np.ndarray = np.where(whole > 1e-9, part / np.maximum(whole, 1e-9), 1.0)
    return shares


def _company(run: Run, text: Text) -> np.ndarray:
    """How well each word goes with the four before it: a splice brings strangers together."""
    import numpy as np

    rows = run.lexicon.rows(text.roots)
    known = np.abs(rows).sum(axis=1) > 0
    likeness = rows @ rows.T
    goes = np.full(len(rows), 0.5)
    for at in range(1, len(rows)):
        near = [p for p in range(max(0, at - 4), at) if known[p] and text.spoken[p] not in STOP_WORDS]
        if near and known[at] and text.spoken[at] not in STOP_WORDS:
            goes[at] = float(likeness[at, near].max())
    return goes


def _company_columns(company: np.ndarray) -> list[np.ndarray]:
    return [company, _last(company, 4)]


def _turn_columns(text: Text, own: Reading, turns: Sequence[Turn]) -> list[np.ndarray]:
    import numpy as np

    count = len(text.roots)
    kinds = {kind: np.zeros(count) for kind in KINDS}
    shares = [np.full(count, -1.0) for _ in range(6)]
    form = np.zeros(count)
    turning = np.zeros(count)
    for turn in turns:
        kinds[turn.kind][turn.at] = 1.0
        turning[turn.at] = 1 + KINDS.index(turn.kind)
        parts = (turn.alike, turn.against, turn.plain, turn.same_word, turn.verbatim, turn.bridged)
        for column, value in zip(shares, parts, strict=True):
            column[turn.at] = value
    for at, word in enumerate(text.spoken):
        form[at] = _DENY_FORMS.get(word, 0)
    after = np.append(turning[1:], 0)
    before = np.insert(turning[:-1], 0, 0)
    denied = np.full(count, float(sum(word in _DENY_FORMS and word != "with" for word in own.text.spoken)))
    return [*kinds.values(), *shares, form, after, before, denied]


def _whole(
    run: Run,
    own: Reading,
    tldr: str,
    text: Text,
    match: _Match,
    rival: _Rival,
    turns: Sequence[Turn],
    company: np.ndarray,
) -> np.ndarray:
    import numpy as np

    weight = match.weight
    total = weight.sum() or 1.0
    half = len(weight) * 6 // 10
    rows = run.lexicon.rows(text.roots)
    mean = weight @ rows
    table = run.lexicon.rows(own.held)
    middle = np.array([run.lexicon.rarity_of(word) for word in own.held]) @ table if own.held else np.zeros(len(mean))
    centre = mean @ middle / (np.linalg.norm(mean) * np.linalg.norm(middle) + 1e-9)
    chosen = best_sentences(own, text, weight)
    covers = [
        sum(
            float(w)
            for root, w in zip(text.roots, weight, strict=True)
            if any(root in own.by_sentence[c] for c in some)
        )
        for some in (chosen[:1], chosen)
    ]
    meets = np.sort(company)
    values = [
        len(text.roots),
        float((weight > 0).sum()),
        float((weight * match.stands).sum() / total),
        float((weight * match.held).sum() / total),
        rival.coverage,
        rival.best,
        rival.whole,
        rival.tail,
        float((weight * match.held)[:half].sum() / (weight[:half].sum() or 1.0)),
        float((weight * match.held)[half:].sum() / (weight[half:].sum() or 1.0)),
        float(centre),
        rival.centre,
        float(sum(1 for _ in unknown_names(tldr, own.names))),
        float(unknown_number(tldr, own.numbers) is not None),
        float(len(turns)),
        float(sum(turn.kind == "denies" for turn in turns)),
        covers[0] / total,
        covers[1] / total,
        float(meets[0]),
        float(meets[min(1, len(meets) - 1)]),
    ]
    return np.array(values)
