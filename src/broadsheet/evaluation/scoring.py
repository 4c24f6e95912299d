"""Scores TL;DRs against people's, and the check against judged TL;DRs, with 95% intervals. Pure; seeded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from broadsheet.evaluation.labelled import Claim, Labelled
from broadsheet.evaluation.rouge import best_rouge, rouge
from broadsheet.grounding.check import Checker, check_tldr, judge_tldr
from broadsheet.models import Finding, Paper

Check = Callable[[Paper, str], Finding | None]
"""A paper and its TL;DR -> the first fault found, or `None`."""

RESAMPLES = 1000
HARD = ("number", "name", "acronym", "unit", "metric", "url", "markup")
"""The kinds of finding that mean a fact which the abstract does not have."""
ANY_LENGTH = 10_000


@dataclasses.dataclass(frozen=True)
class MeanInterval:
    """A mean and its 95% bootstrap percentile interval over papers (or weeks)."""

    mean: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Score:
    """One writer on the labelled papers: figures by name (see `docs/evaluation.md`), and milliseconds a paper."""

    writer: str
    figures: Mapping[str, MeanInterval]
    milliseconds: float | None = None


@dataclasses.dataclass(frozen=True)
class CheckScores:
    """The check on judged TL;DRs, in per cent: false alarms and detection rates by kind, and balanced accuracy."""

    false_alarms: Mapping[str, MeanInterval]
    balanced_accuracy: Mapping[str, MeanInterval]
    """By the kind of the true TL;DRs; the false ones are always all of them."""
    caught: Mapping[str, MeanInterval]
    milliseconds: float


def plain_check(paper: Paper, tldr: str) -> Finding | None:
    """The check of a paper by itself, whatever the length."""
    return check_tldr(paper, tldr, max_words=ANY_LENGTH)


def check_of(papers: Iterable[Paper]) -> Check:
    """What the check of a run of these papers finds unsupported; the form of a TL;DR is not looked at."""
    checker = Checker(list({paper.key: paper for paper in papers}.values()))
    return lambda paper, tldr: next(iter(judge_tldr(checker, paper, tldr)[1]), None)


def score_tldrs(  # noqa: PLR0913 - what is scored, by which check, and how it is reported
    writer: str,
    rows: Sequence[Labelled],
    tldrs: Sequence[str],
    *,
    check: Check = plain_check,
    seed: int = 0,
    milliseconds: float | None = None,
) -> Score:
    """ROUGE in per cent against the best reference and the author's, words, and the shares of TL;DRs with findings."""
    best = [best_rouge(row.references, tldr) for row, tldr in zip(rows, tldrs, strict=True)]
    author = [rouge(row.references[0], tldr) for row, tldr in zip(rows, tldrs, strict=True)]
    findings = [check(row.paper, tldr) for row, tldr in zip(rows, tldrs, strict=True)]
    columns = {
        "R1": [100 * one.r1 for one in best],
        "R2": [100 * one.r2 for one in best],
        "RL": [100 * one.rl for one in best],
        "author R1": [100 * one.r1 for one in author],
        "author R2": [100 * one.r2 for one in author],
        "author RL": [100 * one.rl for one in author],
        "words": [float(len(tldr.split())) for tldr in tldrs],
        "unsupported": [100.0 * (found is not None and found.kind in HARD) for found in findings],
        "flagged": [100.0 * (found is not None) for found in findings],
    }
    return Score(writer, {name: figure(values, seed=seed) for name, values in columns.items()}, milliseconds)


def false_alarms(rows: Sequence[Labelled], *, check: Check = plain_check, seed: int = 0) -> MeanInterval:
    """The share of the authors' own TL;DRs, in per cent, that the check would refuse."""
    return figure([100.0 * (check(row.paper, row.references[0]) is not None) for row in rows], seed=seed)


def score_check(claims: Sequence[Claim], flagged: Sequence[bool], *, milliseconds: float, seed: int = 0) -> CheckScores:
    """How well a check separates true TL;DRs from false ones, in per cent; `flagged` has one entry a claim."""
    right = _flags_by_kind(claims, flagged, true=True)
    wrong = _flags_by_kind(claims, flagged, true=False)["all"]
    return CheckScores(
        false_alarms={kind: figure(values, seed=seed) for kind, values in right.items()},
        balanced_accuracy={kind: _balanced(values, wrong, seed=seed) for kind, values in right.items()},
        caught={
            kind: figure(values, seed=seed) for kind, values in _flags_by_kind(claims, flagged, true=False).items()
        },
        milliseconds=milliseconds,
    )


def _flags_by_kind(claims: Sequence[Claim], flagged: Sequence[bool], *, true: bool) -> dict[str, list[float]]:
    """The flags of the true or the false TL;DRs as 100 or 0, by kind in alphabetical order, and under `all`."""
    kinds: dict[str, list[float]] = {}
    for claim, flag in zip(claims, flagged, strict=True):
        if claim.true == true:
            kinds.setdefault(claim.kind, []).append(100.0 * flag)
    return {**dict(sorted(kinds.items())), "all": [value for values in kinds.values() for value in values]}


def figure(values: Sequence[float], *, seed: int) -> MeanInterval:
    """The mean of values and its 95% interval; zeros for no values."""

    if not values:
        return MeanInterval(0.0, 0.0, 0.0)
    # The percentile bootstrap (Efron and Tibshirani 1993): the middle 95% of the means of resamples.
    low, high = np.percentile(_resampled(values, seed), (2.5, 97.5))
    return MeanInterval(float(np.mean(values)), float(low), float(high))


def _balanced(right: Sequence[float], wrong: Sequence[float], *, seed: int) -> MeanInterval:
    """Balanced accuracy in per cent with its 95% interval: the mean of specificity and sensitivity."""

    if not right or not wrong:
        return MeanInterval(0.0, 0.0, 0.0)
    # Specificity is 100 minus the flags of true TL;DRs, sensitivity the flags of false ones. The two groups are
    # resampled independently, so each has a seed of its own.
    means = (100 - _resampled(right, seed) + _resampled(wrong, seed + 1)) / 2
    low, high = np.percentile(means, (2.5, 97.5))
    return MeanInterval(float((100 - np.mean(right) + np.mean(wrong)) / 2), float(low), float(high))


def _resampled(values: Sequence[float], seed: int) -> Any:
    """The means of resamples with replacement, shape (RESAMPLES,)."""

    array = np.asarray(values)
    return array[np.random.default_rng(seed).integers(0, len(array), (RESAMPLES, len(array)))].mean(axis=1)
