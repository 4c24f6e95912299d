"""From the scores of words to a verdict on a whole TL;DR, and from that to a finding that names the words at fault."""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from broadsheet.grounding.alignment import best_run
from broadsheet.grounding.features import TEXT_FEATURES, WORD_FEATURES, Support, Unknown, support
from broadsheet.grounding.rivals import CheckedPaper, Run
from broadsheet.models import Finding
from broadsheet.text.boosted_trees import load_forest
from broadsheet.text.words import split_words

_OF_TURN = (
    *("alike", "against", "plain", "same word", "verbatim", "bridged", "deny form", "denied in abstract"),
    "turn denies",
)
_TURN_COLUMNS = [WORD_FEATURES.index(name) for name in _OF_TURN]
WHOLE_FEATURES = (
    *TEXT_FEATURES,
    *("highest", "mean", "best run", "run length", "run place", "highest turn", "highest other"),
    *(f"turned: {name}" for name in _OF_TURN),
    *("highest denial", "beside run"),
)
"""What is seen of a whole TL;DR, with what the scores of its words come to."""
_ABSENT = -9.0
"""Stands for the score of words that are not there: below any that a forest gives."""
_RUN_LEVEL = 1.0
"""Added to a word's score before runs are summed, so that a run goes on over words that could stand anywhere."""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How false a TL;DR looks: above 0 it is called false; and which of its words are why."""

    score: float
    words: tuple[float, ...]
    seen: Support


def classify_tldr(run: Run, own: CheckedPaper, tldr: str, unknown: Unknown | None = None) -> Verdict:
    """The learned verdict on a TL;DR of a paper of the run; `unknown` is what was found of it before, if it was."""

    seen = support(run, own, tldr, unknown)
    if not len(seen.rows):
        return Verdict(0.0, (), seen)
    words = load_forest("ground_words").score(seen.rows)
    score = float(load_forest("ground").score(np.array([sum_up(seen, words)]))[0])
    return Verdict(score, tuple(words.tolist()), seen)


def sum_up(seen: Support, words: np.ndarray) -> np.ndarray:
    """The row of `WHOLE_FEATURES` of a TL;DR whose words have these scores (log odds, above 0 for a foreign one)."""
    scores = words.tolist()
    start, end, best = best_run([score + _RUN_LEVEL for score in scores])
    turning = {turn.at: turn.kind for turn in seen.turns}
    turned = [score for at, score in enumerate(scores) if at in turning]
    denying = [scores[at] for at, kind in turning.items() if kind == "denies"]
    others = [score for at, score in enumerate(scores) if at not in turning]
    # The turned word that looks most foreign, and the scores of all words but it and its neighbours.
    top = max(turning, key=scores.__getitem__, default=-1)
    rest = [*scores[: max(0, top - 1)], *scores[top + 2 :]] if turning else scores
    return np.array(
        [
            *seen.whole.tolist(),
            max(scores),
            words.mean(),
            best,
            float(end - start),
            start / len(scores),
            max(turned, default=_ABSENT),
            max(others, default=_ABSENT),
            *(seen.rows[top, _TURN_COLUMNS].tolist() if turning else [-2.0] * len(_OF_TURN)),
            max(denying, default=_ABSENT),
            max(rest, default=_ABSENT),
        ]
    )


_MOST_OF_IT = 0.7
"""From this share of its words on a TL;DR is told to be about something else."""


def explain(tldr: str, verdict: Verdict) -> Finding:
    """What a TL;DR says that its abstract does not, in a sentence for whoever writes it anew."""

    words = verdict.words
    if not words:
        return Finding(kind="empty", span=tldr[:60], detail="it is no summary")
    turns = {turn.at for turn in verdict.seen.turns}
    top = max(range(len(words)), key=words.__getitem__)
    # Where no word is above 1 the scores are lifted, so that a run is found about the highest of them.
    start, end, _ = best_run([word - min(0.0, words[top] - 1.0) for word in words])
    if end - start >= _MOST_OF_IT * len(words):
        return Finding(kind="unsupported", detail="most of it says something else than the abstract")
    near = [at for at in (top - 1, top, top + 1) if at in turns]
    if near and words[top] > 0:
        at = max(near, key=lambda one: words[one])
        span = words_between(tldr, at - 1, at + 3)
        word = verdict.seen.text.spoken[at]
        return Finding(
            kind="polarity",
            span=span,
            detail=f"the abstract does not say '{span}' with '{word}': check which way it goes",
        )
    span = words_between(tldr, start, max(end, start + 1))
    return Finding(kind="unsupported", span=span, detail=f"the abstract does not say '{span}'")


def words_between(text: str, start: int, end: int) -> str:
    """The part of a text that holds its words `start` to `end`, as `split_words` counts them."""
    at = 0
    pieces = []
    for piece in re.findall(r"\S+", text):
        count = len(split_words(piece))
        if at < end and at + count > start:
            pieces.append(piece)
        at += count
    return " ".join(pieces).strip(" .,;:")
