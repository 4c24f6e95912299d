"""So many in so long, and nothing of who it was but a hash."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.mailing.request_limits import Limit, network_of, spend
from broadsheet.store.state import open_state

KEY = b"k" * 32
TWO = Limit("requests", 2, 60)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as opened:
        yield opened


def test_the_third_is_refused_until_the_first_is_past(db):
    given = [spend(db, TWO, "192.0.2.7", key=KEY, now=at) for at in (0.0, 30.0, 59.0, 60.0, 61.0)]
    assert given == [True, True, False, True, False]


def test_each_is_counted_alone_and_each_kind_too(db):
    assert [spend(db, TWO, who, key=KEY, now=1.0) for who in "abaabb"] == [True, True, True, False, True, False]
    assert spend(db, Limit("mails", 1, 60), "a", key=KEY, now=1.0)


def test_old_rows_are_removed_and_none_names_anybody(db):
    for number in range(5):
        spend(db, TWO, f"192.0.2.{number}", key=KEY, now=float(number))
    assert "192.0.2" not in str([tuple(row) for row in db.execute("SELECT * FROM limits")])
    spend(db, TWO, "192.0.2.9", key=KEY, now=1000.0)
    assert db.execute("SELECT count(*) FROM limits").fetchone()[0] == 1


def test_a_clock_that_was_set_back_shuts_nobody_out(db):
    assert all(spend(db, TWO, "a", key=KEY, now=5000.0 + each) for each in (0, 1))
    assert spend(db, TWO, "a", key=KEY, now=10.0)


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("a\nb", "unknown"),
    ],
)
def test_whom_an_internet_address_belongs_to(host, network):
    assert network_of(host) == network
