"""`broadsheet mcp`: the desk for the models of other programs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from broadsheet.cli.console import guard, say
from broadsheet.cli.group import verbose_option
from broadsheet.cli.options import config_option
from broadsheet.settings.extras import import_extra
from broadsheet.store.desk import DESK


@click.command()
@click.option("--http", is_flag=True, help="Serve streamable HTTP on this machine, in place of standard input.")
@click.option("--port", metavar="N", type=int, default=8323, show_default=True, help="With --http, the port.")
@click.option("--state", type=click.Path(path_type=Path), metavar="FILE", help="The desk's file.")
@config_option
@verbose_option
def mcp_command(http: bool, port: int, state: Path | None, config: Path | None) -> None:
    """Lets other programs' models read listings, digest them, search your shelf and star papers (MCP).

    A program starts it and speaks to it by standard input and output; see docs/desk.md.

    \b
    broadsheet mcp
    broadsheet mcp --http --port 8323
    """

    server = import_extra("mcp", "broadsheet.web.desk.mcp_server")
    guard(())
    server.run_mcp(
        state or DESK,
        config=config,
        clock=lambda: dt.datetime.now(dt.UTC),
        port=port if http else None,
        opened=lambda url, key: say(f"{url} is open, for a program that sends the token of {key}"),
    )
