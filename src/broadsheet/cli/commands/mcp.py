"""`broadsheet mcp`: the desk for the models of other programs."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option


@click.command()
@click.option("--http", is_flag=True, help="Serve streamable HTTP on this machine, in place of standard input.")
@click.option("--port", metavar="N", type=int, default=8323, show_default=True, help="With --http, the port.")
@click.option("--state", type=click.Path(path_type=Path), metavar="FILE", help="The desk's file.")
@config_option
@verbose_option
@deferred
def mcp_command() -> None:
    """Lets other programs' models read listings, digest them, search your shelf and star papers (MCP).

    A program starts it and speaks to it by standard input and output; see docs/desk.md.

    \b
    broadsheet mcp
    broadsheet mcp --http --port 8323
    """
