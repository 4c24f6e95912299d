"""What `broadsheet compare` does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from broadsheet import api
from broadsheet.cli.comparison_summary import comparison_account, comparison_plan, together
from broadsheet.cli.console import say
from broadsheet.cli.group import given, show, sources_of
from broadsheet.cli.lazy_commands import AT_STAKE, INTERRUPTED
from broadsheet.cli.options import llm_tree
from broadsheet.cli.progress import show_progress
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.digests.comparison import check_comparison, estimate_comparison
from broadsheet.errors import UsageError
from broadsheet.reading.listing import read_inputs
from broadsheet.rendering.comparison import COMPARISON_FILES, ComparisonForm, render_comparison
from broadsheet.rendering.write_files import write_files
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.settings.model import BUILTIN
from broadsheet.tldr.summarise import nothing_written

BUILT_IN = "built-in"
"""How people spell the engine that the configuration calls `builtin`."""
TERMINAL = "terminal"
FORMS: Mapping[str, ComparisonForm] = {"html": "html", "md": "md", "json": "json", TERMINAL: "txt"}


def do_compare(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    backends: tuple[str, ...],
    out: Path,
    formats: tuple[str, ...],
    limit: int | None,
    seed: int,
    blind: bool,
    dry_run: bool,
    config: Path | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Puts the TL;DRs of two writers or more side by side on one page, with what each of them took."""
    ctx.meta[AT_STAKE] = "no comparison was written; the answers that came are kept"
    sources, forms = sources_of(inputs), _forms(formats)
    writers = _writers(backends, config, flags)
    first = next(iter(writers.values()))
    guard_secrets(first)
    check_comparison(writers, out, forms=[FORMS[form] for form in forms])
    with show_progress(quiet=quiet) as report:
        listing = read_inputs(sources, fetch=first.fetch, language=first.language, report=report)
    if dry_run or not quiet:
        plans = asyncio.run(estimate_comparison(listing, writers, limit=limit, seed=seed))
        if dry_run:
            show(comparison_plan(plans, first.llm))
            return
        if any(plans.values()):
            say(f"broadsheet: {together(plans)}.")
    interrupt = asyncio.Event()
    with show_progress(quiet=quiet) as report:
        made = api.compare(listing, writers, limit=limit, seed=seed, blind=blind, report=report, interrupt=interrupt)
    pages = {form: render_comparison(made, FORMS[form], resources=first.resources) for form in forms}
    files = write_files({COMPARISON_FILES[FORMS[form]]: page for form, page in pages.items() if form != TERMINAL}, out)
    if TERMINAL in pages:
        show([pages[TERMINAL]])
    if not quiet:
        show(comparison_account(made, files))
    if interrupt.is_set():
        say("broadsheet: interrupted; the page holds what was answered until then. Run it again for the rest.")
        ctx.exit(INTERRUPTED)
    ctx.meta[AT_STAKE] = f"the comparison is in {out}" if files else "the comparison is above"
    for run in made.writers:
        if run.engine.backend != BUILTIN and (failed := nothing_written(run.summaries)) is not None:
            raise failed


def _writers(backends: tuple[str, ...], config: Path | None, flags: Mapping[str, Any]) -> dict[str, Settings]:
    """The settings of each writer by its name, as `digest` would have them; raises `UsageError` for fewer than two."""
    writers: dict[str, Settings] = {}
    for wanted in backends:
        backend, _, model = wanted.partition("=")
        backend = BUILTIN if backend == BUILT_IN else backend
        llm = {**llm_tree(flags), "backend": backend, **given({"model": model or None})}
        tree = {"llm": llm, "language": flags["language"], "reading": given({"replacements": flags["replacements"]})}
        settings = load_settings(config, given(tree))
        name = f"{settings.model_shown or 'no model'} ({backend})" if settings.backend else "built-in engine"
        if name in writers:
            raise UsageError(f"--backend {wanted} is named twice: leave one out, or give it another model.")
        writers[name] = settings
    if len(writers) < 2:
        raise UsageError(
            "name two writers or more, such as --backend built-in --backend ollama=qwen3:8b; "
            "`broadsheet doctor` says which backends there are."
        )
    return writers


def _forms(formats: tuple[str, ...]) -> list[str]:
    """The forms that are wanted, each once; raises `UsageError` for one that there is not."""
    forms = list(dict.fromkeys(form.strip() for some in formats for form in some.split(","))) or ["html"]
    for form in forms:
        if form not in FORMS:
            raise UsageError(f"--format cannot be {form[:40]!r}: choose from {', '.join(FORMS)}.")
    return forms
