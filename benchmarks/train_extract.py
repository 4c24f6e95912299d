"""Learns the weights of the built-in engine, the same ones on every run; about ten minutes on one core.

    pip install lightgbm==4.7.0 "rouge-score>=0.1.2"
    Q=../shared/quality; python benchmarks/train_extract.py $Q/scitldr_train.jsonl $Q/abstracts_background.jsonl \\
        $Q/arxiv_tldr_train.jsonl.xz $Q/*_dev.jsonl $Q/corl2022_tldr.jsonl

Three things, in `src/broadsheet/text/data/`: a lexicon counted in the background's titles and abstracts
and in the training part's TLDRs; trees that guess which words of an abstract its author's TLDR has; and linear
weights that rank candidates by the ROUGE they may hope for: the mean of those learned on people's TLDRs and of those
learned on a model's of arXiv papers of all fields, without any paper that is judged on. Each learns from guesses made
without the paper at hand (five folds); the figures printed are of held-out papers.
"""

from __future__ import annotations

import json
import lzma
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from broadsheet.models import Paper
from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.word_statistics import WordStatistics
from broadsheet.text.words import stem
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.ranking import describe_candidates, feature_names
from broadsheet.tldr.extractive.salience import WORD_FEATURES, tokens_of
from broadsheet.tldr.extractive.selection import Cues, list_candidates, list_words, make_view, reads_as_english
from export_trees import WEIGHTS, export_booster
from learn_lexicon import Rows, count_background, count_told, make_lexicon
from rouge_labels import porter, rouge_1_2, stems
from tldr_quality import Labelled, read_labelled

FOLDS = 5
ROUNDS = 220
STIFFNESS = 20.0
ARXIV_PAPERS = 4000
NEWER = "2021"
SEED = 11
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


def learn_importance(
    examples: Sequence[Example], lexicons: Sequence[WordStatistics]
) -> tuple[Any, list[dict[str, float]]]:
    """The trees of all papers, and for each paper what the trees of the other folds say of its words."""
    listed = [
        list_words(one.title, one.sentences, one.cues, one.scores, lexicon=lexicons[at % FOLDS])
        for at, one in enumerate(examples)
    ]
    tables = [np.array(rows, dtype=float) for _, rows in listed]
    told = [_told(one, names) for one, (names, _) in zip(examples, listed, strict=True)]
    guesses: list[dict[str, float]] = [{} for _ in examples]
    for fold in range(FOLDS):
        booster = _grow([at for at in range(len(examples)) if at % FOLDS != fold], tables, told)
        for at in range(fold, len(examples), FOLDS):
            guesses[at] = dict(zip(listed[at][0], booster.predict(tables[at]), strict=True))
    return _grow(range(len(examples)), tables, told), guesses


def _told(example: Example, names: Sequence[str]) -> np.ndarray:
    """Whether the author's TLDR has each of the words, by the stems that ROUGE compares."""
    forms: dict[str, set[str]] = {}
    for token in tokens_of(example.abstract.lower()):
        forms.setdefault(stem(token), set()).add(porter(token))
    targets = set(stems(example.target))
    return np.array([not targets.isdisjoint(forms.get(name, ())) for name in names], dtype=float)


def _grow(chosen: Sequence[int], tables: Sequence[np.ndarray], told: Sequence[np.ndarray]) -> Any:
    rows = np.concatenate([tables[at] for at in chosen])
    labels = np.concatenate([told[at] for at in chosen])
    names = [name.replace(" ", "_") for name in WORD_FEATURES]
    return lightgbm.train(TREES, lightgbm.Dataset(rows, labels, feature_name=names), ROUNDS)


def learn_ranking(tables: Sequence[np.ndarray], gains: Sequence[np.ndarray], chosen: Sequence[int]) -> np.ndarray:
    """Ridge regression of what a candidate gains over its paper's others on how it differs from them."""
    spread = np.concatenate([tables[at] for at in chosen]).std(axis=0) + 1e-9
    size = len(spread)
    products, hopes = np.zeros((size, size)), np.zeros(size)
    for at in chosen:
        rows = (tables[at] - tables[at].mean(axis=0)) / spread
        products += rows.T @ rows / len(rows)
        hopes += rows.T @ (gains[at] - gains[at].mean()) / len(rows)
    return np.linalg.solve(products + STIFFNESS * np.eye(size), hopes) / spread


