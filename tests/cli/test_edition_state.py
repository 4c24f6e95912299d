"""A command of a standing edition has its state open while it runs, and closed once it ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from broadsheet.cli.edition_state import open_standing
from commands import write


def test_the_state_is_open_for_the_command_and_closed_after_it(tmp_path: Path) -> None:
    config = Path(write("title: x\n", tmp_path / "friday.yaml"))
    opened = []

    @click.command()
    def look() -> None:
        with open_standing(config, create=True) as (_, paths, db):
            opened.append(db)
            click.echo(f"{paths.state.name} {db.execute('SELECT count(*) FROM subscribers').fetchone()[0]}")

    assert CliRunner().invoke(look).output == "friday.sqlite 0\n"
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
