"""Counts the lexicon: rarity, titles and phrase ends in the background, TLDR words in the training part.

pip install "rouge-score>=0.1.2"
Q=../shared/quality; python benchmarks/learn_lexicon.py $Q/scitldr_train.jsonl $Q/abstracts_background.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_statistics import rarity
from broadsheet.text.words import stem, tokens_of
from broadsheet.tldr.extractive.selection import reads_as_english
from export_trees import WEIGHTS
from rouge_labels import stems
from tldr_quality import read_labelled

_OPENS = (
    "of in for is are was were to and by on with that which can has have as from using via than at or but where when"
)
_PIECE = re.compile(r"[A-Za-z0-9]+|[.,;:!?()]")
_FEWEST = 8

Rows = list[list[float]]


def count_background(papers: Iterable[tuple[str, str]]) -> tuple[list[str], Rows]:
    """Words by how many abstracts have them, with rarity, titled and ends; the first word stands for rare ones."""
    holding: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    uses: Counter[str] = Counter()
    ending: Counter[str] = Counter()
    opens = frozenset(_OPENS.split())
    documents = 0
    for title, abstract in papers:
        documents += 1
        heads = {stem(token.lower()) for token in tokens_of(title)}
        pieces = [piece.lower() for piece in _PIECE.findall(abstract)]
        keys = [stem(piece) for piece in pieces]
        for key in set(keys):
            holding[key] += 1
            titled[key] += key in heads
        for key, after in zip(keys, pieces[1:], strict=False):
            uses[key] += 1
            ending[key] += after in opens or not after[0].isalnum()
    rare = [key for key, count in holding.items() if count < _FEWEST and key[0].isalpha()]
    words = ["", *sorted(key for key, count in holding.items() if count >= _FEWEST and key[0].isalnum())]

    def row(keys: Sequence[str]) -> list[float]:
        held, used = sum(holding[key] for key in keys), sum(uses[key] for key in keys)
        typical = held / len(keys)
        return [
            rarity(documents, typical),
            (sum(titled[key] for key in keys) + 0.5) / (held + 5),
            (sum(ending[key] for key in keys) + 2) / (used + 4),
        ]

    return words, [row(rare), *(row([word]) for word in words[1:])]


def count_told(words: Sequence[str], papers: Iterable[tuple[str, str]]) -> list[float]:
    """For each word, the share of abstracts that have it whose TLDR has it too; few abstracts lean to the average."""
    held: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for abstract, target in papers:
        targets = set(stems(target))
        for token in {token.lower() for token in tokens_of(abstract)}:
            held[stem(token)] += 1
            told[stem(token)] += not targets.isdisjoint(stems(token))
    average = sum(told.values()) / sum(held.values())
    return [(told[word] + 6 * average) / (held[word] + 6) for word in words]


def main(training: Path, background: Path) -> None:
    """Count both and write `lexicon.npz`."""
    lines = background.read_text(encoding="utf-8").splitlines()
    words, rows = count_background((row["title"], row["abstract"]) for row in map(json.loads, lines))
    labelled = [(paper.abstract, references[0]) for paper, references in read_labelled(training)]
    told = count_told(words, [pair for pair in labelled if reads_as_english(split_sentences(pair[0]))])
    notes = np.array([[*row, one] for row, one in zip(rows, told, strict=True)], dtype=np.float16)
    np.savez_compressed(WEIGHTS / "lexicon.npz", words=np.array(" ".join(words)), notes=notes)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
