"""A sheet of TL;DRs to read blind, and nothing on it that says what wrote them or what people wrote.

    python benchmarks/tldr_reading.py ../shared/quality/scitldr_dev.jsonl ../shared/quality/corl2022_tldr.jsonl

Prints the same 100 papers on every run (50 of each file, by seed): file and line, title, the engine's TL;DR, and
the abstract to judge it by. Verdicts are kept in results/tldr_reading.md without the texts.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from broadsheet.tldr.extractive.extract import extract_tldr
from tldr_quality import read_labelled

SEED = 20261128
PAPERS = 100


def main(paths: list[Path]) -> None:
    """Print the sheet."""
    chooser = random.Random(SEED)
    for path in paths:
        papers = [paper for paper, _ in read_labelled(path) if paper.abstract]
        for paper in chooser.sample(papers, PAPERS // len(paths)):
            print(f"[{path.stem} {paper.key}] {paper.title}\n  > {extract_tldr(paper).tldr}\n  {paper.abstract}\n")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
