"""`broadsheet cache`: what was answered before, and how to forget it."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option


@click.group()
def cache_command() -> None:
    """Shows or forgets the answers kept from earlier runs.

    Only good answers are kept, paper by paper, so that a second run asks for nothing but what is new.

    \b
    broadsheet cache info
    broadsheet cache prune --days 30
    broadsheet cache clear
    """


@cache_command.command("info")
@config_option
@verbose_option
@deferred
def cache_info_command() -> None:
    """Shows where the cache is and what it holds.

    \b
    broadsheet cache info
    """


@cache_command.command()
@click.option(
    "--days", type=click.FloatRange(min=0), default=90, metavar="N", help="Forget what is older (default: 90)."
)
@click.option("--replies", is_flag=True, help="Forget raw replies only, and keep the answers.")
@config_option
@verbose_option
@deferred
def prune() -> None:
    """Forgets what is old.

    \b
    broadsheet cache prune --days 30
    """


@cache_command.command()
@config_option
@verbose_option
@deferred
def clear() -> None:
    """Forgets everything.

    \b
    broadsheet cache clear
    """
