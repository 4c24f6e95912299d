"""`broadsheet serve`: the door, where people subscribe and leave."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import click

from broadsheet.cli.group import given, show, verbose_option
from broadsheet.cli.options import config_option
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.editions.paths import EditionPaths
from broadsheet.settings.extras import import_extra
from broadsheet.settings.loading import load_settings
from broadsheet.web.invitations import sender_for


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

    server = import_extra("web", "broadsheet.web.server")
    settings = load_settings(config, {"door": given({"host": host, "port": port})})
    guard_secrets(settings)
    paths = EditionPaths.of(settings, config)
    server.run_server(
        settings,
        server.Files(paths.state, paths.archive),
        send=sender_for(settings, sleep=time.sleep),
        clock=lambda: dt.datetime.now(dt.UTC),
        opened=lambda address: show([f"the door is open at {address}; Ctrl-C closes it"]),
    )
