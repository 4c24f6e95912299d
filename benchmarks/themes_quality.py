"""How close the built-in themes come to people's: ARI and AMI over simulated weeks of labelled papers.

    pip install "scikit-learn>=1.5"
    python benchmarks/themes_quality.py ../shared/quality/emnlp2020_tracks_dev500.jsonl

The data has one paper a line: `title`, `abstract`, and its group as `track`. A week is 60 papers drawn by a seed. "k
given" asks for as many themes as the week has tracks; "auto" asks for none. Steadiness is the ARI of the themes of a
week and of the same week without one paper in ten. The adjusted Rand index and the adjusted mutual information are 0
for random groups; the interval is a normal one over the weeks. All times are of this process's CPU.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import broadsheet
from broadsheet.models import Paper
from broadsheet.writing.background import shipped
from broadsheet.writing.clusters import Grouping, cluster
from broadsheet.writing.similarity import Space, describe_papers, weigh_terms

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
WEEK, WEEKS = 60, 30
Labels = list[int]


def labels_of(grouping: Grouping, papers: int) -> Labels:
    """The group of each paper by number; those that fit nowhere share one."""
    labels = [len(grouping.groups)] * papers
    for number, group in enumerate(grouping.groups):
        for index in group:
            labels[index] = number
    return labels


def group(papers: Sequence[Paper], count: int | None = None, *, known: bool = True) -> Labels:
    """The built-in themes; without what is known of the field, by the words of the week alone."""
    rows = describe_papers(papers, shipped()) if known else weigh_terms(papers)
    return labels_of(cluster(Space.of(rows), count=count), len(papers))


def by_kmeans(papers: Sequence[Paper], count: int) -> Labels:
    """TF-IDF of the week and k-means, the usual baseline."""
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{paper.title} {paper.title} {paper.abstract}" for paper in papers]
    rows = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts)
    found: Labels = KMeans(count, n_init=4, random_state=0).fit_predict(rows).tolist()
    return found


def by_chance(papers: Sequence[Paper], count: int) -> Labels:
    """A group for each paper by lot."""
    lots = random.Random(len(papers))
    return [lots.randrange(count) for _ in papers]


def interval(values: Sequence[float]) -> str:
    """A mean and its 95% interval."""
    half = 1.96 * statistics.stdev(values) / len(values) ** 0.5
    return f"{statistics.mean(values):.3f} ± {half:.3f}"


def thinned(papers: Sequence[Paper], seed: int) -> list[int]:
    """The places of nine papers in ten."""
    return sorted(random.Random(seed).sample(range(len(papers)), round(0.9 * len(papers))))


def steadiness(papers: Sequence[Paper], seeds: range, ari: Callable[[Any, Any], float]) -> list[float]:
    """For each seed the ARI of all papers' themes with those of nine in ten."""
    whole = group(papers)
    return [
        ari([whole[at] for at in kept], group([papers[at] for at in kept]))
        for kept in (thinned(papers, seed) for seed in seeds)
    ]


def main(path: Path) -> None:
    """Print the table for one file, and how steady the themes are."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of papers with `title`, `abstract` and `track`.")
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = [Paper(key=str(at), title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows)]
    weeks = [sorted(random.Random(seed).sample(range(len(papers)), WEEK)) for seed in range(WEEKS)]
    ways: dict[str, Callable[[Sequence[Paper], int], Labels]] = {
        "by lot, k given": by_chance,
        "TF-IDF and k-means, k given": by_kmeans,
        "words of the week alone, k given": lambda some, count: group(some, count, known=False),
        "built-in, k given": group,
        "built-in, auto": lambda some, _: group(some),
    }
    print(f"{path.name}: {WEEKS} weeks of {WEEK} papers\n\n| | ARI | AMI | themes | ms a week |\n|---|---|---|---|---|")
    for name, way in ways.items():
        started = time.process_time()
        found = [way([papers[at] for at in week], len({rows[at]["track"] for at in week})) for week in weeks]
        milliseconds = (time.process_time() - started) * 1000 / WEEKS
        tracks = [[rows[at]["track"] for at in week] for week in weeks]
        pairs = list(zip(tracks, found, strict=True))
        sizes = statistics.mean(len(set(labels)) for labels in found)
        scores = [
            interval([score(*pair) for pair in pairs]) for score in (adjusted_rand_score, adjusted_mutual_info_score)
        ]
        print(f"| {name} | {scores[0]} | {scores[1]} | {sizes:.1f} | {milliseconds:.0f} |", flush=True)
    weekly = [one for week in weeks for one in steadiness([papers[at] for at in week], range(3), adjusted_rand_score)]
    print(f"\nWithout one paper in ten: ARI {interval(weekly)} over these weeks")
    listing = SHARED / "listings" / "hf_trending_pasted.txt"
    if listing.is_file():
        real = broadsheet.read(listing).papers
        print(f"and {interval(steadiness(real, range(12), adjusted_rand_score))} on {listing.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "quality" / "emnlp2020_tracks_dev500.jsonl")
