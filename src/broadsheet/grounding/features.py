"""Word by word, how well a TL;DR is borne out by its abstract: the features on which the learned check was taught.

Features of the whole TL;DR say where its own paper stands among all papers of the run, by how well each goes with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from broadsheet.grounding.alignment import Alignment, Rival, find_rival, match_words
from broadsheet.grounding.polarity import DENY_FORMS, KINDS, Turn, WordsBySentence, find_turns
from broadsheet.grounding.rivals import CheckedPaper, Run, index_sentences
from broadsheet.text.entities import unknown_names
from broadsheet.text.numbers import unknown_number

WORD_FEATURES = (
    *("rarity", "stands", "likeness"),
    *("rivals holding", "rival stands", "rival likeness", "rival gain"),
    *(f"turn {kind}" for kind in KINDS),
    *("alike", "against", "plain", "same word", "verbatim", "bridged"),
    *("deny form", "turn next", "turn last", "denied in abstract", "denial before", "turn within three"),
)
"""What is seen of a word, by part: the word in its own abstract, the rival, and claims that are turned round."""
TEXT_FEATURES = (
    *("words", "content words", "coverage", "soft coverage", "rival coverage", "best gain", "whole gain", "tail gain"),
    *("unknown names", "unknown number", "turns", "denials"),
)
"""What is seen of a whole TL;DR beside the scores of its words."""


@dataclasses.dataclass(frozen=True)
class Support:
    """A TL;DR beside its abstract: a row of `WORD_FEATURES` a word, and `TEXT_FEATURES` of the whole."""

    text: WordsBySentence
    rows: np.ndarray
    whole: np.ndarray
    rival: int | None
    """The place in the run of the paper that explains a part better than the own does."""
    turns: tuple[Turn, ...]


@dataclasses.dataclass(frozen=True)
class Unknown:
    """The names of a TL;DR that its abstract does not have, and the first such number."""

    names: tuple[str, ...]
    number: str | None

    @classmethod
    def of(cls, own: CheckedPaper, tldr: str, *, english: bool = True) -> Unknown:
        """What a paper does not have."""
        return cls(tuple(unknown_names(tldr, own.names)), unknown_number(tldr, own.numbers, english=english))


def support(run: Run, own: CheckedPaper, tldr: str, unknown: Unknown | None = None) -> Support:
    """How a TL;DR stands to its paper within a run; the same for the same papers, whatever else is asked.

    `unknown` is what was found of it before, if it was.
    """

    text = index_sentences([tldr])
    if not text.roots:
        return Support(text, np.zeros((0, len(WORD_FEATURES))), np.zeros(len(TEXT_FEATURES)), None, ())
    match = match_words(run, own, text)
    rival = find_rival(run, own, text, match)
    turns = tuple(find_turns(text, own.text, run.lexicon.rarity_of))
    columns = (
        # Above 10 a root is so rare that how rare says nothing more.
        np.minimum(match.rarity, 10.0),
        match.stands,
        match.likeness,
        *(rival.holding, rival.stands, rival.likeness, rival.gains),
    )
    rows = np.empty((len(WORD_FEATURES), len(text.roots)))
    for number, column in enumerate(columns):
        rows[number] = column
    rows[len(columns) :] = _turn_columns(text, own, turns)
    whole = [
        *_whole_row(unknown or Unknown.of(own, tldr), text, match, rival),
        float(len(turns)),
        float(sum(turn.kind == "denies" for turn in turns)),
    ]
    return Support(text, rows.T, np.array(whole), rival.place, turns)


_SHARES = slice(len(KINDS), len(KINDS) + 6)
_FORM, _NEXT, _LAST, _DENIED, _BEFORE, _NEAR = range(len(KINDS) + 6, len(KINDS) + 12)


def _turn_columns(text: WordsBySentence, own: CheckedPaper, turns: Sequence[Turn]) -> np.ndarray:
    """The columns of turned claims, from `turn denies` to `turn within three`."""
    count = len(text.roots)
    columns = np.zeros((len(KINDS) + 12, count))
    # -1 marks a word that turns nothing: a share of 0 would say that the abstract speaks against it.
    columns[_SHARES] = -1.0
    for turn in turns:
        at, kind = turn.at, KINDS.index(turn.kind)
        columns[kind, at] = 1.0
        columns[_SHARES, at] = turn.alike, turn.against, turn.plain, turn.same_word, turn.verbatim, turn.bridged
        columns[_NEAR, max(0, at - 3) : at] = 1.0
        columns[_NEAR, at + 1 : at + 4] = 1.0
        if at > 0:
            columns[_NEXT, at - 1] = 1 + kind
        if at + 1 < count:
            columns[_LAST, at + 1] = 1 + kind
            columns[_BEFORE, at + 1] = turn.kind == "denies"
    columns[_FORM] = [DENY_FORMS.get(word, 0) for word in text.spoken]
    columns[_DENIED] = own.text.denials
    return columns


def _whole_row(unknown: Unknown, text: WordsBySentence, match: Alignment, rival: Rival) -> list[float]:
    """The first of `TEXT_FEATURES`, up to the unknown number."""
    weight, held = match.weight, match.weight * match.held
    total = float(weight.sum()) or 1.0
    return [
        float(len(text.roots)),
        float((weight > 0).sum()),
        float((weight * match.stands).sum()) / total,
        float(held.sum()) / total,
        *(rival.coverage, rival.best, rival.whole, rival.tail),
        float(len(unknown.names)),
        float(unknown.number is not None),
    ]
