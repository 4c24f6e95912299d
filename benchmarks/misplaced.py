"""How many texts with right words in the wrong place the check stops, by kind, and how many true ones its rules cost.

    python benchmarks/misplaced.py
    python benchmarks/misplaced.py --papers ../shared/quality/arxiv_tldr_train.jsonl.xz --count 1500

True are a sentence of each abstract with a word or a clause deleted, its TL;DR by a language model, and the TL;DRs of
authors; false are sentences and TL;DRs that `corruptions.misplace` has made so. "Before" is what was stopped without
the rules for misplaced words.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from broadsheet.grounding.check import Checker, judge_tldr
from broadsheet.grounding.misplaced import find_misplaced
from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from corruptions import misplace
from foreign_sentences import SHARED, read_papers

KEPT = re.compile(
    r"(?:not|no|cannot|never|without|fail\w*|may|might|could|some|several|many|most|few|often|sometimes|part\w+|potential\w*|"
    r"likely|possibly|suggest\w*|appear\w*|seem\w*|tend\w*|neither|nor|only|nearly|almost|less|than|by|of|typically|usually|"
    r"generally|frequently|mostly|positive\w*|negative\w*|al|total|equal|respective\w*)\W*",
    re.IGNORECASE,
)
"""Words that nobody may delete and keep what is said true."""
RUN = 300
"""Papers that are checked side by side."""


def shorten(sentence: str, rng: random.Random) -> str:
    """A sentence that is still true, without one of its adverbs or adjectives, its lead-in, its tail, or a bracket."""
    found = []
    lead = re.match(r"^[A-Z][^,.;]{3,60}, (?=\w)", sentence)
    if lead and not re.search(r"\b(?:not|unlike|although|though|if|no|without)\b", lead[0], re.IGNORECASE):
        found.append(sentence[lead.end()].upper() + sentence[lead.end() + 1 :])
    tails = list(re.finditer(r", (?:which|where|while|with|enabling|including|thus|by|and)\b[^.;]*", sentence))
    if tails:
        found.append(sentence[: tails[-1].start()] + ".")
    found += [sentence[: one.start()] + sentence[one.end() :] for one in re.finditer(r" \([^()]*\)", sentence)]
    words = sentence.split()
    for at, word in enumerate(words[1:-1], start=1):
        if re.fullmatch(r"\w+(?:ly|ive|ous|al|ful|ic)", word) and not KEPT.fullmatch(word):
            found.append(" ".join(words[:at] + words[at + 1 :]))
    return rng.choice(found) if found else sentence


def sentences_of(paper: Paper) -> list[str]:
    """The sentences of an abstract that are no shorter and no longer than most."""
    return [one.text for one in split_sentences(paper.abstract) if 7 <= len(one.text.split()) <= 45]


def make_cases(papers: list[tuple[Paper, str]], rng: random.Random) -> Iterator[tuple[str, str, Paper, str]]:
    """True and false texts: kind, where from, paper, text."""
    for paper, tldr in papers:
        sentences = [shorten(sentence, rng) for sentence in sentences_of(paper)]
        if sentences:
            yield "true", "sentence", paper, rng.choice(sentences)
        yield "true", "TL;DR", paper, tldr
        made = defaultdict(list)
        for sentence in sentences:
            for example in misplace(sentence, paper.abstract, rng):
                made[example.kind].append(example.tldr)
        for kind, texts in made.items():
            yield kind, "sentence", paper, rng.choice(texts)
        for example in misplace(tldr, paper.abstract, rng):
            yield example.kind, "TL;DR", paper, example.tldr


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=SHARED / "arxiv_tldr_dev.jsonl")
    parser.add_argument("--authors", type=Path, default=SHARED / "scitldr_dev.jsonl")
    parser.add_argument("--count", type=int, default=1200)
    parser.add_argument("--rules-alone", action="store_true", help="without the rest of the check, which takes minutes")
    asked = parser.parse_args()
    rng = random.Random(11)
    papers = rng.sample(read_papers(asked.papers), asked.count)
    authors = read_papers(asked.authors)
    cases = [*make_cases(papers, rng), *(("true", "author", paper, tldr) for paper, tldr in authors)]
    runs = [rows[at : at + RUN] for rows in (papers, authors) for at in range(0, len(rows), RUN)]
    checkers = [(Checker([paper for paper, _ in run]), run) for run in runs]
    checker_of = {paper.key: checker for checker, run in checkers for paper, _ in run}
    flags: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    busy = 0.0
    for kind, source, paper, text in cases:
        checker = checker_of[paper.key]
        reading = checker.read(paper).wording
        started = time.process_time()
        ruled = any(find_misplaced(text, reading))
        busy += time.process_time() - started
        before = False
        if not asked.rules_alone:
            kinds = [finding.kind for finding in judge_tldr(checker, paper, text)[1]]
            before = len(kinds) > sum(1 for _ in find_misplaced(text, reading))
        flags[kind, source].append((before, before or ruled))
    print("| | from | texts | before % | now % |\n|---|---|---|---|---|")
    for (kind, source), found in sorted(flags.items()):
        before, now = (100 * sum(column) / len(found) for column in zip(*found, strict=True))
        print(f"| {kind} | {source} | {len(found)} | {before:.1f} | {now:.1f} |")
    true = [one for (kind, _), found in flags.items() if kind == "true" for one in found]
    more = sum(now and not before for before, now in true)
    alarms, each = 100 * more / len(true), 1000 * busy / len(cases)
    print(f"\n{len(true)} true texts: {alarms:.2f} % further false alarms; {each:.2f} ms a text")


if __name__ == "__main__":
    main()
