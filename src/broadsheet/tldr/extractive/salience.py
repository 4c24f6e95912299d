"""Estimates for each word of an abstract the probability that its author's TLDR has it.

Features of each word go into gradient-boosted trees that `benchmarks/train_extract.py` trained on SciTLDR.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from broadsheet.text.boosted_trees import Forest
from broadsheet.text.word_statistics import TOKEN, WordStatistics
from broadsheet.text.words import STOP_WORDS, word_key

WORD_FEATURES = (
    "uses", "sentences with it", "first sentence", "first place", "count of sentences", "in title", "place in title",
    "neighbour in title", "rarity", "titled", "told", "ends", "length", "digit", "capital", "acronym", "stop word",
    "best sentence", "best score", "score mass", "in first", "in last", "claims with it", "place in best",
    "told before", "told after", "titled before", "titled after", "title size", "mates in title", "rank of rarity",
    "uses in best", "best is claim", "pair in title",
)  # fmt: skip


@dataclass(frozen=True)
class AbstractTokens:
    """An abstract as words: by sentence its tokens as written (`raw`) and as keys (lower case, singular)."""

    raw: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[str, ...], ...]
    title: tuple[str, ...]


def tokenise_abstract(title: str, sentences: Sequence[str]) -> AbstractTokens:
    """The tokens of a title and its sentences."""
    raw = tuple(tuple(tokens_of(sentence)) for sentence in sentences)
    keys = tuple(tuple(map(word_key, one)) for one in raw)
    return AbstractTokens(raw, keys, tuple(map(word_key, tokens_of(title))))


def tokens_of(text: str) -> list[str]:
    """The tokens of a text as ROUGE counts them, as written."""
    return TOKEN.findall(text)


def describe_words(
    text: AbstractTokens, scores: Sequence[float], claims: Sequence[bool], lexicon: WordStatistics
) -> tuple[list[str], list[list[float]]]:
    """The distinct words of an abstract, and their features: one row a word, one column for each of `WORD_FEATURES`.

    `scores` and `claims` have one entry a sentence: its score as TL;DR, and whether it says what the paper does.
    """
    # The first position of each word in the title: read from the end, earlier positions replace later ones.
    titled = {key: place for place, key in reversed(list(enumerate(text.title)))}
    pairs = set(zip(text.title, text.title[1:], strict=False))
    # All uses of each word as (sentence, position in it).
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, keys in enumerate(text.keys):
        for place, key in enumerate(keys):
            places[key].append((at, place))
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    rank = {at: place for place, at in enumerate(order)}
    # By sentence: its share of the softmax of all scores, and the share of the title's words that it has.
    mass = _softmax(scores)
    mates = [sum(key in titled for key in set(keys)) / max(1, len(set(titled))) for keys in text.keys]
    rows = []
    names = list(places)
    rarities = sorted([lexicon.note(name).rarity for name in names], reverse=True)
    # Rank 0 is the rarest word; equal values get the first of their ranks.
    rarer = {rarity: rank for rank, rarity in reversed(list(enumerate(rarities)))}
    total = len(text.keys)
    for name in names:
        uses = places[name]
        holding = list(dict.fromkeys([at for at, _ in uses]))
        # Of the sentences with this word, the one with the highest score, and the word's first position there.
        best = min(holding, key=rank.__getitem__)
        place = next(place for at, place in uses if at == best)
        raw = text.raw[uses[0][0]][uses[0][1]]
        note = lexicon.note(name)
        around = [_around(text.keys[at], place) for at, place in uses]
        before, after = map(lexicon.note, _around(text.keys[best], place))
        # In the order of WORD_FEATURES; 30 stands for "not in the title".
        rows.append(
            [
                len(uses), len(holding), holding[0], uses[0][1] / max(1, len(text.keys[uses[0][0]])), total,
                name in titled, titled.get(name, 30), any(left in titled or right in titled for left, right in around),
                note.rarity, note.titled, note.told, note.ends, len(name), name.isdigit(),
                any(place > 0 and text.raw[at][place][0].isupper() for at, place in uses), raw[1:].lower() != raw[1:],
                name in STOP_WORDS, rank[best], scores[best], sum([mass[at] for at in holding]), holding[0] == 0,
                holding[-1] == total - 1, sum([claims[at] for at in holding]), place / max(1, len(text.keys[best])),
                before.told, after.told, before.titled, after.titled, len(titled), max([mates[at] for at in holding]),
                rarer[note.rarity] / len(names), sum([at == best for at, _ in uses]), claims[best],
                any((left, name) in pairs or (name, right) in pairs for left, right in around),
            ]
        )  # fmt: skip
    return names, rows


def _around(keys: Sequence[str], place: int) -> tuple[str, str]:
    return (keys[place - 1] if place else ""), (keys[place + 1] if place + 1 < len(keys) else "")


def _softmax(scores: Sequence[float]) -> list[float]:
    # Softmax with temperature 1/2; the largest score is subtracted first, so that no power overflows.
    top = max(scores, default=0.0)
    powers = [math.exp(2 * (score - top)) for score in scores]
    return [power / sum(powers) for power in powers]


def guess_importance(names: Sequence[str], rows: Sequence[Sequence[float]], forest: Forest) -> Mapping[str, float]:
    """By word, the probability of being in the author's TLDR; `rows` are those of `describe_words`."""

    raw = forest.score(np.array(rows, dtype=np.float64).reshape(len(rows), len(WORD_FEATURES)))
    # The trees were trained with logistic loss: their sum is a log-odds, and the logistic function makes it a
    # probability.
    return dict(zip(names, (1 / (1 + np.exp(-raw))).tolist(), strict=True))
