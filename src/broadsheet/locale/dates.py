"""Dates, ranges of dates and numbers as a language writes them, by Unicode's CLDR, which babel carries.

English is written here: it is the language of most digests, and babel takes 0.1 s to load. It is imported where it
is used for that reason.
"""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(date: dt.date, code: str = "en") -> str:
    """`3 November 2026`, `3. November 2026`, `3 de noviembre de 2026`."""
    if code == "en":
        return f"{_day_and_month(date)} {date.year}"
    from babel.dates import format_date as in_cldr

    return in_cldr(date, "long", locale=code)


def format_period(first: dt.date, last: dt.date, code: str = "en") -> str:
    """`3–9 November 2026`, with as much of the earlier date as differs from the later; either may come first."""
    first, last = sorted((first, last))
    if first == last:
        return format_date(last, code)
    differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    return _english_period(first, last, differs) if code == "en" else _cldr_period(first, last, differs, code)


def format_number(number: int, code: str = "en") -> str:
    """`1,204`, `1.204`."""
    if code == "en":
        return f"{number:,}"
    from babel.numbers import format_decimal

    return format_decimal(number, locale=code)


def _day_and_month(date: dt.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]}"


def _english_period(first: dt.date, last: dt.date, differs: str) -> str:
    beginning = {"d": f"{first.day}–", "M": f"{_day_and_month(first)} – ", "y": f"{format_date(first)} – "}
    return beginning[differs] + format_date(last)


def _cldr_period(first: dt.date, last: dt.date, differs: str, code: str) -> str:
    """A range by CLDR's `intervalFormats`, in which the largest field that differs chooses the pattern.

    Most languages have the pattern for shortened months alone (`yMMMd`); months are written out in it where they
    are in the language's long date. CLDR's thin spaces become plain ones: mail programs lack them in some fonts.
    """
    from babel import Locale
    from babel.dates import format_date as in_cldr

    locale = Locale.parse(code)
    formats = locale.interval_formats
    patterns = (formats.get("yMMMMd") or formats["yMMMd"])[differs]
    if "MMMM" in locale.date_formats["long"].pattern:
        patterns = [re.sub(r"M{3,4}", "MMMM", pattern) for pattern in patterns]
    dates = zip((first, last), patterns, strict=True)
    return "".join(in_cldr(date, pattern, locale=locale) for date, pattern in dates).replace("\u2009", " ")
