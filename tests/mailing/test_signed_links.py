"""A token does one thing for one subscriber, for as long as it says, and cannot be made up."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mailing.signed_links import LONGEST, read_token, sign, signing_key
from broadsheet.store.state import open_state

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)
IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(IDS, st.text(max_size=10))
def test_a_token_reads_back_for_its_purpose(public, purpose):
    assert read_token(sign(purpose, public, KEY), purpose, KEY, NOW) == public


@given(IDS)
def test_a_token_is_nothing_to_another_purpose_or_another_key(public):
    token = sign("leave", public, KEY)
    assert read_token(token, "confirm", KEY, NOW) is None
    assert read_token(token, "leave", OTHER, NOW) is None


@given(IDS, st.data())
def test_a_token_with_any_character_changed_is_nothing(public, data):
    token = sign("leave", public, KEY)
    at = data.draw(st.integers(0, len(token) - 1))
    char = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    changed = token[:at] + char + token[at + 1 :]
    assert (read_token(changed, "leave", KEY, NOW) is None) == (changed != token)


@given(st.text() | st.text(st.sampled_from("AZaz09-_="), max_size=120))
def test_what_is_no_token_reads_as_nothing(text):
    assert read_token(text, "leave", KEY, NOW) is None


@pytest.mark.parametrize("ending", ["=", "==", "\n", " ", "A"])
def test_a_token_has_one_spelling(ending):
    for public in ("a", "ab", "abc", "abcd"):
        assert read_token(sign("leave", public, KEY) + ending, "leave", KEY, NOW) is None


def test_a_token_ends_when_it_says():
    token = sign("confirm", "abc", KEY, NOW + dt.timedelta(hours=48))
    assert read_token(token, "confirm", KEY, NOW + dt.timedelta(hours=47, minutes=59)) == "abc"
    assert read_token(token, "confirm", KEY, NOW + dt.timedelta(hours=48)) is None


def test_the_end_cannot_be_put_off():
    short = sign("confirm", "abc", KEY, NOW)
    long = sign("confirm", "abc", KEY, NOW + dt.timedelta(days=1))
    assert read_token(short[:43] + long[43:], "confirm", KEY, NOW) is None


def test_a_purpose_cannot_run_into_the_id():
    assert read_token(sign("a", "b", KEY), "a\0", KEY, NOW) is None


def test_a_token_stands_in_an_address_as_it_is():
    token = sign("leave", "x" * 16, KEY, NOW)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) < 80 < LONGEST


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as opened:
        yield opened


def test_the_key_stays_with_the_file_and_two_who_ask_first_agree(db, tmp_path):
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as other:
        assert signing_key(db) == signing_key(other) == signing_key(db)
    with contextlib.closing(open_state(tmp_path / "another.sqlite")) as another:
        assert signing_key(another) != signing_key(db)
