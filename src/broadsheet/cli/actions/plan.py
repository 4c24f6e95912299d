"""What `broadsheet plan` does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from broadsheet.cli.console import guard
from broadsheet.cli.estimate_summary import plan_account
from broadsheet.cli.group import given, show, sources_of
from broadsheet.cli.options import exclusion_tree, llm_tree
from broadsheet.cli.progress import show_progress
from broadsheet.digests.estimate import estimate_digest
from broadsheet.digests.selection import check_interests, foresee_selection
from broadsheet.errors import UsageError
from broadsheet.reading.listing import read_inputs
from broadsheet.settings.loading import load_settings


def do_plan(inputs: tuple[str, ...], config: Path | None, **flags: Any) -> None:
    """Says what a digest would take: papers, calls, tokens, money, time."""
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
