"""`broadsheet read`: what is understood of a listing."""

from __future__ import annotations

import click

from broadsheet.commands.group import show, sources_of, verbose_option


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole reading as one JSON document.")
@verbose_option
def read(inputs: tuple[str, ...], as_json: bool) -> None:
    """Shows what is understood of a listing, and what is not.

    INPUT is a file, or - for standard input; without one, what is piped in is read.

    \b
    broadsheet read listing.txt
    broadsheet read listing.txt --json | jq '.papers[].title'
    """
    from broadsheet.account import listing_account
    from broadsheet.reading.listing import read_inputs

    listing = read_inputs(sources_of(inputs))
    if as_json:
        click.echo(listing.model_dump_json(indent=2).encode())
    else:
        show(listing_account(listing))
