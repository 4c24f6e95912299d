"""How close the built-in TL;DRs come to people's: ROUGE on labelled papers, beside the usual baselines.

    pip install "rouge-score>=0.1.2"
    python benchmarks/tldr_quality.py ../shared/quality/scitldr_dev.jsonl

The data has one paper a line: `title`, `source` (sentences) or `abstract`, and `target` or `tldr`. R1, R2 and
RL are F-measures in per cent with stemming, once against the best of a paper's references, once against the
author's own (the first). The title is never repeated in what is measured: the reader has seen it. "Cue and title"
is the rule picker: the sentence with a claim's cue words and most words of the title.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Opening
from broadsheet.tldr.extractive.compression import trim_sentence
from broadsheet.tldr.extractive.extract import best_sentences, extract_tldr
from broadsheet.tldr.extractive.selection import OPENING

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
Scores = tuple[float, float, float]
Labelled = tuple[Paper, list[str]]


def read_labelled(path: Path) -> list[Labelled]:
    """The papers of a file with their references, the author's first."""
    labelled = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        abstract = " ".join(" ".join(row.get("source") or [row.get("abstract", "")]).split())
        references = row.get("target") or [row["tldr"]]
        labelled.append((Paper(key=str(number), title=row.get("title") or "", abstract=abstract), references))
    return labelled


def build_scorer() -> Any:
    """The ROUGE scorer, or an exit that says how to get it."""
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError:
        sys.exit('rouge-score is missing: pip install "rouge-score>=0.1.2", then run this again.')
    return RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)


def score(scorer: Any, references: Iterable[str], tldr: str) -> Scores:
    """R1, R2, RL against the reference with the best R1."""
    scores = (scorer.score(reference, tldr) for reference in references)
    return max(tuple(one[name].fmeasure for name in ("rouge1", "rouge2", "rougeL")) for one in scores)


def build_writers(scorer: Any) -> dict[str, Callable[[Paper, list[str]], str]]:
    """What is compared, by name: each gets a paper and, for the oracle alone, its references."""

    def lead(paper: Paper, _: list[str]) -> str:
        return split_sentences(paper.abstract)[0].text

    def whole(paper: Paper, _: list[str]) -> str:
        return best_sentences(paper, 1)[0].text

    def cue_and_title(paper: Paper, _: list[str]) -> str:
        return trim_sentence(best_sentences(paper, 1)[0].text)

    def opened(opening: Opening) -> Callable[[Paper, list[str]], str]:
        return lambda paper, _: extract_tldr(paper, opening=opening).tldr

    def oracle(paper: Paper, references: list[str]) -> str:
        trimmed = [trim_sentence(sentence.text) for sentence in split_sentences(paper.abstract)]
        return max(trimmed, key=lambda tldr: score(scorer, references, tldr))

    return {
        "lead sentence": lead,
        "cue and title, whole": whole,
        "cue and title, trimmed": cue_and_title,
        "built-in engine": opened(OPENING),
        "the same, always We": opened("we"),
        "the same, never We where it can go": opened("noun"),
        "oracle sentence": oracle,
    }


def measure(scorer: Any, labelled: list[Labelled], write: Callable[[Paper, list[str]], str]) -> str:
    """One row of the table."""
    started = time.perf_counter()
    tldrs = [write(paper, references) for paper, references in labelled]
    milliseconds = (time.perf_counter() - started) * 1000 / len(labelled)
    best = [score(scorer, references, tldr) for (_, references), tldr in zip(labelled, tldrs, strict=True)]
    author = [score(scorer, references[:1], tldr) for (_, references), tldr in zip(labelled, tldrs, strict=True)]
    figures = [
        100 * sum(column) / len(labelled) for column in (*zip(*best, strict=True), next(zip(*author, strict=True)))
    ]
    lengths = [len(tldr.split()) for tldr in tldrs]
    above = sum(length > 25 for length in lengths) / len(lengths)
    cells = [
        *(f"{figure:.1f}" for figure in figures),
        f"{sum(lengths) / len(lengths):.1f}",
        f"{above:.0%}",
        f"{milliseconds:.2f}",
    ]
    return " | ".join(cells)


def main(path: Path) -> None:
    """Print the table for one file."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of labelled papers.")
    scorer = build_scorer()
    labelled = [(paper, references) for paper, references in read_labelled(path) if paper.abstract]
    print(f"{path.name}: {len(labelled)} papers\n")
    print("| | R1 | R2 | RL | author R1 | words | above 25 words | ms a paper |\n|---|---|---|---|---|---|---|---|")
    for name, write in build_writers(scorer).items():
        print(f"| {name} | {measure(scorer, labelled, write)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "scitldr_dev.jsonl")
