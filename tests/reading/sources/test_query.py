"""What a live source's name means, and which names are none."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import BroadsheetError, UsageError
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.query import (
    check_address,
    is_live,
    nearest_source,
    parse_source,
    secrets_of,
    shown_address,
)
from broadsheet.reading.sources.requests import Query

TODAY = dt.date(2026, 11, 20)


def parse(name: str) -> Query:
    return parse_source(name, today=TODAY)


def test_a_name_is_a_service_terms_and_options():
    query = parse("arxiv:cs.CL?since=2026-11-13&until=yesterday&limit=200")
    assert (query.service, query.terms, query.limit) == ("arxiv", "cs.CL", 200)
    assert (query.since, query.until) == (dt.date(2026, 11, 13), dt.date(2026, 11, 19))


def test_days_count_up_to_today_or_to_the_last_day_named():
    assert parse("biorxiv:ecology?days=1").since == TODAY
    query = parse("biorxiv:ecology?days=7&until=2026-11-10")
    assert (query.since, query.until) == (dt.date(2026, 11, 4), dt.date(2026, 11, 10))


def test_a_question_mark_without_options_belongs_to_the_terms():
    assert parse("s2:do kettles dream?").terms == "do kettles dream?"
    query = parse("s2:why? because?limit=3")
    assert (query.terms, query.limit) == ("why? because", 3)


def test_services_are_known_in_any_case_and_the_terms_keep_theirs():
    assert (parse("ArXiv:cs.CL").service, parse("ArXiv:cs.CL").terms) == ("arxiv", "cs.CL")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("arxiv:", "says nothing to look for: write `arxiv:cs.CL`"),
        ("arxiv:?limit=3", "says nothing to look for"),
        ("arxiv:cs.CL?sinc=2026-11-13", "knows no option 'sinc'; it knows since, until, days, limit"),
        ("hf:daily?since=2026-11-13", "hf knows no option 'since'"),
        ("arxiv:cs.CL?since=13.11.2026", "`since` is no date: write it as since=2026-11-13"),
        ("arxiv:cs.CL?since=2026-02-30", "`since` is no date"),
        ("arxiv:cs.CL?limit=0", "`limit` is no whole number above 0"),
        ("arxiv:cs.CL?limit=many", "`limit` is no whole number above 0"),
        ("arxiv:cs.CL?days=3&since=2026-11-13", "say the same in two ways"),
        ("arxiv:cs.CL?days=9999999", "reaches too far back"),
        ("arxiv:cs.CL?since=2026-11-13&until=2026-11-12", "is later than `until`"),
        ("arxiv:cs.CL?since=2026-11-21", "is in the future; today is 2026-11-20"),
        ("arxiv:cs.CL\x07", "characters that no source's name can have"),
        ("arxiv:" + "x" * 3000, "is longer than 2,000 characters"),
        ("kettle:x", "names no live source: known are arxiv, hf,"),
    ],
)
def test_a_name_that_means_nothing_says_what_to_write(name, said):
    with pytest.raises(UsageError) as caught:
        parse(name)
    assert said in str(caught.value)


def test_files_are_not_taken_for_sources():
    assert not any(map(is_live, ["listing.txt", "-", "C:\\papers\\a.txt", "notes:today.txt", "./arxiv:cs.CL", "arxiv"]))
    assert all(map(is_live, ["arxiv:cs.CL", "HTTPS://example.org/feed", "medrxiv:oncology"]))


def test_a_misspelt_service_has_a_nearest_one_and_a_file_name_has_none():
    assert nearest_source("axriv:cs.CL") == "arxiv"
    assert nearest_source("listing.txt") is None
    assert nearest_source("https://example.org") is None


def test_an_address_is_shown_without_its_secrets():
    url = "https://ada:pass1234@example.org/feed?api_key=abcd1234&page=2#top"
    assert shown_address(url) == "https://example.org/feed?api_key=...&page=2"
    assert secrets_of(url) == ["pass1234", "abcd1234"]
    assert (
        shown_address("https://example.org/list?q=kettles%20and%20tea")
        == "https://example.org/list?q=kettles%20and%20tea"
    )


@pytest.mark.parametrize("url", ["http://", "https://exa mple.org", "http://[::1", "http://example.org:99999/"])
def test_an_address_that_cannot_be_is_refused(url):
    with pytest.raises(UsageError, match="is no address"):
        check_address(url)


@given(st.text(max_size=60), st.sampled_from([*LIVE_SOURCES, "http://", ""]))
def test_any_name_is_understood_or_refused(text, service):
    name = f"{service}:{text}" if service in LIVE_SOURCES else service + text
    try:
        query = parse(name)
    except BroadsheetError:
        return
    assert query.service in LIVE_SOURCES
    assert query.terms
