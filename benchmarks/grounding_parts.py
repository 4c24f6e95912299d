"""What each part of the check adds: judged whole, without each part, and by the plain rules alone.

    pip install lightgbm scikit-learn
    python benchmarks/grounding_parts.py             # some twenty minutes on one core

A part is a family of features with the code that counts them. Without it the forests are grown anew as
`train_ground.py` grows them, on the same examples, and the threshold is chosen out of fold on the training papers at
the same share of false alarms; nothing is chosen on what is judged. Judged are two sets: `grounding_dev.jsonl`, and the
TL;DRs of `arxiv_tldr_dev.jsonl` (all fields, written by a language model) with the same kinds of corruptions, made
here; its papers stand in runs of neighbouring fields. What a part adds is the balanced accuracy of the whole less that
without it, a mean over both sets. The hard rules (an unknown number or name, hardly a word of the abstract) always
hold; the plain rules are these and half of the words.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from broadsheet.grounding.check import LEAST_COVERED
from broadsheet.grounding.classifier import WHOLE_FEATURES, sum_up
from broadsheet.grounding.features import TEXT_FEATURES, WORD_FEATURES, Support, support
from broadsheet.grounding.polarity import KINDS
from broadsheet.grounding.rivals import Run
from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import load_word_vectors
from broadsheet.themes.vector_space import Space, weigh_terms
from corruptions import AUTHOR, METRIC, NAME, NEAREST, NEGATION, NUMBER, SPLICE, Near, make_examples
from grounding import read_lines, read_run
from train_ground import (
    BUDGET,
    RUN,
    SEEDS,
    SHARED,
    Columns,
    Data,
    Fold,
    choose_threshold,
    fit_whole,
    fit_words,
    load_or_collect,
    word_scores,
)

PLAIN_COVERAGE = 0.5
"""The least share of a TL;DR that a plain rule asks of its abstract; the shipped one (`LEAST_COVERED`) asks less."""
SHARES = {NEAREST: 1.0, SPLICE: 1.0, METRIC: 1 / 3, NAME: 0.3, NEGATION: 0.3, NUMBER: 0.5}
"""The share of the papers that get a corruption of a kind, where one can be made: about as in `grounding_dev.jsonl`."""
NAMES = {
    "40% tail from nearest paper": SPLICE,
    "negation/antonym": NEGATION,
}
KINDS_JUDGED = (NUMBER, METRIC, NAME, NEAREST, SPLICE, NEGATION)


@dataclasses.dataclass(frozen=True)
class Judged:
    """A set to judge: what is seen of each TL;DR, what it is, and the paper that it is of."""

    name: str
    seen: Sequence[Support]
    kinds: Sequence[str]
    paper: np.ndarray

    def of(self, *kinds: str) -> np.ndarray:
        """Which TL;DRs are of these kinds."""
        return np.array([kind in kinds for kind in self.kinds])

    def whole(self, feature: str) -> np.ndarray:
        """One feature of the whole TL;DRs."""
        return np.array([one.whole[TEXT_FEATURES.index(feature)] for one in self.seen])


def read_people() -> Judged:
    """`grounding_dev.jsonl`: TLDRs by authors and reviewers, and corruptions of the former made elsewhere."""
    rows = read_lines(SHARED / "grounding_dev.jsonl")
    papers = read_run(SHARED / "scitldr_dev.jsonl", {str(row["paper_id"]) for row in rows})
    run = Run(list(papers.values()), load_word_vectors())
    places = {key: place for place, key in enumerate(papers)}
    return Judged(
        "people's",
        [support(run, run.read(papers[str(row["paper_id"])]), str(row["tldr"])) for row in rows],
        [NAMES.get(str(row["kind"]), str(row["kind"])) for row in rows],
        np.array([places[str(row["paper_id"])] for row in rows]),
    )


def read_arxiv() -> Judged:
    """`arxiv_tldr_dev.jsonl` with corruptions made here, in runs of 300 papers by their primary category."""
    rows = sorted(read_lines(SHARED / "arxiv_tldr_dev.jsonl"), key=lambda row: (row["cats"][0], row["id"]))  # type: ignore[index]
    rng = random.Random(11)
    seen, kinds, numbers = [], [], []
    for start in range(0, len(rows) - len(rows) % RUN, RUN):
        some = rows[start : start + RUN]
        tldrs = [" ".join(str(row["tldr"]).split()) for row in some]
        papers = [Paper(key=str(r["id"]), title=str(r["title"]), abstract=str(r["abstract"])) for r in some]
        run = Run(papers, load_word_vectors())
        alike = Space.of(weigh_terms(papers)).compare(range(len(papers)))
        np.fill_diagonal(alike, -9)
        for at, (paper, tldr) in enumerate(zip(papers, tldrs, strict=True)):
            order = np.argsort(-alike[at], kind="stable")[:5]
            near = Near([tldrs[other] for other in order], [papers[other].abstract for other in order])
            made = list(make_examples(tldr, [s.text for s in split_sentences(paper.abstract)], near, rng))
            for kind in (AUTHOR, *SHARES):
                own = [example.tldr for example in made if example.kind == kind]
                if own and rng.random() < SHARES.get(kind, 1.0):
                    seen.append(support(run, run.read(paper), rng.choice(own)))
                    kinds.append(kind)
                    numbers.append(start + at)
    return Judged("arXiv", seen, kinds, np.array(numbers))


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of the check: what it is, and the features that go with it, of words and of whole TL;DRs."""

    tells: str
    words: Sequence[str] = ()
    whole: Sequence[str] = ()


