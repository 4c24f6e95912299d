"""What `broadsheet send` and `broadsheet status` does."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.console import say
from broadsheet.cli.edition_state import open_standing
from broadsheet.cli.group import show
from broadsheet.cli.lazy_commands import AT_STAKE
from broadsheet.cli.progress import show_progress
from broadsheet.errors import MailError, StateError, UsageError
from broadsheet.mailing.notify import notify_edition
from broadsheet.mailing.outbox import count_mails, next_mail_due, reasons, unfinished
from broadsheet.mailing.send import Letters, SendReport, send_edition, send_test
from broadsheet.mailing.subscribers import count_subscribers as people
from broadsheet.rendering.write_files import write_files
from broadsheet.settings.loading import Settings
from broadsheet.store.editions import newest_edition


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def do_send(
    config: Path | None, resume: bool, edition: int | None, to: tuple[str, ...], preview: bool, quiet: bool
) -> None:
    """Sends an edition to its subscribers, or goes on where sending stopped."""
    if sum([resume, bool(to), preview]) > 1:
        raise UsageError("--resume, --to and --preview do not go together; give one of them.")
    with open_standing(config) as (settings, _, db):
        if resume:
            for number in [edition] if edition else unfinished(db):
                _send(db, number, settings, quiet=quiet)
            return
        number = edition or _newest(db)
        if preview:
            _preview(db, number, settings)
        elif to:
            _send_test(db, number, settings, to)
        else:
            _send(db, number, settings, quiet=quiet)


def _send(db: sqlite3.Connection, number: int, settings: Settings, *, quiet: bool) -> None:
    click.get_current_context().meta[AT_STAKE] = "what was not sent stays queued: `broadsheet send --resume` goes on"
    with show_progress(quiet=quiet) as report:
        done = send_edition(db, number, settings, now=_utc, sleep=time.sleep, report=report)
    told, failed = notify_edition(db, number, settings, environment=os.environ)
    show([describe_sending(done), *(f"told {name}" for name in told)])
    for sentence in failed:
        say(f"broadsheet: {sentence}")
    if done.waiting:
        wait = "waits" if done.waiting == 1 else "wait"
        raise MailError(f"{done.waiting:,} of them {wait} to be tried again; run `broadsheet send --resume` later.")
    if failed:
        raise click.exceptions.Exit(MailError.exit_code)


def _send_test(db: sqlite3.Connection, number: int, settings: Settings, to: tuple[str, ...]) -> None:
    for address, outcome in zip(to, send_test(db, number, settings, to, now=_utc(), sleep=time.sleep), strict=True):
        show([f"{address}: {outcome.kind}{f' ({outcome.code} {outcome.said})' if outcome.kind != 'sent' else ''}"])
        if outcome.kind != "sent":
            raise click.exceptions.Exit(MailError.exit_code)


def describe_sending(done: SendReport) -> str:
    """`Edition 12: 40 sent now; 118 sent, 1 suppressed in all.`"""
    states = ", ".join(f"{number:,} {state}" for state, number in done.states.items() if number)
    again = f" {done.recovered:,} left by a run that died were sent again." if done.recovered else ""
    return f"Edition {done.edition}: {done.sent:,} sent now; {states or 'nobody to send to'} in all.{again}"


def _preview(db: sqlite3.Connection, number: int, settings: Settings) -> None:
    letter = Letters(db, number, settings).letter(None, "", ())
    files = write_files({f"edition-{number}.html": letter.html, f"edition-{number}.txt": letter.text}, Path())
    show([str(file) for file in files])
    if sys.stdout.isatty():
        click.launch(str(files[0].resolve()))


def _newest(db: sqlite3.Connection) -> int:
    if (number := newest_edition(db)) is None:
        raise StateError("there is no edition yet; `broadsheet weekly` makes one.")
    return number


def do_status(config: Path | None, edition: int | None, as_json: bool) -> None:
    """Shows how the mails of an edition stand, and why some were not sent."""
    with open_standing(config) as (_, _, db):
        found = _status(db, edition or _newest(db))
    if as_json:
        show([json.dumps(found, ensure_ascii=False, indent=2)])
        return
    show(_lines(found))


def _status(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    due = next_mail_due(db, number)
    return {
        "edition": number,
        "mails": dict(count_mails(db, number)),
        "next": dt.datetime.fromtimestamp(due, dt.UTC).isoformat(timespec="seconds") if due else None,
        "reasons": [
            {"state": state, "code": code, "said": why, "mails": mails}
            for state, code, why, mails in reasons(db, number)
        ],
        "unfinished": unfinished(db),
        "subscribers": dict(people(db)),
    }


def _lines(found: dict[str, Any]) -> list[str]:
    mails = ", ".join(f"{number:,} {state}" for state, number in found["mails"].items() if number)
    lines = [f"Edition {found['edition']}: {mails or 'no mails yet'}."]
    for reason in found["reasons"]:
        code = f"{reason['code']} " if reason["code"] else ""
        lines.append(f"  {reason['mails']:,} {reason['state']}: {code}{reason['said']}")
    if found["next"]:
        lines.append(f"Next try at {found['next']}: `broadsheet send --resume`.")
    if others := [number for number in found["unfinished"] if number != found["edition"]]:
        lines.append(f"Also unfinished: edition {', '.join(map(str, others))}.")
    people = ", ".join(f"{number:,} {state}" for state, number in found["subscribers"].items() if number)
    lines.append(f"Subscribers: {people or 'none'}.")
    return lines
