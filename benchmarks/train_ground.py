"""Teaches the check which words of a TL;DR its abstract does not bear out, on author TLDRs and rule-made false ones.

    pip install lightgbm scikit-learn
    python benchmarks/train_ground.py ../shared/quality/scitldr_train.jsonl

Two forests are written beside the other weights. `ground_words` says of each word whether it is foreign, from what
`broadsheet.grounding.features` sees of it; `ground` says of a whole TL;DR whether it is false, from the words' scores
(of forests that never saw the paper) and from the whole. Papers stand in runs of 300, as in use. The threshold is
chosen out of fold, so that together with the hard rules a given share of the author TLDRs is flagged; it is
written into `ground` as a tree of its own: a score above 0 is a finding.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from broadsheet.grounding.check import LEAST_COVERED
from broadsheet.grounding.classifier import WHOLE_FEATURES, sum_up
from broadsheet.grounding.features import TEXT_FEATURES, WORD_FEATURES, Support, support
from broadsheet.grounding.misplaced import find_misplaced
from broadsheet.grounding.rivals import Run
from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import load_word_vectors
from broadsheet.text.words import split_words
from broadsheet.themes.vector_space import Space, weigh_terms
from corruptions import (
    AUTHOR,
    ENTITY,
    FAMILIES,
    METRIC,
    NEAREST,
    NEGATION,
    SENTENCE,
    SENTENCE_TURNED,
    SPLICE_ELSEWHERE,
    Example,
    Near,
    make_examples,
)
from export_trees import WEIGHTS, export_booster

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
RUN = 300
FOLDS = 4
SEEDS = 3
"""For the forest over whole TL;DRs; the one over words is slow to grow and has one."""
BUDGET = 0.08
"""The share of author TLDRs that may be flagged, hard rules included."""
WORD_TREES = {"n_estimators": 160, "num_leaves": 24, "max_depth": 6, "learning_rate": 0.06, "min_child_samples": 60}
WHOLE_TREES = {"n_estimators": 250, "num_leaves": 8, "max_depth": 4, "learning_rate": 0.05, "min_child_samples": 40}
COMMON = {"subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.5, "reg_lambda": 5.0, "n_jobs": 1, "verbose": -1}


@dataclasses.dataclass(frozen=True)
class Columns:
    """Which of the features the forests may look at, by their places; all of them in what is shipped."""

    words: np.ndarray = dataclasses.field(default_factory=lambda: np.arange(len(WORD_FEATURES)))
    whole: np.ndarray = dataclasses.field(default_factory=lambda: np.arange(len(WHOLE_FEATURES)))


EVERY = Columns()


class Data:
    """All examples, paper by paper: what is seen of them, which words are wrong, which paper they belong to."""

    def __init__(self) -> None:
        self.examples: list[Example] = []
        self.supports: list[Support] = []
        self.wrong: list[np.ndarray] = []
        self.misplaced: list[bool] = []
        self.paper: list[int] = []

    @property
    def hard(self) -> np.ndarray:
        """Those that a rule stops, whatever is learned."""
        names, number, covered = map(TEXT_FEATURES.index, ("unknown names", "unknown number", "soft coverage"))
        seen = np.array([one.whole for one in self.supports])
        stopped: np.ndarray = (seen[:, names] > 0) | (seen[:, number] > 0) | (seen[:, covered] < LEAST_COVERED)
        return stopped | np.array(self.misplaced)


def read_papers(path: Path) -> list[tuple[Paper, str, list[str]]]:
    """The papers with the author's TLDR and the sentences of the abstract."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        abstract = " ".join(" ".join(row["source"]).split())
        paper = Paper(key=row["paper_id"], title=row["title"] or "", abstract=abstract)
        found.append((paper, " ".join(row["target"][0].split()), [s.text for s in split_sentences(abstract)]))
    return found


