"""An answer is looked at before it is believed: cut off, empty too early and of another kind are told apart."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.reading.sources.query import Query
from broadsheet.reading.sources.requests import (
    Asker,
    PageFault,
    ResultPage,
    check_count,
    check_whole,
    date_filters,
    number_of,
    parse_object,
    read_json,
    rows_of,
    say_no_match,
)
from broadsheet.settings.loading import Fetch

ASKER = Asker(Fetch(days=7, limit=50), dt.datetime(2026, 11, 20, 23, 59, tzinfo=dt.UTC))
SINCE, UNTIL = dt.date(2026, 11, 1), dt.date(2026, 11, 5)


@pytest.mark.parametrize("text", ["", '{"results": [', "<html>", "[" * 100_000])
def test_an_answer_that_is_no_json_is_a_fault_and_no_error(text: str) -> None:
    with pytest.raises(PageFault, match="cut off or no JSON"):
        read_json(text)


def test_an_answer_of_another_shape_is_a_fault() -> None:
    assert parse_object('{"a": 1}') == {"a": 1}
    assert rows_of([1]) == [1]
    with pytest.raises(PageFault, match="not the JSON"):
        parse_object("[]")
    with pytest.raises(PageFault, match="no list"):
        rows_of({})


@pytest.mark.parametrize(("value", "number"), [(7, 7), ("7", 7), (True, None), ("7.5", None), (-1, None), (None, None)])
def test_a_count_is_a_number_or_the_text_of_one(value: object, number: int | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize("text", ["<feed><entry/></feed>\n", '<feed xmlns="x"/>', "<feed></feed >"])
def test_xml_that_ends_with_its_root_is_whole(text: str) -> None:
    check_whole(text, "rss", "feed")
    with pytest.raises(PageFault):
        check_whole(text[:-5], "rss", "feed")
    with pytest.raises(PageFault):
        check_whole(text, "rss")


def test_an_empty_page_before_the_end_is_a_fault_that_keeps_what_it_was() -> None:
    page = ResultPage(0, 9)
    with pytest.raises(PageFault, match="1,990 more papers") as caught:
        check_count(0, taken=10, total=2000, page=page)
    assert caught.value.page is page
    check_count(0, taken=10, total=10)
    check_count(0, taken=10, total=None)
    check_count(1, taken=10, total=2000)


def test_a_span_of_days_ends_today_and_is_as_long_as_the_settings_say() -> None:
    assert ASKER.span(None, None) == (dt.date(2026, 11, 14), dt.date(2026, 11, 20))
    assert ASKER.span(None, UNTIL) == (dt.date(2026, 10, 30), UNTIL)
    assert ASKER.span(SINCE, None) == (SINCE, dt.date(2026, 11, 20))
    assert (ASKER.limit(None), ASKER.limit(3)) == (50, 3)


def test_only_the_dates_that_were_named_are_filtered_by() -> None:
    query = Query("openalex:tea", "openalex", "tea", since=SINCE)
    assert date_filters(query, "from", "to") == ["from:2026-11-01"]
    assert date_filters(Query("openalex:tea", "openalex", "tea"), "from", "to") == []


def test_that_nothing_matched_says_when_and_what_to_try() -> None:
    dated = Query("openalex:tea", "openalex", "tea", since=SINCE, until=UNTIL)
    assert say_no_match("OpenAlex", dated, ASKER) == (
        "OpenAlex has no match for 'tea' between 2026-11-01 and 2026-11-05; try fewer words or more days"
    )
    assert say_no_match("OpenAlex", Query("openalex:tea", "openalex", "tea"), ASKER).endswith("; try fewer words")
