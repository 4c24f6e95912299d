"""Features of candidate TL;DRs for the linear ranker: expected overlap with the author's TLDR, form, position.

The expected overlap is a ROUGE (Lin 2004) in which each word counts with its probability of being in the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from broadsheet.text.word_statistics import WordStatistics
from broadsheet.text.words import STOP_WORDS, has_digit
from broadsheet.tldr.extractive.candidates import Candidate, has_verb
from broadsheet.tldr.extractive.salience import keys_of

CUT_KINDS = (
    "fronted", "frame", "head", "parenthesis", "short parenthesis", "called", "adverbs", "semicolon", "colon", "dash",
    "which", "participle", "examples", "clause", "verb phrase", "relative", "purpose", "means", "for phrase",
    "in phrase", "on phrase", "with phrase", "across phrase", "after comma", "joined",
)  # fmt: skip
OWN_FEATURES = (
    "words", "tokens", "kept", "expected", "content expected", "precision", "content precision", "recall",
    "expected f", "content f", "pairs", "pair f", "top five", "top ten", "title recall", "title precision",
    "mean rarity", "mean told", "mean titled", "stop share", "repeats", "last ends", "we first", "our first",
    "refers first", "name first", "number", "verb", "commas", "cuts", "first score", "second score", "first rank",
    "second rank", "first index", "second index", "sentences", "distance", "least important", "claim of first",
    "ends expected", "mass left", "square", "novel title",
)  # fmt: skip
RELATIVE_FEATURES = ("expected f", "content f", "pair f", "expected", "title recall", "first score", "words")
TYPICAL_WORDS = 19.0
"""The mean length of authors' TLDRs, in tokens as ROUGE counts them."""
_UNKNOWN_WORD = 0.05
_REPEATED = np.array((1.0, 0.45, 0.2, 0.1))
"""Factors for the first, second, third and later uses of a word: few words occur in a reference more than once."""


@dataclass(frozen=True)
class View:
    """What the features of an abstract's candidates are computed from.

    `importance` is each word's probability of being in the reference; `scores` and `cues` have one entry a sentence.
    """

    importance: Mapping[str, float]
    lexicon: WordStatistics
    title: frozenset[str]
    scores: Sequence[float]
    cues: Sequence[Mapping[str, float]]
    cue_names: tuple[str, ...]

    @cached_property
    def early(self) -> tuple[bool, ...]:
        """By sentence, whether it is background or stands before the first that the authors speak in."""
        own = next((at for at, found in enumerate(self.cues) if found["we"] or found["this paper"]), 0)
        return tuple(
            bool(at < own or found["before claim"] or found["background"] or found["contrast"])
            for at, found in enumerate(self.cues)
        )


