"""An abstract's sentences -> the one wording of them that would serve best as TL;DR, by learned weights."""

from __future__ import annotations

import functools
import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import combinations

from broadsheet.writing.candidates import Candidate, join, shorten
from broadsheet.writing.cues import CLAIMS
from broadsheet.writing.importance import describe_words, guess_importance, read_text, tokens_of
from broadsheet.writing.lexicon import Lexicon, load_lexicon
from broadsheet.writing.ranking import View, describe_candidates, expect_f
from broadsheet.writing.sentences import Sentence
from broadsheet.writing.trees import load_forest
from broadsheet.writing.words import STOP_WORDS, stem

DROPS_WE = True
"""Whether "We propose a method" may be told as "A method": what VOICE asks for. The benchmark measures both."""

_SENTENCES_TRIED = 6
_LONGEST_SENTENCE = 90
_LONGEST_PART = 18
_LONGEST_PAIR = 27
_PARTS_OF_A_SENTENCE = 5
_MOST_PAIRS = 40
_SPOILS_A_PAIR = ("contrast", "dangling", "refers back", "question", "address", "unfinished", "lists", "habit")

Cues = Mapping[str, float]


def choose(
    title: str,
    sentences: Sequence[Sentence],
    cues: Sequence[Cues],
    scores: Sequence[float],
    *,
    drops_we: bool = DROPS_WE,
) -> Candidate | None:
    """The best candidate; none where no sentence yields one or the text is not English prose."""
    if not is_english(sentences):
        return None
    view = look_at(title, sentences, cues, scores, lexicon=load_lexicon())
    candidates = list_candidates(sentences, view, drops_we=drops_we)
    if not candidates:
        return None
    rows = describe_candidates(candidates, view)
    weights = load_weights()
    values = [sum(weight * value for weight, value in zip(weights, row, strict=True)) for row in rows]
    return candidates[max(range(len(values)), key=values.__getitem__)]


def is_english(sentences: Sequence[Sentence]) -> bool:
    """Whether this reads as an English abstract of a usual length: what the weights were learned on."""
    if not 0 < len(sentences) <= 40 or sum(len(sentence.text) for sentence in sentences) > 8000:
        return False
    tokens = [token for sentence in sentences for token in tokens_of(sentence.text.lower())]
    return sum(token in STOP_WORDS for token in tokens) >= 0.15 * max(8, len(tokens))


def look_at(
    title: str, sentences: Sequence[Sentence], cues: Sequence[Cues], scores: Sequence[float], *, lexicon: Lexicon
) -> View:
    """What the candidates of an abstract are judged by, with each word's importance as the shipped trees see it."""
    names, rows = list_words(title, sentences, cues, scores, lexicon=lexicon)
    return make_view(
        title, cues, scores, importance=guess_importance(names, rows, load_forest("importance")), lexicon=lexicon
    )


def list_words(
    title: str, sentences: Sequence[Sentence], cues: Sequence[Cues], scores: Sequence[float], *, lexicon: Lexicon
) -> tuple[list[str], list[list[float]]]:
    """The words of an abstract and their features."""
    claims = [any(found[claim] for claim in CLAIMS) for found in cues]
    return describe_words(read_text(title, [one.text for one in sentences]), scores, claims, lexicon)


def make_view(
    title: str, cues: Sequence[Cues], scores: Sequence[float], *, importance: Mapping[str, float], lexicon: Lexicon
) -> View:
    """The same with an importance that is given, as the trainer does."""
    titled = frozenset(stem(token.lower()) for token in tokens_of(title))
    return View(importance, lexicon, titled, scores, cues, tuple(cues[0]))


def list_candidates(sentences: Sequence[Sentence], view: View, *, drops_we: bool = DROPS_WE) -> list[Candidate]:
    """Versions of the likeliest sentences, then pairs of short ones."""

    def ends_phrase(word: str) -> float:
        return view.lexicon.note(stem(word.rsplit("-", 1)[-1])).ends

    order = sorted(range(len(sentences)), key=lambda at: (-view.scores[at], at))
    single = [
        candidate
        for at in order[:_SENTENCES_TRIED]
        if len(sentences[at].text.split()) <= _LONGEST_SENTENCE
        for candidate in shorten(sentences[at], ends_phrase, headless=drops_we)
    ]
    return single + list(_list_pairs(single, view))


def _list_pairs(single: Sequence[Candidate], view: View) -> Iterator[Candidate]:
    """The pairs that promise most, of sentences that stand on their own and of which one is a claim."""
    parts: dict[int, list[tuple[float, int, Candidate]]] = {}
    for number, one in enumerate(single):
        at = one.sentences[0].index
        if len(one.text.split()) <= _LONGEST_PART and one.text.endswith(".") and not _spoils(view.cues[at]):
            parts.setdefault(at, []).append((-expect_f(one.text, view.importance), number, one))
    best = {at: [one for _, _, one in sorted(found)[:_PARTS_OF_A_SENTENCE]] for at, found in sorted(parts.items())}
    pairs = (
        join(first, second)
        for early, late in combinations(best, 2)
        if any(view.cues[at][claim] for at in (early, late) for claim in CLAIMS)
        for first in best[early]
        for second in best[late]
        if len(first.text.split()) + len(second.text.split()) <= _LONGEST_PAIR
    )
    rated = ((expect_f(pair.text, view.importance), -number, pair) for number, pair in enumerate(pairs))
    return (pair for _, _, pair in heapq.nlargest(_MOST_PAIRS, rated))


def _spoils(cues: Cues) -> bool:
    return any(cues[name] for name in _SPOILS_A_PAIR)


@functools.cache
def load_weights() -> tuple[float, ...]:
    """The ranker's weight of each feature, in the order of `describe_candidates`."""
    content = (files("broadsheet") / "writing" / "weights" / "ranking.json").read_text(encoding="utf-8")
    weights: dict[str, float] = json.loads(content)
    return tuple(weights.values())
