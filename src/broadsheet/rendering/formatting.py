"""Counts and money in words, in English, whatever the locale of the machine."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """`1 paper`, `1,204 papers`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def format_money(money: float | None) -> str:
    """Dollars: to the cent from a dollar on, to the hundredth of a cent below."""
    if money is None:
        return "price not configured"
    if money == 0 or money >= 1:
        return f"${money:,.2f}"
    return f"${money:.4f}" if money >= 0.0001 else "under $0.0001"
