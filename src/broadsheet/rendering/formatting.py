"""Numbers, dates and money in words, whatever the locale of the machine."""

from __future__ import annotations

import datetime as dt

from broadsheet.models import Period

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def count(number: int, noun: str) -> str:
    """`1 paper`, `1,204 papers`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def format_date(date: dt.date) -> str:
    """`3 November 2026`."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def format_period(period: Period) -> str:
    """`3–9 November 2026`, with as much of the first date as differs from the last."""
    first, last = sorted((period.first, period.last))
    if first == last:
        return format_date(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{format_date(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} – {format_date(last)}"
    return f"{format_date(first)} – {format_date(last)}"


def format_money(money: float | None) -> str:
    """Dollars: to the cent from a dollar on, to the hundredth of a cent below."""
    if money is None:
        return "price not configured"
    if money == 0 or money >= 1:
        return f"${money:,.2f}"
    return f"${money:.4f}" if money >= 0.0001 else "under $0.0001"
