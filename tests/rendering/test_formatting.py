"""Counts and money as words: exact where they are small, and honest where nobody said a price."""

from __future__ import annotations

from broadsheet.rendering.formatting import count, format_money


def test_counts_and_money_in_words() -> None:
    assert [count(1, "paper"), count(1204, "paper")] == ["1 paper", "1,204 papers"]
    assert [format_money(m) for m in (None, 0.0, 0.00001, 0.0123, 3.5)] == [
        "price not configured",
        "$0.00",
        "under $0.0001",
        "$0.0123",
        "$3.50",
    ]
