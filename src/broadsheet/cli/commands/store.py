"""`broadsheet store`: the one file that an edition keeps between runs."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.edition_state import open_standing
from broadsheet.cli.group import show, verbose_option
from broadsheet.cli.options import edition_config_option
from broadsheet.cli.summary import aligned
from broadsheet.errors import StateError
from broadsheet.store.editions import last_edition, published_numbers
from broadsheet.store.state import back_up, check_state


@click.group()
def store_command() -> None:
    """Checks or copies the state of an edition.

    \b
    broadsheet store check --config weekly.yaml
    broadsheet store backup copy.sqlite --config weekly.yaml
    """


@store_command.command()
@edition_config_option
@verbose_option
def check(config: Path | None) -> None:
    """Says whether the state is sound, and what it holds; ends with code 10 where it is not.

    \b
    broadsheet store check --config weekly.yaml
    """

    with open_standing(config) as (_, paths, db):
        if wrong := check_state(db):
            raise StateError(f"{paths.state}: is damaged ({'; '.join(wrong[:3])}); put back a copy of it.")
        last, numbers = last_edition(db), published_numbers(db)
        papers = db.execute("SELECT count(*) FROM papers").fetchone()[0]
    unfinished = last is not None and last.state != "published"
    rows = [
        ("File", str(paths.state)),
        ("State", "sound"),
        ("Editions", f"{len(numbers):,} published" + (f", {last.number} unfinished" if unfinished and last else "")),
        ("Papers", f"{papers:,} seen"),
    ]
    show(aligned(rows))


@store_command.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@edition_config_option
@verbose_option
def backup(file: Path, config: Path | None) -> None:
    """Copies the whole state, as it is at one moment, to FILE; a run may go on meanwhile.

    \b
    broadsheet store backup copy.sqlite --config weekly.yaml
    """

    with open_standing(config) as (_, paths, db):
        back_up(db, file)
    show([f"{paths.state} is copied to {file}"])
