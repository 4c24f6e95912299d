"""What the commands of a standing edition share: its state, open until the command ends."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.editions.paths import EditionPaths
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.store.state import opened_state


@contextlib.contextmanager
def open_standing(
    config: Path | None, *, create: bool = False
) -> Iterator[tuple[Settings, EditionPaths, sqlite3.Connection]]:
    """The settings, where the edition's files are, and the state while the block works with it.

    Raises `StateError` for a state that is damaged and, unless `create`, for one that is not there.
    """
    settings = load_settings(config)
    guard_secrets(settings)
    paths = EditionPaths.of(settings, config)
    with opened_state(paths.state, archive=paths.archive, create=create) as db:
        yield settings, paths, db
