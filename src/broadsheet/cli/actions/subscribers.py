"""What `broadsheet subscribers` does."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from broadsheet.cli.edition_state import open_standing
from broadsheet.cli.group import show
from broadsheet.mailing.addresses import clean_language, clean_name, clean_phrases, parse_address
from broadsheet.mailing.bounce_processing import Became, process_bounces
from broadsheet.mailing.erasure import erase_subscriber, holding
from broadsheet.mailing.signed_links import signing_key
from broadsheet.mailing.subscriber_csv import LARGEST, SubscriberRow, read_roster, write_roster
from broadsheet.mailing.subscribers import (
    STATES,
    Frequency,
    Preferences,
    State,
    Subscriber,
    admit,
    by_mailbox,
    count_subscribers,
    reopen,
    subscribe,
)
from broadsheet.mailing.subscribers import list_subscribers as all_of
from broadsheet.mailing.subscribers import unsubscribe as remove_one
from broadsheet.rendering.formatting import count
from broadsheet.store.state import copies_beside
from broadsheet.web.invitations import Invitations

SHOWN = 20
"""Rows of a list that were not understood and are shown."""
BECAME: Mapping[Became, str] = {
    "left": "asked to leave, and did",
    "suppressed": "suppressed",
    "counted": "noted, for now",
    "known": "known already",
    "foreign": "about no mail of ours",
    "other": "no reports",
}
"""What became of a mail that came back, as it is said after a number."""


def do_add(
    config: Path | None,
    address: str,
    name: str | None,
    interests: tuple[str, ...],
    frequency: Frequency | None,
    language: str | None,
    confirmed: bool,
) -> None:
    """Adds one address. It is active once a link in a mail was used, or at once with --confirmed."""
    parsed = parse_address(address)
    wishes = Preferences(
        name=clean_name(name) if name is not None else None,
        frequency=frequency,
        language=clean_language(language) if language is not None else None,
        interests=clean_phrases(interests) or None,
    )
    with _opened(config, invites=not confirmed, create=True) as (db, invitations):
        act = subscribe if confirmed else reopen
        found = act(db, parsed, wishes, now=_now())
        if found.state == "pending" and invitations:
            invitations.invite(found, now=_now())
            show([f"{found.address}: a mail to confirm is on its way"])
        else:
            show([f"{found.address}: {found.state}"])


def do_import_subscribers(config: Path | None, file: Path, confirmed: bool) -> None:
    """Takes over a list: CSV with a column `address` or `email`, or one address a line."""
    roster = read_roster(_bytes_of(file))
    became: Counter[str] = Counter()
    with _opened(config, invites=not confirmed, create=True) as (db, invitations):
        for entry in roster.entries:
            state = _state_for(entry, confirmed=confirmed)
            done = admit(db, entry.address, entry.wishes, state=state, now=_now())
            became[done or "known already"] += 1
            if done == "pending" and invitations and (found := by_mailbox(db, entry.address.mailbox)):
                invitations.invite(found, now=_now())
    show([f"{number:,} {state}" for state, number in became.items()] or ["nobody was added"])
    if roster.refused:
        were = "was" if len(roster.refused) == 1 else "were"
        show([f"{count(len(roster.refused), 'row')} {were} not understood:"])
        show([f"  line {refused.line}: {refused.why}" for refused in roster.refused[:SHOWN]])
        if len(roster.refused) > SHOWN:
            show([f"  and {len(roster.refused) - SHOWN:,} more"])


def do_list_subscribers(config: Path | None, state: State | None) -> None:
    """Lists who subscribes, and how many there are in each state."""
    with _opened(config) as (db, _):
        show([_line(one) for one in all_of(db, states=(state,) if state else STATES)])
        show([", ".join(f"{number:,} {state}" for state, number in count_subscribers(db).items())])


def do_remove_subscriber(config: Path | None, address: str) -> None:
    """Ends a subscription, and keeps that it ended: a list that is imported later does not bring it back."""
    with _opened(config) as (db, _):
        found = remove_one(db, parse_address(address).mailbox, now=_now())
    show([f"{found.address}: {found.state}" if found else f"{address}: is nobody's here"])


def do_export(config: Path | None, file: Path) -> None:
    """Writes the whole list as CSV, to a file that only you can read or to standard output."""
    with _opened(config) as (db, _):
        text = write_roster(all_of(db))
    if file == Path("-"):
        click.echo(text, nl=False)
    else:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            out.write(text.encode())


def do_forget(config: Path | None, address: str, yes: bool) -> None:
    """Erases an address and all that is kept of it, and names the files that still hold it."""
    mailbox = parse_address(address).mailbox
    if not yes:
        click.confirm(f"Erase {mailbox} and all that is kept of it?", abort=True, err=True)
    with open_standing(config) as (settings, paths, db):
        there = erase_subscriber(db, mailbox, key=signing_key(db))
    show([f"{mailbox}: {'forgotten' if there else 'was not kept here'}"])
    if copies := copies_beside(paths.state):
        show(["Copies made before may still hold it:", *(f"  {file}" for file in copies)])
    if mails := holding(paths.with_mail(settings), mailbox):
        show(["It stands in mail kept here:", *(f"  {file}" for file in mails)])


def do_bounces(config: Path | None) -> None:
    """Reads returned mail, and sends nothing more to addresses that take none or ask to leave."""
    with open_standing(config, create=True) as (settings, paths, db):
        seen = process_bounces(db, settings.bounces, home=paths.home, environment=os.environ, now=_now())
    show([f"{number:,} {BECAME[what]}" for what, number in seen.items()] or ["no returned mail"])


@contextlib.contextmanager
def _opened(
    config: Path | None, *, invites: bool = False, create: bool = False
) -> Iterator[tuple[sqlite3.Connection, Invitations | None]]:
    """The state, and what mails to confirm need where some are to be sent; the state is closed at the end."""
    with open_standing(config, create=create) as (settings, _, db):
        yield db, Invitations.of(settings, db, sleep=time.sleep) if invites else None


def _state_for(entry: SubscriberRow, *, confirmed: bool) -> State:
    """What somebody on a list becomes: whoever ended it there is not written to; the rest by your word or their own."""
    if entry.state in ("left", "suppressed"):
        return entry.state
    return "active" if confirmed and entry.state != "pending" else "pending"


def _line(one: Subscriber) -> str:
    told = [one.address, one.state, one.frequency, one.language, one.name, "; ".join(one.interests), one.why]
    return "  ".join(part for part in told if part)


def _bytes_of(file: Path) -> bytes:
    if file == Path("-"):
        return sys.stdin.buffer.read(LARGEST + 1)
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
