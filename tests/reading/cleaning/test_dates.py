"""Dates in their usual forms; half a date is none."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.reading.cleaning import dates
from broadsheet.reading.cleaning.dates import find_date, is_date_line


@pytest.mark.parametrize(
    "text", ["2029-03-05", "2029/3/5", "5 March 2029", "Mar 5, 2029", "on March 5th, 2029", "5. Mar 2029"]
)
def test_dates_are_read_in_their_usual_forms(text):
    assert find_date(text) == dt.date(2029, 3, 5)


def test_half_a_date_is_none_but_still_a_date_line():
    assert [find_date(text) for text in ("Mar 13", "March 2029", "2029-13-40", "2029")] == [None] * 4
    assert all(map(is_date_line, ["Mar 13", "Published on 3 March 2029", "2 days ago", "2029-03-05"]))
    assert not any(map(is_date_line, ["March of the penguins", "2029: a year in review"]))


@pytest.mark.parametrize("line", ["Today", "yesterday", "An hour ago", "a day ago", "on Mar 3", "Online 3 May 2029"])
def test_a_date_line_may_begin_with_a_small_word(line):
    assert dates.is_date_line(line)


def test_the_date_of_an_arxiv_mail_is_its_stamp_and_an_impossible_one_is_none():
    assert find_date("Thu, 1 Mar 2029 19:00:06 GMT   (3kb)") == dt.date(2029, 3, 1)
    assert find_date("Thu, 31 Feb 2029 19:00:06 GMT   (3kb)") is None
