"""Evaluates themes on simulated weeks of labelled papers: a run's own themes and baselines against people's groups."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import numpy as np

from broadsheet.digests.open_session import open_session
from broadsheet.digests.themes_and_overview import arrange_with_model
from broadsheet.evaluation.agreement import adjusted_information, adjusted_rand
from broadsheet.evaluation.labelled import Grouped
from broadsheet.evaluation.scoring import MeanInterval, figure
from broadsheet.llm.session import Session
from broadsheet.models import Paper, Theme, Usage
from broadsheet.settings.loading import Settings
from broadsheet.themes.background import Background, Senses, shipped, with_senses
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from broadsheet.themes.vector_space import Matrix, dense, weigh_terms

Group = Callable[[Sequence[Paper], int | None], Awaitable[Sequence[int]]]
"""A grouping method: papers and the number of groups (`None`: its own choice) -> a group number for each paper."""

KEPT = 0.9
"""The share of a week's papers that stay when steadiness is measured."""
THINNINGS = 3
_ROUNDS = 50
_STARTS = 4


@dataclasses.dataclass(frozen=True)
class Agreement:
    """One way of grouping over the weeks; the interval is by the bootstrap over weeks."""

    way: str
    ari: MeanInterval
    ami: MeanInterval
    themes: MeanInterval
    milliseconds: float
    """CPU time of this process for a week; the time of a model's server is in the usage."""


def draw_weeks(rows: Sequence[Grouped], *, weeks: int, size: int, seed: int) -> list[list[Grouped]]:
    """`weeks` random samples of at most `size` papers, each in the order of the data; the same for the same seed."""
    size = min(size, len(rows))
    drawn = (random.Random(seed + week).sample(range(len(rows)), size) for week in range(weeks))
    return [[rows[at] for at in sorted(places)] for places in drawn]


async def score_weeks(
    way: str, weeks: Sequence[Sequence[Grouped]], group: Group, *, given: bool, seed: int
) -> Agreement:
    """A method's agreement with people's groups; with `given`, the method gets the number of these groups."""
    began = time.process_time()
    found = [await group([row.paper for row in week], len(_groups(week)) if given else None) for week in weeks]
    milliseconds = (time.process_time() - began) * 1000 / len(weeks)
    pairs = [([row.group for row in week], labels) for week, labels in zip(weeks, found, strict=True)]
    return Agreement(
        way=way,
        ari=figure([adjusted_rand(*pair) for pair in pairs], seed=seed),
        ami=figure([adjusted_information(*pair) for pair in pairs], seed=seed),
        themes=figure([float(len(set(labels))) for labels in found], seed=seed),
        milliseconds=milliseconds,
    )


async def steadiness(weeks: Sequence[Sequence[Grouped]], group: Group, *, seed: int) -> MeanInterval:
    """The ARI between the groups of a week and those of nine tenths of its papers, the mean of three draws."""
    values = []
    for week in weeks:
        papers = [row.paper for row in week]
        whole = await group(papers, None)
        agreed = []
        for thinning in range(THINNINGS):
            kept = sorted(random.Random(seed + thinning).sample(range(len(papers)), round(KEPT * len(papers))))
            agreed.append(adjusted_rand([whole[at] for at in kept], await group([papers[at] for at in kept], None)))
        values.append(sum(agreed) / THINNINGS)
    return figure(values, seed=seed)