def feature_names(cue_names: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns of `describe_candidates`, in order."""
    own = [name.replace(" ", "_") for name in (*OWN_FEATURES, *(f"cut {kind}" for kind in CUT_KINDS))]
    cues = [f"cue_{name}".replace(" ", "_") for name in cue_names]
    relative = [f"{kind}_{name}".replace(" ", "_") for kind in ("below best", "rank of") for name in RELATIVE_FEATURES]
    return (*own, *cues, *relative)


def describe_candidates(candidates: Sequence[Candidate], view: View) -> np.ndarray:
    """The features, one row a candidate and one column for each of `feature_names`.

    The last columns compare a candidate with the other ones of its abstract.
    """
    if not candidates:
        return np.zeros((0, len(feature_names(view.cue_names))))
    cues = np.array([[found.get(name, 0.0) for name in view.cue_names] for found in view.cues])
    first = np.array([one.sentences[0].index for one in candidates])
    kinds = np.array([_mark_kinds(one.kinds) for one in candidates])
    own = np.stack(_describe(candidates, first, view), axis=1).astype(np.float64)
    return np.concatenate([own, kinds, cues[first], _standing(own)], axis=1)


def _describe(candidates: Sequence[Candidate], first: np.ndarray, view: View) -> tuple[np.ndarray, ...]:
    """The columns of `OWN_FEATURES`, in order."""
    keys = [keys_of(one.text) for one in candidates]
    said = [one.text.split() for one in candidates]
    # Over the tokens of all: the candidate, the place in it, and the word as a number in alphabetical order.
    lengths = np.array([len(one) for one in keys])
    count = np.maximum(1, lengths)
    of = np.repeat(np.arange(len(keys)), lengths)
    place = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    vocabulary = sorted({key for one in keys for key in one})
    numbers = {key: number for number, key in enumerate(vocabulary)}
    word = np.fromiter((numbers[key] for one in keys for key in one), dtype=np.intp, count=len(of))
    # Over the words: the marks that each has.
    top = sorted(view.importance, key=lambda key: -view.importance[key] * (key not in STOP_WORDS))
    in_title, in_five, in_ten, is_stop = (
        np.fromiter(map(some.__contains__, vocabulary), dtype=bool)
        for some in (view.title, frozenset(top[:5]), frozenset(top[:10]), STOP_WORDS)
    )
    notes = view.lexicon.columns([*vocabulary, ""])
    # Each word of each candidate once, and the how-many-eth use of it a token is.
    pair = of * len(vocabulary) + word
    by_pair = np.argsort(pair, kind="stable")
    is_new = np.ones(len(of), dtype=bool)
    is_new[1:] = pair[by_pair[1:]] != pair[by_pair[:-1]]
    starts = np.flatnonzero(is_new)
    distinct = by_pair[starts]
    uses = np.empty(len(of), dtype=np.intp)
    uses[by_pair] = np.arange(len(of)) - starts[np.cumsum(is_new) - 1]

    def total(owners: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.bincount(owners, values, minlength=len(keys))

    # The probability of each token to be in the reference. Their sum is the expected overlap, the numerator of ROUGE-1.
    known = np.array([view.importance.get(key, _UNKNOWN_WORD) for key in vocabulary])
    chances = known[word] * _REPEATED[np.minimum(uses, len(_REPEATED) - 1)]
    expected = total(of, chances)
    is_content = ~is_stop[word]
    contents = np.bincount(of[is_content], minlength=len(keys))
    told = total(of[is_content], chances[is_content])
    least = np.ones(len(keys))
    np.minimum.at(least, of[is_content], chances[is_content])
    # For ROUGE-2: two neighbours are both in the reference with at most the smaller of their probabilities.
    beside = of[1:] == of[:-1]
    pairs = total(of[1:][beside], np.minimum(chances[1:], chances[:-1])[beside])
    is_last_four = place >= lengths[of] - 4
    words_known = np.bincount(of[distinct], minlength=len(keys))
    rarity, in_titles, _, in_tldrs = (
        total(of[distinct], column[word[distinct]]) / np.maximum(1, words_known) for column in notes
    )
    titled, five, ten = (total(of[distinct], marks[word[distinct]]) for marks in (in_title, in_five, in_ten))
    ends = notes[2][[numbers[one[-1]] if one else -1 for one in keys]]
    # The expected number of distinct words of the reference that the abstract has.
    mass = sum(view.importance.values())
    scores = np.array(view.scores)
    # Rank 0 is the sentence with the highest score.
    ranks = np.argsort(np.argsort(-scores, kind="stable"))
    last = np.array([one.sentences[-1].index for one in candidates])
    claims = np.array([found["first claim"] for found in view.cues])
    words, whole, *opening, number, verb, commas, cuts = np.array(
        [_glance(one, split) for one, split in zip(candidates, said, strict=True)]
    ).T
    # In the order of OWN_FEATURES. F = 2 × overlap / (tokens of the candidate + tokens of the reference), with the mean
    # length for the reference, which is not known here (19 tokens, 11 of them no stop words).
    return (
        words, count, words / whole, expected, told, expected / count, told / np.maximum(1, contents),
        expected / max(1e-9, mass), 2 * expected / (count + TYPICAL_WORDS), 2 * told / (contents + 11.0), pairs,
        2 * pairs / (count + TYPICAL_WORDS), five, ten,
        titled / max(1, len(view.title)), titled / np.maximum(1, words_known),
        rarity, in_tldrs, in_titles, 1 - contents / count, count - words_known, ends, *opening, number, verb, commas,
        cuts, scores[first], scores[last], ranks[first], ranks[last], first, last, np.full(len(keys), len(scores)),
        first / len(scores), np.where(contents > 0, least, 0.0), claims[first],
        total(of[is_last_four], chances[is_last_four]), mass - expected, np.abs(count - TYPICAL_WORDS),
        len(view.title) - titled,
    )  # fmt: skip


def _glance(one: Candidate, words: Sequence[str]) -> tuple[float, ...]:
    """Features of a candidate's words as they are written: lengths, opening, figure, verb, commas, cuts."""
    opening = words[0].lower()
    return (
        len(words), sum([_count_words(sentence.text) for sentence in one.sentences]), opening == "we", opening == "our",
        opening in ("this", "these", "it", "they", "such", "its"), any(map(str.isupper, words[0][1:])),
        has_digit(one.text), has_verb(one.text), one.text.count(","), len(one.kinds),
    )  # fmt: skip


@lru_cache(maxsize=1 << 8)
def _count_words(text: str) -> int:
    return len(text.split())


@lru_cache(maxsize=1 << 12)
def _mark_kinds(kinds: tuple[str, ...]) -> tuple[float, ...]:
    """A column for each of `CUT_KINDS`: whether it was made."""
    made = {kind.split(" ", 1)[1] if kind.endswith("after comma") else kind for kind in kinds}
    return tuple(float(kind in made) for kind in CUT_KINDS)


def _standing(own: np.ndarray) -> np.ndarray:
    """For the columns of `RELATIVE_FEATURES` the distances to the best value, then the relative ranks."""
    columns = own[:, [OWN_FEATURES.index(name) for name in RELATIVE_FEATURES]]
    # Rank 0 is the highest value; equal ones get the first of their ranks.
    above = [len(column) - np.sort(column).searchsorted(column, side="right") for column in columns.T]
    return np.concatenate([columns.max(axis=0) - columns, np.stack(above, axis=1) / len(own)], axis=1)
