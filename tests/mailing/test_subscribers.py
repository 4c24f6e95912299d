"""From asking to leaving: nobody is active without consent, and nobody who left comes back by somebody else's hand."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.mailing import subscribers as people
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import Preferences, by_mailbox, count_subscribers
from broadsheet.store.state import open_state
from standing import NOW

ANN = parse_address("Ann@Example.org")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as opened:
        yield opened


def test_who_asks_waits_until_they_confirm(db):
    asked = people.ask(db, ANN, Preferences(name="Ann", interests=("moss",)), now=NOW)
    assert (asked.state, asked.address, asked.mailbox) == ("pending", "Ann@example.org", "ann@example.org")
    confirmed = people.confirm(db, asked.public, now=NOW)
    assert (confirmed.state, confirmed.name, confirmed.interests) == ("active", "Ann", ("moss",))
    assert people.confirm(db, asked.public, now=NOW) == confirmed


def test_two_spellings_are_one_subscriber(db):
    first = people.ask(db, ANN, now=NOW)
    again = people.ask(db, parse_address("ANN@EXAMPLE.ORG"), now=NOW)
    assert again.public == first.public
    assert count_subscribers(db)["pending"] == 1


def test_asking_again_changes_nothing_for_who_is_active(db):
    active = people.subscribe(db, ANN, Preferences(name="Ann"), now=NOW)
    assert (
        people.ask(db, ANN, Preferences(name="Somebody", frequency="daily"), now=NOW + dt.timedelta(days=1)) == active
    )


def test_who_left_is_asked_to_confirm_anew_and_an_old_confirmation_is_not_enough(db):
    public = people.subscribe(db, ANN, now=NOW).public
    assert people.leave(db, public, now=NOW).state == "left"
    assert people.confirm(db, public, now=NOW) is None
    assert people.ask(db, ANN, now=NOW).state == "pending"
    assert people.confirm(db, public, now=NOW).state == "active"


def test_leaving_twice_keeps_when_it_was(db):
    public = people.subscribe(db, ANN, now=NOW).public
    first = people.leave(db, public, now=NOW)
    assert people.leave(db, public, now=NOW + dt.timedelta(days=3)) == first
    assert people.leave(db, "nobody", now=NOW) is None


def test_who_is_suppressed_is_brought_back_by_the_owner_alone(db):
    found = people.subscribe(db, ANN, now=NOW)
    people.suppress(db, found.id, "5.1.1 no such user", now=NOW)
    assert people.ask(db, ANN, now=NOW).state == "suppressed"
    assert people.confirm(db, found.public, now=NOW) is None
    assert people.reopen(db, ANN, now=NOW).state == "pending"
    assert people.subscribe(db, ANN, now=NOW).why == ""


def test_to_suppress_somebody_who_left_leaves_them_left(db):
    found = people.subscribe(db, ANN, now=NOW)
    people.leave(db, found.public, now=NOW)
    people.suppress(db, found.id, "no", now=NOW)
    assert by_mailbox(db, ANN.mailbox).state == "left"


@pytest.mark.parametrize("ended", ["left", "suppressed"])
@pytest.mark.parametrize("state", ["active", "pending"])
def test_a_list_brings_nobody_back(db, ended, state):
    people.admit(db, ANN, state=ended, now=NOW)
    assert people.admit(db, ANN, state=state, now=NOW) is None
    assert by_mailbox(db, ANN.mailbox).state == ended


def test_a_list_activates_who_waits_and_never_the_other_way_round(db):
    people.ask(db, ANN, now=NOW)
    assert people.admit(db, ANN, state="active", now=NOW) == "active"
    assert people.admit(db, ANN, state="pending", now=NOW) is None
    assert by_mailbox(db, ANN.mailbox).state == "active"


def test_wishes_change_what_they_name_and_nothing_else(db):
    public = people.subscribe(db, ANN, Preferences(name="Ann", language="de", interests=("moss",)), now=NOW).public
    changed = people.prefer(db, public, Preferences(frequency="monthly", interests=()))
    assert (changed.name, changed.language, changed.frequency, changed.interests) == ("Ann", "de", "monthly", ())
    assert people.prefer(db, "nobody", Preferences(name="x")) is None


def test_who_never_confirmed_is_dropped_and_who_once_did_is_not(db):
    people.ask(db, ANN, now=NOW)
    bo = people.subscribe(db, parse_address("bo@example.org"), now=NOW)
    people.leave(db, bo.public, now=NOW)
    people.ask(db, parse_address("bo@example.org"), now=NOW)
    assert people.drop_unconfirmed(db, before=NOW) == 0
    assert people.drop_unconfirmed(db, before=NOW + dt.timedelta(seconds=1)) == 1
    assert [one.mailbox for one in people.list_subscribers(db)] == ["bo@example.org"]


def test_removing_keeps_that_it_ended(db):
    people.subscribe(db, ANN, now=NOW)
    assert people.unsubscribe(db, ANN.mailbox, now=NOW).state == "left"
    assert people.unsubscribe(db, "nobody@example.org", now=NOW) is None


def test_public_ids_cannot_be_guessed_from_each_other(db):
    publics = {people.ask(db, parse_address(f"a{number}@example.org"), now=NOW).public for number in range(50)}
    assert len(publics) == 50
    assert all(len(public) == 16 for public in publics)
