"""The checker of form on arXiv abstracts: faults by kind in whole sentences, in candidates, and in what is published.

    python benchmarks/tldr_form.py ../shared/quality/arxiv_tldr_train.jsonl.xz --papers 4000

Whole sentences were written by people: what is found there is a reference to another sentence, a list or a question,
or a false alarm. Candidates are what cuts and joins made of them; the last column is what the checker let through.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import sys
import time
from collections import Counter
from pathlib import Path

from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.extract import describe_sentences, extract_tldr, rate
from broadsheet.tldr.extractive.form import FAULTS, find_form_fault
from broadsheet.tldr.extractive.ranking import look_at
from broadsheet.tldr.extractive.selection import list_candidates, reads_as_english


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--papers", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    if not arguments.data.is_file():
        sys.exit(f"{arguments.data} is missing: name a JSON Lines file of papers, plain or as .xz.")
    opened = lzma.open if arguments.data.suffix == ".xz" else open
    with opened(arguments.data, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    chosen = random.Random(arguments.seed).sample(rows, min(arguments.papers, len(rows)))
    whole, made, published = Counter[str](), Counter[str](), Counter[str]()
    seconds = 0.0
    for row in chosen:
        paper = Paper(key=row["id"], title=row["title"], abstract=" ".join(row["abstract"].split()))
        sentences = split_sentences(paper.abstract)
        whole.update(find_form_fault(sentence.text) or "none" for sentence in sentences)
        if reads_as_english(sentences):
            cues = list(describe_sentences(paper.title, sentences))
            scores = [rate(found) for found in cues]
            view = look_at(paper.title, cues, scores)
            made.update(find_form_fault(one.text) or "none" for one in list_candidates(paper.title, sentences, view))
        started = time.process_time()
        tldr = extract_tldr(paper).tldr
        seconds += time.process_time() - started
        published.update([find_form_fault(tldr) or "none"])
    print(f"{len(chosen)} abstracts; {1000 * seconds / len(chosen):.1f} ms CPU a TL;DR\n")
    print("| fault | sentences | candidates | published |\n|---|---|---|---|")
    for name in (*FAULTS, "none"):
        print(f"| {name} | {whole[name]} | {made[name]} | {published[name]} |")
    print(f"| all | {whole.total()} | {made.total()} | {published.total()} |")


if __name__ == "__main__":
    main()
