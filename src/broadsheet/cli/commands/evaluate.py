"""`broadsheet eval`: how good a backend's TL;DRs, the check of them, and the themes are on labelled data."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.console import guard
from broadsheet.cli.group import given, show, verbose_option
from broadsheet.cli.options import config_option, limit_option, llm_tree, spending_flags, writer_flags
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

data_argument = click.argument("data", type=click.Path(path_type=Path), metavar="DATA")
json_option = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write all figures to this file."
)
seed_option = click.option("--seed", type=int, default=0, metavar="S", help="Draws samples and intervals (default: 0).")


@click.group("eval")
def eval_command() -> None:
    """Scores TL;DRs, the check of them, or the themes, on data that people have labelled.

    \b
    broadsheet eval tldr examples/labelled.jsonl
    broadsheet eval tldr labelled.jsonl --backend ollama --model qwen3:8b --limit 50
    broadsheet eval grounding judged.jsonl --papers labelled.jsonl
    broadsheet eval themes sorted.jsonl
    """


@eval_command.command()
@data_argument
@limit_option
@seed_option
@json_option
@writer_flags
@spending_flags
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress.")
@verbose_option
def tldr(
    data: Path,
    *,
    limit: int | None,
    seed: int,
    json_file: Path | None,
    config: Path | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Scores a backend's TL;DRs beside those that people wrote, and beside simple baselines.

    DATA has a JSON object on each line: `title`; `abstract`, or its sentences as `source`; `tldr`, or several as
    `target`, the author's first.

    \b
    broadsheet eval tldr examples/labelled.jsonl
    broadsheet eval tldr labelled.jsonl --backend openai --limit 100 --max-cost 0.10 --json openai.json
    """

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


@eval_command.command()
@data_argument
@click.option(
    "--papers", type=click.Path(path_type=Path), metavar="FILE", help="The papers that DATA names by `paper_id`."
)
@seed_option
@json_option
@verbose_option
def grounding(data: Path, papers: Path | None, seed: int, json_file: Path | None) -> None:
    """Scores the check of TL;DRs: what it catches by kind, and what it refuses without cause.

    DATA has a JSON object on each line: `tldr`, `label` (1 where it is true of its paper, else 0), `kind`, and an
    `abstract`, or a `paper_id` of a paper in --papers.

    \b
    broadsheet eval grounding judged.jsonl
    broadsheet eval grounding judged.jsonl --papers labelled.jsonl --json check.json
    """

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


@eval_command.command()
@data_argument
@click.option("--weeks", type=click.IntRange(min=1), default=30, metavar="N", help="Simulated weeks (default: 30).")
@click.option("--size", type=click.IntRange(min=4), default=60, metavar="N", help="Papers a week (default: 60).")
@seed_option
@json_option
@writer_flags
@spending_flags
@config_option
@verbose_option
def themes(
    data: Path, *, weeks: int, size: int, seed: int, json_file: Path | None, config: Path | None, **flags: Any
) -> None:
    """Scores the themes beside those of people, over weeks drawn by the seed, and beside simple ways of grouping.

    DATA has a JSON object on each line: `title`, `abstract`, and the paper's group as `track`, `theme` or `group`.

    \b
    broadsheet eval themes sorted.jsonl
    broadsheet eval themes sorted.jsonl --backend ollama --weeks 3 --json themes.json
    """

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
