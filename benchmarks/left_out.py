"""What the check would flag had it never seen a kind of error: trains without it and judges, with the hard rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from broadsheet.grounding.check import CERTAIN, Checker, judge_tldr
from broadsheet.grounding.classifier import sum_up
from broadsheet.grounding.features import support
from broadsheet.models import Paper
from train_ground import BUDGET, Fold, choose_threshold, fit_whole, fit_words, load_or_collect, word_scores


def flag_without(
    family: str, train: Path, keep: Path | None, checker: Checker, asked: Sequence[tuple[Paper, dict[str, Any]]]
) -> list[bool]:
    """For each TL;DR whether it would be flagged; one seed, the threshold chosen as for the shipped weights."""
    data = load_or_collect(train, keep)
    fold = Fold(data, without=family, count=2)
    threshold = choose_threshold(data, fold.scores, BUDGET)
    everything = np.flatnonzero(fold.kept)
    words, whole = fit_words(data, everything, 0), fit_whole(data, fold.features, everything, 0)
    seen = [support(checker.run, checker.read(paper), row["tldr"]) for paper, row in asked]
    rows = np.array([sum_up(one, scores) for one, scores in zip(seen, word_scores([words], seen), strict=True)])
    learned = whole.predict(rows, raw_score=True) > threshold
    hard = [judge_tldr(checker, paper, row["tldr"])[0] >= CERTAIN for paper, row in asked]
    return [bool(one or other) for one, other in zip(learned, hard, strict=True)]
