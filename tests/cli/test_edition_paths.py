"""Where an edition keeps its state and its mail: beside its configuration, wherever the command is called."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from broadsheet.cli.edition_paths import beside, open_standing, places_with_mail, state_path
from broadsheet.settings.loading import load_settings
from commands import write


def test_the_state_is_called_like_its_configuration_and_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "group").mkdir()
    config = Path(write("title: Group weekly\n", tmp_path / "group" / "friday.yaml"))
    assert state_path(load_settings(config), config) == tmp_path / "group" / "friday.sqlite"
    assert state_path(load_settings(), None) == Path("broadsheet.sqlite")


def test_a_relative_path_starts_at_the_configurations_folder_and_an_absolute_one_is_itself(tmp_path: Path) -> None:
    config = Path(write("edition: {state: kept/friday.db}\n", tmp_path / "friday.yaml"))
    assert state_path(load_settings(config), config) == tmp_path / "kept" / "friday.db"
    assert beside(Path("/kept/friday.db"), config) == Path("/kept/friday.db")
    assert beside(Path("site"), None) == Path("site")


def test_mail_may_lie_where_it_leaves_and_where_it_returns(tmp_path: Path) -> None:
    config = Path(write("mail: {transport: {folder: out}}\nbounces: {folder: back}\n", tmp_path / "friday.yaml"))
    assert places_with_mail(load_settings(config), config) == [tmp_path / "out", tmp_path / "back"]
    assert places_with_mail(load_settings(), None) == [Path("outbox")]


def test_the_state_is_open_for_the_command_and_closed_after_it(tmp_path: Path) -> None:
    opened = []

    @click.command()
    def look() -> None:
        _, path, db = open_standing(Path(write("title: x\n", tmp_path / "friday.yaml")))
        opened.append(db)
        click.echo(f"{path.name} {db.execute('SELECT count(*) FROM subscribers').fetchone()[0]}")

    assert CliRunner().invoke(look).output == "friday.sqlite 0\n"
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
