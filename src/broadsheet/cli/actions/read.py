"""What `broadsheet read` does."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

import broadsheet
from broadsheet.cli.console import guard
from broadsheet.cli.group import show_account, sources_of
from broadsheet.cli.progress import show_progress
from broadsheet.cli.summary import listing_account
from broadsheet.reading.listing import read_inputs

if TYPE_CHECKING:
    from broadsheet.settings.loading import Settings


def do_read(inputs: tuple[str, ...], as_json: bool, config: Path | None) -> None:
    """Shows what is understood of a listing, and what is not."""

    @functools.cache
    def settings() -> Settings:
        loaded = broadsheet.load_settings(config)  # brings 70 ms of modules, which a file does not need
        guard(loaded.fetch.key_names())
        return loaded

    guard(())
    if config:
        settings()  # a mistake in it is said, whatever is read
    sources = sources_of(inputs)
    with show_progress(quiet=False) as report:
        listing = read_inputs(
            sources, fetch=lambda: settings().fetch, language=lambda: settings().language, report=report
        )
    if as_json:
        click.echo(listing.model_dump_json(indent=2).encode())
    else:
        show_account(listing_account(listing))
