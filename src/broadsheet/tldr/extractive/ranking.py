"""Features of candidate TL;DRs for the linear ranker: expected overlap with the author's TLDR, form, position.

The expected overlap is a ROUGE (Lin 2004) in which each word counts with its probability of being in the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter

from broadsheet.text.word_statistics import WordStatistics
from broadsheet.text.words import STOP_WORDS, word_key
from broadsheet.tldr.extractive.candidates import Candidate, has_verb
from broadsheet.tldr.extractive.salience import tokens_of

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
_MEASURES = attrgetter("rarity", "told", "titled")
_UNKNOWN_WORD = 0.05
_REPEATED = (1.0, 0.45, 0.2, 0.1)
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


def describe_candidates(candidates: Sequence[Candidate], view: View) -> list[list[float]]:
    """The features, one row a candidate and one column for each of `feature_names`.

    The last columns compare a candidate with the other ones of its abstract.
    """
    # The expected number of distinct words of the reference that the abstract has.
    mass = sum(view.importance.values())
    top = sorted(view.importance, key=lambda key: -view.importance[key] * (key not in STOP_WORDS))
    tops = frozenset(top[:5]), frozenset(top[:10])
    # Rank 0 is the sentence with the highest score.
    order = sorted(range(len(view.scores)), key=lambda at: -view.scores[at])
    ranks = {at: rank for rank, at in enumerate(order)}
    cues = [[found.get(name, 0.0) for name in view.cue_names] for found in view.cues]
    rows = [
        [*_describe(one, view, mass, tops, ranks), *_mark_kinds(one.kinds), *cues[one.sentences[0].index]]
        for one in candidates
    ]
    return _with_standing(rows)


def _describe(
    one: Candidate,
    view: View,
    mass: float,
    tops: tuple[frozenset[str], frozenset[str]],
    ranks: Mapping[int, int],
) -> list[float]:
    raw = tokens_of(one.text)
    keys = [word_key(token) for token in raw]
    count = max(1, len(keys))
    # The probability of each token to be in the reference. Their sum is the expected overlap, the numerator of ROUGE-1.
    chances = _chances(keys, view.importance)
    content = [chance for key, chance in zip(keys, chances, strict=True) if key not in STOP_WORDS]
    least = min(content, default=0.0)
    distinct = set(keys)
    notes = map(_MEASURES, map(view.lexicon.note, sorted(distinct)))
    means = [sum(column) / len(distinct) for column in zip(*notes, strict=True)] or [0.0] * 3
    expected, told = sum(chances), sum(content)
    # For ROUGE-2: two neighbours are both in the reference with at most the smaller of their probabilities.
    pairs = sum([a if a < b else b for a, b in pairwise(chances)])
    first, last = one.sentences[0], one.sentences[-1]
    words = one.text.split()
    whole = sum([len(sentence.text.split()) for sentence in one.sentences])
    titled = distinct & view.title
    opening = words[0].lower()
    # In the order of OWN_FEATURES. F = 2 × overlap / (tokens of the candidate + tokens of the reference), with the mean
    # length for the reference, which is not known here (19 tokens, 11 of them no stop words).
    values = [
        len(words), count, len(words) / whole, expected, told, expected / count, told / max(1, len(content)),
        expected / max(1e-9, mass), 2 * expected / (count + TYPICAL_WORDS), 2 * told / (len(content) + 11.0), pairs,
        2 * pairs / (count + TYPICAL_WORDS), len(distinct & tops[0]), len(distinct & tops[1]),
        len(titled) / max(1, len(view.title)), len(titled) / max(1, len(distinct)),
        *means, 1 - len(content) / count, count - len(distinct),
        view.lexicon.note(keys[-1]).ends if keys else 0.0, opening == "we", opening == "our",
        opening in ("this", "these", "it", "they", "such", "its"), any(map(str.isupper, words[0][1:])),
        any(map(str.isdigit, one.text)), has_verb(one.text), one.text.count(","), len(one.kinds),
        view.scores[first.index], view.scores[last.index], ranks[first.index], ranks[last.index], first.index,
        last.index, len(view.scores), first.index / len(view.scores), least,
        view.cues[first.index]["first claim"], sum(chances[-4:]), mass - expected, abs(count - TYPICAL_WORDS),
        len(view.title) - len(titled),
    ]  # fmt: skip
    return list(map(float, values))


@lru_cache(maxsize=1 << 12)
def _mark_kinds(kinds: tuple[str, ...]) -> tuple[float, ...]:
    """A column for each of `CUT_KINDS`: whether it was made."""
    made = {kind.split(" ", 1)[1] if kind.endswith("after comma") else kind for kind in kinds}
    return tuple(float(kind in made) for kind in CUT_KINDS)


def _chances(keys: Sequence[str], importance: Mapping[str, float]) -> list[float]:
    seen: dict[str, int] = {}
    chances = []
    for key in keys:
        uses = seen.get(key, 0)
        seen[key] = uses + 1
        chance = importance.get(key, _UNKNOWN_WORD)
        chances.append(chance * _REPEATED[uses if uses < 3 else 3] if uses else chance)
    return chances


def _with_standing(rows: list[list[float]]) -> list[list[float]]:
    """Each row with its distance to the best value and its relative rank, for the columns of `RELATIVE_FEATURES`."""
    columns = [OWN_FEATURES.index(name) for name in RELATIVE_FEATURES]
    ordered = [sorted((row[column] for row in rows), reverse=True) for column in columns]
    # Read from the end, so that equal values get the first of their ranks.
    place = [{value: at for at, value in reversed(list(enumerate(values)))} for values in ordered]
    return [
        row
        + [values[0] - row[column] for column, values in zip(columns, ordered, strict=True)]
        + [where[row[column]] / len(rows) for column, where in zip(columns, place, strict=True)]
        for row in rows
    ]
