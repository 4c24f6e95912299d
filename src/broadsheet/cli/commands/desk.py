"""`broadsheet desk`: a page on this machine to paste listings into."""

from __future__ import annotations

import datetime as dt
import webbrowser
from pathlib import Path

import click

from broadsheet.cli.group import show, verbose_option
from broadsheet.cli.options import config_option
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.settings.extras import import_extra
from broadsheet.settings.loading import load_settings
from broadsheet.store.desk import DESK

PORT = 8322


@click.command()
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="The host to listen on.")
@click.option("--port", metavar="N", type=int, default=PORT, show_default=True, help="The port, 0 for any free one.")
@click.option("--no-open", is_flag=True, help="Open no browser: only print the address.")
@click.option("--state", type=click.Path(path_type=Path), metavar="FILE", help="Where runs and stars are kept.")
@config_option
@verbose_option
def desk_command(host: str, port: int, no_open: bool, state: Path | None, config: Path | None) -> None:
    """Opens a page on this machine: paste a listing, watch it become a digest, keep and search what you made.

    \b
    broadsheet desk
    broadsheet desk --port 0 --no-open --state ~/papers/desk.sqlite
    """

    server = import_extra("web", "broadsheet.web.desk.server")
    settings = load_settings(config)
    guard_secrets(settings)

    def opened(address: str, token: str) -> None:
        show([f"the desk is open at {address}; Ctrl-C closes it"])
        if not no_open:
            webbrowser.open(address)

    server.run_desk(
        settings,
        config=config,
        host=host,
        port=port,
        state=state or DESK,
        clock=lambda: dt.datetime.now(dt.UTC),
        opened=opened,
    )
