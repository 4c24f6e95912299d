"""Runs `broadsheet subscribers`, and looks at what is in the state afterwards."""

from __future__ import annotations

import contextlib
from pathlib import Path

from click.testing import Result

from broadsheet.mailing.subscribers import Subscriber, by_mailbox
from broadsheet.store.state import open_state
from commands import run, write

CONFIG = "title: Group weekly\nmail: {from: 'Group weekly <digest@example.org>'}\n"


def subscribers(*arguments: str, config: str = CONFIG, stdin: str | bytes | None = None) -> Result:
    return run("subscribers", *arguments, "--config", write(config, "weekly.yaml"), stdin=stdin)


def known(address: str) -> Subscriber | None:
    with contextlib.closing(open_state(Path("weekly.sqlite"))) as db:
        return by_mailbox(db, address)
