"""What `broadsheet mcp` does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from broadsheet.cli.console import guard, say
from broadsheet.settings.extras import import_extra
from broadsheet.store.desk import DESK


def do_mcp(http: bool, port: int, state: Path | None, config: Path | None) -> None:
    """Lets other programs' models read listings, digest them, search your shelf and star papers (MCP)."""
    server = import_extra("mcp", "broadsheet.web.desk.mcp_server")
    guard(())
    server.run_mcp(
        state or DESK,
        config=config,
        clock=lambda: dt.datetime.now(dt.UTC),
        port=port if http else None,
        opened=lambda url, key: say(f"{url} is open, for a program that sends the token of {key}"),
    )
