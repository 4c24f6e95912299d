"""What `broadsheet serve` does."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from broadsheet.cli.group import given, show
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.editions.paths import EditionPaths
from broadsheet.settings.extras import import_extra
from broadsheet.settings.loading import load_settings
from broadsheet.web.invitations import sender_for


def do_serve(config: Path | None, host: str | None, port: str | None) -> None:
    """Serves the archive, and the pages to subscribe, confirm, choose and leave."""
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
