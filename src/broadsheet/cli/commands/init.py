"""`broadsheet init`: the files a user may edit."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import show, verbose_option
from broadsheet.cli.summary import aligned
from broadsheet.settings.starter_files import copy_starter


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@verbose_option
def init_command(folder: Path, force: bool) -> None:
    """Copies the files you may edit.

    These are config.yaml, prompts/ and templates/; they go to DIR (default: here), and your copies win over the
    shipped ones. What is there already is left alone.

    \b
    broadsheet init
    broadsheet init friday && broadsheet digest listing.txt --config friday/config.yaml
    """

    starter = copy_starter(folder, force=force)
    rows = [("Wrote" if number == 0 else "", str(folder / path)) for number, path in enumerate(starter.wrote)]
    rows += [("Left" if number == 0 else "", str(folder / path)) for number, path in enumerate(starter.left)]
    show(aligned(rows))
    if starter.left:
        show(["", "What was left is as it was; --force replaces it."])
    if starter.wrote:
        show(["", "Delete what you do not change: the shipped file counts then, and grows with new versions."])
