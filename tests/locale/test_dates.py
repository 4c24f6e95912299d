"""Dates, ranges and numbers as languages write them."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.locale.dates import format_date, format_dollars, format_number, format_period

Day = tuple[int, int, int]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ((2099, 11, 3), (2099, 11, 3), "3 November 2099"),
        ((2099, 11, 3), (2099, 11, 9), "3–9 November 2099"),
        ((2099, 10, 28), (2099, 11, 3), "28 October – 3 November 2099"),
        ((2098, 12, 30), (2099, 1, 2), "30 December 2098 – 2 January 2099"),
    ],
)
def test_a_period_says_no_more_than_it_must(first: Day, last: Day, words: str) -> None:
    assert format_period(dt.date(*first), dt.date(*last)) == words
    assert format_period(dt.date(*last), dt.date(*first)) == words


@pytest.mark.parametrize(
    ("code", "one", "month", "months", "years"),
    [
        (
            "de",
            "3. November 2099",
            "3.–9. November 2099",
            "28. Oktober – 3. November 2099",
            "30. Dezember 2098 – 2. Januar 2099",
        ),
        (
            "fr",
            "3 novembre 2099",
            "3–9 novembre 2099",
            "28 octobre – 3 novembre 2099",
            "30 décembre 2098 – 2 janvier 2099",
        ),
        (
            "es",
            "3 de noviembre de 2099",
            "3–9 de noviembre de 2099",
            "28 de octubre – 3 de noviembre de 2099",
            "30 de diciembre de 2098 – 2 de enero de 2099",
        ),
        ("ja", "2099年11月3日", "2099年11月3日～9日", "2099年10月28日～11月3日", "2098年12月30日～2099年1月2日"),
        ("zh", "2099年11月3日", "2099年11月3日 – 9日", "2099年10月28日 – 11月3日", "2098年12月30日 – 2099年1月2日"),
    ],
)
def test_other_languages_have_their_own_order_months_and_marks(
    code: str, one: str, month: str, months: str, years: str
) -> None:
    day = dt.date(2099, 11, 3)
    assert format_date(day, code) == one == format_period(day, day, code)
    assert format_period(day, dt.date(2099, 11, 9), code) == month
    assert format_period(dt.date(2099, 10, 28), day, code) == months
    assert format_period(dt.date(2098, 12, 30), dt.date(2099, 1, 2), code) == years


def test_thousands_stand_apart_as_the_language_has_it() -> None:
    assert [format_number(1204, code) for code in ("en", "de", "fr", "es")] == ["1,204", "1.204", "1\u202f204", "1.204"]


@pytest.mark.parametrize(
    ("code", "none", "little", "much"),
    [
        ("en", "$0.00", "$0.0031", "$1,234.50"),
        ("de", "0,00 $", "0,0031 $", "1.234,50 $"),
        ("ja", "$0.00", "$0.0031", "$1,234.50"),
        ("zh", "US$0.00", "US$0.0031", "US$1,234.50"),
    ],
)
def test_money_is_in_dollars_wherever_their_sign_stands(code: str, none: str, little: str, much: str) -> None:
    assert [format_dollars(dollars, code).replace("\xa0", " ") for dollars in (0, 0.0031, 1234.5)] == [
        none,
        little,
        much,
    ]
