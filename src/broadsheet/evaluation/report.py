"""Formats evaluation results: Markdown tables for people, JSON for programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from broadsheet.evaluation.grouping import Agreement
from broadsheet.evaluation.scoring import CheckScores, MeanInterval, Score
from broadsheet.models import Usage

SHOWN = ("R1", "R2", "RL", "author R1", "words", "unsupported", "flagged")
"""The columns of the table; the JSON has all figures."""


def tldr_table(scores: Sequence[Score], alarms: MeanInterval) -> list[str]:
    """One row a writer; ± is half the width of the 95% interval."""
    lines = [f"| | {' | '.join(SHOWN)} | ms |", "|---" * (len(SHOWN) + 2) + "|"]
    for score in scores:
        cells = [_cell(score.figures[name]) for name in SHOWN]
        milliseconds = "" if score.milliseconds is None else f"{score.milliseconds:.1f}"
        lines.append(f"| {score.writer} | {' | '.join(cells)} | {milliseconds} |")
    return [*lines, "", f"The check would refuse {_cell(alarms)}% of the authors' own TL;DRs."]


def grounding_table(verdict: CheckScores, *, count: int) -> list[str]:
    """One row a figure, with its 95% interval."""
    rows = [(f"false alarms: {kind}", alarms) for kind, alarms in verdict.false_alarms.items()]
    rows += [(f"balanced accuracy: {kind}", found) for kind, found in verdict.balanced_accuracy.items()]
    rows += [(f"caught: {kind}", caught) for kind, caught in verdict.caught.items()]
    lines = [f"| {name} | {found.mean:.1f} | {found.low:.1f}–{found.high:.1f} |" for name, found in rows]
    said = f"{count:,} TL;DRs, {verdict.milliseconds:.1f} ms each."
    return ["| per cent | | 95% interval |", "|---|---|---|", *lines, "", said]


def themes_table(scores: Sequence[Agreement], steady: MeanInterval) -> list[str]:
    """One row a method of grouping; ± is half the width of the 95% interval."""
    lines = ["| | ARI | AMI | themes | ms a week |", "|---|---|---|---|---|"]
    for score in scores:
        ari, ami = (f"{one.mean:.3f} ±{(one.high - one.low) / 2:.3f}" for one in (score.ari, score.ami))
        lines.append(f"| {score.way} | {ari} | {ami} | {score.themes.mean:.1f} | {score.milliseconds:.0f} |")
    half = (steady.high - steady.low) / 2
    return [*lines, "", f"Without one paper in ten the others stay together at ARI {steady.mean:.3f} ±{half:.3f}."]


def tldr_json(scores: Sequence[Score], alarms: MeanInterval, about: Mapping[str, Any], usage: Usage) -> dict[str, Any]:
    """All figures, with `about` to identify the data and the run."""
    return {
        **about,
        "scores": [dataclasses.asdict(score) for score in scores],
        "false_alarms": dataclasses.asdict(alarms),
        "usage": usage.model_dump(),
    }


def _cell(found: MeanInterval) -> str:
    return f"{found.mean:.1f} ±{(found.high - found.low) / 2:.1f}"
