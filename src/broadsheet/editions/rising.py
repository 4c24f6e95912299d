"""Finds the subjects that rise over periods: phrases that an ever larger share of the papers has.

Each phrase is tested for a trend over the periods (Cochran 1954, Armitage 1955), exactly where few papers have it. As
there are many phrases, the share of false ones among those found is bounded (Benjamini and Hochberg 1995); where weeks
differ by more than chance, as all phrases together show, the tests are slackened by as much (Devlin and Roeder 1999).
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.models import Paper
from broadsheet.themes.headings import RatedHeading, SharedPhrases
from broadsheet.themes.keyphrases import Phrase
from broadsheet.themes.labels import find_capitals, spell_heading

Vector = NDArray[np.float64]

MOST_PERIODS = 60
FALSE_SHARE = 0.2
"""The bound on the expected share of false subjects among those found; where nothing rises, the chance of any."""
FEWEST = 8
"""The fewest papers of a subject that is tested: fewer show no trend, and each test makes all others harder to pass."""
_EXACT = 40
"""The most papers of a subject for the exact test; beyond, the normal distribution is as good."""
_PRIOR = 1.0
"""The standard deviation of the logarithm of the growth over all periods that is expected of a subject beforehand."""
_BOUND = 1.64
"""The standard deviations below an estimate at which its lower bound lies."""
_TELLING = 30
"""The fewest subjects by which periods are known to differ beyond chance: most of a few may rise or fall."""
_SAME = 0.5
"""The least share of the lesser subject's papers in common from which two subjects are one."""
_MEDIAN = statistics.NormalDist().inv_cdf(0.75) ** 2
"""The median of the chi-squared distribution with one degree of freedom."""
_SPREAD = 2.33
"""The standard deviation of a sample's median, as a share of it, times the root of the sample's size."""


@dataclasses.dataclass(frozen=True, slots=True)
class RisingSubject:
    """A subject, its papers in each period, and how many times as frequent it is in the last one as in the first.

    The growth is shrunk towards 1, the more the fewer papers there are. The keys are those of its papers, the latest
    first, and within a period those with the subject in their titles.
    """

    title: str
    counts: tuple[int, ...]
    growth: float
    chance: float
    """The probability of a trend as strong where nothing rises."""
    paper_keys: tuple[str, ...]


def find_rising(periods: Sequence[Sequence[Paper]]) -> list[RisingSubject]:
    """The subjects that rise over periods of papers, the surest and steepest first; papers have distinct keys.

    Periods without papers stand for the time that passes. Two with papers are needed, and at most `MOST_PERIODS` given.
    """
    papers = [paper for period in periods for paper in period]
    when = np.repeat(np.arange(len(periods)), [len(period) for period in periods])
    sizes = np.bincount(when, minlength=len(periods)).astype(float)
    if np.count_nonzero(sizes) < 2:
        return []
    shared = SharedPhrases(papers, compounds=True)
    phrases = [one for one in shared.phrases if FEWEST <= len(one.titled | one.mentioned) < len(papers)]
    if not phrases:
        return []
    counts = np.array([np.bincount(when[sorted(one.titled | one.mentioned)], minlength=len(sizes)) for one in phrases])
    chances = _chances(counts, sizes)
    slopes, bounds = _slopes(counts, sizes)
    rising = [at for at in _bounded(chances) if slopes[at] > 0]
    capitals = find_capitals(papers)
    found = []
    for at in _distinct(sorted(rising, key=lambda at: (-bounds[at], phrases[at].key)), phrases):
        phrase = phrases[at]
        members = sorted(phrase.titled | phrase.mentioned, key=lambda one: (-when[one], one not in phrase.titled, one))
        found.append(
            RisingSubject(
                title=spell_heading(RatedHeading(0.0, 0.0, (phrase,)), capitals),
                counts=tuple(map(int, counts[at])),
                growth=float(np.exp(slopes[at])),
                chance=float(chances[at]),
                paper_keys=tuple(papers[one].key for one in members),
            )
        )
    return found


