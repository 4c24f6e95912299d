"""Reads returned mail and unsubscribe requests from the configured folder or mailbox, and records them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from broadsheet.errors import ConfigError
from broadsheet.mailing.bounce_reports import read_report
from broadsheet.mailing.bounces import Outcome, note_returned
from broadsheet.mailing.returned_mail import Mailbox, asked_to_leave, in_folder
from broadsheet.mailing.signed_links import read_token, signing_key
from broadsheet.mailing.subscribers import by_public, leave
from broadsheet.settings.edition import Bounces

Became = Outcome | Literal["left", "other"]
"""The outcome of a mail: `left` for an unsubscribe request, `other` for a mail that is no report."""


def process_bounces(
    db: sqlite3.Connection, where: Bounces, *, home: Path, environment: Mapping[str, str], now: dt.datetime
) -> Counter[Became]:
    """Processes all returned mail and counts the outcomes; a relative folder starts at `home`.

    Raises `ConfigError` without a configured place or password, and `MailError` where it cannot be read.
    """
    if where.folder is None and where.host is None:
        raise ConfigError(
            "bounces: names no place: set bounces.folder, or bounces.host and its user, for returned mail."
        )
    seen: Counter[Became] = Counter()
    if where.folder is not None:
        for _, data in in_folder(home / where.folder):
            seen[_note(db, data, now=now)] += 1
    if where.host is not None:
        with Mailbox(where, _password(where, environment)) as mailbox:
            for number, data in mailbox.letters():
                became = _note(db, data, now=now)
                seen[became] += 1
                if became not in ("foreign", "other"):  # what is not ours stays unread, for whoever reads it
                    mailbox.done(number)
    return seen


def _note(db: sqlite3.Connection, data: bytes, *, now: dt.datetime) -> Became:
    if word := asked_to_leave(data):
        return _let_go(db, word, now=now)
    report = read_report(data)
    return note_returned(db, report, now=now) if report else "other"


def _let_go(db: sqlite3.Connection, word: str, *, now: dt.datetime) -> Became:
    """Ends the subscription that a signed token is for."""
    public = read_token(word, "leave", signing_key(db), now)
    reader = by_public(db, public) if public else None
    if public is None or reader is None:
        return "foreign"
    leave(db, public, now=now)
    return "left" if reader.state in ("pending", "active") else "known"


def _password(where: Bounces, environment: Mapping[str, str]) -> str:
    name = where.password_env
    if not name:
        raise ConfigError("bounces.password_env is not set: name the variable that holds the mailbox's password.")
    if not (password := environment.get(name)):
        raise ConfigError(f"the environment variable {name} is empty; put the password of bounces.user into it.")
    return password
