"""`broadsheet init`: the files a user may edit."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@verbose_option
@deferred
def init_command() -> None:
    """Copies the files you may edit.

    These are config.yaml, prompts/ and templates/; they go to DIR (default: here), and your copies win over the
    shipped ones. What is there already is left alone.

    \b
    broadsheet init
    broadsheet init friday && broadsheet digest listing.txt --config friday/config.yaml
    """