def report(tables: Sequence[np.ndarray], gains: Sequence[np.ndarray], told: Sequence[Sequence[Candidate]]) -> None:
    """What the ranking reaches on papers that it has not seen."""
    reached, lengths, joined = [], [], []
    for fold in range(FOLDS):
        weights = learn_ranking(tables, gains, [at for at in range(len(tables)) if at % FOLDS != fold])
        for at in range(fold, len(tables), FOLDS):
            best = int(np.argmax(tables[at] @ weights))
            reached.append(gains[at][best])
            lengths.append(len(told[at][best].text.split()))
            joined.append("joined" in told[at][best].kinds)
    bound = np.mean([gain.max() for gain in gains])
    print(f"held out: {100 * np.mean(reached):.2f} of {100 * bound:.2f}, {np.mean(lengths):.1f} words, "
          f"{np.mean(joined):.0%} joined, {np.mean([len(one) for one in told]):.0f} candidates a paper")  # fmt: skip


def read_arxiv(path: Path, judged: Sequence[Path]) -> list[Labelled]:
    """A sample of arXiv papers with a model's TLDRs, without those whose titles are in the files `judged`."""
    lines = [line for one in judged for line in one.read_text(encoding="utf-8").splitlines()]
    seen = {_plain(json.loads(line).get("title") or "") for line in lines}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["day"] >= NEWER and _plain(row["title"]) not in seen]
    chosen = random.Random(SEED).sample(rows, ARXIV_PAPERS)
    return [
        (Paper(key=row["id"], title=row["title"], abstract=" ".join(row["abstract"].split())), [row["tldr"]])
        for row in chosen
    ]


def _plain(title: str) -> str:
    return " ".join(title.lower().split())


def learn_from_arxiv(labelled: Sequence[Labelled], booster: Any, lexicon: WordStatistics) -> np.ndarray:
    """The ranker's weights by these papers, whose words the trees have not seen."""
    tables, gains = [], []
    for one in read_examples(labelled):
        names, rows = list_words(one.title, one.sentences, one.cues, one.scores, lexicon=lexicon)
        guess = dict(zip(names, booster.predict(np.array(rows, dtype=float)), strict=True))
        view = make_view(one.title, one.cues, one.scores, importance=guess, lexicon=lexicon)
        if listed := list_candidates(one.title, one.sentences, view):
            tables.append(np.array(describe_candidates(listed, view)))
            gains.append(np.array([rouge_1_2(told.text, one.target)[0] for told in listed]))
    return learn_ranking(tables, gains, range(len(tables)))


def main(training: Path, background: Path, arxiv: Path, judged: Sequence[Path]) -> None:
    """Learn everything and write it."""
    lines = background.read_text(encoding="utf-8").splitlines()
    words, rows = count_background((row["title"], row["abstract"]) for row in map(json.loads, lines))
    examples = read_examples(read_labelled(training))
    pairs = [(one.abstract, one.target) for one in examples]
    lexicons = [
        make_lexicon(words, rows, count_told(words, [pair for at, pair in enumerate(pairs) if at % FOLDS != fold]))
        for fold in range(FOLDS)
    ]
    booster, guesses = learn_importance(examples, lexicons)
    candidates, tables = [], []
    for at, (one, guess) in enumerate(zip(examples, guesses, strict=True)):
        view = make_view(one.title, one.cues, one.scores, importance=guess, lexicon=lexicons[at % FOLDS])
        candidates.append(list_candidates(one.title, one.sentences, view))
        tables.append(np.array(describe_candidates(candidates[-1], view)))
    gains = [
        np.array([rouge_1_2(told.text, one.target)[0] for told in listed])
        for one, listed in zip(examples, candidates, strict=True)
    ]
    filled = [at for at, listed in enumerate(candidates) if listed]
    kept = [[column[at] for at in filled] for column in (tables, gains, candidates)]
    report(kept[0], kept[1], kept[2])
    told = count_told(words, pairs)
    weights = learn_ranking(kept[0], kept[1], range(len(filled)))
    weights = (weights + learn_from_arxiv(read_arxiv(arxiv, judged), booster, make_lexicon(words, rows, told))) / 2
    names = feature_names(tuple(examples[0].cues[0]))
    _write(booster, dict(zip(names, weights.tolist(), strict=True)), words, rows, told)


def _write(booster: Any, weights: dict[str, float], words: list[str], rows: Rows, told: Sequence[float]) -> None:
    export_booster(booster, "importance")
    rounded = {name: float(f"{weight:.6g}") for name, weight in weights.items()}
    (WEIGHTS / "ranking.json").write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    notes = np.array([[*row, one] for row, one in zip(rows, told, strict=True)], dtype=np.float16)
    np.savez_compressed(WEIGHTS / "lexicon.npz", words=np.array(" ".join(words)), notes=notes)


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:]]
    main(*paths[:3], paths[3:])
