"""Dates, ranges of dates and numbers as a language writes them; English here, the others by `cldr.py`."""

from __future__ import annotations

import datetime as dt
from types import ModuleType

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(date: dt.date, code: str = "en") -> str:
    """`3 November 2026`, `3. November 2026`, `3 de noviembre de 2026`."""
    if code == "en":
        return f"{_day_and_month(date)} {date.year}"
    return str(_cldr().long_date(date, code))


def format_month(month: dt.date, code: str = "en") -> str:
    """`November 2026`, `noviembre de 2026`, `2026年11月`."""
    return f"{_MONTHS[month.month - 1]} {month.year}" if code == "en" else str(_cldr().month(month, code))


def list_separators(count: int, code: str = "en") -> list[str]:
    """What stands after each item of a list but the last: `, ` and ` and `, `、`."""
    if code == "en":
        return [", "] * (count - 2) + [" and "] * (count > 1)
    return list(_cldr().separators(count, code))


def format_period(first: dt.date, last: dt.date, code: str = "en") -> str:
    """`3–9 November 2026`, with as much of the earlier date as differs from the later; either may come first."""
    first, last = sorted((first, last))
    if first == last:
        return format_date(last, code)
    differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    return _english_period(first, last, differs) if code == "en" else str(_cldr().period(first, last, differs, code))


def format_dollars(dollars: float, code: str = "en") -> str:
    """`$1.20`, `0,0031 $`: US dollars to the cent, below one dollar to the hundredth of a cent."""
    digits = 2 if dollars == 0 or dollars >= 1 else 4
    return f"${dollars:,.{digits}f}" if code == "en" else str(_cldr().money(dollars, digits, code))


def format_number(number: float, code: str = "en") -> str:
    """`1,204`, `1.204`; to a tenth where it is no whole one."""
    if code == "en":
        return f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"
    return str(_cldr().number(number, code))


def _day_and_month(date: dt.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]}"


def _english_period(first: dt.date, last: dt.date, differs: str) -> str:
    beginning = {"d": f"{first.day}–", "M": f"{_day_and_month(first)} – ", "y": f"{format_date(first)} – "}
    return beginning[differs] + format_date(last)


def _cldr() -> ModuleType:
    from broadsheet.locale import cldr  # babel takes 0.1 s to load, and English needs none of it

    return cldr
