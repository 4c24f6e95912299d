"""Counts and money in words, in English, whatever the locale of the machine."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.models import Account, Summary


def count(number: int, noun: str) -> str:
    """`1 paper`, `1,204 papers`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def count_failed(account: Account, summaries: Iterable[Summary]) -> str:
    """` (5 after the model failed, 58 that no model was asked for)`: a cap or an interrupt is no failure of a model."""
    failed, unasked = account.failed, count_unasked(summaries)
    told = [f"{failed - unasked:,} after the model failed"] if failed > unasked else []
    told += [f"{unasked:,} that no model was asked for"] if unasked else []
    return f" ({', '.join(told)})" if told else ""


def count_unasked(summaries: Iterable[Summary]) -> int:
    """How many TL;DRs were extracted because the run asked no more: by a cap, an interrupt, or on purpose."""
    return sum(
        each.method == "extracted" and bool(each.why) and not each.asked and not each.findings for each in summaries
    )


def format_money(money: float | None) -> str:
    """Dollars: to the cent from a dollar on, to the hundredth of a cent below."""
    if money is None:
        return "price not configured"
    if money == 0 or money >= 1:
        return f"${money:,.2f}"
    return f"${money:.4f}" if money >= 0.0001 else "under $0.0001"


def about_time(seconds: float) -> str:
    """`5 s`, `12 min`, `1.7 h`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60):,} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"
