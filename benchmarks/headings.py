"""The built-in headings of some listings, to be read by a person: a line a theme, with its size and its papers' titles.

    python benchmarks/headings.py examples/listing.txt
    python benchmarks/headings.py --weeks 4 ../shared/quality/emnlp2020_tracks_dev500.jsonl

With `--weeks` each file is JSON Lines with `title` and `abstract`, of which so many weeks of 60 papers are drawn.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import broadsheet
from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers

WEEK, FIRST_SEED = 60, 100


def draw(path: Path, weeks: int) -> Iterator[Sequence[Paper]]:
    """The papers of a listing, or some weeks of a file's."""
    if not weeks:
        yield broadsheet.read(path).papers
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = [Paper(key=str(at), title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows)]
    for seed in range(FIRST_SEED, FIRST_SEED + weeks):
        yield random.Random(seed).sample(papers, WEEK)


def main() -> None:
    """Print the headings, and how many there are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--weeks", type=int, default=0)
    parser.add_argument("--titles", action="store_true", help="the papers' titles under each heading")
    asked = parser.parse_args()
    count = 0
    for path in asked.files:
        for papers in draw(path, asked.weeks):
            titles = {paper.key: paper.title for paper in papers}
            for theme in group_papers(Corpus.of(papers, shipped())):
                count += not theme.other
                print(f"{path.name}: {theme.title} ({len(theme.paper_keys)})")
                if asked.titles:
                    print("".join(f"    {titles[key]}\n" for key in theme.paper_keys), end="")
    print(f"{count} headings")


if __name__ == "__main__":
    main()
