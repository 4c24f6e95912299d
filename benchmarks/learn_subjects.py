"""Learns which phrases are subjects of papers and which are everywhere, for the headings of the built-in engine.

    python benchmarks/learn_subjects.py
    python benchmarks/learn_subjects.py --every 5      # without each fifth day, to read headings of those days

Reads the titles with categories, and the abstracts with titles, in `shared/quality/` beside the repository, and writes
`src/broadsheet/text/data/subjects.npz`. For each phrase of one to four words that at least `FEWEST` titles have:
the share of the abstracts with it whose title has it too (a subject is named in titles; "success rate" is not), the
share of its uses in titles that end a noun phrase ("image quality" mostly goes on), and how far its categories are from
those of all titles (Kullback and Leibler 1951, in nats, less its expected value by chance: Miller 1955). For each
subject that enough of the papers have in their titles, the mean of the places of these papers in the background, so
that it runs after `train_background.py`. Beside these the words that keep a capital inside sentences. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from broadsheet.text.subjects import Subjects
from broadsheet.text.words import STOP_WORDS, content_stems
from broadsheet.themes.background import load_background
from broadsheet.themes.keyphrases import find_spans, read_tokens
from broadsheet.themes.labels import inner_words

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "text" / "data" / "subjects.npz"
FEWEST = 5
"""The least number of titles of a phrase."""
FEWEST_PLACED = 8
"""The least number of papers with a subject in their title for it to have a place."""
FEWEST_OF_WORD, LEAST_OF_WORD, LEAST_WORTH_OF_WORD = 20, 0.6, 0.6
"""The same for a single word, the least norm of the mean place of its papers, and its least worth as a subject."""
FEWEST_NAMES = 5
"""The least number of abstracts that have a capitalised word inside a sentence."""
MOSTLY = 0.8
"""The least share of such a word's uses with that spelling."""

Row = Mapping[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """The lines of a JSON Lines file, packed or not."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ends_phrase(tokens: Sequence[str], end: int) -> bool:
    """Whether a noun phrase that reaches to `end` cannot go on there: a mark, a stop word or the end of the title."""
    return end == len(tokens) or not tokens[end][0].isalnum() or tokens[end].lower() in STOP_WORDS


def keys_of(text: str) -> set[str]:
    """The phrases of a text, each by its key."""
    tokens, keys = read_tokens(text)
    return {"".join(keys[start:end]) for start, end in find_spans(tokens)}


def find_names(abstracts: Sequence[str]) -> list[str]:
    """The words that are nearly always spelled with a capital inside sentences, in that spelling."""
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for abstract in abstracts:
        for word in set(inner_words(abstract)):
            if word.isalpha() and len(word) > 2:
                spelled[word.lower()][word] += 1
    names = []
    for lower, forms in sorted(spelled.items()):
        form, count = forms.most_common(1)[0]
        if form != lower and count >= FEWEST_NAMES and count >= MOSTLY * forms.total():
            names.append(form)
    return names


def place_subjects(rows: Sequence[Row], subjects: Subjects) -> dict[str, np.ndarray]:
    """For each subject of two words or more, and some of one, the mean place of the papers that have it in the title.

    Norm below 1, the shorter the less they have in common.
    """
    background = load_background("background")
    places = background.place([Counter(content_stems(f"{row['title']} {row['abstract']}")) for row in rows])
    having: dict[str, set[int]] = defaultdict(set)
    words: dict[str, list[str]] = {}
    for at, row in enumerate(rows):
        tokens, keys = read_tokens(row["title"])
        for start, end in find_spans(tokens):
            key = "".join(keys[start:end])
            if subjects.knows(key) and STOP_WORDS.isdisjoint(token.lower() for token in tokens[start:end]):
                having[key].add(at)
                words.setdefault(key, tokens[start:end])
    means: dict[str, np.ndarray] = {}
    for key, papers in sorted(having.items()):
        if len(papers) >= FEWEST_PLACED:
            mean = places[sorted(papers)].mean(axis=0)
            worth = subjects.worth([key])
            sharp = np.linalg.norm(mean) >= LEAST_OF_WORD and worth >= LEAST_WORTH_OF_WORD
            if len(words[key]) > 1 or "-" in words[key][0] or (sharp and len(papers) >= FEWEST_OF_WORD):
                means[key] = mean
    return means


def main() -> None:
    """Count, write the weights, say how large they are and which phrases stand at both ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=0)
    asked = parser.parse_args()
    titles = list(read_rows(SHARED / "arxiv_titles.jsonl.xz"))
    papers = list(read_rows(SHARED / "arxiv_tldr_train.jsonl.xz"))
    background = list(read_rows(SHARED / "abstracts_background.jsonl"))
    judged = {row["title"].lower() for row in read_rows(SHARED / "arxiv_tldr_dev.jsonl")}
    days = set(sorted({row["day"] for row in papers})[:: asked.every]) if asked.every else set()
    titles = [row for row in titles if row["day"] not in days and row["title"].lower() not in judged]
    papers = [row for row in papers if row["day"] not in days and row["title"].lower() not in judged]

    titled, used, ended = Counter[str](), Counter[str](), Counter[str]()
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    for row in (*titles, *background):
        tokens, keys = read_tokens(row["title"])
        for start, end in find_spans(tokens):
            key = "".join(keys[start:end])
            used[key] += 1
            ended[key] += ends_phrase(tokens, end)
        for key in keys_of(row["title"]):
            titled[key] += 1
            if "cats" in row:
                fields[key][row["cats"][0]] += 1
    phrases = sorted(key for key, count in titled.items() if key and count >= FEWEST)
    known = set(phrases)
    held, both = Counter[str](), Counter[str]()
    for row in (*papers, *background):
        inside = keys_of(row["abstract"]) & known
        held.update(inside)
        both.update(inside & keys_of(row["title"]))

    everywhere = Counter(row["cats"][0] for row in titles)
    total = everywhere.total()

    def distance(key: str) -> float:
        own = fields[key]
        count = own.total()
        if not count:
            return 0.0
        found = sum(many / count * math.log(many / count * total / everywhere[field]) for field, many in own.items())
        return max(0.0, found - (len(own) - 1) / (2 * count))

    # Smoothed by a few uses of an average phrase: of abstracts with a phrase, one in ten has it in the title.
    shares = [
        [(both[key] + 0.3) / (held[key] + 3), (ended[key] + 1) / (used[key] + 2), min(1.0, distance(key) / 5)]
        for key in phrases
    ]
    bytes_of = np.round(np.array(shares) * 255).astype(np.uint8)
    names = find_names([row["abstract"] for row in (*papers, *background)])
    known_so = Subjects({phrase: at for at, phrase in enumerate(phrases)}, bytes_of, names={}, means={})
    means = place_subjects([*papers, *background], known_so)
    np.savez_compressed(
        WEIGHTS,
        phrases=np.array("\n".join(phrases).encode()),
        shares=bytes_of,
        placed=np.array("\n".join(means).encode()),
        means=np.round(np.stack(list(means.values())) * 127).astype(np.int8),
        names=np.array("\n".join(names).encode()),
    )
    print(f"{len(phrases):,} phrases of {len(titles) + len(background):,} titles, {len(means):,} placed, ", end="")
    print(f"{len(names):,} names")
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
