"""Draws a sample by a seed, in the order of what it is drawn from. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Row = TypeVar("Row")


def sample(rows: Sequence[Row], *, limit: int | None, seed: int) -> list[Row]:
    """All rows, or as many as `limit`, drawn by the seed and in their own order."""
    if limit is None or limit >= len(rows):
        return list(rows)
    # Sorted, so that a sample keeps the order of the data.
    chosen = sorted(random.Random(seed).sample(range(len(rows)), limit))
    return [rows[position] for position in chosen]
