"""Learns the background by which papers are grouped: what words mean to each other in titles and abstracts.

    python benchmarks/train_background.py
    python benchmarks/train_background.py --every 5    # without each fifth day, to measure by mixed_weeks.py --every 5

Reads papers of conferences, without labels, and arXiv papers of all fields with their categories, in `shared/quality/`
beside the repository. Writes `src/broadsheet/text/data/background.npz`: the inverse document frequency of each term, a
direction for each term, the place of some of the papers, and the mean place of each field. The directions are a latent
semantic analysis (truncated SVD of the TF-IDF matrix, Deerwester et al. 1990), then moved until a title finds its own
abstract, and one half of an abstract the other half, among 256 (the InfoNCE loss of van den Oord et al. 2018, by Adam),
where `SHARED_FIELD` of what is to be found are the abstracts of the same primary category (Khosla et al. 2020). One
paper in ten is held out to show when to stop, and learned from in the end. Deterministic: the same data gives the same
file.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from broadsheet.text.sentences import split_sentences
from broadsheet.text.words import content_stems

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "text" / "data" / "background.npz"
FEWEST = 10
"""A term of fewer papers is left to the papers at hand."""
DIMENSIONS = 128
BATCH = 256
EPOCHS = 4
SHARPNESS = 10.0
PACE = 0.002
SHARED_FIELD = 0.3
"""The share of the loss that papers of the same category have, in place of the own other half."""
KEPT_PLACES = (4000, 6000)
"""How many places of conference papers and of arXiv papers are kept as neighbours."""
FEWEST_OF_FIELD = 20
"""A category of fewer papers gets no mean place."""

Terms = Counter[str]
Matrix = Any


def read_papers(path: Path, without: Collection[str] = ()) -> Iterator[tuple[str, Terms, Terms, Terms]]:
    """Of each paper its primary category, if any, and the terms of its title, its odd sentences and its even ones."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row.get("day") not in without:
                sentences = [sentence.text for sentence in split_sentences(row["abstract"])]
                title = Counter(content_stems(row["title"]))
                halves = (Counter(content_stems(" ".join(sentences[at::2]))) for at in (0, 1))
                yield row.get("cats", [""])[0], title, *halves


def find_days(path: Path, every: int) -> set[str]:
    """Each so manyth day of a file, in the order of the days; none for 0."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return set(sorted({json.loads(line)["day"] for line in lines})[::every]) if every else set()


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


def learn(
    pairs: Sequence[tuple[Matrix, Matrix]], fields: np.ndarray, start: np.ndarray, epochs: int, held: Any = None
) -> np.ndarray:
    """The directions of the terms after so many rounds; `held` are pairs to report on after each.

    `fields` has a number a paper, the same for papers of one field.
    """
    words = start.copy()
    first, second = np.zeros_like(words), np.zeros_like(words)
    chance = np.random.default_rng(0)
    step = 0
    for epoch in range(epochs):
        order = chance.permutation(pairs[0][0].shape[0])
        for begin in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[begin : begin + BATCH]
            left, right = (side[batch] for side in pairs[step % len(pairs)])
            step += 1
            slope = find_slope(left, right, fields[batch], words)
            first = 0.9 * first + 0.1 * slope
            second = 0.999 * second + 0.001 * slope * slope
            words -= PACE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        if held is not None:
            found = ", ".join(f"{find_own(left, right, words):.3f}" for left, right in held)
            print(f"round {epoch + 1}: own half found first among the held out: {found}", flush=True)
    return words


def find_slope(left: Matrix, right: Matrix, fields: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The slope of the InfoNCE loss, both ways, in the directions of the terms."""
    raw = [left @ words, right @ words]
    lengths = [np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9) for side in raw]
    one, other = (side / length for side, length in zip(raw, lengths, strict=True))
    scores = SHARPNESS * one @ other.T
    across = np.exp(scores - scores.max(axis=1, keepdims=True))
    down = np.exp(scores - scores.max(axis=0, keepdims=True))
    same = (fields[:, None] == fields[None, :]).astype(np.float32)
    wanted = (1 - SHARED_FIELD) * np.eye(len(fields), dtype=np.float32) + SHARED_FIELD * same / same.sum(axis=1)
    pull = across / across.sum(axis=1, keepdims=True) + down / down.sum(axis=0, keepdims=True)
    pull = SHARPNESS * (pull - 2 * wanted) / len(pull)
    slopes = []
    for side, length, towards in ((one, lengths[0], pull @ other), (other, lengths[1], pull.T @ one)):
        slopes.append((towards - side * (towards * side).sum(axis=1, keepdims=True)) / length)
    return np.asarray(left.T @ slopes[0] + right.T @ slopes[1])