def _chances(counts: NDArray[np.int64], sizes: Vector) -> Vector:
    """The probability for each row of counts of a sum of times as late or later, where papers fall at random."""
    times = np.arange(len(sizes))
    totals, sums = counts.sum(axis=1), counts @ times
    everything = sizes.sum()
    middle = float(sizes @ times / everything)
    spread = float(sizes @ (times - middle) ** 2 / everything)
    # The variance of the sum over so many of a finite number of papers.
    deviations = np.sqrt(totals * spread * (everything - totals) / (everything - 1))
    normal = statistics.NormalDist()
    exact = _tails(sizes, int(min(_EXACT, totals.max())))
    found = np.empty(len(counts))
    for row, (total, late) in enumerate(zip(totals, sums, strict=True)):
        far = (late - 0.5 - total * middle) / deviations[row]
        found[row] = exact[total, late] if total < len(exact) else normal.cdf(-far)
    if len(counts) < _TELLING:
        return found
    # What all phrases show of how periods differ beyond chance, as far as that is sure: a lower bound of the inflation
    # of the median, which does not heed the few that rise.
    away = np.array([normal.inv_cdf(float(np.clip(chance, 1e-15, 1 - 1e-9))) for chance in found])
    inflation = float(np.median(((sums - totals * middle) / deviations) ** 2)) / _MEDIAN
    unrest = max(1.0, inflation / (1 + _BOUND * _SPREAD / len(counts) ** 0.5))
    return np.array([normal.cdf(one) for one in away / unrest**0.5])


def _tails(sizes: Vector, most: int) -> Vector:
    """For so many papers drawn without replacement, 0 to `most`, the probability of each sum of times or a later one.

    Of papers drawn x sums, by adding one period after the other: the ways to draw k of its papers are binomial.
    """
    ways = np.zeros((most + 1, most * (len(sizes) - 1) + 1))
    ways[0, 0] = 1.0
    for time, size in enumerate(sizes):
        before, drawn = ways.copy(), 1.0
        for k in range(1, min(most, int(size)) + 1):
            drawn *= (size - k + 1) / k
            later = k * time
            ways[k:, later:] += drawn * before[: most + 1 - k, : ways.shape[1] - later]
    tails = np.cumsum(ways[:, ::-1], axis=1)[:, ::-1]
    probabilities: Vector = tails / np.maximum(tails[:, :1], 1e-300)
    return probabilities


def _slopes(counts: NDArray[np.int64], sizes: Vector) -> tuple[Vector, Vector]:
    """For each row of counts the logarithm of its growth from the first period to the last, and a lower bound of it.

    The most likely slope of a log-linear Poisson rate given the total, with a normal prior round 0; by Newton's method.
    """
    times = np.linspace(0.0, 1.0, len(sizes))
    totals = counts.sum(axis=1)
    slopes = np.zeros(len(counts))
    for _ in range(30):
        shares = sizes * np.exp(np.outer(slopes, times))
        shares /= shares.sum(axis=1, keepdims=True)
        means = shares @ times
        precision = totals * (shares @ times**2 - means**2) + _PRIOR**-2
        slopes += np.clip((counts @ times - totals * means - slopes * _PRIOR**-2) / precision, -1.0, 1.0)
    return slopes, slopes - _BOUND / np.sqrt(precision)


def _bounded(chances: Vector) -> list[int]:
    """The positions of the chances that hold together at `FALSE_SHARE`, the least first."""
    order = np.argsort(chances, kind="stable")
    holding = np.flatnonzero(chances[order] <= FALSE_SHARE * np.arange(1, len(order) + 1) / len(order))
    return [int(at) for at in order[: holding[-1] + 1]] if len(holding) else []


def _distinct(order: Sequence[int], phrases: Sequence[Phrase]) -> Iterator[int]:
    """Those positions whose phrases are no other words for one before them."""
    kept: list[set[int]] = []
    for at in order:
        members = phrases[at].titled | phrases[at].mentioned
        if all(len(members & other) < _SAME * min(len(members), len(other)) for other in kept):
            kept.append(members)
            yield at
