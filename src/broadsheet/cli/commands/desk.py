"""`broadsheet desk`: a page on this machine to paste listings into."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option

PORT = 8322


@click.command()
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="The host to listen on.")
@click.option("--url", metavar="URL", help="The address that a proxy passes on to it; it asks for a password then.")
@click.option("--port", metavar="N", type=int, default=PORT, show_default=True, help="The port, 0 for any free one.")
@click.option("--no-open", is_flag=True, help="Open no browser: only print the address.")
@click.option("--state", type=click.Path(path_type=Path), metavar="FILE", help="Where runs and stars are kept.")
@config_option
@verbose_option
@deferred
def desk_command() -> None:
    """Opens a page on this machine: paste a listing, watch it become a digest, keep and search what you made.

    \b
    broadsheet desk
    broadsheet desk --port 0 --no-open --state ~/papers/desk.sqlite
    broadsheet desk --no-open --url https://desk.example.org     behind a proxy, with a password
    """
