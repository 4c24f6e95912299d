"""`broadsheet store`: the one file that an edition keeps between runs, and the one of the desk."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import edition_config_option


@click.group()
def store_command() -> None:
    """Checks or copies the state of an edition, or the file of a desk, and takes stars away.

    \b
    broadsheet store check --config weekly.yaml
    broadsheet store backup copy.sqlite --config weekly.yaml
    broadsheet store backup copy.sqlite --desk
    """


_desk_option = click.option("--desk", is_flag=True, help="The file of `broadsheet desk`, not an edition's.")

_file_option = click.option(
    "--state", type=click.Path(path_type=Path), metavar="FILE", help="The file of a desk opened with --state."
)


@store_command.command()
@_desk_option
@_file_option
@edition_config_option
@verbose_option
@deferred
def check() -> None:
    """Says whether the state is sound, and what it holds; ends with code 10 where it is not.

    \b
    broadsheet store check --config weekly.yaml
    broadsheet store check --desk
    """


@store_command.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_desk_option
@_file_option
@edition_config_option
@verbose_option
@deferred
def backup() -> None:
    """Copies the whole state, as it is at one moment, to FILE; a run may go on meanwhile.

    \b
    broadsheet store backup copy.sqlite --config weekly.yaml
    broadsheet store backup copy.sqlite --desk
    """


@store_command.command()
@_desk_option
@_file_option
@verbose_option
@deferred
def unstar() -> None:
    """Takes all stars of a desk away, and what was dismissed, for good; its page saves them as BibTeX before.

    \b
    broadsheet store unstar --desk
    broadsheet store unstar --state other.sqlite
    """
