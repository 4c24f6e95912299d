"""`broadsheet read`: what is understood of a listing."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole reading as one JSON document.")
@config_option
@verbose_option
@deferred
def read_command() -> None:
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
