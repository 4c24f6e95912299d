"""From the words' scores to a verdict on a whole TL;DR: what is summed up is what the forest `ground` was taught on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from broadsheet.writing.contrast import Reading, Run
from broadsheet.writing.supports import TEXT_FEATURES, WORD_FEATURES, Support, support
from broadsheet.writing.trees import load_forest

if TYPE_CHECKING:
    import numpy as np

_OF_TURN = (
    *("alike", "against", "plain", "same word", "verbatim", "bridged", "deny form", "denied in abstract"),
    *("be before", "to before", "local", "held next", "turn denies"),
)
_TURN_COLUMNS = [WORD_FEATURES.index(name) for name in _OF_TURN]
_TOP_COLUMNS = [WORD_FEATURES.index(name) for name in ("stands", "likeness", "rarity", "rival gain")]
WHOLE_FEATURES = (
    *TEXT_FEATURES,
    *("highest", "second highest", "mean", "mean of three", "mean of five", "best run", "run length", "run place"),
    *("tail over head", "last half", "first half", "high words", "highest turn", "highest other"),
    *(f"turned: {name}" for name in _OF_TURN),
    *("highest denial", "beside run", "at top: stands", "at top: likeness", "at top: rarity", "at top: gain"),
)
_RUN_LEVEL = 1.0
"""Added to a word's score before runs are summed, so that a run goes on over words that could stand anywhere."""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How false a TL;DR looks: above 0 it is called false; and which of its words are why."""

    score: float
    words: tuple[float, ...]
    seen: Support


def judge(run: Run, own: Reading, tldr: str) -> Verdict:
    """The learned verdict on a TL;DR of a paper of the run."""
    import numpy as np

    seen = support(run, own, tldr)
    if not len(seen.rows):
        return Verdict(0.0, (), seen)
    words = load_forest("ground_words").score(seen.rows)
    score = float(load_forest("ground").score(np.array([sum_up(seen, words)]))[0])
    return Verdict(score, tuple(words.tolist()), seen)


def sum_up(seen: Support, words: np.ndarray) -> np.ndarray:
    """The row of `WHOLE_FEATURES` of a TL;DR whose words have these scores."""
    import numpy as np

    count = len(words)
    ordered = np.sort(words)[::-1]
    sums = np.concatenate([[0.0], np.cumsum(words)])
    start, end, best = find_run(words + _RUN_LEVEL)
    half = max(1, count * 6 // 10)
    cuts = np.arange(2, count - 1)
    steps = (sums[-1] - sums[cuts]) / (count - cuts) - sums[cuts] / cuts if len(cuts) else np.zeros(1)
    turning = np.zeros(count, dtype=bool)
    turning[[turn.at for turn in seen.turns]] = True
    denying = np.zeros(count, dtype=bool)
    denying[[turn.at for turn in seen.turns if turn.kind == "denies"]] = True
    top = np.flatnonzero(turning)[words[turning].argmax()] if turning.any() else -1
    rest = np.delete(words, np.arange(max(0, top - 1), min(count, top + 2))) if top >= 0 else words
    return np.concatenate(
        [
            seen.whole,
            [
                ordered[0],
                ordered[min(1, count - 1)],
                words.mean(),
                _best_mean(sums, 3),
                _best_mean(sums, 5),
                best,
                float(end - start),
                start / count,
                steps.max(),
                words[half:].mean() if count > half else -9.0,
                words[:half].mean(),
                float((words > 0).sum()),
                words[turning].max() if turning.any() else -9.0,
                words[~turning].max() if not turning.all() else -9.0,
            ],
            seen.rows[top, _TURN_COLUMNS] if top >= 0 else np.full(len(_OF_TURN), -2.0),
            [words[denying].max() if denying.any() else -9.0, rest.max() if len(rest) else -9.0],
            seen.rows[int(words.argmax()), _TOP_COLUMNS],
        ]
    )


def find_run(scores: np.ndarray) -> tuple[int, int, float]:
    """The run of words with the largest sum (Kadane): where it starts, where it ends, its sum."""
    best, start, end, total, begun = 0.0, 0, 0, 0.0, 0
    for at, score in enumerate(scores.tolist()):
        if total <= 0:
            total, begun = 0.0, at
        total += score
        if total > best:
            best, start, end = total, begun, at + 1
    return start, end, best


def _best_mean(sums: np.ndarray, count: int) -> float:
    width = min(count, len(sums) - 1)
    return float((sums[width:] - sums[:-width]).max() / width)
