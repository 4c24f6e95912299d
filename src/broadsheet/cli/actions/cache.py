"""What `broadsheet cache` does."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from broadsheet.cli.group import show
from broadsheet.cli.summary import aligned, optional_row
from broadsheet.digests.open_session import cache_path
from broadsheet.llm.answer_store import AnswerStore
from broadsheet.locale.dates import format_date
from broadsheet.settings.loading import load_settings

DAY = 86_400.0


def do_cache_info(config: Path | None) -> None:
    """Shows where the cache is and what it holds."""
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


def do_prune(config: Path | None, days: float, replies: bool) -> None:
    """Forgets what is old."""
    _forget(_open(config), older_than=time.time() - days * DAY, replies_only=replies)


def do_clear(config: Path | None) -> None:
    """Forgets everything."""
    _forget(_open(config), older_than=float("inf"), replies_only=False)


def _forget(store: AnswerStore, *, older_than: float, replies_only: bool) -> None:
    gone = store.prune(older_than=older_than, replies_only=replies_only)
    store.close()
    show([f"{gone:,} forgotten in {store.path}"])


def _open(config: Path | None) -> AnswerStore:
    return AnswerStore(cache_path(load_settings(config)), now=time.time)
