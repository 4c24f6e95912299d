"""Divides items into batches by number and tokens. Pure."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a batch may hold: items, tokens of all items together, and how many batches run at once."""

    items: int
    tokens: int
    at_once: int


def pack(sizes: Sequence[int], limits: Limits) -> list[range]:
    """Consecutive batches over items of these sizes (in tokens), as ranges of their positions.

    As few rounds of `at_once` batches as the item limit allows, and within those rounds batches as even as can be:
    the run takes as long as its longest batch, and a last round with two batches in it takes as long as a full one.
    An item above the token limit gets a batch of its own; the caller trims it.
    """
    count = len(sizes)
    if not count:
        return []
    # The fewest rounds that the item limit allows, and the smallest batches that need no further round.
    rounds = math.ceil(count / (limits.items * limits.at_once))
    each = math.ceil(count / (rounds * limits.at_once))
    batches: list[range] = []
    for part in _even(range(count), math.ceil(count / each)):
        batches.extend(_within(part, sizes, limits.tokens))
    return batches


def halves(batch: range) -> list[range]:
    """A batch in two, for asking again in smaller ones; a batch of one stays whole."""
    return _even(batch, 2) if len(batch) > 1 else [batch]


def _even(whole: range, parts: int) -> list[range]:
    # Integer bounds i × n / parts: sizes differ by one at most.
    bounds = [whole.start + len(whole) * part // parts for part in range(parts + 1)]
    return [range(a, b) for a, b in itertools.pairwise(bounds) if a < b]


def _within(part: range, sizes: Sequence[int], tokens: int) -> list[range]:
    """A batch cut wherever the next item would overflow the token limit."""
    cut: list[range] = []
    start, held = part.start, 0
    for position in part:
        if held and held + sizes[position] > tokens:
            cut.append(range(start, position))
            start, held = position, 0
        held += sizes[position]
    return [*cut, range(start, part.stop)]
