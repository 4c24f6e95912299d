"""`broadsheet plan`: what a digest would take, before anything is spent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.console import guard
from broadsheet.cli.estimate_summary import plan_account
from broadsheet.cli.group import given, show, sources_of, verbose_option
from broadsheet.cli.options import (
    config_option,
    exclusion_flags,
    exclusion_tree,
    interests_option,
    language_option,
    llm_tree,
    replacements_option,
    themes_option,
    top_option,
    writer_flags,
)
from broadsheet.cli.progress import show_progress
from broadsheet.digests.estimate import estimate_digest, foresee_selection
from broadsheet.digests.selection import check_interests
from broadsheet.errors import UsageError
from broadsheet.reading.listing import read_inputs
from broadsheet.settings.loading import load_settings


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
def plan_command(inputs: tuple[str, ...], config: Path | None, **flags: Any) -> None:
    """Says what a digest would take: papers, calls, tokens, money, time.

    Nothing is asked and nothing is spent. What was answered in an earlier run is not counted again; answers that
    will have to be asked for again are not foreseen. INPUT is a file, a live source, an address, or -
    for standard input.

    \b
    broadsheet plan listing.txt --backend openai
    broadsheet plan listing.txt --backend ollama --model qwen3:8b
    """

    reading = given({"replacements": flags["replacements"]})
    wanted = {name: flags[name] for name in ("themes", "language", "top")}
    interests = list(flags["interests"]) or None
    tree = given(
        {"llm": llm_tree(flags), "reading": reading, "interests": interests, **wanted, **exclusion_tree(flags)}
    )
    settings = load_settings(config, tree)
    guard(settings.fetch.key_names())
    if settings.backend is None:
        raise UsageError(
            "the built-in engine asks nobody and costs nothing: name a backend to plan for with --backend NAME."
        )
    check_interests(settings)
    with show_progress(quiet=False) as report:
        listing = read_inputs(sources_of(inputs), fetch=settings.fetch, language=settings.language, report=report)
    selection = foresee_selection(listing, settings)
    made = asyncio.run(estimate_digest(selection.corpus, settings))
    if made is not None:
        left_out = selection.left_out
        show(plan_account(made, left_out, backend=settings.llm.backend, model=settings.model_shown or ""))
