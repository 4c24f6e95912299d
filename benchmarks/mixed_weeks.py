"""How close the built-in themes come to arXiv's categories, on weeks of mixed fields drawn from labelled papers.

    python benchmarks/mixed_weeks.py ../shared/quality/arxiv_tldr_dev.jsonl
    python benchmarks/mixed_weeks.py --every 5 ../shared/quality/arxiv_tldr_train.jsonl.xz
    python benchmarks/mixed_weeks.py --sections 300 ../shared/quality/arxiv_tldr_dev.jsonl

The file is JSON Lines (`.xz` or not) with `title`, `abstract`, `cats` (the primary one first) and `day`. A paper's
group is its primary category. There are three kinds of weeks of 60 papers: of a few categories (4 to 8), of many (10 to
20), and of whatever the file has; the first two draw as many papers from each category as they can. With `--every` only
the papers of each so manyth day are drawn, the days that `train_background.py --every` leaves out. `--sections` draws
weeks of so many papers of whatever the file has, and says how close the sections come to arXiv's archives (`cs`,
`stat`, `q-bio`) beside as many groups by k-means, and the themes to the categories. `--fit` prints the line by which
`themes/clustering.py` expects the number of groups, fitted to weeks of 3 to 24 categories.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from broadsheet.digests.builtin_themes import arrange_without_model
from broadsheet.evaluation.agreement import adjusted_information, adjusted_rand
from broadsheet.evaluation.grouping import by_kmeans
from broadsheet.evaluation.labelled import Grouped
from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers

WEEK = 60
LEAST = 8
"""A category of fewer papers makes no group of a week of chosen categories."""
KINDS = {"few categories": (4, 8), "many categories": (10, 20), "all categories": (0, 0)}


def read_rows(path: Path) -> list[dict[str, object]]:
    """The lines of a file, packed or not."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def held_days(rows: Sequence[dict[str, object]], every: int) -> set[object]:
    """Each so manyth day of the data, in the order of the days."""
    return set(sorted({str(row["day"]) for row in rows})[::every])


def to_grouped(row: dict[str, object]) -> Grouped:
    """A paper with its primary category as its group."""
    cats = row["cats"]
    assert isinstance(cats, list)
    return Grouped(Paper(key=str(row["id"]), title=str(row["title"]), abstract=str(row["abstract"])), str(cats[0]))