def collect(path: Path) -> Data:
    """Everything to learn from, in runs of 300 papers drawn at random."""
    papers = read_papers(path)
    rng = random.Random(5)
    rng.shuffle(papers)
    data = Data()
    for start in range(0, len(papers), RUN):
        some = papers[start : start + RUN]
        run = Run([paper for paper, _, _ in some], load_word_vectors())
        alike = Space.of(weigh_terms([paper for paper, _, _ in some])).compare(range(len(some)))
        np.fill_diagonal(alike, -9)
        for at, (paper, tldr, sentences) in enumerate(some):
            order = np.argsort(-alike[at], kind="stable")[:5]
            near = Near([some[o][1] for o in order], [some[o][0].abstract for o in order])
            own = run.read(paper)
            for example in make_examples(tldr, sentences, near, rng):
                seen = support(run, own, example.tldr)
                if len(seen.rows):
                    data.examples.append(example)
                    data.misplaced.append(any(find_misplaced(example.tldr, own.wording)))
                    data.supports.append(dataclasses.replace(seen, rows=seen.rows.astype(np.float32)))
                    data.wrong.append(_wrong_words(example))
                    data.paper.append(start + at)
        print(f"{start + len(some)} papers, {len(data.examples)} examples", file=sys.stderr)
    return data


def _wrong_words(example: Example) -> np.ndarray:
    """Which of the words as the check splits them are wrong."""
    marks: list[float] = []
    for at, piece in enumerate(example.tldr.split()):
        marks += [float(at in example.wrong)] * len(split_words(piece))
    count = len(split_words(example.tldr))
    return np.array((marks + [0.0] * count)[:count])


def _fit(parameters: dict[str, Any], rows: np.ndarray, labels: np.ndarray, weights: np.ndarray, seed: int) -> Any:
    import lightgbm

    model = lightgbm.LGBMClassifier(**parameters, **COMMON, random_state=seed)
    return model.fit(rows, labels, sample_weight=weights)


def fit_words(data: Data, chosen: np.ndarray, seed: int, columns: Columns = EVERY) -> Any:
    """The forest over words; a turned word counts as much as a run of spliced ones."""
    rows = np.vstack([data.supports[at].rows for at in chosen])[:, columns.words]
    labels = np.concatenate([data.wrong[at] for at in chosen])
    weights = []
    for at in chosen:
        count, wrong = len(data.wrong[at]), data.wrong[at].sum()
        example = data.examples[at]
        each = {AUTHOR: 3.0, SENTENCE: 0.7}.get(example.kind, 1.0)
        own = np.full(count, each)
        if example.false and wrong:
            own = np.where(data.wrong[at] > 0, min(12.0, max(0.7, 8 / wrong)), 0.7)
        weights.append(own)
    return _fit(WORD_TREES, rows, labels, np.concatenate(weights), seed)


def word_scores(models: list[Any], supports: list[Support], columns: Columns = EVERY) -> list[np.ndarray]:
    """For each TL;DR the scores of its words, the mean of the forests'."""
    ends = np.cumsum([len(one.rows) for one in supports])[:-1]
    rows = np.vstack([one.rows for one in supports])[:, columns.words]
    scores = np.mean([model.predict(rows, raw_score=True) for model in models], axis=0)
    return np.split(scores, ends)


def fit_whole(data: Data, features: np.ndarray, chosen: np.ndarray, seed: int) -> Any:
    """The forest over whole TL;DRs; true and false ones weigh the same in all."""
    labels = np.array([data.examples[at].false for at in chosen])
    weights = np.array([KIND_WEIGHTS.get(data.examples[at].kind, 1.0) for at in chosen])
    weights[~labels] *= weights[labels].sum() / weights[~labels].sum()
    return _fit(WHOLE_TREES, features[chosen], labels, weights, seed)


KIND_WEIGHTS = {
    **{SENTENCE: 0.15, SENTENCE_TURNED: 0.3, NEGATION: 3.5},
    **{NEAREST: 1.5, SPLICE_ELSEWHERE: 0.7, METRIC: 0.3},
    ENTITY: 0.0,  # a word of the field for another is caught one time in ten, and teaches nothing else
}
"""What an example of a kind counts for the forest over whole TL;DRs."""


