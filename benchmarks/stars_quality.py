"""How well stars rank a week: an arXiv category stands in for a reader's taste.

    python benchmarks/stars_quality.py ../shared/quality/arxiv_tldr_train.jsonl.xz

A week has 100 papers, 10 of them of the category. Before it the reader has starred 1, 3, 10 or 30 others of the
category and dismissed a third as many of other categories. "First 10" is how many of the first ten are of the
category, a mean over the seeds and twelve categories; the interest as a phrase is the category's own name, TF-IDF the
mean cosine to the starred papers. `--tune` uses other categories.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import lzma
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from broadsheet.digests.interests import Interests, Liked, match_papers
from broadsheet.digests.stars import rate_by_stars
from broadsheet.models import Paper
from broadsheet.store.desk import Star
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.vector_space import weigh_terms

TASTES = {
    "cs.RO": "robotics", "cs.CR": "cryptography and security", "cs.SE": "software engineering",
    "cs.IR": "information retrieval",
    "cs.HC": "human-computer interaction", "q-bio.NC": "neurons and cognition", "quant-ph": "quantum physics",
    "math.OC": "optimization and control", "cs.SD": "sound", "hep-ph": "high energy physics phenomenology",
    "cs.PL": "programming languages", "cs.AR": "hardware architecture",
}  # fmt: skip
TUNED_ON = {
    "cs.CV": "computer vision", "cs.DC": "distributed computing", "eess.IV": "image and video processing",
    "cs.CY": "computers and society", "cs.NE": "neural and evolutionary computing",
    "stat.ME": "statistical methodology",
    "cs.NI": "networking", "cs.DB": "databases", "cs.GR": "graphics", "cond-mat.mtrl-sci": "materials science",
}  # fmt: skip
STARS = (1, 3, 10, 30)
PAPERS, OWN = 100, 10
Rank = Callable[[Sequence[Paper], Sequence[Star], str], Sequence[float]]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--tune", action="store_true")
    asked = parser.parse_args()
    rows = list(read(asked.data))
    tastes = TUNED_ON if asked.tune else TASTES
    ways: dict[str, Rank] = {"stars": by_stars, "phrase": by_phrase, "TF-IDF": by_terms, "liked": by_liked}
    print("| stars | " + " | ".join(f"{name}, first 10" for name in ways) + " |\n|---|" + "---|" * len(ways))
    for stars in STARS:
        found: dict[str, list[float]] = {name: [] for name in ways}
        for seed in range(asked.seeds):
            for taste, phrase in tastes.items():
                week, own, given = draw(rows, taste, stars, seed)
                for name, rank in ways.items():
                    order = np.argsort(-np.array(rank(week, given, phrase)), kind="stable")[:10]
                    found[name].append(sum(week[at].key in own for at in order.tolist()))
        print(
            f"| {stars} | " + " | ".join(f"{statistics.fmean(values):.2f}" for values in found.values()) + " |",
            flush=True,
        )


def read(data: Path) -> Iterator[tuple[Paper, str]]:
    """The papers with their first categories."""
    with lzma.open(data, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Paper(key=row["id"], title=row["title"], abstract=row["abstract"]), row["cats"][0]


def draw(
    rows: Sequence[tuple[Paper, str]], taste: str, stars: int, seed: int
) -> tuple[list[Paper], frozenset[str], list[Star]]:
    """A week, the keys of those of the category in it, and the stars given before."""
    chance = random.Random(f"{taste} {seed}")
    own = chance.sample([paper for paper, category in rows if category == taste], OWN + stars)
    others = chance.sample([paper for paper, category in rows if category != taste], PAPERS - OWN + -(-stars // 3))
    week = own[:OWN] + others[: PAPERS - OWN]
    chance.shuffle(week)
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    given = [Star(paper, 1, "", now) for paper in own[OWN:]]
    given += [Star(paper, -1, "", now) for paper in others[PAPERS - OWN :]]
    return week, frozenset(paper.key for paper in own[:OWN]), given


def by_stars(week: Sequence[Paper], stars: Sequence[Star], phrase: str) -> Sequence[float]:
    """The model that is trained on the stars."""
    return rate_by_stars(week, stars, shipped())


def by_phrase(week: Sequence[Paper], stars: Sequence[Star], phrase: str) -> Sequence[float]:
    """The category's name as an interest."""
    return [match.score for match in match_papers(Corpus.of(week, shipped()), Interests((phrase,)))]


def by_liked(week: Sequence[Paper], stars: Sequence[Star], phrase: str) -> Sequence[float]:
    """The starred papers as a file of liked ones."""
    liked = Liked("stars", tuple(star.paper for star in stars if star.verdict == 1))
    return [match.score for match in match_papers(Corpus.of(week, shipped()), Interests(liked=(liked,)))]


def by_terms(week: Sequence[Paper], stars: Sequence[Star], phrase: str) -> Sequence[float]:
    """TF-IDF alone."""
    liked = [star.paper for star in stars if star.verdict == 1]
    words = weigh_terms([*week, *liked])
    return np.asarray((words[: len(week)] @ words[len(week) :].T).mean(axis=1)).ravel().tolist()


if __name__ == "__main__":
    main()
