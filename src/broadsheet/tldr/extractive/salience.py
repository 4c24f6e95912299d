"""Estimates for each word of an abstract the probability that its author's TLDR has it.

Features of each word go into gradient-boosted trees that `benchmarks/train_extract.py` trained on SciTLDR.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    raw = tuple(map(tokens_of, sentences))
    keys = tuple(map(keys_of, sentences))
    return AbstractTokens(raw, keys, keys_of(title))


@lru_cache(maxsize=1 << 8)
def keys_of(text: str) -> tuple[str, ...]:
    """The key of each token of a text; cached, for a candidate's are looked at several times."""
    return tuple(map(word_key, tokens_of(text)))


@lru_cache(maxsize=1 << 8)
def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text as ROUGE counts them, as written; cached as those above are."""
    return tuple(TOKEN.findall(text))


def describe_words(
    text: AbstractTokens, scores: Sequence[float], claims: Sequence[bool], lexicon: WordStatistics
) -> tuple[list[str], np.ndarray]:
    """The distinct words of an abstract, and their features: one row a word, one column for each of `WORD_FEATURES`.

    `scores` and `claims` have one entry a sentence: its score as TL;DR, and whether it says what the paper does. As
    arrays over all tokens, which takes a third of the time of a loop over words.
    """
    # Over tokens: word, sentence, position there.
    flat = [key for keys in text.keys for key in keys]
    names = list(dict.fromkeys(flat))
    if not names:
        return [], np.zeros((0, len(WORD_FEATURES)))
    numbers = {name: number for number, name in enumerate(names)}
    word = np.fromiter(map(numbers.__getitem__, flat), dtype=np.intp, count=len(flat))
    lengths = np.array([len(keys) for keys in text.keys])
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(word)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    # The tokens by word; `starts` has where each word's begin. Then one entry for each sentence that has the word.
    by_word = np.argsort(word, kind="stable")
    uses = np.bincount(word)
    starts = np.cumsum(uses) - uses
    owner, home = word[by_word], sentence[by_word]
    is_new = np.ones(len(word), dtype=bool)
    is_new[1:] = (owner[1:] != owner[:-1]) | (home[1:] != home[:-1])
    holder, holding = owner[is_new], home[is_new]
    holdings = np.bincount(holder)
    first, last = holding[np.cumsum(holdings) - holdings], holding[np.cumsum(holdings) - 1]
    at_first = by_word[starts]

    # The first position of each word in the title: read from the end, earlier positions replace later ones.
    titled = {key: at for at, key in reversed(list(enumerate(text.title)))}
    pairs = set(zip(text.title, text.title[1:], strict=False))
    in_title = np.array([name in titled for name in names])
    # The words beside each token, -1 for none; and whether it and the next one stand like that in the title.
    opens, closes = place == 0, place == lengths[sentence] - 1
    left, right = np.full(len(word), -1), np.full(len(word), -1)
    left[1:], right[:-1] = word[:-1], word[1:]
    left[opens] = right[closes] = -1
    near = np.append(in_title, False)
    paired = np.fromiter(map(pairs.__contains__, zip(flat, [*flat[1:], ""], strict=True)), dtype=bool) & ~closes
    paired[1:] |= paired[:-1]

    # Rank 0 is the sentence with the highest score; of the sentences with a word the best, and the first use there.
    order = np.argsort(-np.array(scores), kind="stable")
    rank = np.argsort(order)
    best_rank = np.minimum.reduceat(rank[home], starts)
    best = order[best_rank]
    is_best = rank[home] == best_rank[owner]
    at_best = by_word[np.minimum.reduceat(np.where(is_best, np.arange(len(word)), len(word)), starts)]
    # By sentence: its share of the softmax of all scores, and the share of the title's words that it has.
    mass = np.array(_softmax(scores))
    mates = np.array([len(titled.keys() & set(keys)) / max(1, len(titled)) for keys in text.keys])
    claiming = np.array(claims, dtype=float)

    # The last entry is for no word.
    notes = lexicon.columns([*names, ""])
    rarity, in_titles, ends, told = notes[:, :-1]
    before, after = notes[:, left[at_best]], notes[:, right[at_best]]
    raw = [token for tokens in text.raw for token in tokens]
    capital = np.array([token[0].isupper() for token in raw]) & ~opens
    columns = (
        # In the order of WORD_FEATURES; 30 stands for "not in the title".
        uses, holdings, first, place[at_first] / lengths[first], np.full(len(names), len(lengths)), in_title,
        np.array([titled.get(name, 30) for name in names]), _any_of(word, near[left] | near[right]),
        rarity, in_titles, told, ends, np.array([len(name) for name in names]),
        np.array([name.isdigit() for name in names]), _any_of(word, capital),
        np.array([raw[at][1:].lower() != raw[at][1:] for at in at_first]),
        np.array([name in STOP_WORDS for name in names]), best_rank, np.array(scores)[best],
        np.bincount(holder, mass[holding]), first == 0, last == len(lengths) - 1,
        np.bincount(holder, claiming[holding]), place[at_best] / lengths[best], before[3], after[3],
        before[1], after[1], np.full(len(names), len(titled)), np.maximum.reduceat(mates[home], starts),
        # Rank 0 is the rarest word; equal values get the first of their ranks.
        (len(names) - np.sort(rarity).searchsorted(rarity, side="right")) / len(names),
        np.bincount(owner, is_best), claiming[best], _any_of(word, paired),
    )  # fmt: skip
    return names, np.stack(columns, axis=1).astype(np.float64)


def _any_of(word: np.ndarray, marked: np.ndarray) -> np.ndarray:
    """By word, whether any of its tokens is marked."""
    return np.bincount(word, marked) > 0


def _softmax(scores: Sequence[float]) -> list[float]:
    # Softmax with temperature 1/2; the largest score is subtracted first, so that no power overflows.
    top = max(scores, default=0.0)
    powers = [math.exp(2 * (score - top)) for score in scores]
    return [power / sum(powers) for power in powers]


def guess_importance(names: Sequence[str], rows: np.ndarray, forest: Forest) -> Mapping[str, float]:
    """By word, the probability of being in the author's TLDR; `rows` are those of `describe_words`."""
    raw = forest.score(rows)
    # The trees were trained with logistic loss: their sum is a log-odds, and the logistic function makes it a
    # probability.
    return dict(zip(names, (1 / (1 + np.exp(-raw))).tolist(), strict=True))
