"""`broadsheet read`: what is understood of a listing."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.console import guard
from broadsheet.cli.group import show, sources_of, verbose_option
from broadsheet.cli.options import config_option
from broadsheet.cli.summary import listing_account
from broadsheet.reading.listing import read_inputs
from broadsheet.settings.loading import Fetch, load_settings


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

    def fetch_settings() -> Fetch:
        fetch = load_settings(config).fetch
        guard(fetch.key_names())
        return fetch

    def language() -> str:
        return load_settings(config).language

    guard(())
    fetch = fetch_settings() if config else None
    listing = read_inputs(sources_of(inputs), fetch=fetch or fetch_settings, language=language)
    if as_json:
        click.echo(listing.model_dump_json(indent=2).encode())
    else:
        show(listing_account(listing))
