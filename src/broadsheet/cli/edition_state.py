"""What the commands of a standing edition share: its state, open until the command ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click

from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.editions.paths import EditionPaths
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.store.state import open_state


def open_standing(config: Path | None) -> tuple[Settings, EditionPaths, sqlite3.Connection]:
    """The settings, where the edition's files are, and the state, open until the command ends."""
    settings = load_settings(config)
    guard_secrets(settings)
    paths = EditionPaths.of(settings, config)
    db = open_state(paths.state)
    click.get_current_context().call_on_close(db.close)
    return settings, paths, db
