"""How long grouping and rendering take, and how much memory, for lists of 1,000 to 10,000 papers.

    python benchmarks/large_digest.py ../shared/quality/abstracts_background.jsonl [PAPERS…]

Each size runs in a process of its own, so that its peak of memory is its own. TL;DRs are taken from the first sentence
here, for what grouping and rendering cost does not hang on them; `speed_table.py` measures the engine's. Seconds are of
this process's CPU, memory is the peak so far after each step.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus

os.environ.setdefault("OMP_NUM_THREADS", "2")

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality" / "abstracts_background.jsonl"
SIZES = (1000, 2500, 5000, 10_000)
ALONE = "--one"


def measure(path: Path, size: int) -> None:
    """Print one row of the table: papers, seconds and peak memory by step."""
    from broadsheet.digests.pipeline import keep_account
    from broadsheet.models import Digest, Engine, Evidence, Listing, Paper, Summary, Usage
    from broadsheet.rendering.pages import render_digest
    from broadsheet.settings.resources import Resources
    from broadsheet.text.sentences import split_sentences
    from broadsheet.themes.group import group_papers
    from broadsheet.themes.projection import draw_map

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:size]]
    papers = tuple(Paper(key=f"p{at}", title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows))
    summaries = []
    for paper in papers:
        first = split_sentences(paper.abstract)[0]
        piece = Evidence(sentence=0, start=first.start, end=first.end, text=first.text)
        summaries.append(Summary(paper_key=paper.key, tldr=first.text, method="extracted", evidence=(piece,)))
    cells = [f"{size:,}"]
    began = time.process_time()

    def lap() -> None:
        nonlocal began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cells.append(f"{time.process_time() - began:.1f} s, {peak:.0f} MB")
        began = time.process_time()

    themes = group_papers(Corpus.of(papers, shipped()))
    lap()
    placed = draw_map(Corpus.of(papers, shipped()), themes)
    digest = Digest(
        title="Large",
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        themes=themes,
        map=placed,
        summaries=tuple(summaries),
        papers=papers,
        account=keep_account(Listing(papers=papers), summaries),
        usage=Usage(),
        engine=Engine(backend="none", model="", version="0"),
    )
    for form in ("html", "md"):
        render_digest(digest, form, resources=Resources())
        lap()
    cells.append(f"{len(themes)} (largest {max(len(theme.paper_keys) for theme in themes)})")
    print(f"| {' | '.join(cells)} |", flush=True)


def main(path: Path, sizes: tuple[int, ...]) -> None:
    """Print the table, a process a size."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of papers with `title` and `abstract`.")
    print("| papers | grouped | page | Markdown | themes |\n|---|---|---|---|---|", flush=True)
    for size in sizes:
        subprocess.run([sys.executable, __file__, ALONE, str(path), str(size)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == [ALONE]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED, tuple(map(int, sys.argv[2:])) or SIZES)
