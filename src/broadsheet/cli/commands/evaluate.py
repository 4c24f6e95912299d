"""`broadsheet eval`: how good a backend's TL;DRs, the check of them, and the themes are on labelled data."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option, limit_option, spending_flags, writer_flags

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
@deferred
def tldr() -> None:
    """Scores a backend's TL;DRs beside those that people wrote, and beside simple baselines.

    DATA has a JSON object on each line: `title`; `abstract`, or its sentences as `source`; `tldr`, or several as
    `target`, the author's first.

    \b
    broadsheet eval tldr examples/labelled.jsonl
    broadsheet eval tldr labelled.jsonl --backend openai --limit 100 --max-cost 0.10 --json openai.json
    """


@eval_command.command()
@data_argument
@click.option(
    "--papers", type=click.Path(path_type=Path), metavar="FILE", help="The papers that DATA names by `paper_id`."
)
@seed_option
@json_option
@verbose_option
@deferred
def grounding() -> None:
    """Scores the check of TL;DRs: what it catches by kind, and what it refuses without cause.

    DATA has a JSON object on each line: `tldr`, `label` (1 where it is true of its paper, else 0), `kind`, and an
    `abstract`, or a `paper_id` of a paper in --papers.

    \b
    broadsheet eval grounding judged.jsonl
    broadsheet eval grounding judged.jsonl --papers labelled.jsonl --json check.json
    """


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
@deferred
def themes() -> None:
    """Scores the themes beside those of people, over weeks drawn by the seed, and beside simple ways of grouping.

    DATA has a JSON object on each line: `title`, `abstract`, and the paper's group as `track`, `theme` or `group`.

    \b
    broadsheet eval themes sorted.jsonl
    broadsheet eval themes sorted.jsonl --backend ollama --weeks 3 --json themes.json
    """
