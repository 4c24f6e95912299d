"""`broadsheet cache`: what was answered before, and how to forget it."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import click

from broadsheet.cli.group import show, verbose_option
from broadsheet.cli.options import config_option
from broadsheet.cli.summary import aligned, optional_row
from broadsheet.digests.open_session import cache_path
from broadsheet.llm.answer_store import AnswerStore
from broadsheet.locale.dates import format_date
from broadsheet.settings.loading import load_settings

DAY = 86_400.0


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
def cache_info_command(config: Path | None) -> None:
    """Shows where the cache is and what it holds.

    \b
    broadsheet cache info
    """

    store = _open(config)
    contents = store.contents()
    store.close()
    moment = dt.datetime.fromtimestamp(contents.oldest).astimezone() if contents.oldest is not None else None
    rows = [
        ("File", str(contents.path)),
        ("Size", f"{contents.size / 1e6:,.1f} MB"),
        ("Answers", f"{contents.answers:,}"),
        ("Replies", f"{contents.replies:,} raw ones, kept to look at"),
        *optional_row("Oldest", format_date(moment.date()) if moment else ""),
    ]
    show(aligned(rows))


@cache_command.command()
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


@cache_command.command()
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

    return AnswerStore(cache_path(load_settings(config)), now=time.time)