class Fold:
    """Scores out of fold of every example, without the kinds of one family where one is left out."""

    def __init__(
        self,
        data: Data,
        *,
        without: str = "",
        seeds: Sequence[int] = (0,),
        count: int = FOLDS,
        columns: Columns = EVERY,
    ) -> None:
        papers = np.array(data.paper)
        part = np.random.default_rng(seeds[0]).permutation(papers.max() + 1) % count
        folds = part[papers]
        kinds = [example.kind for example in data.examples]
        kept = np.array([KIND_WEIGHTS.get(k, 1.0) > 0 and (not without or FAMILIES.get(k) != without) for k in kinds])
        self.features = np.zeros((len(papers), len(WHOLE_FEATURES)))
        for fold in range(count):
            models = [fit_words(data, np.flatnonzero((folds != fold) & kept), seeds[0], columns)]
            there = np.flatnonzero(folds == fold)
            scores = word_scores(models, [data.supports[at] for at in there], columns)
            self.features[there] = [sum_up(data.supports[a], s) for a, s in zip(there, scores, strict=True)]
        self.features = self.features[:, columns.whole]
        self.scores = np.zeros(len(papers))
        for fold in range(count):
            chosen = np.flatnonzero((folds != fold) & kept)
            there = folds == fold
            models = [fit_whole(data, self.features, chosen, seed) for seed in seeds]
            self.scores[there] = np.mean([m.predict(self.features[there], raw_score=True) for m in models], axis=0)
        self.kept = kept


def choose_threshold(data: Data, scores: np.ndarray, budget: float) -> float:
    """The lowest threshold that, with the hard rules, flags no more than this share of the author TLDRs."""
    author = np.array([example.kind == AUTHOR for example in data.examples])
    own = np.where(data.hard[author], np.inf, scores[author])
    return float(np.sort(own)[-int(budget * len(own)) - 1])


def report(data: Data, scores: np.ndarray, threshold: float) -> str:
    """How much of each kind is flagged out of fold."""
    flagged = (scores > threshold) | data.hard
    kinds = [example.kind for example in data.examples]
    lines = [f"threshold {threshold:.3f}"]
    for kind in dict.fromkeys(kinds):
        own = np.array([k == kind for k in kinds])
        learned = (scores > threshold)[own].mean()
        lines.append(f"{kind:26} {own.sum():6} flagged {flagged[own].mean():.3f}, by the forest alone {learned:.3f}")
    return "\n".join(lines)


def main() -> None:
    """Train, write the weights and print what is caught out of fold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=SHARED / "scitldr_train.jsonl")
    parser.add_argument("--without", default="", choices=["", *sorted(set(FAMILIES.values()))])
    parser.add_argument("--folder", type=Path, default=WEIGHTS)
    parser.add_argument("--keep", type=Path, help="a file to keep what was seen in, for the next time")
    options = parser.parse_args()
    data = load_or_collect(options.data, options.keep)
    fold = Fold(data, without=options.without, seeds=range(SEEDS))
    threshold = choose_threshold(data, fold.scores, BUDGET)
    print(report(data, fold.scores, threshold))
    everything = np.flatnonzero(fold.kept)
    words = [fit_words(data, everything, 0)]
    whole = [fit_whole(data, fold.features, everything, seed) for seed in range(SEEDS)]
    export_booster([m.booster_ for m in words], "ground_words", folder=options.folder, names=WORD_FEATURES)
    target = export_booster(
        [m.booster_ for m in whole], "ground", folder=options.folder, names=WHOLE_FEATURES, shift=-threshold
    )
    print(f"written to {target.parent}")


def load_or_collect(path: Path, keep: Path | None) -> Data:
    """What was kept from the last time, or what is seen now."""
    import pickle

    if keep is not None and keep.is_file():
        return pickle.loads(keep.read_bytes())
    data = collect(path)
    if keep is not None:
        keep.write_bytes(pickle.dumps(data))
    return data


if __name__ == "__main__":
    main()
