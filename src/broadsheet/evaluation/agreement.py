"""Two groupings of the same papers -> how far they agree, corrected for chance; 1 is the same, about 0 is by lot.

The adjusted Rand index (Hubert and Arabie 1985) and the adjusted mutual information (Vinh, Epps and Bailey 2010, with
the arithmetic mean); both equal those of scikit-learn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import lru_cache

Labels = Sequence[Hashable]


def adjusted_rand(one: Labels, other: Labels) -> float:
    """The share of pairs on which both agree, beyond what chance would give."""
    joint = Counter(zip(one, other, strict=True))
    together = sum(math.comb(count, 2) for count in joint.values())
    first, second = (sum(math.comb(count, 2) for count in Counter(side).values()) for side in (one, other))
    pairs = math.comb(len(one), 2)
    expected = first * second / pairs if pairs else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def adjusted_information(one: Labels, other: Labels) -> float:
    """What one grouping tells of the other, beyond what chance would give; the expectation is exact."""
    rows, columns = Counter(one), Counter(other)
    count = len(one)
    if len(rows) == len(columns) and len(rows) in (0, 1, count):
        return 1.0
    joint = Counter(zip(one, other, strict=True))
    told = math.fsum(
        both / count * math.log(count * both / (rows[row] * columns[column])) for (row, column), both in joint.items()
    )
    sizes = Counter((a, b) for a in rows.values() for b in columns.values())
    expected = math.fsum(times * _expect(a, b, count) for (a, b), times in sizes.items())
    mean = (_entropy(rows, count) + _entropy(columns, count)) / 2
    return (told - expected) / (mean - expected) if abs(mean - expected) > 1e-15 else 0.0


def _entropy(sizes: Counter[Hashable], count: int) -> float:
    return -math.fsum(size / count * math.log(size / count) for size in sizes.values())


@lru_cache(maxsize=1 << 14)
def _expect(a: int, b: int, count: int) -> float:
    """What two groups of these sizes add to the mutual information when their papers are drawn by lot."""
    factorial = math.lgamma
    fixed = factorial(a + 1) + factorial(b + 1) + factorial(count - a + 1) + factorial(count - b + 1)
    fixed -= factorial(count + 1)
    return math.fsum(
        both / count * math.log(count * both / (a * b))
        * math.exp(
            fixed - factorial(both + 1) - factorial(a - both + 1) - factorial(b - both + 1)
            - factorial(count - a - b + both + 1)
        )
        for both in range(max(1, a + b - count), min(a, b) + 1)
    )  # fmt: skip