def find_own(left: Matrix, right: Matrix, words: np.ndarray) -> float:
    """The share of rows on the left whose nearest row on the right is their own."""
    scores = unit(left @ words) @ unit(right @ words).T
    return float((scores.argmax(axis=1) == np.arange(len(scores))).mean())


def keep_some(places: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """The places of some papers of both collections, drawn by a fixed seed, in the order of the papers."""
    chance = np.random.default_rng(0)
    drawn = [
        chance.permutation(np.flatnonzero(labelled == which))[:count]
        for which, count in zip((False, True), KEPT_PLACES, strict=True)
    ]
    return places[np.sort(np.concatenate(drawn))]


def main() -> None:
    """Learn, say how it goes, write the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=SHARED)
    asked = parser.parse_args()
    arxiv = asked.folder / "arxiv_tldr_train.jsonl.xz"
    read = [
        *read_papers(asked.folder / "abstracts_background.jsonl"),
        *read_papers(arxiv, find_days(arxiv, asked.every)),
    ]
    categories, titles, odd, even = zip(*read, strict=True)
    whole = [title + title + one + other for title, one, other in zip(titles, odd, even, strict=True)]
    spread = Counter(term for terms in whole for term in terms)
    names = sorted(term for term, count in spread.items() if count >= FEWEST)
    columns = {term: at for at, term in enumerate(names)}
    rarity = np.array([math.log((1 + len(whole)) / (1 + spread[term])) + 1 for term in names])
    rows = weigh(whole, columns, rarity)
    _, sizes, directions = svds(rows, k=DIMENSIONS, random_state=0, return_singular_vectors="vh")
    start = (3 * directions[np.argsort(-sizes)].T).astype(np.float32)
    abstracts = [one + other for one, other in zip(odd, even, strict=True)]
    sides = [weigh(side, columns, rarity).astype(np.float32) for side in (titles, abstracts, odd, even)]
    print(f"{len(whole):,} papers, {len(names):,} terms")
    # A paper without a category is alone in its field.
    numbers = {category: at for at, category in enumerate(sorted(set(categories) - {""}))}
    fields = np.array([numbers.get(category, len(numbers) + at) for at, category in enumerate(categories)])
    held = np.arange(len(whole)) % 10 == 0
    kept, out = ([side[which] for side in sides] for which in (~held, held))
    tried = ((out[0], out[1]), (out[2], out[3]))
    learn(((kept[0], kept[1]), (kept[2], kept[3])), fields[~held], start, EPOCHS + 1, held=tried)
    words = learn(((sides[0], sides[1]), (sides[2], sides[3])), fields, start, EPOCHS)
    places = unit(np.asarray(rows @ words))
    large = [name for name, at in numbers.items() if (fields == at).sum() >= FEWEST_OF_FIELD]
    means = unit(np.stack([places[fields == numbers[name]].mean(axis=0) for name in large]))
    scale = float(np.abs(words).max()) / 127
    WEIGHTS.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        WEIGHTS,
        papers=np.array(len(whole)),
        terms=np.array("\n".join(names).encode()),
        rarity=rarity.astype(np.float16),
        words=np.round(words / scale).clip(-127, 127).astype(np.int8),
        places=np.round(keep_some(places, fields < len(numbers)) * 127).astype(np.int8),
        fields=np.array("\n".join(large).encode()),
        means=np.round(means * 127).astype(np.int8),
    )
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
