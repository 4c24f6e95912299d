"""Word by word, how well a TL;DR is borne out by its abstract: the features on which the learned check was taught.

Features of the whole TL;DR say where its own paper stands among all papers of the run, by how well each goes with it.
"""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from broadsheet.grounding.alignment import Alignment, Rival, find_rival, keep_company, match_words
from broadsheet.grounding.polarity import KINDS, Turn, WordsBySentence, find_turns
from broadsheet.grounding.rivals import CheckedPaper, Run, index_sentences
from broadsheet.text.entities import unknown_names
from broadsheet.text.numbers import unknown_number
from broadsheet.text.words import STOP_WORDS

_SPANS = ("all", "head", "tail")
STANDING_FEATURES = tuple(
    f"{name} of {span}" for span in _SPANS for name in ("words ahead", "papers ahead", "sense ahead", "papers nearer")
)
_HEAD = 0.6


def find_standing(run: Run, own: CheckedPaper, roots: Sequence[str], match: Alignment) -> list[float]:
    """By span: how far the own paper is ahead of the best other, by words and by sense, and how many are not behind it.

    The number of papers is taken by its logarithm; the own paper may be outside the run.
    """

    cut = round(_HEAD * len(roots))
    spans = np.zeros((3, len(roots)))
    spans[0] = spans[1, :cut] = spans[2, cut:] = 1.0
    weights = spans * match.weight
    totals = np.maximum(weights.sum(axis=1), 1e-9)
    shared = np.zeros((3, max(1, len(run))))
    for at, word in enumerate(roots):
        places = run.holding(word) if match.weight[at] else None
        if places is not None:
            shared[:, places] += weights[:, at : at + 1]
    held = weights @ match.stands / totals
    sense = weights @ match.asked
    sense /= np.linalg.norm(sense, axis=1, keepdims=True) + 1e-9
    near = (run.centres @ sense.T).T if len(run) else np.zeros((3, 1))
    mine = sense @ own.centre if own.held else np.zeros(3)
    here = run.place_of(own.paper)
    shared /= totals[:, None]
    if here is not None:
        shared[:, here] = near[:, here] = -1.0
    columns = np.column_stack(
        [
            held - shared.max(axis=1),
            np.log1p((shared >= held[:, None] - 1e-9).sum(axis=1)),
            mine - near.max(axis=1),
            np.log1p((near >= mine[:, None] - 1e-9).sum(axis=1)),
        ]
    )
    return [float(value) for value in columns.ravel()]


WORD_FEATURES = (
    *("rarity", "stop", "unknown", "capital", "digits", "place", "from end", "length"),
    *("stands", "count", "titled", "likeness", "second likeness", "to centre", "beginning", "before", "after"),
    *("local", "best sentences", "spread", "rivals holding", "rival stands", "rival likeness", "rival gain"),
    *("rival segment", "segment gain", "held next", "held last", "held after", "held until"),
    *("gain next", "gain last", "gain after", "company", "company last"),
    *(f"turn {kind}" for kind in KINDS),
    *("alike", "against", "plain", "same word", "verbatim", "bridged"),
    *("deny form", "turn next", "turn last", "denied in abstract"),
    *("be before", "to before", "modal before", "function before", "denial before", "turn within three"),
    *("ing", "ed", "s", "ing after", "ed after", "s after", "function after", "article after", "last"),
)
TEXT_FEATURES = (
    *("words", "content words", "coverage", "soft coverage", "rival coverage", "best gain", "whole gain", "tail gain"),
    *("head held", "tail held", "to centre", "rival to centre", "unknown names", "unknown number", "turns", "denials"),
    *("one sentence", "two sentences", "least company", "second least company"),
    *STANDING_FEATURES,
)
_DENY_FORMS = {
    **{"not": 1, "cannot": 2, "can't": 2, "without": 3, "no": 4, "fails": 5, "fail": 5, "failed": 5, "failing": 5},
    **{"with": 6, "never": 7, "unable": 8},
}


@dataclasses.dataclass(frozen=True)
class Support:
    """A TL;DR beside its abstract: a row of `WORD_FEATURES` a word, and `TEXT_FEATURES` of the whole."""

    text: WordsBySentence
    rows: np.ndarray
    whole: np.ndarray
    rival: int | None
    """The place in the run of the paper that explains a part better than the own does."""
    turns: tuple[Turn, ...]


def support(run: Run, own: CheckedPaper, tldr: str) -> Support:
    """How a TL;DR stands to its paper within a run; the same for the same papers, whatever else is asked."""

    text = index_sentences([tldr])
    if not text.roots:
        return Support(text, np.zeros((0, len(WORD_FEATURES))), np.zeros(len(TEXT_FEATURES)), None, ())
    match = match_words(run, own, text)
    rival = find_rival(run, own, text, match)
    turns = tuple(find_turns(text, own.text, run.lexicon.rarity_of))
    company = keep_company(match.asked, text)
    chosen = supporting_sentences(own, text, match.weight)
    columns = (
        *_word_columns(run, text, match),
        *_own_columns(own, text, match, chosen),
        *_rival_columns(run, text, rival),
        *_window_columns(match, rival),
        *(company, _last(company, 4)),
        *_turn_columns(text, own, turns),
        *form_columns(text),
    )
    rows = np.empty((len(WORD_FEATURES), len(text.roots)))
    for number, column in enumerate(columns):
        rows[number] = column
    meets = np.sort(company)
    whole = [
        *_whole_row(own, tldr, text, match, rival),
        float(len(turns)),
        float(sum(turn.kind == "denies" for turn in turns)),
        *_covered_by(own, text, match.weight, chosen),
        *(float(meets[0]), float(meets[min(1, len(meets) - 1)])),
        *find_standing(run, own, text.roots, match),
    ]
    return Support(text, rows.T, np.array(whole), rival.place, turns)


