"""Word by word, how well a TL;DR is borne out by its abstract: the features on which the learned check was taught.

Features of the whole TL;DR say where its own paper stands among all papers of the run, by how well each goes with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from broadsheet.grounding.alignment import Alignment, Rival, find_rival, match_words
from broadsheet.grounding.polarity import KINDS, Turn, WordsBySentence, find_turns
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
_DENY_FORMS = {
    **{"not": 1, "cannot": 2, "can't": 2, "without": 3, "no": 4, "fails": 5, "fail": 5, "failed": 5, "failing": 5},
    **{"with": 6, "never": 7, "unable": 8},
}


@dataclasses.dataclass(frozen=True)
class Support:
    """A TL;DR beside its abstract: a row of `WORD_FEATURES` a word, and `TEXT_FEATURES` of the whole."""

    text: WordsBySentence
    rows: np.ndarray
    whole: np.ndarray
    rival: int | None
    """The place in the run of the paper that explains a part better than the own does."""
    turns: tuple[Turn, ...]


def support(run: Run, own: CheckedPaper, tldr: str) -> Support:
    """How a TL;DR stands to its paper within a run; the same for the same papers, whatever else is asked."""

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
        *_turn_columns(text, own, turns),
    )
    rows = np.empty((len(WORD_FEATURES), len(text.roots)))
    for number, column in enumerate(columns):
        rows[number] = column
    whole = [
        *_whole_row(own, tldr, text, match, rival),
        float(len(turns)),
        float(sum(turn.kind == "denies" for turn in turns)),
    ]
    return Support(text, rows.T, np.array(whole), rival.place, turns)


def _turn_columns(text: WordsBySentence, own: CheckedPaper, turns: Sequence[Turn]) -> list[np.ndarray]:
    """The columns of turned claims, from `turn denies` to `turn within three`."""
    count = len(text.roots)
    kinds = {kind: np.zeros(count) for kind in KINDS}
    # -1 marks a word that turns nothing: a share of 0 would say that the abstract speaks against it.
    shares = [np.full(count, -1.0) for _ in range(6)]
    turning = np.zeros(count)
    for turn in turns:
        kinds[turn.kind][turn.at] = 1.0
        turning[turn.at] = 1 + KINDS.index(turn.kind)
        parts = (turn.alike, turn.against, turn.plain, turn.same_word, turn.verbatim, turn.bridged)
        for column, value in zip(shares, parts, strict=True):
            column[turn.at] = value
    form = np.array([_DENY_FORMS.get(word, 0) for word in text.spoken], dtype=float)
    denied = np.full(count, float(sum(word in _DENY_FORMS and word != "with" for word in own.text.spoken)))
    turns_at = [kind is not None for kind in text.turning]
    near = [float(any(turns_at[max(0, at - 3) : at] + turns_at[at + 1 : at + 4])) for at in range(count)]
    denies = [float(kind == "denies") for kind in [None, *text.turning[:-1]]]
    after, before = np.append(turning[1:], 0), np.insert(turning[:-1], 0, 0)
    return [*kinds.values(), *shares, form, after, before, denied, np.array(denies), np.array(near)]


def _whole_row(own: CheckedPaper, tldr: str, text: WordsBySentence, match: Alignment, rival: Rival) -> list[float]:
    """The first of `TEXT_FEATURES`, up to the unknown number."""
    weight, held = match.weight, match.weight * match.held
    total = float(weight.sum()) or 1.0
    return [
        float(len(text.roots)),
        float((weight > 0).sum()),
        float((weight * match.stands).sum()) / total,
        float(held.sum()) / total,
        *(rival.coverage, rival.best, rival.whole, rival.tail),
        float(sum(1 for _ in unknown_names(tldr, own.names))),
        float(unknown_number(tldr, own.numbers) is not None),
    ]
