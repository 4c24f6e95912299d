"""Whether papers seen before help to group new ones: themes with an archive of the field beside the shipped background.

    pip install "scikit-learn>=1.5"
    python benchmarks/archive_themes.py DATA                     # beside the shipped background
    python benchmarks/archive_themes.py DATA --background FILE   # beside another one, of another field

DATA has one paper a line: `title`, `abstract`, and its group as `track`. A week is 60 papers drawn by a seed; the
archive is drawn from the others, and, with `--more FILE`, from the papers of that file. "k given" asks for as many
themes as the week has tracks. Intervals are normal ones over the weeks of the difference to no archive.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Sequence
from pathlib import Path

from broadsheet.models import Paper
from broadsheet.themes.background import Background, load_background, shipped
from broadsheet.themes.clustering import cluster
from broadsheet.themes.vector_space import Space, count_terms, describe_papers

WEEK, WEEKS = 60, 30
SIZES = (0, 100, 200, 440, 1000, 2000, 4000)


def read_papers(path: Path, mark: str) -> tuple[list[Paper], list[str]]:
    """The papers of a file, and their tracks."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = [Paper(key=f"{mark}{at}", title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows)]
    return papers, [row.get("track", "") for row in rows]


def group(papers: Sequence[Paper], background: Background, count: int | None) -> list[int]:
    """The theme of each paper by number; those that fit nowhere share one."""
    grouping = cluster(Space.of(describe_papers(papers, background)), count=count)
    labels = [-1] * len(papers)
    for number, members in enumerate(grouping.groups):
        for index in members:
            labels[index] = number
    return labels


def interval(values: Sequence[float]) -> str:
    half = 1.96 * statistics.stdev(values) / len(values) ** 0.5
    return f"{statistics.mean(values):+.3f} ± {half:.3f}"


def main() -> None:
    """Print the table."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--background", type=Path)
    parser.add_argument("--more", type=Path)
    asked = parser.parse_args()
    known = load_background(asked.background) if asked.background else shipped()
    papers, tracks = read_papers(asked.data, "d")
    more = read_papers(asked.more, "m")[0] if asked.more else []
    base: list[tuple[float, ...]] = []
    print("| archive | ARI, k given | AMI, k given | ARI, auto | AMI, auto | ARI gained | AMI gained |")
    print("|---|---|---|---|---|---|---|")
    for size in SIZES:
        scores: list[tuple[float, ...]] = []
        if size > len(papers) - WEEK + len(more):
            break
        for seed in range(WEEKS):
            chance = random.Random(seed)
            week = sorted(chance.sample(range(len(papers)), WEEK))
            others = [paper for at, paper in enumerate(papers) if at not in set(week)]
            chance.shuffle(others)
            archive = [*others, *chance.sample(more, len(more))][:size]
            grown = known.grow([count_terms(paper) for paper in archive])
            chosen, truth = [papers[at] for at in week], [tracks[at] for at in week]
            found = [group(chosen, grown, count) for count in (len(set(truth)), None)]
            ways = (adjusted_rand_score, adjusted_mutual_info_score)
            scores.append(tuple(score(truth, labels) for labels in found for score in ways))
        base = base or scores
        means = " | ".join(f"{statistics.mean(column):.3f}" for column in zip(*scores, strict=True))
        gained = [[now[at] - then[at] for now, then in zip(scores, base, strict=True)] for at in (0, 1)]
        print(f"| {size:,} | {means} | {' | '.join(map(interval, gained))} |", flush=True)


if __name__ == "__main__":
    main()
