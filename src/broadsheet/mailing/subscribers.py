"""The subscribers in the state file: subscribe, confirm (double opt-in), unsubscribe, suppress.

Each function takes the database connection, and works in one transaction.
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
from broadsheet.store.subscriber_stars import drop_stars

State = Literal["pending", "active", "left", "suppressed"]
Frequency = Literal["daily", "weekly", "monthly"]
STATES: tuple[State, ...] = get_args(State)
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)


@dataclasses.dataclass(frozen=True, slots=True)
class Preferences:
    """A subscriber's preferences; `None` leaves a value unchanged."""

    name: str | None = None
    frequency: Frequency | None = None
    language: str | None = None
    interests: tuple[str, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber; `public` is the id in links and Message-IDs, in place of the address."""

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
    """Adds or reactivates a subscriber without confirmation: the caller has their consent.

    Earlier preferences are kept unless `wishes` has new ones.
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
    """Records a request to subscribe, to be confirmed from the mailbox.

    Active and suppressed subscribers and their preferences stay unchanged: anybody may have typed the address.
    """
    with transaction(db):
        return ask_within(db, address, wishes, now=now)


def ask_within(db: sqlite3.Connection, address: Address, wishes: Preferences, *, now: dt.datetime) -> Subscriber:
    """Does the work of `ask` inside an open transaction."""
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
    """A request on behalf of the owner: a suppressed subscriber may confirm again; an active one stays active."""
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
    """Imports a subscriber from a list; returns the new state, or `None` where nothing changes.

    A subscriber who left or was suppressed here stays so, whatever the list says.
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
    """Makes a pending subscriber active; an active one stays active. `None` where there is nothing to confirm."""
    with transaction(db):
        db.execute(
            "UPDATE subscribers SET state = 'active', confirmed = ?, why = '' WHERE public = ? AND state = 'pending'",
            (_text(now), public),
        )
        found = by_public(db, public)
        return found if found and found.state == "active" else None


def leave(db: sqlite3.Connection, public: str, *, now: dt.datetime) -> Subscriber | None:
    """Ends a subscription and deletes its stars; a second call changes nothing. `None` for an unknown id."""
    with transaction(db):
        db.execute(
            "UPDATE subscribers SET state = 'left', ended = ? WHERE public = ? AND state IN ('pending', 'active')",
            (_text(now), public),
        )
        if (found := by_public(db, public)) and found.state == "left":
            drop_stars(db, found.id)
        return found


def suppress(db: sqlite3.Connection, id: int, why: str, *, now: dt.datetime) -> None:
    """Stops all mail to a subscriber whose address accepts none; works inside or outside a transaction."""
    db.execute(
        "UPDATE subscribers SET state = 'suppressed', ended = ?, why = ? "
        "WHERE id = ? AND state IN ('pending', 'active')",
        (_text(now), why[:500], id),
    )


def prefer(db: sqlite3.Connection, public: str, wishes: Preferences) -> Subscriber | None:
    """Stores a subscriber's preferences. `None` for an unknown id."""
    with transaction(db):
        found = by_public(db, public)
        if found:
            _wish(db, found.mailbox, wishes)
        return by_public(db, public)


def unsubscribe(db: sqlite3.Connection, mailbox: str, *, now: dt.datetime) -> Subscriber | None:
    """Ends a subscription by mailbox, and keeps the row as unsubscribed. `None` for an unknown mailbox."""
    found = by_mailbox(db, mailbox)
    return leave(db, found.public, now=now) if found else None


def drop_unconfirmed(db: sqlite3.Connection, *, before: dt.datetime) -> int:
    """Deletes requests from before a time that were never confirmed; returns their number."""
    query = "DELETE FROM subscribers WHERE state = 'pending' AND confirmed IS NULL AND asked < ?"
    return db.execute(query, (_text(before),)).rowcount


def by_public(db: sqlite3.Connection, public: str) -> Subscriber | None:
    """The subscriber with a public id; `None` if unknown."""
    row = db.execute("SELECT * FROM subscribers WHERE public = ?", (public,)).fetchone()
    return _subscriber(row) if row else None


def by_mailbox(db: sqlite3.Connection, mailbox: str) -> Subscriber | None:
    """The subscriber with a mailbox (see `Address.mailbox`); `None` if unknown."""
    row = db.execute("SELECT * FROM subscribers WHERE mailbox = ?", (mailbox,)).fetchone()
    return _subscriber(row) if row else None


def list_subscribers(db: sqlite3.Connection, *, states: tuple[State, ...] = STATES) -> Iterator[Subscriber]:
    """The subscribers in these states, in the order of their subscription."""
    marks = ", ".join("?" * len(states))
    for row in db.execute(f"SELECT * FROM subscribers WHERE state IN ({marks}) ORDER BY id", states):  # noqa: S608
        yield _subscriber(row)


def count_subscribers(db: sqlite3.Connection) -> Mapping[State, int]:
    """The number of subscribers by state."""
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
