"""`broadsheet read`: what is understood of a listing."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.console import guard
from broadsheet.cli.group import show_account, sources_of, verbose_option
from broadsheet.cli.options import config_option
from broadsheet.cli.progress import show_progress
from broadsheet.cli.summary import listing_account
from broadsheet.reading.listing import read_inputs

if TYPE_CHECKING:
    from broadsheet.settings.loading import Settings


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole reading as one JSON document.")
@config_option
@verbose_option
def read_command(inputs: tuple[str, ...], as_json: bool, config: Path | None) -> None:
    """Shows what is understood of a listing, and what is not.

    INPUT is a file, a folder, a pattern, a live source, an address, an identifier (arXiv id, DOI, PMID, PMCID), or -
    for standard input; without one, what is piped in is read. A file may list identifiers.

    \b
    broadsheet read listing.txt
    broadsheet read arxiv:cs.CL
    broadsheet read "biorxiv:neuroscience?days=3"
    broadsheet read 2401.01234 https://doi.org/10.5555/xyz
    broadsheet read listing.txt --json | jq '.papers[].title'
    """

    @functools.cache
    def settings() -> Settings:
        from broadsheet.settings.loading import load_settings  # 70 ms that a file does not need

        loaded = load_settings(config)
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
