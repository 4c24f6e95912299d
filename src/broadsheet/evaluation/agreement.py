"""Agreement of two groupings of the same papers, corrected for chance: 1 for equal ones, about 0 for random ones.

The adjusted Rand index (Hubert and Arabie 1985) and the adjusted mutual information (Vinh, Epps and Bailey 2010, with
the arithmetic mean); both equal those of scikit-learn. Labels have one entry a paper, in the same order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import lru_cache

Labels = Sequence[Hashable]


def adjusted_rand(one: Labels, other: Labels) -> float:
    """The adjusted Rand index (ARI): agreement on pairs of papers in one group; at most 1, negative below chance."""
    joint = Counter(zip(one, other, strict=True))
    # ARI = (Σ C(n_ij, 2) - E) / (M - E) over the contingency table n_ij, where E = Σ C(a_i, 2) Σ C(b_j, 2) / C(n, 2) is
    # expected for groups of these sizes by chance, and M is the mean of the two sums.
    together = sum(math.comb(count, 2) for count in joint.values())
    first, second = (sum(math.comb(count, 2) for count in Counter(side).values()) for side in (one, other))
    pairs = math.comb(len(one), 2)
    expected = first * second / pairs if pairs else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def adjusted_information(one: Labels, other: Labels) -> float:
    """The adjusted mutual information (AMI); at most 1, negative below chance. The expectation is exact."""
    rows, columns = Counter(one), Counter(other)
    count = len(one)
    # Both in one group, or each paper in its own: equal, though the formula is 0/0.
    if len(rows) == len(columns) and len(rows) in (0, 1, count):
        return 1.0
    joint = Counter(zip(one, other, strict=True))
    # AMI = (MI - E[MI]) / (mean of the entropies - E[MI]), with MI = Σ n_ij/n ln(n n_ij / (a_i b_j)), in nats.
    told = math.fsum(
        both / count * math.log(count * both / (rows[row] * columns[column])) for (row, column), both in joint.items()
    )
    # Groups of equal sizes contribute equally, so each pair of sizes is computed once.
    sizes = Counter((a, b) for a in rows.values() for b in columns.values())
    expected = math.fsum(times * _expect(a, b, count) for (a, b), times in sizes.items())
    mean = (_entropy(rows, count) + _entropy(columns, count)) / 2
    return (told - expected) / (mean - expected) if abs(mean - expected) > 1e-15 else 0.0


def _entropy(sizes: Counter[Hashable], count: int) -> float:
    return -math.fsum(size / count * math.log(size / count) for size in sizes.values())


@lru_cache(maxsize=1 << 14)
def _expect(a: int, b: int, count: int) -> float:
    """What two groups of sizes `a` and `b` among `count` random papers add to the expected mutual information."""
    # lgamma(x + 1) = ln x!. The number of shared papers is hypergeometric: P(k) = a! b! (n-a)! (n-b)! / (n! k! (a-k)!
    # (b-k)! (n-a-b+k)!); logarithms keep the factorials from overflowing.
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
