"""What `broadsheet desk` does."""

from __future__ import annotations

import datetime as dt
import os
import sys
import webbrowser
from pathlib import Path

import click

from broadsheet.cli.console import guard
from broadsheet.cli.group import show
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.settings.extras import import_extra
from broadsheet.settings.loading import load_settings
from broadsheet.store.desk import DESK

OTHERS = (
    "others reach it, and sign in with its password; without TLS whoever is on the way reads that and all else:",
    "put a proxy in front that ends TLS, passes the Host header on, sends answers on as they come (/events), takes",
    "bodies of 64 MiB, and is named with --url https://…; see docs/desk.md",
)


def do_desk(host: str, url: str | None, port: int, no_open: bool, state: Path | None, config: Path | None) -> None:
    """Opens a page on this machine: paste a listing, watch it become a digest, keep and search what you made."""
    server = import_extra("web", "broadsheet.web.desk.server")
    settings = load_settings(config)
    guard_secrets(settings)
    guard(["BROADSHEET_DESK_PASSWORD"])

    def opened(address: str, reached: bool) -> None:
        show([f"the desk is open at {address}; Ctrl-C closes it"])
        if reached:
            show(OTHERS)
        elif not no_open:
            webbrowser.open(address)

    server.run_desk(
        settings,
        config=config,
        host=host,
        port=port,
        url=url,
        state=state or DESK,
        clock=lambda: dt.datetime.now(dt.UTC),
        password=os.environ.get("BROADSHEET_DESK_PASSWORD") or None,
        ask=_ask if sys.stdin is not None and sys.stdin.isatty() else None,
        opened=opened,
    )


def _ask() -> str:
    password: str = click.prompt("A password for the desk", hide_input=True, confirmation_prompt=True)
    return password
