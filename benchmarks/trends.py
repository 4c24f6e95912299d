"""Whether a subject that was made to rise is found, and what is called rising where nothing does.

    python benchmarks/trends.py ../shared/quality/arxiv_tldr_train.jsonl.xz
    python benchmarks/trends.py ../shared/quality/arxiv_tldr_train.jsonl.xz --draws 40 --seed 1000

The data has one paper a line: `id`, `title`, `abstract`, and its fields as `cats`. A draw is twelve weeks of 60 papers
of one field, without a paper twice. A subject that 40 to 300 papers of the field have is drawn, its papers are taken
out, and so many of them as `RISES` says are put into each week in the place of others; it counts where it stands first
among the subjects that rise. In the last row nothing is put in.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from broadsheet.editions.rising import find_rising
from broadsheet.models import Paper
from broadsheet.themes.headings import SharedPhrases
from broadsheet.themes.keyphrases import read_tokens

WEEK, WEEKS, POOL = 60, 12, 2000
FEWEST, MOST = 40, 300
Pool = tuple[list[Paper], list[tuple[str, list[int]]]]
"""Papers, and subjects by their keys with the positions of their papers."""
RISES: Mapping[str, tuple[int, ...]] = {
    "from nothing to 6 of 60": (0, 0, 1, 0, 1, 1, 2, 2, 3, 4, 5, 6),
    "from 1 to 6 of 60": (1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6),
    "in the last four weeks": (0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 5, 6),
    "from nothing to 3 of 60": (0, 0, 0, 0, 1, 0, 1, 1, 1, 2, 2, 3),
}


def read_pools(path: Path) -> list[Pool]:
    """The papers of each field with `POOL` of them, and the subjects that may be made to rise, with their papers."""
    fields: dict[str, list[Paper]] = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            field = row["cats"][0]
            if len(fields[field]) < POOL:
                fields[field].append(Paper(key=row["id"], title=row["title"], abstract=row["abstract"]))
    pools = []
    for _, papers in sorted(fields.items()):
        if len(papers) == POOL:
            held = ((one.key, sorted(one.titled | one.mentioned)) for one in SharedPhrases(papers).phrases)
            pools.append((papers, sorted((key, having) for key, having in held if FEWEST <= len(having) <= MOST)))
    return pools


def make_weeks(pool: Pool, draw: random.Random, rise: Sequence[int]) -> tuple[str, list[list[Paper]]]:
    """Twelve weeks with a subject that rises, and its name; an empty `rise` puts none in."""
    whole, subjects = pool
    if not rise:
        papers = draw.sample(whole, WEEKS * WEEK)
        return "", [papers[at : at + WEEK] for at in range(0, len(papers), WEEK)]
    name, held = draw.choice(subjects)
    put = iter(draw.sample(held, sum(rise)))
    rest = iter(draw.sample([at for at in range(len(whole)) if at not in set(held)], WEEKS * WEEK - sum(rise)))
    weeks = [[next(put) for _ in range(count)] + [next(rest) for _ in range(WEEK - count)] for count in rise]
    return name, [[whole[at] for at in week] for week in weeks]


def find_all(pools: Sequence[Pool], seeds: range, rise: Sequence[int]) -> Iterator[tuple[str, list[str]]]:
    """For each seed the subject that was made to rise, and those that are found, as keys of phrases."""
    for seed in seeds:
        draw = random.Random(seed)
        name, weeks = make_weeks(draw.choice(pools), draw, rise)
        yield name, ["".join(read_tokens(one.title)[1]) for one in find_rising(weeks)]


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="print what each draw finds")
    asked = parser.parse_args()
    pools, seeds = read_pools(asked.data), range(asked.seed, asked.seed + asked.draws)
    print(f"{len(pools)} fields, {WEEKS} weeks of {WEEK} papers, {asked.draws} draws from seed {asked.seed}\n")
    print("| made to rise | first in the list | in the list | others in the list | CPU s a draw |")
    print("|---|---|---|---|---|")
    for name, rise in {**RISES, "nothing": ()}.items():
        begun = time.process_time()
        found = list(find_all(pools, seeds, rise))
        seconds = (time.process_time() - begun) / len(found)
        first = sum(subjects[:1] == [wanted] for wanted, subjects in found)
        listed = sum(wanted in subjects for wanted, subjects in found)
        others = statistics.mean(len(set(subjects) - {wanted}) for wanted, subjects in found)
        print(f"| {name} | {first if rise else '–'} | {listed if rise else '–'} | {others:.2f} | {seconds:.2f} |")
        if asked.verbose:
            for wanted, subjects in found:
                print("   ", wanted, subjects[:5])


if __name__ == "__main__":
    main()
