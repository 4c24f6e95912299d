"""Who gets the edition by mail: from asking, through confirming, to leaving or being forgotten.

Each function takes the state file's connection and the time, and does its whole work in one transaction.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from broadsheet.mailing.addresses import Address
from broadsheet.store.state import transaction

State = Literal["pending", "active", "left", "suppressed"]
Frequency = Literal["daily", "weekly", "monthly"]
STATES: tuple[State, ...] = get_args(State)
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)


@dataclasses.dataclass(frozen=True, slots=True)
class Preferences:
    """What a subscriber wants of their mail; `None` leaves it as it is."""

    name: str | None = None
    frequency: Frequency | None = None
    language: str | None = None
    interests: tuple[str, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Subscriber:
    """One row; `public` stands for the address in links and Message-IDs."""

    id: int
    public: str
    address: str
    mailbox: str
    name: str
    state: State
    frequency: Frequency
    language: str
    interests: tuple[str, ...]
    asked: str | None
    confirmed: str | None
    ended: str | None
    why: str


NOTHING = Preferences()


def subscribe(
    db: sqlite3.Connection, address: Address, wishes: Preferences = NOTHING, *, now: dt.datetime
) -> Subscriber:
    """Adds somebody, or somebody again, who is active at once: by the word of whoever has their consent.

    What is known of them besides is kept, unless `wishes` say otherwise.
    """
    with transaction(db):
        db.execute(
            "INSERT INTO subscribers (public, address, mailbox, state, asked, confirmed) "
            "VALUES (:public, :address, :mailbox, 'active', :now, :now) ON CONFLICT (mailbox) DO UPDATE SET "
            "confirmed = CASE state WHEN 'active' THEN confirmed ELSE :now END, "
            "state = 'active', address = :address, ended = NULL, why = ''",
            _newcomer(address, now),
        )
        _wish(db, address.mailbox, wishes)
        return _known(db, address.mailbox)


def ask(db: sqlite3.Connection, address: Address, wishes: Preferences = NOTHING, *, now: dt.datetime) -> Subscriber:
    """Notes that somebody asks to subscribe, to be confirmed from their mailbox.

    Who is active already, or suppressed, stays so, and so do their wishes: anybody may have typed this address.
    """
    with transaction(db):
        return ask_within(db, address, wishes, now=now)


def ask_within(db: sqlite3.Connection, address: Address, wishes: Preferences, *, now: dt.datetime) -> Subscriber:
    """`ask` inside a transaction that is under way."""
    db.execute(
        "INSERT INTO subscribers (public, address, mailbox, state, asked) "
        "VALUES (:public, :address, :mailbox, 'pending', :now) ON CONFLICT (mailbox) DO UPDATE SET "
        "asked = CASE WHEN state IN ('pending', 'left') THEN :now ELSE asked END, "
        "ended = CASE state WHEN 'left' THEN NULL ELSE ended END, "
        "state = CASE state WHEN 'left' THEN 'pending' ELSE state END",
        _newcomer(address, now),
    )
    found = _known(db, address.mailbox)
    if found.state != "pending":
        return found
    _wish(db, address.mailbox, wishes)
    return _known(db, address.mailbox)


def reopen(db: sqlite3.Connection, address: Address, wishes: Preferences = NOTHING, *, now: dt.datetime) -> Subscriber:
    """`ask` for the owner: who was suppressed may confirm again; who is active stays so."""
    with transaction(db):
        db.execute(
            "UPDATE subscribers SET state = 'left', why = '' WHERE mailbox = ? AND state = 'suppressed'",
            (address.mailbox,),
        )
        return ask_within(db, address, wishes, now=now)


def admit(
    db: sqlite3.Connection,
    address: Address,
    wishes: Preferences = NOTHING,
    *,
    state: State,
    now: dt.datetime,
) -> State | None:
    """Takes somebody over from a list; their new state, or `None` where they are known already and nothing changes.

    Whoever left or was suppressed here stays so, whatever the list says.
    """
    with transaction(db):
        before = by_mailbox(db, address.mailbox)
        if before and not (before.state == "pending" and state != "pending"):
            return None
        values = {**_newcomer(address, now), "state": state, "confirmed": _text(now) if state == "active" else None}
        db.execute(
            "INSERT INTO subscribers (public, address, mailbox, state, asked, confirmed) "
            "VALUES (:public, :address, :mailbox, :state, :now, :confirmed) "
            "ON CONFLICT (mailbox) DO UPDATE SET state = :state, confirmed = :confirmed",
            values,
        )
        _wish(db, address.mailbox, wishes)
        return state


def confirm(db: sqlite3.Connection, public: str, *, now: dt.datetime) -> Subscriber | None:
    """Makes a pending subscriber active; who is active stays so. `None` where nothing waits to be confirmed."""
    with transaction(db):
        db.execute(
            "UPDATE subscribers SET state = 'active', confirmed = ?, why = '' WHERE public = ? AND state = 'pending'",
            (_text(now), public),
        )
        found = by_public(db, public)
        return found if found and found.state == "active" else None


def leave(db: sqlite3.Connection, public: str, *, now: dt.datetime) -> Subscriber | None:
    """Ends a subscription for good; to leave twice changes nothing. `None` where nobody has that id."""
    with transaction(db):
        db.execute(
            "UPDATE subscribers SET state = 'left', ended = ? WHERE public = ? AND state IN ('pending', 'active')",
            (_text(now), public),
        )
        return by_public(db, public)


def suppress(db: sqlite3.Connection, id: int, why: str, *, now: dt.datetime) -> None:
    """Sends nothing more to an address that takes no mail; inside a transaction or not."""
    db.execute(
        "UPDATE subscribers SET state = 'suppressed', ended = ?, why = ? "
        "WHERE id = ? AND state IN ('pending', 'active')",
        (_text(now), why[:500], id),
    )


def prefer(db: sqlite3.Connection, public: str, wishes: Preferences) -> Subscriber | None:
    """Notes what a subscriber wants. `None` where nobody has that id."""
    with transaction(db):
        found = by_public(db, public)
        if found:
            _wish(db, found.mailbox, wishes)
        return by_public(db, public)


def unsubscribe(db: sqlite3.Connection, mailbox: str, *, now: dt.datetime) -> Subscriber | None:
    """Ends a subscription by mailbox, and keeps that it ended. `None` where there is none."""
    found = by_mailbox(db, mailbox)
    return leave(db, found.public, now=now) if found else None


def drop_unconfirmed(db: sqlite3.Connection, *, before: dt.datetime) -> int:
    """Forgets who asked before a time and never confirmed; how many they were."""
    query = "DELETE FROM subscribers WHERE state = 'pending' AND confirmed IS NULL AND asked < ?"
    return db.execute(query, (_text(before),)).rowcount


def by_public(db: sqlite3.Connection, public: str) -> Subscriber | None:
    """Who has a public id."""
    row = db.execute("SELECT * FROM subscribers WHERE public = ?", (public,)).fetchone()
    return _subscriber(row) if row else None


def by_mailbox(db: sqlite3.Connection, mailbox: str) -> Subscriber | None:
    """Who has a mailbox, named as `Address.mailbox` is."""
    row = db.execute("SELECT * FROM subscribers WHERE mailbox = ?", (mailbox,)).fetchone()
    return _subscriber(row) if row else None


def list_subscribers(db: sqlite3.Connection, *, states: tuple[State, ...] = STATES) -> Iterator[Subscriber]:
    """All who are in one of these states, in the order they came."""
    marks = ", ".join("?" * len(states))
    for row in db.execute(f"SELECT * FROM subscribers WHERE state IN ({marks}) ORDER BY id", states):  # noqa: S608
        yield _subscriber(row)


def count_subscribers(db: sqlite3.Connection) -> Mapping[State, int]:
    """How many there are in each state."""
    found = dict(db.execute("SELECT state, count(*) FROM subscribers GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in STATES}


def _known(db: sqlite3.Connection, mailbox: str) -> Subscriber:
    found = by_mailbox(db, mailbox)
    assert found is not None  # noqa: S101 - written a moment ago, in the same transaction
    return found


def _wish(db: sqlite3.Connection, mailbox: str, wishes: Preferences) -> None:
    interests = None if wishes.interests is None else json.dumps(wishes.interests, ensure_ascii=False)
    db.execute(
        "UPDATE subscribers SET name = coalesce(?, name), frequency = coalesce(?, frequency), "
        "language = coalesce(?, language), interests = coalesce(?, interests) WHERE mailbox = ?",
        (wishes.name, wishes.frequency, wishes.language, interests, mailbox),
    )


def _newcomer(address: Address, now: dt.datetime) -> dict[str, str]:
    public = secrets.token_urlsafe(12)
    return {"public": public, "address": address.text, "mailbox": address.mailbox, "now": _text(now)}


def _subscriber(row: sqlite3.Row) -> Subscriber:
    values = dict(row)
    return Subscriber(**{**values, "interests": tuple(json.loads(values["interests"]))})


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
