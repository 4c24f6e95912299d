"""`broadsheet plan`: what a digest would take, before anything is spent."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import (
    config_option,
    exclusion_flags,
    interests_option,
    language_option,
    replacements_option,
    themes_option,
    top_option,
    writer_flags,
)


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@replacements_option
@themes_option
@interests_option
@top_option
@exclusion_flags
@language_option
@writer_flags
@config_option
@verbose_option
@deferred
def plan_command() -> None:
    """Says what a digest would take: papers, calls, tokens, money, time.

    Nothing is asked and nothing is spent. What was answered in an earlier run is not counted again; answers that
    will have to be asked for again are not foreseen. INPUT is a file, a live source, an address, or -
    for standard input.

    \b
    broadsheet plan listing.txt --backend openai
    broadsheet plan listing.txt --backend ollama --model qwen3:8b
    """