async def score_run(
    weeks: Sequence[Sequence[Grouped]], settings: Settings, *, seed: int
) -> tuple[list[Agreement], MeanInterval, Usage]:
    """The baselines and the run's own themes, asked for people's number of groups and for none; what a model took."""
    began = time.monotonic()
    known = with_senses(shipped(), settings)
    ways = dict(WAYS)
    if known.senses is not None:
        # k-means with an encoder is a baseline only where the run itself has one.
        ways["embeddings and k-means"] = by_senses(known.senses)
    scores = [await score_weeks(f"{way}, k given", weeks, group, given=True, seed=seed) for way, group in ways.items()]
    async with open_session(settings) as session:
        own, name = (
            by_writer(session, known),
            settings.model_shown or settings.llm.backend if session else "built-in engine",
        )
        for given, asked in ((True, "k given"), (False, "auto")):
            scores.append(await score_weeks(f"{name}, {asked}", weeks, own, given=given, seed=seed))
        steady = await steadiness(weeks, own, seed=seed)
        usage = session.dispatcher.usage if session else Usage()
    return scores, steady, usage.model_copy(update={"seconds": time.monotonic() - began})


def by_writer(session: Session | None, known: Background) -> Group:
    """The themes that a run would make, with the model where there is one."""

    async def group(papers: Sequence[Paper], count: int | None) -> Sequence[int]:
        corpus = Corpus.of(papers, known)
        if session is None:
            return _number(papers, group_papers(corpus, count=count))
        front = await arrange_with_model(corpus, session, count=count)
        return _number(papers, front.themes)

    return group


async def by_lot(papers: Sequence[Paper], count: int | None) -> Sequence[int]:
    """A random group for each paper: the chance level."""
    lots = random.Random(len(papers))
    return [lots.randrange(count or 1) for _ in papers]


async def by_kmeans(papers: Sequence[Paper], count: int | None) -> Sequence[int]:
    """TF-IDF of the week and k-means: the usual baseline."""
    return k_means(dense(weigh_terms(papers)), count)


def by_senses(senses: Senses) -> Group:
    """A sentence encoder's vectors and k-means."""

    async def group(papers: Sequence[Paper], count: int | None) -> Sequence[int]:
        return k_means(senses.encode_papers(papers).astype(float), count)

    return group


def k_means(rows: Matrix, count: int | None) -> list[int]:
    """k-means (Lloyd 1982) from k-means++ starts (Arthur and Vassilvitskii 2007), the best of a few runs.

    `rows` has shape (papers, dimensions); the result has a group number from 0 for each paper.
    """

    chance = np.random.default_rng(0)

    def apart(middles: Matrix) -> Matrix:
        # |x - m|² = |x|² + |m|² - 2 x·m, shape (papers, centres); rounding may make it slightly negative.
        squared: Matrix = (rows**2).sum(axis=1)[:, None] + (middles**2).sum(axis=1) - 2 * rows @ middles.T
        return squared.clip(0.0)

    best: tuple[float, list[int]] = (float("inf"), [])
    for _ in range(_STARTS):
        middles = rows[[int(chance.integers(len(rows)))]]
        while len(middles) < min(count or 1, len(rows)):
            # k-means++: the next centre is drawn with probability proportional to the squared distance to the nearest
            # one.
            far = apart(middles).min(axis=1) + 1e-12
            middles = np.vstack([middles, rows[int(chance.choice(len(rows), p=far / far.sum()))]])
        for _ in range(_ROUNDS):
            labels = apart(middles).argmin(axis=1)
            # An empty cluster keeps its centre.
            whole = [rows[labels == at].mean(axis=0) if (labels == at).any() else one for at, one in enumerate(middles)]
            if (np.array(whole) == middles).all():
                break
            middles = np.array(whole)
        # The objective is the sum of squared distances to the nearest centre.
        best = min(best, (float(apart(middles).min(axis=1).sum()), labels.tolist()), key=lambda one: one[0])
    return best[1]


WAYS: Mapping[str, Group] = {"by lot": by_lot, "TF-IDF and k-means": by_kmeans}


def _groups(week: Sequence[Grouped]) -> set[str]:
    return {row.group for row in week}


def _number(papers: Sequence[Paper], themes: Sequence[Theme]) -> list[int]:
    place = {key: number for number, theme in enumerate(themes) for key in theme.paper_keys}
    return [place[paper.key] for paper in papers]
