"""Dates as listings write them -> `datetime.date`; a date without a day or a year is none."""

from __future__ import annotations

import datetime as dt
import functools
import re
import string
from collections.abc import Iterator

from broadsheet.text.lazy_regex import lazy_regex

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
            "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = lazy_regex(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_MONTH_FIRST = lazy_regex(r"\b([A-Z][a-z]{2,8})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)")
_YEAR_FIRST = lazy_regex(r"(?<!\d)(\d{4}),? ([A-Z][a-z]{2,8})\.? (\d{1,2})(?!\d)")
_DAY_FIRST = lazy_regex(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)? ([A-Z][a-z]{2,8})\.?,? (\d{4})(?!\d)")

_STAMP = lazy_regex(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) \d\d:\d\d(?::\d\d)? GMT(?:\s{1,9}\(\d{1,6}kb\))?"
)
"""A date as arXiv's mails have it, in which no other spelling finds one."""

_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?)"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]*\.?)"
_LEAD = (
    r"(?:(?:published|submitted|posted|updated|released|date|on|accepted|received|mon|tue|wed|thu|fri|sat|sun)"
    r"[a-z]*[:,]? ){0,3}"
)
_DATE_LINE = lazy_regex(
    rf"\(?{_LEAD}(?:{_MONTH} {_DAY}(?:,? \d{{4}})?|{_DAY} {_MONTH},?(?: \d{{4}})?|{_MONTH},? \d{{4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ][\d:.Z+]{1,20})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|(?:about |over )?(?:\d+|an?|one) (?:second|minute|hour|day|week|month|year)s? ago|yesterday|today)\)?\.?",
    re.IGNORECASE,
)
_SHORT_STARTS = {"a ": "smhdwy", "an": " ", "on": f" :,{string.ascii_lowercase}"}
DATE_STARTS = frozenset(
    (  # noqa: SIM905 - words
        "pub sub pos upd rel dat acc rec mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec"
        " abo ove one yes tod"
    ).split()
) | {start + after for start, letters in _SHORT_STARTS.items() for after in letters}
"""What a date line of ASCII begins with where it begins with a letter."""


_SHORTEST, _LONGEST = 6, 200
"""Characters of the shortest whole date, and those of a text in which one is looked for."""
_NAMED = lazy_regex(r"[A-Z][a-z]{2}")
_PARTED = lazy_regex(r"[^\W\d_]{3}|\d[-/.]")
"""What a date holds besides its year: a month by its name, or figures that are parted."""


def find_date(text: str) -> dt.date | None:
    """The first whole date in a short text; `None` where day, month or year is missing or impossible."""
    return _find_date(text[:_LONGEST])


@functools.lru_cache(maxsize=256)  # a listing has few dates and says them often
def _find_date(text: str) -> dt.date | None:
    if len(text) < _SHORTEST or not _PARTED.search(text):
        return None  # a year alone, as most records have it
    if " GMT" in text and (stamp := _STAMP.fullmatch(text)):
        return _date(int(stamp[3]), _MONTHS.get(stamp[2].lower(), 0), int(stamp[1]))
    return next((date for date in _dates(text) if date), None)


def _dates(text: str) -> Iterator[dt.date | None]:
    """What could be a date, in the order of the spellings; `1. Epub 2025` looks like one and is none."""
    if "-" in text or "/" in text or "." in text:
        for match in _ISO.finditer(text):
            yield _date(int(match[1]), int(match[2]), int(match[3]))
    if not _NAMED.search(text):
        return
    for match in _MONTH_FIRST.finditer(text):
        yield _date(int(match[3]), _MONTHS.get(match[1].lower(), 0), int(match[2]))
    for match in _DAY_FIRST.finditer(text):
        yield _date(int(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1]))
    for match in _YEAR_FIRST.finditer(text):
        yield _date(int(match[1]), _MONTHS.get(match[2].lower(), 0), int(match[3]))


def date_of(year: str, month: str = "", day: str = "") -> dt.date | None:
    """A date of its three parts, the month as a number or a name; `None` where one is missing or impossible."""
    month = month.strip().rstrip(".").lower()
    number = int(month) if month.isdecimal() and len(month) < 3 else _MONTHS.get(month, 0)
    if not (year.strip().isdecimal() and day.strip().isdecimal() and len(year.strip()) == 4 and len(day.strip()) < 3):
        return None
    return _date(int(year), number, int(day))


def is_date_line(text: str) -> bool:
    """Whether a line says a date and nothing else: `Mar 13`, `Published on 3 March 2024`, `2 days ago`."""
    if len(text) > 60 or (text.isascii() and text[:1].isalpha() and text[:3].lower() not in DATE_STARTS):
        return False
    return _DATE_LINE.fullmatch(text) is not None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def is_day_heading(text: str) -> bool:
    """Whether a date line names its weekday, as the day headings of a page do and the dates of papers hardly ever."""
    return re.match(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", text.strip(), re.IGNORECASE) is not None
