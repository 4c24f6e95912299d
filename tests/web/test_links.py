"""Each link is good for one purpose and one subscriber, and only the one that confirms ends."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest

from broadsheet.web.links import Links, Purpose

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)
LINKS = Links("https://papers.example.org/weekly/", b"k" * 32, confirm_hours=48)


def link_for(purpose: str) -> str:
    more = {"confirm": {"now": NOW}, "star": {"word": "12.AAAAAAAAAAAA"}}
    return getattr(LINKS, purpose)("ann", **more.get(purpose, {}))


@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_a_link_leads_below_the_doors_address_and_counts_for_its_purpose_alone(purpose: Purpose) -> None:
    place, _, token = link_for(purpose).rpartition("/")
    assert place == f"https://papers.example.org/weekly/{purpose}"
    read = {other: LINKS.read(other, token, now=NOW) for other in get_args(Purpose)}
    assert read == {**dict.fromkeys(get_args(Purpose)), purpose: "ann.12.AAAAAAAAAAAA" if purpose == "star" else "ann"}


def test_the_link_that_confirms_ends_and_the_others_never_do() -> None:
    hours = dt.timedelta(hours=48)
    token = LINKS.confirm("ann", now=NOW).rpartition("/")[2]
    assert LINKS.read("confirm", token, now=NOW + hours * 0.99) == "ann"
    assert LINKS.read("confirm", token, now=NOW + hours * 1.01) is None
    assert LINKS.read("leave", LINKS.leave("ann").rpartition("/")[2], now=NOW + hours * 1000) == "ann"


def test_a_token_of_another_key_or_of_nobody_counts_nowhere() -> None:
    other = Links(LINKS.url, b"x" * 32)
    assert LINKS.read("leave", other.leave("ann").rpartition("/")[2], now=NOW) is None
    assert LINKS.read("leave", "", now=NOW) is None
