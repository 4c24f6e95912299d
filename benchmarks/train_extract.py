"""Learns which words of an abstract its TLDR has, the same weights on every run; about five minutes on one core.

    pip install lightgbm==4.7.0 "rouge-score>=0.1.2"
    Q=../shared/quality; python benchmarks/train_extract.py $Q/scitldr_train.jsonl $Q/abstracts_background.jsonl

Two things, in `src/broadsheet/text/data/`: a lexicon counted in the background's titles and abstracts and in the
training part's TLDRs, and trees that guess which words of an abstract its author's TLDR has, each from a lexicon that
was counted without the paper at hand (five folds). How candidates are chosen is learned by `train_choice.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.word_statistics import WordStatistics
from broadsheet.text.words import stem
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.salience import WORD_FEATURES, tokens_of
from broadsheet.tldr.extractive.selection import Cues, list_words, reads_as_english
from export_trees import WEIGHTS, export_booster
from learn_lexicon import count_background, count_told, make_lexicon
from rouge_labels import porter, stems
from tldr_quality import Labelled, read_labelled

FOLDS = 5
ROUNDS = 220
TREES: dict[str, Any] = {
    "objective": "binary", "num_leaves": 20, "max_depth": 6, "learning_rate": 0.05, "min_data_in_leaf": 100,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0, "num_threads": 1, "seed": 1,
    "deterministic": True, "verbosity": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A paper of the training part, as the engine sees it."""

    title: str
    abstract: str
    target: str
    sentences: tuple[Sentence, ...]
    cues: list[Cues]
    scores: list[float]


def read_examples(labelled: Sequence[Labelled]) -> list[Example]:
    """The English ones, with what the rules say of their sentences."""
    examples = []
    for paper, references in labelled:
        sentences = split_sentences(paper.abstract)
        if reads_as_english(sentences):
            cues = list(describe_sentences(paper.title, sentences))
            scores = [rate(found) for found in cues]
            examples.append(Example(paper.title, paper.abstract, references[0], sentences, cues, scores))
    return examples


def learn_importance(examples: Sequence[Example], lexicons: Sequence[WordStatistics]) -> Any:
    """The trees of all papers."""
    listed = [
        list_words(one.title, one.sentences, one.cues, one.scores, lexicon=lexicons[at % FOLDS])
        for at, one in enumerate(examples)
    ]
    rows = np.concatenate([np.array(rows, dtype=float) for _, rows in listed])
    labels = np.concatenate([_told(one, names) for one, (names, _) in zip(examples, listed, strict=True)])
    names = [name.replace(" ", "_") for name in WORD_FEATURES]
    return lightgbm.train(TREES, lightgbm.Dataset(rows, labels, feature_name=names), ROUNDS)


def _told(example: Example, names: Sequence[str]) -> np.ndarray:
    """Whether the author's TLDR has each of the words, by the stems that ROUGE compares."""
    forms: dict[str, set[str]] = {}
    for token in tokens_of(example.abstract.lower()):
        forms.setdefault(stem(token), set()).add(porter(token))
    targets = set(stems(example.target))
    return np.array([not targets.isdisjoint(forms.get(name, ())) for name in names], dtype=float)


def main(training: Path, background: Path) -> None:
    """Learn everything and write it."""
    lines = background.read_text(encoding="utf-8").splitlines()
    words, rows = count_background((row["title"], row["abstract"]) for row in map(json.loads, lines))
    examples = read_examples(read_labelled(training))
    pairs = [(one.abstract, one.target) for one in examples]
    lexicons = [
        make_lexicon(words, rows, count_told(words, [pair for at, pair in enumerate(pairs) if at % FOLDS != fold]))
        for fold in range(FOLDS)
    ]
    export_booster(learn_importance(examples, lexicons), "importance")
    told = count_told(words, pairs)
    notes = np.array([[*row, one] for row, one in zip(rows, told, strict=True)], dtype=np.float16)
    np.savez_compressed(WEIGHTS / "lexicon.npz", words=np.array(" ".join(words)), notes=notes)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