_TURN_WORDS = (
    *(f"turn {kind}" for kind in KINDS),
    *("alike", "against", "plain", "same word", "verbatim", "bridged"),
    *("deny form", "turn next", "turn last", "denied in abstract", "denial before", "turn within three"),
)
PARTS = {
    "likeness": Part("words near in meaning to one of the abstract", words=("likeness",)),
    "rivals": Part(
        "runs of words that another paper of the run holds better",
        words=("rivals holding", "rival stands", "rival likeness", "rival gain"),
        whole=("rival coverage", "best gain", "whole gain", "tail gain"),
    ),
    "turned claims": Part(
        "words that turn a claim, beside how the abstract turns the same",
        words=_TURN_WORDS,
        whole=(
            *("turns", "denials", "highest turn", "highest other", "highest denial", "beside run"),
            *[name for name in WHOLE_FEATURES if name.startswith("turned: ")],
        ),
    ),
    "word by word": Part("the scores of the words", whole=WHOLE_FEATURES[len(TEXT_FEATURES) :]),
}


def columns_without(parts: Sequence[str]) -> Columns:
    """What the forests see without some parts."""
    words = {name for part in parts for name in PARTS[part].words}
    whole = {name for part in parts for name in PARTS[part].whole}
    assert words <= set(WORD_FEATURES)
    assert whole <= set(WHOLE_FEATURES), whole - set(WHOLE_FEATURES)
    return Columns(
        np.array([at for at, name in enumerate(WORD_FEATURES) if name not in words]),
        np.array([at for at, name in enumerate(WHOLE_FEATURES) if name not in whole]),
    )


def judge_without(data: Data, sets: Sequence[Judged], parts: Sequence[str]) -> list[np.ndarray]:
    """Trains without some parts: for each TL;DR of each set how far the learned score is above the threshold."""
    columns = columns_without(parts)
    seeds = range(SEEDS)
    fold = Fold(data, seeds=seeds, columns=columns)
    threshold = choose_threshold(data, fold.scores, BUDGET)
    everything = np.flatnonzero(fold.kept)
    words = [fit_words(data, everything, seeds[0], columns)]
    whole = [fit_whole(data, fold.features, everything, one) for one in seeds]
    found = []
    for judged in sets:
        scores = word_scores(words, list(judged.seen), columns)
        rows = np.array([sum_up(one, own) for one, own in zip(judged.seen, scores, strict=True)])[:, columns.whole]
        found.append(np.mean([model.predict(rows, raw_score=True) for model in whole], axis=0) - threshold)
    return found


def hard(judged: Judged) -> np.ndarray:
    """What the hard rules stop."""
    stopped: np.ndarray = (
        (judged.whole("unknown names") > 0)
        | (judged.whole("unknown number") > 0)
        | (judged.whole("soft coverage") < LEAST_COVERED)
    )
    return stopped


def balanced(judged: Judged, flagged: np.ndarray) -> tuple[float, float, list[float]]:
    """Balanced accuracy, false alarms among the authors' own, and the share caught of each kind, all in per cent."""
    alarms = 100 * float(flagged[judged.of(AUTHOR)].mean())
    caught = [100 * float(flagged[judged.of(kind)].mean()) for kind in KINDS_JUDGED]
    all_caught = 100 * float(flagged[judged.of(*KINDS_JUDGED)].mean())
    return (100 - alarms + all_caught) / 2, alarms, caught


def show(name: str, sets: Sequence[Judged], flagged: Sequence[np.ndarray]) -> float:
    """Prints a row, and gives the balanced accuracy, the mean over the sets."""
    cells, means = [], []
    for judged, flags in zip(sets, flagged, strict=True):
        accuracy, alarms, caught = balanced(judged, flags)
        means.append(accuracy)
        cells += [f"{accuracy:.1f}", f"{alarms:.1f}", " ".join(f"{one:.0f}" for one in caught)]
    mean = float(np.mean(means))
    print(f"| {name} | {mean:.1f} | {' | '.join(cells)} |", flush=True)
    return mean


def main() -> None:
    """Train as often as there are parts, and print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--keep", type=Path, help="a file to keep what was seen in, for the next time")
    asked = options.parse_args()
    data = load_or_collect(SHARED / "scitldr_train.jsonl", asked.keep)
    sets = [read_people(), read_arxiv()]
    for judged in sets:
        print(f"{judged.name}: {int(judged.of(AUTHOR).sum())} true, {int(judged.of(*KINDS_JUDGED).sum())} false")
    kinds = ", ".join(KINDS_JUDGED)
    print(f"\nCaught, in this order: {kinds}\n")
    print("| | BAcc, mean | " + " | ".join(f"{one.name}: BAcc | false alarms | caught" for one in sets) + " |")
    print("|---" * (2 + 3 * len(sets)) + "|")
    stopped = [hard(judged) for judged in sets]
    show("hard rules", sets, stopped)
    plain = [one | (judged.whole("coverage") < PLAIN_COVERAGE) for judged, one in zip(sets, stopped, strict=True)]
    show("plain rules", sets, plain)
    for parts in ([], *([part] for part in PARTS)):
        scores = judge_without(data, sets, parts)
        flagged = [one | (score > 0) for one, score in zip(stopped, scores, strict=True)]
        show(f"without {parts[0]}: {PARTS[parts[0]].tells}" if parts else "the whole", sets, flagged)


if __name__ == "__main__":
    main()
