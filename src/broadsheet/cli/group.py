"""What several commands share: flags, where input comes from, how a result is shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from broadsheet.cli.console import fit_to_terminal, open_log
from broadsheet.cli.lazy_commands import VERBOSE
from broadsheet.errors import UsageError


def _set_verbose(ctx: click.Context, _: click.Parameter, verbose: bool) -> None:
    ctx.meta[VERBOSE] = verbose
    ctx.call_on_close(open_log(verbose=verbose))


verbose_option = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_set_verbose,
    help="Log every step to stderr, and show tracebacks.",
)


def sources_of(inputs: tuple[str, ...]) -> list[str]:
    """The inputs named, or standard input where something is piped in; raises `UsageError` where nothing is."""
    if inputs:
        return list(inputs)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "name a file or pipe a listing in: `broadsheet digest listing.txt`, `pbpaste | broadsheet digest`."
        )
    return ["-"]


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that somebody gave."""
    return {name: value for name, value in values.items() if value is not None and value != {}}


def show(lines: Iterable[str]) -> None:
    """Prints a result to standard output."""
    click.echo("\n".join(lines))


def show_account(lines: Iterable[str]) -> None:
    """Prints what a person reads and nothing copies to standard output, no wider than the terminal."""
    show(fit_to_terminal(line, sys.stdout) for line in lines)
