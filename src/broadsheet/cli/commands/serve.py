"""`broadsheet serve`: the door, where people subscribe and leave."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from broadsheet.cli.commands.invitations import sender_for
from broadsheet.cli.edition_paths import beside, state_path
from broadsheet.cli.group import given, show, verbose_option
from broadsheet.cli.options import config_option
from broadsheet.errors import UsageError
from broadsheet.settings.loading import find_config, load_settings


@click.command()
@click.option("--host", metavar="HOST", help="The host to listen on (default: door.host, 127.0.0.1).")
@click.option("--port", metavar="N", help="The port, 0 for any that is free (default: door.port, 8321).")
@config_option
@verbose_option
def serve_command(config: Path | None, host: str | None, port: str | None) -> None:
    """Serves the archive, and the pages to subscribe, confirm, choose and leave.

    It listens to this machine only, for a proxy in front of it to pass on; see docs/subscribers.md.

    \b
    broadsheet serve --config weekly.yaml
    """

    try:
        from broadsheet.web.server import Files  # starlette and uvicorn are an extra
        from broadsheet.web.server import run_server as open_door
    except ImportError as error:
        raise UsageError("`broadsheet serve` needs more: pip install 'broadsheet[web]'.") from error
    settings = load_settings(config, {"door": given({"host": host, "port": port})})
    archive = settings.edition.archive
    open_door(
        settings,
        Files(state_path(settings, config), beside(archive, find_config(config)) if archive else None),
        send=sender_for(settings, config),
        clock=lambda: dt.datetime.now(dt.UTC),
        opened=lambda address: show([f"the door is open at {address}; Ctrl-C closes it"]),
    )