def _word_columns(run: Run, text: WordsBySentence, match: Alignment) -> list[Sequence[float] | np.ndarray]:

    lexicon = run.lexicon
    places = [lexicon.places.get(root, -1) for root in text.roots]
    count = len(text.roots)
    return [
        np.minimum(match.rarity, 10.0),
        [float(word in STOP_WORDS) for word in text.spoken],
        [float(place < 0) for place in places],
        [float(lexicon.capital[place]) if place >= 0 else 0.5 for place in places],
        [float(any(char.isdigit() for char in word)) for word in text.spoken],
        [at / count for at in range(count)],
        [float(count - at) for at in range(count)],
        [float(len(word)) for word in text.spoken],
    ]


def _own_columns(
    own: CheckedPaper, text: WordsBySentence, match: Alignment, chosen: Sequence[int]
) -> list[Sequence[float] | np.ndarray]:
    roots = text.roots
    held = frozenset().union(*(own.by_sentence[number] for number in chosen))
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
        [float(root in held) for root in roots],
    ]


def _beginning(root: str, own: CheckedPaper, stands: float) -> float:
    """The share of a root's letters with which some root of the abstract begins."""
    if stands or len(root) < 5:
        return stands
    at = bisect.bisect(own.held, root)
    near = max((_shared(root, other) for other in own.held[max(0, at - 1) : at + 1]), default=0)
    return near / len(root) if near >= 4 else 0.0


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common from their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _local(own: CheckedPaper, text: WordsBySentence, weight: np.ndarray) -> np.ndarray:
    """For each word, how much of the words around it one sentence of the abstract holds, at best."""

    standing = np.array([[root in held for root in text.roots] for held in own.by_sentence], dtype=float)
    sums = np.cumsum(np.insert(np.vstack([np.ones(len(weight)), *standing]) * weight, 0, 0.0, axis=1), axis=1)
    at = np.arange(len(weight))
    around = sums[:, np.minimum(len(weight), at + 5)] - sums[:, np.maximum(0, at - 4)]
    return _share(around[1:].max(axis=0) if len(standing) else np.zeros(len(weight)), around[0])


def supporting_sentences(own: CheckedPaper, text: WordsBySentence, weight: np.ndarray, most: int = 2) -> list[int]:
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


def _rival_columns(run: Run, text: WordsBySentence, rival: Rival) -> list[Sequence[float] | np.ndarray]:
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


def _window_columns(match: Alignment, rival: Rival) -> list[np.ndarray]:

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

    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(1, len(values) + 1)
    window: np.ndarray = sums[at] - sums[np.maximum(0, at - count)]
    return window


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:

    shares: np.ndarray = np.where(whole > 1e-9, part / np.maximum(whole, 1e-9), 1.0)
    return shares


def _turn_columns(text: WordsBySentence, own: CheckedPaper, turns: Sequence[Turn]) -> list[np.ndarray]:

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


_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am"])
_MODAL = frozenset(["can", "could", "may", "might", "will", "would", "should", "must", "does", "do", "did"])
_ARTICLES = frozenset(["a", "an", "the"])


def form_columns(text: WordsBySentence) -> list[list[float]]:
    """What form the words about a word have: a turned or spliced one often does not fit its place."""
    spoken = text.spoken
    before, after = ["", *spoken[:-1]], [*spoken[1:], ""]
    turning = [kind is not None for kind in text.turning]
    return [
        [float(word in _BE) for word in before],
        [float(word == "to") for word in before],
        [float(word in _MODAL) for word in before],
        [float(word in STOP_WORDS) for word in before],
        [float(kind == "denies") for kind in [None, *text.turning[:-1]]],
        [float(any(turning[max(0, at - 3) : at] + turning[at + 1 : at + 4])) for at in range(len(spoken))],
        *([float(word.endswith(ending)) for word in spoken] for ending in ("ing", "ed", "s")),
        *([float(word.endswith(ending)) for word in after] for ending in ("ing", "ed", "s")),
        [float(word in STOP_WORDS) for word in after],
        [float(word in _ARTICLES) for word in after],
        [float(not word) for word in after],
    ]


def _whole_row(own: CheckedPaper, tldr: str, text: WordsBySentence, match: Alignment, rival: Rival) -> list[float]:
    """The first of `TEXT_FEATURES`, up to the unknown number."""

    weight, held = match.weight, match.weight * match.held
    total = float(weight.sum()) or 1.0
    half = len(weight) * 6 // 10
    mean = weight @ match.asked
    centre = float(mean @ own.centre / (np.linalg.norm(mean) + 1e-9)) if own.held else 0.0
    return [
        float(len(text.roots)),
        float((weight > 0).sum()),
        float((weight * match.stands).sum()) / total,
        float(held.sum()) / total,
        *(rival.coverage, rival.best, rival.whole, rival.tail),
        float(held[:half].sum() / (weight[:half].sum() or 1.0)),
        float(held[half:].sum() / (weight[half:].sum() or 1.0)),
        *(centre, rival.centre),
        float(sum(1 for _ in unknown_names(tldr, own.names))),
        float(unknown_number(tldr, own.numbers) is not None),
    ]


def _covered_by(own: CheckedPaper, text: WordsBySentence, weight: np.ndarray, chosen: Sequence[int]) -> list[float]:
    """The share of a TL;DR that its best sentence holds, and its two best."""
    total = float(weight.sum()) or 1.0
    shares = []
    for some in (chosen[:1], chosen):
        held = frozenset().union(*(own.by_sentence[number] for number in some))
        shares.append(sum(float(w) for root, w in zip(text.roots, weight, strict=True) if root in held) / total)
    return shares