def draw(
    rows: Sequence[Grouped], bounds: tuple[int, int], weeks: int, seed: int, size: int = WEEK
) -> Iterator[list[Grouped]]:
    """Weeks of so many categories, of all where the bounds are 0; the same for the same seed."""
    groups: dict[str, list[Grouped]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    large = sorted(name for name, members in groups.items() if len(members) >= LEAST)
    fewest, most = bounds
    for week in range(weeks):
        chance = random.Random(seed + week)
        pool: list[Grouped] = list(rows)
        if most:
            chosen = chance.sample(large, min(len(large), chance.randint(fewest, most)))
            each = -(-size // len(chosen)) + 1
            pool = [one for name in chosen for one in chance.sample(groups[name], min(each, len(groups[name])))]
        yield chance.sample(pool, min(size, len(pool)))


FITTED = ((3, 5), (4, 8), (8, 12), (10, 20), (14, 24))


def fit_count(rows: Sequence[Grouped], weeks: int, seed: int) -> tuple[float, float, float]:
    """Slope and level of ln(number of categories) over -ln(mean squared cosine), and correlation.

    By the reduced major axis: least squares would draw few and many categories towards the mean.
    """
    alike, counts = [], []
    for bounds in FITTED:
        for week in draw(rows, bounds, weeks, seed):
            similarity = Corpus.of([row.paper for row in week], shipped()).space.compare(range(len(week)))
            squared = similarity[~np.eye(len(week), dtype=bool)] ** 2
            alike.append(-np.log(squared.mean()))
            counts.append(np.log(len({row.group for row in week})))
    slope = np.std(counts) / np.std(alike)
    return float(slope), float(np.mean(counts) - slope * np.mean(alike)), float(np.corrcoef(alike, counts)[0, 1])


def number_themes(week: Sequence[Grouped], count: int | None) -> list[int]:
    """The number of each paper's theme, as the built-in engine groups them."""
    themes = group_papers(Corpus.of([row.paper for row in week], shipped()), count=count)
    place = {key: number for number, theme in enumerate(themes) for key in theme.paper_keys}
    return [place[row.paper.key] for row in week]


def compare_sections(weeks: Iterator[list[Grouped]]) -> None:
    """Print the agreement of sections with archives and of themes with categories, means over the weeks."""
    print("| week | sections | AMI with archives | k-means, as many | themes | AMI with categories | papers a theme |")
    print("|---|---|---|---|---|---|---|")
    figures = []
    for week in weeks:
        papers = [row.paper for row in week]
        themes = arrange_without_model(Corpus.of(papers, shipped()), sections=True).themes
        section = {key: theme.section for theme in themes for key in theme.paper_keys}
        place = {key: number for number, theme in enumerate(themes) for key in theme.paper_keys}
        sections = [section[paper.key] for paper in papers]
        archives = [row.group.partition(".")[0] for row in week]
        figures.append(
            (
                len({*sections} - {""}),
                adjusted_information(archives, sections),
                adjusted_information(archives, asyncio.run(by_kmeans(papers, len({*sections})))),
                len(themes),
                adjusted_information([row.group for row in week], [place[paper.key] for paper in papers]),
                float(np.median([len(theme.paper_keys) for theme in themes])),
            )
        )
    for name, row in (*enumerate(figures, start=1), ("mean", np.mean(figures, axis=0))):
        print("| {} | {:.1f} | {:.3f} | {:.3f} | {:.1f} | {:.3f} | {:.0f} |".format(name, *row))


def main() -> None:
    """Print a line a kind of week and a way of grouping."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--every", type=int, default=0)
    parser.add_argument("--weeks", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--sections", type=int, default=0, metavar="PAPERS")
    asked = parser.parse_args()
    told = read_rows(asked.file)
    days = held_days(told, asked.every) if asked.every else None
    rows = [to_grouped(row) for row in told if days is None or str(row["day"]) in days]
    if asked.fit:
        slope, level, correlation = fit_count(rows, asked.weeks, asked.seed)
        print(f"slope {slope:.2f}, level {level:.2f}, correlation {correlation:.2f}")
        return
    if asked.sections:
        compare_sections(draw(rows, KINDS["all categories"], asked.weeks, asked.seed, asked.sections))
        return
    print(f"{len(rows):,} papers\n\n| weeks | way | ARI | AMI | themes | people's | nearness of the numbers |")
    print("|---|---|---|---|---|---|---|")
    for kind, bounds in KINDS.items():
        weeks = list(draw(rows, bounds, asked.weeks, asked.seed))
        people = [[row.group for row in week] for week in weeks]
        ways = {
            "k-means, k given": [
                asyncio.run(by_kmeans([row.paper for row in week], len({*own})))  # type: ignore[arg-type]
                for week, own in zip(weeks, people, strict=True)
            ],
            "k given": [number_themes(week, len({*own})) for week, own in zip(weeks, people, strict=True)],
            "automatic": [number_themes(week, None) for week in weeks],
        }
        for way, found in ways.items():
            pairs = list(zip(people, found, strict=True))
            shares = [len({*mine}) / len({*own}) for own, mine in pairs]
            print(
                f"| {kind} | {way} | {np.mean([adjusted_rand(*pair) for pair in pairs]):.3f}"
                f" | {np.mean([adjusted_information(*pair) for pair in pairs]):.3f}"
                f" | {np.mean([len({*mine}) for _, mine in pairs]):.1f}"
                f" | {np.mean([len({*own}) for own, _ in pairs]):.1f}"
                f" | {np.mean([0.75 <= share <= 1.25 for share in shares]):.0%} within 25 % |",
                flush=True,
            )


if __name__ == "__main__":
    main()
