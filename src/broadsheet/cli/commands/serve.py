"""`broadsheet serve`: the door, where people subscribe and leave."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option


@click.command()
@click.option("--host", metavar="HOST", help="The host to listen on (default: door.host, 127.0.0.1).")
@click.option("--port", metavar="N", help="The port, 0 for any that is free (default: door.port, 8321).")
@config_option
@verbose_option
@deferred
def serve_command() -> None:
    """Serves the archive, and the pages to subscribe, confirm, choose and leave.

    It listens to this machine only, for a proxy in front of it to pass on; see docs/subscribers.md.

    \b
    broadsheet serve --config weekly.yaml
    """
