"""Features of candidate TL;DRs for the linear ranker: length, the title's words, cuts, and those of the sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from broadsheet.text.word_statistics import WordStatistics, load_word_statistics
from broadsheet.text.words import STOP_WORDS, has_digit, keys_of
from broadsheet.tldr.extractive.candidates import Candidate, has_verb

CUT_KINDS = (
    "fronted", "frame", "head", "parenthesis", "short parenthesis", "called", "adverbs", "semicolon", "colon", "dash",
    "which", "participle", "examples", "clause", "verb phrase", "relative", "purpose", "means", "for phrase",
    "in phrase", "on phrase", "with phrase", "across phrase", "after comma", "joined",
)  # fmt: skip
OWN_FEATURES = (
    "words", "tokens", "kept", "title recall", "title precision", "mean rarity", "mean told", "mean titled",
    "stop share", "repeats", "last ends", "we first", "our first", "refers first", "name first", "number", "verb",
    "commas", "cuts", "first score", "second score", "first rank", "second rank", "first index", "second index",
    "from typical", "novel title",
)  # fmt: skip
TYPICAL_WORDS = 19
"""The mean length of authors' TLDRs, in tokens as ROUGE counts them."""


@dataclass(frozen=True)
class View:
    """What the features of an abstract's candidates are computed from; `scores` and `cues` have one entry a sentence.

    `title` has the keys of the title's words.
    """

    lexicon: WordStatistics
    title: frozenset[str]
    scores: Sequence[float]
    cues: Sequence[Mapping[str, float]]

    @cached_property
    def early(self) -> tuple[bool, ...]:
        """By sentence, whether it is background or stands before the first that the authors speak in."""
        own = next((at for at, found in enumerate(self.cues) if found["we"] or found["this paper"]), 0)
        return tuple(
            bool(at < own or found["before claim"] or found["background"] or found["contrast"])
            for at, found in enumerate(self.cues)
        )

    @cached_property
    def ranks(self) -> Mapping[int, int]:
        """By sentence, its rank by score; 0 is the best, and of equal ones the first is better."""
        order = sorted(range(len(self.scores)), key=lambda at: (-self.scores[at], at))
        return {at: rank for rank, at in enumerate(order)}


def look_at(title: str, cues: Sequence[Mapping[str, float]], scores: Sequence[float]) -> View:
    """The view of an abstract with this title, by the shipped statistics of words."""
    return View(load_word_statistics(), frozenset(keys_of(title)), scores, cues)


def feature_names(cue_names: Sequence[str]) -> tuple[str, ...]:
    """The names of the features of `describe_candidate`, in order."""
    names = (*OWN_FEATURES, *(f"cut {kind}" for kind in CUT_KINDS), *(f"cue {name}" for name in cue_names))
    return tuple(name.replace(" ", "_") for name in names)


def describe_candidate(one: Candidate, view: View) -> tuple[float, ...]:
    """The features of a candidate, one for each of `feature_names`; cues are those of its first sentence."""
    cues = view.cues[one.sentences[0].index].values()
    return (*_describe(one, view), *_mark_kinds(one.kinds), *cues)


def _describe(one: Candidate, view: View) -> tuple[float, ...]:
    """The values of `OWN_FEATURES`, in order."""
    words, keys = one.text.split(), keys_of(one.text)
    whole = sum([_count_words(sentence.text) for sentence in one.sentences])
    distinct = dict.fromkeys(keys)  # in the order of the text, so that a sum is the same in every process
    notes = view.lexicon.notes
    # One column for each field of a note; what is looked up most is looked up without a call in between.
    columns = zip(*[notes.get(key, view.lexicon.unknown) for key in distinct or ("",)], strict=True)
    rarity, in_titles, _, told = map(sum, columns)
    known, count = max(1, len(distinct)), max(1, len(keys))
    titled = len(view.title & distinct.keys())
    opening = words[0].lower()
    first, last = one.sentences[0].index, one.sentences[-1].index
    return (
        len(words), len(keys), len(words) / whole, titled / max(1, len(view.title)), titled / known,
        rarity / known, told / known, in_titles / known, sum(map(STOP_WORDS.__contains__, keys)) / count,
        len(keys) - len(distinct), view.lexicon.note(keys[-1] if keys else "").ends, opening == "we", opening == "our",
        opening in ("this", "these", "it", "they", "such", "its"), any(map(str.isupper, words[0][1:])),
        has_digit(one.text), has_verb(one.text), one.text.count(","), len(one.kinds), view.scores[first],
        view.scores[last], view.ranks[first], view.ranks[last], first, last, abs(len(keys) - TYPICAL_WORDS),
        len(view.title) - titled,
    )  # fmt: skip


@lru_cache(maxsize=1 << 8)
def _count_words(text: str) -> int:
    return len(text.split())


@lru_cache(maxsize=1 << 12)
def _mark_kinds(kinds: tuple[str, ...]) -> tuple[float, ...]:
    """A value for each of `CUT_KINDS`: whether it was made."""
    made = {kind.split(" ", 1)[1] if kind.endswith("after comma") else kind for kind in kinds}
    return tuple(float(kind in made) for kind in CUT_KINDS)
