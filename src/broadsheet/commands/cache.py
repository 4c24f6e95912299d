"""`broadsheet cache`: what was answered before, and how to forget it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.commands.flags import config_option
from broadsheet.commands.group import show, verbose_option

if TYPE_CHECKING:
    from broadsheet.store.answers import AnswerStore

DAY = 86_400.0


@click.group()
def cache() -> None:
    """Shows or forgets the answers kept from earlier runs.

    Only good answers are kept, paper by paper, so that a second run asks for nothing but what is new.

    \b
    broadsheet cache info
    broadsheet cache prune --days 30
    broadsheet cache clear
    """


@cache.command()
@config_option
@verbose_option
def info(config: Path | None) -> None:
    """Shows where the cache is and what it holds.

    \b
    broadsheet cache info
    """
    import datetime as dt

    from broadsheet.account import cache_account
    from broadsheet.rendering.figures import format_date

    store = _open(config)
    contents = store.contents()
    store.close()
    moment = dt.datetime.fromtimestamp(contents.oldest).astimezone() if contents.oldest is not None else None
    show(cache_account(contents, oldest=format_date(moment.date()) if moment else None))


@cache.command()
@click.option(
    "--days", type=click.FloatRange(min=0), default=90, metavar="N", help="Forget what is older (default: 90)."
)
@click.option("--replies", is_flag=True, help="Forget raw replies only, and keep the answers.")
@config_option
@verbose_option
def prune(config: Path | None, days: float, replies: bool) -> None:
    """Forgets what is old.

    \b
    broadsheet cache prune --days 30
    """
    _forget(_open(config), older_than=time.time() - days * DAY, replies_only=replies)


@cache.command()
@config_option
@verbose_option
def clear(config: Path | None) -> None:
    """Forgets everything.

    \b
    broadsheet cache clear
    """
    _forget(_open(config), older_than=float("inf"), replies_only=False)


def _forget(store: AnswerStore, *, older_than: float, replies_only: bool) -> None:
    gone = store.prune(older_than=older_than, replies_only=replies_only)
    store.close()
    show([f"{gone:,} forgotten in {store.path}"])


def _open(config: Path | None) -> AnswerStore:
    from broadsheet.settings import load_settings
    from broadsheet.store.answers import AnswerStore
    from broadsheet.writers import cache_path

    return AnswerStore(cache_path(load_settings(config)), now=time.time)
