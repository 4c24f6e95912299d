"""What the commands of a standing edition share: where its state and its archive are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click

from broadsheet.settings.loading import Settings, find_config, load_settings
from broadsheet.store.state import open_state


def state_path(settings: Settings, config: Path | None) -> Path:
    """The one file kept between runs: the configured one, or a `.sqlite` beside the configuration, called like it."""

    own = find_config(config)
    if settings.edition.state is None:
        return own.with_suffix(".sqlite") if own else Path("broadsheet.sqlite")
    return beside(settings.edition.state, own)


def beside(path: Path, config: Path | None) -> Path:
    """A path of the configuration: one that is relative starts at the configuration's folder."""
    return (config.parent / path) if config else path


def open_standing(config: Path | None) -> tuple[Settings, Path, sqlite3.Connection]:
    """The settings, where the state is, and the state, open until the command ends."""

    settings = load_settings(config)
    path = state_path(settings, config)
    db = open_state(path)
    click.get_current_context().call_on_close(db.close)
    return settings, path, db


def places_with_mail(settings: Settings, config: Path | None) -> list[Path]:
    """The folders that may hold mail to or from subscribers."""

    own = find_config(config)
    named = (settings.mail.transport.folder or Path("outbox"), settings.bounces.folder)
    return [beside(folder, own) for folder in named if folder is not None]
