"""How good the themes of very many papers are, and how steady: against arXiv's categories, and with 1 % more papers.

    python benchmarks/bulk_themes.py ../shared/quality/arxiv_tldr_train.jsonl.xz --papers 20000

The file is JSON Lines (`.xz` or not) with `id`, `title`, `abstract` and `cats`, the primary category first. So many
papers are drawn by a seed and grouped as `bulk digest` groups them. Printed is the adjusted mutual information with the
categories on samples of 2,000 of them: of these themes, of as few themes of all papers as the samples get, and of the
themes that each sample gets by itself. Then 1 % more papers come, and it is printed how many of the old ones stand
elsewhere than most of their theme: with the themes kept, as `bulk digest` does in the same folder, and begun anew.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from broadsheet.evaluation.agreement import adjusted_information
from broadsheet.injection.sanitise import keep_as_is
from broadsheet.models import Paper, Theme
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from mixed_weeks import read_rows, to_grouped

SAMPLE = 2000


def group(
    papers: Sequence[Paper], *, count: int | None = None, kept: Sequence[Sequence[str]] = ()
) -> tuple[Theme, ...]:
    """The themes of these papers."""
    return group_papers(Corpus.of(papers, shipped(), sanitise=keep_as_is), count=count, kept=kept)


def number(themes: Sequence[Theme]) -> dict[str, int]:
    """The number of each paper's theme, by key."""
    return {key: at for at, theme in enumerate(themes) for key in theme.paper_keys}


def moved(before: Sequence[Theme], after: Mapping[str, int]) -> float:
    """The share of the old papers that stand in another theme than most of their old theme, in per cent."""
    stay = sum(max(Counter(after[key] for key in theme.paper_keys).values()) for theme in before)
    return 100 * (1 - stay / sum(len(theme.paper_keys) for theme in before))


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("listing", type=Path)
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    drawn = chance.sample([to_grouped(row) for row in read_rows(given.listing)], round(1.01 * given.papers))
    category = {one.paper.key: one.group for one in drawn}
    more = [one.paper for one in drawn]
    papers = more[: given.papers]
    began = time.process_time()
    themes = group(papers)
    print(f"{len(papers):,} papers: {len(themes)} themes, {time.process_time() - began:.0f} s CPU", flush=True)
    whole = number(themes)
    samples = [chance.sample(papers, SAMPLE) for _ in range(given.samples)]
    alone = [number(group(some)) for some in samples]
    count = round(statistics.fmean(len(set(found.values())) for found in alone))
    coarse = number(group(papers, count=count))
    for some, own in zip(samples, alone, strict=True):
        wanted = [category[one.key] for one in some]
        told = (adjusted_information(wanted, [found[one.key] for one in some]) for found in (whole, coarse, own))
        print(
            "sample of {:,}: AMI {:.3f}; in {} themes of all {:.3f}; by itself {:.3f}".format(
                SAMPLE, next(told), count, *told
            ),
            flush=True,
        )
    kept = [theme.paper_keys for theme in themes if not theme.other]
    for said, begin in (("themes kept", kept), ("begun anew", [])):
        share = moved(themes, number(group(more, kept=begin)))
        print(f"{len(more) - len(papers):,} more papers, {said}: {share:.1f} % of the old moved", flush=True)


if __name__ == "__main__":
    main()
