"""Learns the background by which papers are grouped: what words mean to each other in titles and abstracts.

    python benchmarks/train_background.py ../shared/quality/abstracts_background.jsonl

Writes `src/broadsheet/text/data/background.npz`: the inverse document frequency of each term, a direction for
each term, and the place of every background paper. The directions are a latent semantic analysis (truncated SVD of
the TF-IDF matrix, Deerwester et al. 1990), then moved until a title finds its own abstract, and one half of an
abstract the other half, among 256 (the InfoNCE loss of van den Oord et al. 2018, by Adam). One paper in ten is held
out to show when to stop, and learned from in the end. Deterministic: the same data gives the same file.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from broadsheet.text.sentences import split_sentences
from broadsheet.text.words import content_stems

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "text" / "data" / "background.npz"
FEWEST = 3
"""A term of fewer papers is left to the papers at hand."""
DIMENSIONS = 128
BATCH = 256
EPOCHS = 6
SHARPNESS = 10.0
PACE = 0.002

Terms = Counter[str]
Matrix = Any


def read_papers(path: Path) -> Iterator[tuple[Terms, Terms, Terms]]:
    """Of each paper the terms of its title, of its odd sentences and of its even ones."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        sentences = [sentence.text for sentence in split_sentences(row["abstract"])]
        title = Counter(content_stems(row["title"]))
        yield title, *(Counter(content_stems(" ".join(sentences[at::2]))) for at in (0, 1))


def weigh(papers: Sequence[Terms], columns: dict[str, int], rarity: np.ndarray) -> Matrix:
    """The TF-IDF rows of some texts, each of length 1."""
    at, values, ends = [], [], [0]
    for terms in papers:
        known = [(columns[term], 1 + math.log(count)) for term, count in terms.items() if term in columns]
        at.extend(column for column, _ in known)
        values.extend(weight * rarity[column] for column, weight in known)
        ends.append(len(at))
    rows = sparse.csr_matrix((np.array(values), np.array(at), np.array(ends)), shape=(len(papers), len(columns)))
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.where(lengths > 0, lengths, 1.0)) @ rows)


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1, or 0."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)


def learn(pairs: Sequence[tuple[Matrix, Matrix]], start: np.ndarray, epochs: int, held: Any = None) -> np.ndarray:
    """The directions of the terms after so many rounds; `held` are pairs to report on after each."""
    words = start.copy()
    first, second = np.zeros_like(words), np.zeros_like(words)
    chance = np.random.default_rng(0)
    step = 0
    for epoch in range(epochs):
        order = chance.permutation(pairs[0][0].shape[0])
        for begin in range(0, len(order) - BATCH + 1, BATCH):
            left, right = (side[order[begin : begin + BATCH]] for side in pairs[step % len(pairs)])
            step += 1
            slope = find_slope(left, right, words)
            first = 0.9 * first + 0.1 * slope
            second = 0.999 * second + 0.001 * slope * slope
            words -= PACE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        if held is not None:
            found = ", ".join(f"{find_own(left, right, words):.3f}" for left, right in held)
            print(f"round {epoch + 1}: own half found first among the held out: {found}", flush=True)
    return words


def find_slope(left: Matrix, right: Matrix, words: np.ndarray) -> np.ndarray:
    """The slope of the InfoNCE loss, both ways, in the directions of the terms."""
    raw = [left @ words, right @ words]
    lengths = [np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9) for side in raw]
    one, other = (side / length for side, length in zip(raw, lengths, strict=True))
    scores = SHARPNESS * one @ other.T
    across = np.exp(scores - scores.max(axis=1, keepdims=True))
    down = np.exp(scores - scores.max(axis=0, keepdims=True))
    pull = across / across.sum(axis=1, keepdims=True) + down / down.sum(axis=0, keepdims=True)
    pull = SHARPNESS * (pull - 2 * np.eye(len(pull))) / len(pull)
    slopes = []
    for side, length, towards in ((one, lengths[0], pull @ other), (other, lengths[1], pull.T @ one)):
        slopes.append((towards - side * (towards * side).sum(axis=1, keepdims=True)) / length)
    return np.asarray(left.T @ slopes[0] + right.T @ slopes[1])


def find_own(left: Matrix, right: Matrix, words: np.ndarray) -> float:
    """The share of rows on the left whose nearest row on the right is their own."""
    scores = unit(left @ words) @ unit(right @ words).T
    return float((scores.argmax(axis=1) == np.arange(len(scores))).mean())


def main(path: Path) -> None:
    """Learn from one file, say how it goes, write the weights."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of papers with `title` and `abstract`.")
    titles, odd, even = zip(*read_papers(path), strict=True)
    whole = [title + title + one + other for title, one, other in zip(titles, odd, even, strict=True)]
    spread = Counter(term for terms in whole for term in terms)
    names = sorted(term for term, count in spread.items() if count >= FEWEST)
    columns = {term: at for at, term in enumerate(names)}
    rarity = np.array([math.log((1 + len(whole)) / (1 + spread[term])) + 1 for term in names])
    rows = weigh(whole, columns, rarity)
    _, sizes, directions = svds(rows, k=DIMENSIONS, random_state=0, return_singular_vectors="vh")
    start = directions[np.argsort(-sizes)].T
    abstracts = [one + other for one, other in zip(odd, even, strict=True)]
    sides = [weigh(side, columns, rarity) for side in (titles, abstracts, odd, even)]
    print(f"{len(whole):,} papers, {len(names):,} terms")
    held = np.arange(len(whole)) % 10 == 0
    kept, out = ([side[which] for side in sides] for which in (~held, held))
    learn(((kept[0], kept[1]), (kept[2], kept[3])), 3 * start, EPOCHS + 2, held=((out[0], out[1]), (out[2], out[3])))
    words = learn(((sides[0], sides[1]), (sides[2], sides[3])), 3 * start, EPOCHS)
    places = unit(np.asarray(rows @ words))
    scale = float(np.abs(words).max()) / 127
    WEIGHTS.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        WEIGHTS,
        terms=np.array("\n".join(names).encode()),
        rarity=rarity.astype(np.float16),
        words=np.round(words / scale).astype(np.int8),
        places=np.round(places * 127).astype(np.int8),
    )
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "abstracts_background.jsonl")
