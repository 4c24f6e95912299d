"""Candidates -> features that a learned ranker weighs: what they would share with the author's TLDR, how they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
"""What authors' TLDRs have on average."""
_MEASURES = attrgetter("rarity", "told", "titled")
_UNKNOWN_WORD = 0.05
_REPEATED = (1.0, 0.45, 0.2, 0.1)
"""What the second, third and fourth use of a word is worth: a reference has "the" more than once, seldom "graph"."""


@dataclass(frozen=True)
class View:
    """What is known of an abstract when its candidates are described."""

    importance: Mapping[str, float]
    lexicon: WordStatistics
    title: frozenset[str]
    scores: Sequence[float]
    cues: Sequence[Mapping[str, float]]
    cue_names: tuple[str, ...]


def feature_names(cue_names: Sequence[str]) -> tuple[str, ...]:
    """The columns of `describe_candidates`."""
    own = [name.replace(" ", "_") for name in (*OWN_FEATURES, *(f"cut {kind}" for kind in CUT_KINDS))]
    cues = [f"cue_{name}".replace(" ", "_") for name in cue_names]
    relative = [f"{kind}_{name}".replace(" ", "_") for kind in ("below best", "rank of") for name in RELATIVE_FEATURES]
    return (*own, *cues, *relative)


def describe_candidates(candidates: Sequence[Candidate], view: View) -> list[list[float]]:
    """A row of features for each candidate, with its standing among the others at the end."""
    mass = sum(view.importance.values())
    top = sorted(view.importance, key=lambda key: -view.importance[key] * (key not in STOP_WORDS))
    tops = frozenset(top[:5]), frozenset(top[:10])
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
    chances = _chances(keys, view.importance)
    content = [chance for key, chance in zip(keys, chances, strict=True) if key not in STOP_WORDS]
    least = min(content, default=0.0)
    distinct = set(keys)
    notes = map(_MEASURES, map(view.lexicon.note, sorted(distinct)))
    means = [sum(column) / len(distinct) for column in zip(*notes, strict=True)] or [0.0] * 3
    expected, told = sum(chances), sum(content)
    pairs = sum([a if a < b else b for a, b in pairwise(chances)])
    first, last = one.sentences[0], one.sentences[-1]
    words = one.text.split()
    whole = sum([len(sentence.text.split()) for sentence in one.sentences])
    titled = distinct & view.title
    opening = words[0].lower()
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


def expect_f(text: str, importance: Mapping[str, float]) -> float:
    """The ROUGE-1 that a text may hope for."""
    keys = [word_key(token) for token in tokens_of(text)]
    return 2 * sum(_chances(keys, importance)) / (len(keys) + TYPICAL_WORDS)


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
    """Each row with how far it stays below the best of its paper, and its rank, in some columns."""
    columns = [OWN_FEATURES.index(name) for name in RELATIVE_FEATURES]
    ordered = [sorted((row[column] for row in rows), reverse=True) for column in columns]
    place = [{value: at for at, value in reversed(list(enumerate(values)))} for values in ordered]
    return [
        row
        + [values[0] - row[column] for column, values in zip(columns, ordered, strict=True)]
        + [where[row[column]] / len(rows) for column, where in zip(columns, place, strict=True)]
        for row in rows
    ]
