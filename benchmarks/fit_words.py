"""Counts which words keep company with which, on unlabelled abstracts, for the check's sense of near and far words.

    pip install scikit-learn
    python benchmarks/fit_words.py ../shared/quality/abstracts_background.jsonl

Writes `words.npz` beside the other weights: the roots found in at least five abstracts, their inverse document
frequency, a direction of 96 dimensions each (positive pointwise mutual information within six words, contexts
smoothed by the power .75, truncated SVD with the square root of its values: Levy, Goldberg and Dagan, 2015), and
how often each has a capital amid a sentence. Directions are kept in eight bits.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from broadsheet.text.word_vectors import WEIGHTS as NAME
from broadsheet.text.word_vectors import root, roots_in_order

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
FOLDER = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "text" / "data"
LEAST_ABSTRACTS = 5
REACH = 6
DIMENSIONS = 96
_AMID = re.compile(r"(?<=[a-z,] )[^\W\d_]+")


def read_texts(path: Path) -> list[str]:
    """The abstracts, each with its title."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [f"{row['title']}. {row['abstract']}" for row in rows if row.get("abstract")]


def count_company(sequences: list[np.ndarray], size: int) -> Any:
    """How often two words stand within reach of each other, nearer ones counting more."""
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for start in range(0, len(sequences), 2000):
        some = sequences[start : start + 2000]
        for distance in range(1, REACH + 1):
            left = np.concatenate([ids[:-distance] for ids in some])
            right = np.concatenate([ids[distance:] for ids in some])
            known = (left >= 0) & (right >= 0)
            weight = np.full(int(known.sum()), 1 / distance, dtype=np.float32)
            total = total + sparse.csr_matrix((weight, (left[known], right[known])), shape=(size, size))
    return total + total.T


def find_directions(company: Any) -> np.ndarray:
    """The words' directions: the leading singular vectors of their positive mutual information."""
    from sklearn.utils.extmath import randomized_svd

    table = company.tocoo()
    word = np.asarray(company.sum(axis=1)).ravel()
    context = word**0.75
    chance = word[table.row] / word.sum() * context[table.col] / context.sum()
    gain = np.log(table.data / company.sum() / chance)
    positive = sparse.csr_matrix((np.maximum(gain, 0), (table.row, table.col)), shape=company.shape)
    left, values, _ = randomized_svd(positive, DIMENSIONS, random_state=0)
    rows: np.ndarray = left * np.sqrt(values)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def share_of_capitals(texts: list[str]) -> dict[str, float]:
    """By root, the share of its places amid a sentence where it is written with a capital."""
    seen: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for word in _AMID.findall(text):
            seen[root(word.lower())] += 1
            capital[root(word.lower())] += word[0].isupper()
    return {word: capital[word] / count for word, count in seen.items()}


def main(path: Path) -> None:
    """Write the weights."""
    texts = read_texts(path)
    rooted = [roots_in_order(text) for text in texts]
    spread = Counter(word for roots in rooted for word in set(roots))
    words = sorted(w for w, n in spread.items() if n >= LEAST_ABSTRACTS and not w.isdigit() and "\n" not in w)
    places = {word: place for place, word in enumerate(words)}
    sequences = [np.array([places.get(word, -1) for word in roots]) for roots in rooted]
    directions = find_directions(count_company(sequences, len(words)))
    capitals = share_of_capitals(texts)
    scaled = directions / np.abs(directions).max(axis=1, keepdims=True) * 127
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"{NAME}.npz"
    np.savez_compressed(
        target,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        rarity=np.array([math.log(len(texts) / spread[word]) for word in words], dtype=np.float16),
        directions=np.round(scaled).astype(np.int8),
        capital=np.array([round(255 * capitals.get(word, 0)) for word in words], dtype=np.uint8),
    )
    print(f"{target.name}: {len(words)} roots of {len(texts)} abstracts, {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "abstracts_background.jsonl")
