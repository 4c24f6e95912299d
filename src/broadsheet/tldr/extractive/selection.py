"""Selects the best candidate TL;DR of an abstract by linear weights that are learned from readers' grades."""

from __future__ import annotations

import functools
import heapq
import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from broadsheet.text.sentences import Sentence
from broadsheet.text.weights import load_numbers
from broadsheet.text.words import STOP_WORDS, tokens_of
from broadsheet.tldr.extractive.candidates import Candidate, Opening, shorten
from broadsheet.tldr.extractive.cue_phrases import CLAIMS
from broadsheet.tldr.extractive.findings import rate_finding
from broadsheet.tldr.extractive.form import find_form_fault
from broadsheet.tldr.extractive.fusion import equate, fuse, tell_of
from broadsheet.tldr.extractive.preferences import (
    PREFERENCES,
    bound_preferences,
    describe_preferences,
    tells_background,
)
from broadsheet.tldr.extractive.ranking import View, describe_candidate, look_at

OPENING: Opening = "either"
"""The default for how a claim opens; people's TLDRs often have "we". The benchmark measures all three values."""

# Bounds on the work for one abstract: sentences that are shortened, and their length in words.
_SENTENCES_TRIED = 6
_RESULTS_TRIED = 5
_LONGEST_SENTENCE = 90

Cues = Mapping[str, float]
WORD = "word "
"""What the names of words' weights begin with."""


def choose(
    title: str,
    sentences: Sequence[Sentence],
    cues: Sequence[Cues],
    scores: Sequence[float],
    *,
    opening: Opening = OPENING,
) -> Candidate | None:
    """The best candidate; `None` where no sentence yields one or the text is not English prose.

    `cues` and `scores` have one entry a sentence.
    """
    if not reads_as_english(sentences):
        return None
    view = look_at(title, cues, scores)
    candidates = list_candidates(title, sentences, view, opening=opening)
    if not candidates:
        return None
    # The weights are a ridge regression of how much better readers graded a candidate than the others of its paper
    # (benchmarks/train_choice.py), so only differences count and no constant term is needed.
    weights, preferences, of_words = load_weights()
    values = [
        math.fsum(map(operator.mul, weights, describe_candidate(one, view)))
        + math.fsum([of_words.get(token, 0.0) for token in list_tokens(one)])
        for one in candidates
    ]
    ranked = _rank_by_value(candidates, values, preferences, view)
    best = next(ranked)
    sound = (one for one in chain((best,), ranked) if find_form_fault(one.text) is None)
    # Of graded candidates from before the authors speak, 5 in 100 were good: any other comes first.
    first = next(sound, best)
    return next((one for one in chain((first,), sound) if not tells_background(one, view)), first)


def _rank_by_value(
    candidates: Sequence[Candidate], values: Sequence[float], preferences: Sequence[float], view: View
) -> Iterator[Candidate]:
    """The candidates by value and preferences, the best first; of equal ones the first.

    Preferences are only looked at where bounds do not settle the order: the best is found in half of the time.
    """

    def weigh(one: Candidate, step: int) -> float:
        # A bound is added up in another order than the value: it is not to be lower by a rounding.
        if step == 0:
            return bound_preferences(one, view, preferences) + 1e-9
        if step == 1:
            return bound_preferences(one, view, preferences, finding=rate_finding(one.text, one.kinds)) + 1e-9
        return math.fsum(map(operator.mul, preferences, describe_preferences(one, view)))

    waiting = [(-math.inf, number, 0) for number in range(len(candidates))]
    while waiting:
        _, number, step = heapq.heappop(waiting)
        one = candidates[number]
        if step == 3:
            yield one
        else:
            heapq.heappush(waiting, (-(values[number] + weigh(one, step)), number, step + 1))


def list_features(candidates: Sequence[Candidate], view: View) -> list[list[float]]:
    """What the choice is made by: one row a candidate, one column for each of `feature_names` and `PREFERENCES`."""
    return [[*describe_candidate(one, view), *describe_preferences(one, view)] for one in candidates]


def reads_as_english(sentences: Sequence[Sentence]) -> bool:
    """Whether this is an English abstract of usual length, as the weights were trained on."""
    if not 0 < len(sentences) <= 40 or sum(len(sentence.text) for sentence in sentences) > 8000:
        return False
    tokens = tokens_of(" ".join([sentence.text for sentence in sentences]).lower())
    # At least 15% stop words: fewer mean a list, formulas or another language. A very short text needs two.
    return sum([token in STOP_WORDS for token in tokens]) >= 0.15 * max(8, len(tokens))


def list_candidates(
    title: str, sentences: Sequence[Sentence], view: View, *, opening: Opening = OPENING
) -> list[Candidate]:
    """Shortened versions of the sentences with the highest scores, then what is made of them and of two."""
    ends_phrase = view.lexicon.ends_phrase
    order = [at for at in view.ranks if not _tells_background(view, at)]
    tried = order[:_SENTENCES_TRIED]
    tried += [at for at in order[_SENTENCES_TRIED:] if _may_tell_result(sentences[at], view)][:_RESULTS_TRIED]
    single = [
        candidate
        for at in tried
        if len(sentences[at].text.split()) <= _LONGEST_SENTENCE
        for candidate in shorten(sentences[at], ends_phrase, opening=opening)
    ]
    abstract = " ".join(sentence.text for sentence in sentences)
    told = [one for candidate in single for one in (tell_of(candidate), equate(candidate, abstract)) if one is not None]
    return [
        *single,
        *told,
        *fuse(single, sentences, title, ends_phrase),
    ]


def _may_tell_result(sentence: Sentence, view: View) -> bool:
    return not view.cues[sentence.index]["before claim"] and rate_finding(sentence.text) > 0


def _tells_background(view: View, at: int) -> bool:
    """Whether a sentence is background, and another one makes a claim."""
    if not any(found[claim] for found in view.cues for claim in CLAIMS):
        return False
    return any(view.cues[at][name] for name in ("background", "habit", "contrast"))


def list_tokens(candidate: Candidate) -> frozenset[str]:
    """The distinct words of a candidate, in lower case: "than" and "achieves" speak for it, "provides" does not."""
    text = candidate.text
    # Letters beyond ASCII may become those of ASCII: "K" of Kelvin.
    return frozenset(map(str.lower, tokens_of(text)) if text.isascii() else tokens_of(text.lower()))


@functools.cache
def load_weights() -> tuple[tuple[float, ...], tuple[float, ...], Mapping[str, float]]:
    """The weight of each feature of `describe_candidate`, of each of `PREFERENCES`, and of each word that has one."""
    numbers = load_numbers("choice")
    of_words = {name.removeprefix(WORD): weight for name, weight in numbers.items() if name.startswith(WORD)}
    weights = [weight for name, weight in numbers.items() if not name.startswith(WORD)]
    return tuple(weights[: -len(PREFERENCES)]), tuple(weights[-len(PREFERENCES) :]), of_words
