"""What `broadsheet eval` does."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broadsheet.cli.console import guard
from broadsheet.cli.group import given, show
from broadsheet.cli.options import llm_tree
from broadsheet.cli.progress import show_progress
from broadsheet.errors import OutputError, ReadingError
from broadsheet.evaluation.baselines import BASELINES
from broadsheet.evaluation.generate import write_tldrs
from broadsheet.evaluation.grouping import draw_weeks, score_run
from broadsheet.evaluation.labelled import Labelled, read_claims, read_grouped, read_labelled, read_papers
from broadsheet.evaluation.report import grounding_table, themes_table, tldr_json, tldr_table
from broadsheet.evaluation.rouge import load_scorer
from broadsheet.evaluation.scoring import Check, Score, check_of, false_alarms, score_check, score_tldrs
from broadsheet.models import Paper, Summary, Usage
from broadsheet.reading.sampling import sample
from broadsheet.rendering.formatting import count, format_money
from broadsheet.settings.loading import Settings, load_settings


def do_tldr(
    data: Path,
    *,
    limit: int | None,
    seed: int,
    json_file: Path | None,
    config: Path | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Scores a backend's TL;DRs beside those that people wrote, and beside simple baselines."""
    load_scorer()  # before a model is asked: without it no answer can be scored
    settings = load_settings(config, given({"llm": llm_tree(flags)}))
    guard(backend.key_env for backend in settings.backends.values() if backend.key_env)
    rows = sample(read_labelled(_read(data), name=str(data)), limit=limit, seed=seed)
    with show_progress(quiet=quiet) as report:
        summaries, usage = asyncio.run(write_tldrs(rows, settings, report=report))
    name = settings.model_shown or settings.llm.backend if settings.backend else "built-in engine"
    scores = _scores(rows, summaries, usage, name, seed)
    alarms = false_alarms(rows, seed=seed)
    about = {"data": data.name, "papers": len(rows), "seed": seed, "backend": settings.llm.backend, "writer": name}
    about |= _became(summaries)
    if json_file is not None:
        _write(json_file, tldr_json(scores, alarms, about, usage))
    head = f"{data.name}: {count(len(rows), 'paper')}"
    show([head, "", *tldr_table(scores, alarms), *_taken(summaries, usage, settings)])


def do_grounding(data: Path, papers: Path | None, seed: int, json_file: Path | None) -> None:
    """Scores the check of TL;DRs: what it catches by kind, and what it refuses without cause."""
    known = read_papers(_read(papers), name=str(papers)) if papers else {}
    claims = read_claims(_read(data), name=str(data), papers=known)
    check = _check([claim.paper for claim in claims])
    started = time.perf_counter()
    flagged = [check(claim.paper, claim.tldr) is not None for claim in claims]
    milliseconds = (time.perf_counter() - started) * 1000 / len(claims)
    verdict = score_check(claims, flagged, milliseconds=milliseconds, seed=seed)
    if json_file is not None:
        _write(json_file, {"data": data.name, "tldrs": len(claims), "seed": seed, **dataclasses.asdict(verdict)})
    show([data.name, "", *grounding_table(verdict, count=len(claims))])


def do_themes(
    data: Path, *, weeks: int, size: int, seed: int, json_file: Path | None, config: Path | None, **flags: Any
) -> None:
    """Scores the themes beside those of people, over weeks drawn by the seed, and beside simple ways of grouping."""
    settings = load_settings(config, given({"llm": llm_tree(flags)}))
    guard(backend.key_env for backend in settings.backends.values() if backend.key_env)
    drawn = draw_weeks(read_grouped(_read(data), name=str(data)), weeks=weeks, size=size, seed=seed)
    scores, steady, usage = asyncio.run(score_run(drawn, settings, seed=seed))
    about = {"data": data.name, "weeks": weeks, "size": len(drawn[0]), "seed": seed, "backend": settings.llm.backend}
    if json_file is not None:
        ways = [dataclasses.asdict(score) for score in scores]
        figures = about | {"scores": ways, "steadiness": dataclasses.asdict(steady), "usage": usage.model_dump()}
        _write(json_file, figures)
    lines = [f"{data.name}: {weeks} weeks of {len(drawn[0])} papers", "", *themes_table(scores, steady)]
    show([*lines, *_cost(usage, settings)])


def _cost(usage: Usage, settings: Settings) -> list[str]:
    """What grouping by the model took; nothing to say of the built-in engine."""
    if settings.backend is None:
        return []

    money = "no price configured" if usage.money is None else format_money(usage.money)
    tokens = count(usage.prompt_tokens + usage.completion_tokens, "token")
    return [f"{count(usage.calls, 'call')}, {tokens}, {money}, {usage.seconds:.0f} s."]


def _check(papers: Sequence[Paper]) -> Check:
    """The check of a run over these papers."""

    return check_of(papers)


def _scores(rows: list[Labelled], summaries: tuple[Summary, ...], usage: Usage, name: str, seed: int) -> list[Score]:
    milliseconds = usage.seconds * 1000 / len(rows)
    tldrs = [summary.tldr for summary in summaries]
    check = check_of(row.paper for row in rows)
    first = score_tldrs(name, rows, tldrs, check=check, seed=seed, milliseconds=milliseconds)
    others = (
        score_tldrs(named, rows, [pick(row) for row in rows], check=check, seed=seed)
        for named, pick in BASELINES.items()
    )
    return [first, *others]


def _became(summaries: tuple[Summary, ...]) -> dict[str, int]:
    """What became of the papers."""
    return {
        "written": sum(summary.method == "written" for summary in summaries),
        "repaired": sum(summary.method == "written" and summary.asked > 1 for summary in summaries),
        "extracted": sum(summary.method == "extracted" for summary in summaries),
    }


def _taken(summaries: tuple[Summary, ...], usage: Usage, settings: Settings) -> list[str]:
    """What the model took; nothing to say of the built-in engine."""
    if settings.backend is None:
        return []

    became = _became(summaries)
    money = "no price configured" if usage.money is None else format_money(usage.money)
    return [
        f"{became['written']:,} written ({became['repaired']:,} repaired), {became['extracted']:,} extracted instead; "
        f"{count(usage.calls, 'call')}, {count(usage.prompt_tokens + usage.completion_tokens, 'token')}, {money}, "
        f"{usage.seconds:.0f} s."
    ]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadingError(f"{path}: cannot be read ({error.strerror}); name a file of labelled papers.") from error
    except UnicodeDecodeError as error:
        raise ReadingError(f"{path}: is not UTF-8 text; save it as UTF-8, one JSON object a line.") from error


def _write(path: Path, figures: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}): give --json another file.") from error
