"""Baselines for TL;DRs: simple extractive methods, and the oracle sentence as their upper bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from broadsheet.evaluation.labelled import Labelled
from broadsheet.evaluation.rouge import best_rouge
from broadsheet.text.sentences import split_sentences
from broadsheet.text.words import content_stems
from broadsheet.tldr.extractive.cue_phrases import CLAIMS, find_cues

# The share of steps of the random walk that follow similarity; the others go to any sentence, as in PageRank.
DAMPING = 0.85


def lead(row: Labelled) -> str:
    """The first sentence."""
    return split_sentences(row.paper.abstract)[0].text


def title(row: Labelled) -> str:
    """The title."""
    return row.paper.title


def cue_and_title(row: Labelled) -> str:
    """The sentence that claims something ("we propose") and shares most words with the title (Edmundson 1969)."""
    titled = set(content_stems(row.paper.title))

    def worth(text: str) -> float:
        cues = find_cues(text)
        shared = len(titled & set(content_stems(text))) / len(titled) if titled else 0.0
        return shared + float(any(cues[cue] for cue in CLAIMS))

    return max((sentence.text for sentence in split_sentences(row.paper.abstract)), key=worth)


def lexrank(row: Labelled) -> str:
    """The most central sentence by TF-IDF cosines (continuous LexRank, Erkan and Radev 2004)."""

    sentences = [sentence.text for sentence in split_sentences(row.paper.abstract)]
    stems = [content_stems(text) for text in sentences]
    known = sorted({stem for own in stems for stem in own})
    if not known:
        return sentences[0]
    # Shape (sentences, stems); IDF = ln(1 + (1 + sentences) / (1 + sentences with the stem)), which is never 0.
    counts = np.array([[own.count(stem) for stem in known] for own in stems], dtype=float)
    weighed = counts * np.log((1 + len(sentences)) / (1 + (counts > 0).sum(axis=0)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    unit = weighed / np.where(lengths > 0, lengths, 1)
    # Cosines, shape (sentences, sentences); the constant keeps a sentence without words from a division by zero.
    likeness = unit @ unit.T + 1e-9
    moves = likeness / likeness.sum(axis=1, keepdims=True)
    rank = np.full(len(sentences), 1 / len(sentences))
    # Power iteration for the stationary distribution: p = (1 - d) / n + d p M, where the rows of M sum to 1.
    for _ in range(50):
        rank = (1 - DAMPING) / len(sentences) + DAMPING * rank @ moves
    # Rounded, so that of equally central sentences the first one wins on every machine.
    return sentences[int(np.argmax(rank.round(9)))]


def oracle(row: Labelled) -> str:
    """The sentence with the best ROUGE-1 against the references: the upper bound for picking one whole sentence."""
    texts = (sentence.text for sentence in split_sentences(row.paper.abstract))
    return max(texts, key=lambda text: best_rouge(row.references, text).r1)


BASELINES: Mapping[str, Callable[[Labelled], str]] = {
    "lead sentence": lead,
    "title": title,
    "LexRank": lexrank,
    "cue and title": cue_and_title,
    "oracle sentence": oracle,
}
