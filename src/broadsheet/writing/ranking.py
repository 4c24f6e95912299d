"""Candidates -> features that a learned ranker weighs: what they would share with the author's TLDR, how they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from broadsheet.writing.candidates import Candidate, has_verb
from broadsheet.writing.importance import tokens_of
from broadsheet.writing.lexicon import Lexicon
from broadsheet.writing.words import STOP_WORDS, stem

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
_UNKNOWN_WORD = 0.05
_REPEATED = (1.0, 0.45, 0.2, 0.1)
"""What the second, third and fourth use of a word is worth: a reference has "the" more than once, seldom "graph"."""


@dataclass(frozen=True)
class View:
    """What is known of an abstract when its candidates are described."""

    importance: Mapping[str, float]
    lexicon: Lexicon
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
    rows = [_describe(one, view, mass, tops, ranks) for one in candidates]
    return _with_standing(rows)


def _describe(
    one: Candidate,
    view: View,
    mass: float,
    tops: tuple[frozenset[str], frozenset[str]],
    ranks: Mapping[int, int],
) -> list[float]:
    raw = tokens_of(one.text)
    keys = [stem(token.lower()) for token in raw]
    count = max(1, len(keys))
    chances = _chances(keys, view.importance)
    content = [chance for key, chance in zip(keys, chances, strict=True) if key not in STOP_WORDS]
    distinct = set(keys)
    notes = [view.lexicon.note(key) for key in sorted(distinct)]
    expected, told = sum(chances), sum(content)
    pairs = sum(min(a, b) for a, b in pairwise(chances))
    first, last = one.sentences[0], one.sentences[-1]
    words = one.text.split()
    whole = sum(len(sentence.text.split()) for sentence in one.sentences)
    titled = distinct & view.title
    opening = words[0].lower()
    values = [
        len(words), count, len(words) / whole, expected, told, expected / count, told / max(1, len(content)),
        expected / max(1e-9, mass), 2 * expected / (count + TYPICAL_WORDS), 2 * told / (len(content) + 11.0), pairs,
        2 * pairs / (count + TYPICAL_WORDS), len(distinct & tops[0]), len(distinct & tops[1]),
        len(titled) / max(1, len(view.title)), len(titled) / max(1, len(distinct)),
        sum([note.rarity for note in notes]) / max(1, len(notes)),
        sum([note.told for note in notes]) / max(1, len(notes)),
        sum([note.titled for note in notes]) / max(1, len(notes)), 1 - len(content) / count, count - len(distinct),
        view.lexicon.note(keys[-1]).ends if keys else 0.0, opening == "we", opening == "our",
        opening in ("this", "these", "it", "they", "such", "its"), any(char.isupper() for char in words[0][1:]),
        any(char.isdigit() for char in one.text), has_verb(one.text), one.text.count(","), len(one.kinds),
        view.scores[first.index], view.scores[last.index], ranks[first.index], ranks[last.index], first.index,
        last.index, len(view.scores), first.index / len(view.scores), min(content, default=0.0),
        view.cues[first.index]["first claim"], sum(chances[-4:]), mass - expected, abs(count - TYPICAL_WORDS),
        len(view.title) - len(titled),
    ]  # fmt: skip
    kinds = [kind.split(" ", 1)[1] if kind.endswith("after comma") else kind for kind in one.kinds]
    values += [float(kind in kinds) for kind in CUT_KINDS]
    values += [view.cues[first.index].get(name, 0.0) for name in view.cue_names]
    return [float(value) for value in values]


def expect_f(text: str, importance: Mapping[str, float]) -> float:
    """The ROUGE-1 that a text may hope for."""
    keys = [stem(token.lower()) for token in tokens_of(text)]
    return 2 * sum(_chances(keys, importance)) / (len(keys) + TYPICAL_WORDS)


def _chances(keys: Sequence[str], importance: Mapping[str, float]) -> list[float]:
    seen: dict[str, int] = {}
    chances = []
    for key in keys:
        uses = seen.get(key, 0)
        seen[key] = uses + 1
        chances.append(importance.get(key, _UNKNOWN_WORD) * _REPEATED[min(uses, 3)])
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
