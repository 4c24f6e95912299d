"""Selects the best candidate TL;DR of an abstract by a linear ranker with learned weights."""

from __future__ import annotations

import functools
import heapq
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from broadsheet.text.boosted_trees import load_forest
from broadsheet.text.sentences import Sentence
from broadsheet.text.weights import load_numbers
from broadsheet.text.word_statistics import WordStatistics, load_word_statistics
from broadsheet.text.words import STOP_WORDS, word_key
from broadsheet.tldr.extractive.candidates import Candidate, Opening, can_follow, join_claims, shorten
from broadsheet.tldr.extractive.cue_phrases import CLAIMS
from broadsheet.tldr.extractive.ranking import View, describe_candidates, expect_f
from broadsheet.tldr.extractive.salience import describe_words, guess_importance, tokenise_abstract, tokens_of

OPENING: Opening = "either"
"""The default for how a claim opens; people's TLDRs often have "we". The benchmark measures all three values."""

# Bounds on the work for one abstract: sentences that are shortened and their length in words; words of a part and of a
# pair; parts a sentence, and pairs, that are ranked.
_SENTENCES_TRIED = 6
_LONGEST_SENTENCE = 90
_LONGEST_PART = 18
_LONGEST_PAIR = 27
_PARTS_OF_A_SENTENCE = 5
_MOST_PAIRS = 40
_POINTS_BACK = 0.12
"""The penalty for a reference to an earlier sentence, on the scale of ROUGE-1 (0 to 1); set by hand, for readers."""
_BEFORE_CLAIM = 0.12
"""The penalty for a sentence before the claim, on the same scale."""
_OF_OTHERS = 0.05
"""The penalty for a sentence that nothing marks as the paper's own, on the same scale."""
_OWN = ("we", "this paper", "experiments", "makes", "finds", "studies")
_PRESENTED = re.compile(
    r"\b(?:is|are|was|were|has been|have been) (?:\w+ly )?"
    r"(?:propos|present|introduc|develop|demonstrat|evaluat|stud|us)"
    r"|\bthe (?:proposed|presented|new|resulting)\b|\b(?:the|this|present) (?:paper|study|work|article|survey)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:this(?! (?:paper|work|article|study|is|can|allows)\b)|these|those|such(?! as\b| that\b)(?: an?)?"
    r"|the (?:above|latter|former|aforementioned|resulting)|both(?= (?-i:[a-z]+s)\b(?! and\b))) (?P<noun>[\w-]+)"
    r"|\bthe (?P<named>(?:method|model|approach|algorithm|framework|technique|dataset|network|system)s?)"
    r"(?![-\w'’]| (?:of|that|for|which|called|by|in|with|to|and)\b)"
    r"|\b(?P<then>(?:is|are) then)\b|(?:on|from|by|doing|to) (?:this|that)(?P<alone>[,.;])"
    r"|\bthe two(?=[.,;]| (?:via|by|with|are|is|into|together|and|in|using|through)\b)"
    r"|\A(?:it|they|its|their|this line|here it|the other|another|(?:the )?second)\b",
    re.IGNORECASE,
)
_WEAK_SECOND = re.compile(
    r"we,? (?:also|then|first|further|evaluate|test|validate|compare|conduct|apply|verify|discuss|here|build upon)\b"
    r"|our (?:code|work)|code\b|the (?:code|source)",
    re.IGNORECASE,
)
_SPOILS_A_PAIR = ("contrast", "dangling", "refers back", "question", "address", "unfinished", "lists", "habit")

Cues = Mapping[str, float]


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
    view = look_at(title, sentences, cues, scores, lexicon=load_word_statistics())
    candidates = list_candidates(sentences, view, opening=opening)
    if not candidates:
        return None
    rows = describe_candidates(candidates, view)
    weights = load_weights()
    # The ranking score: learned weights times features, minus penalties. The weights are a ridge regression of what a
    # candidate gains over the others of its paper (benchmarks/train_extract.py), so only differences count and no
    # constant term is needed.
    values = [
        sum(map(operator.mul, weights, row)) - _fault(one, view) for one, row in zip(candidates, rows, strict=True)
    ]
    return candidates[max(range(len(values)), key=values.__getitem__)]


def _fault(one: Candidate, view: View) -> float:
    early = len(one.sentences) == 1 and view.cues[one.sentences[0].index]["before claim"]
    return _POINTS_BACK * points_back(one.text) + _BEFORE_CLAIM * early + _OF_OTHERS * _tells_of_others(one, view)


def _tells_of_others(one: Candidate, view: View) -> bool:
    """Whether nothing marks a candidate as the paper's own work ("we", a name), while other sentences are marked."""
    cues = [view.cues[sentence.index] for sentence in one.sentences]
    if any(found[name] for found in cues for name in _OWN) or _PRESENTED.search(one.text):
        return False
    opening = one.text.split(" ", 1)[0]
    if any(char.isupper() or char.isdigit() or char == "-" for char in opening[1:]):
        return False
    return any(found[name] for found in view.cues for name in _OWN)


def points_back(text: str) -> bool:
    """Whether a text refers to something in an earlier sentence: "these flaws", "such a network"."""
    for found in _POINTER.finditer(text):
        # A noun that the text itself has before the pointer is no reference to an earlier sentence.
        before = {word_key(token) for token in tokens_of(text[: found.start()])}
        noun = found["noun"] or found["named"] or ""
        if found["alone"] or found["then"] or word_key(noun) not in before:
            return True
    return False


def reads_as_english(sentences: Sequence[Sentence]) -> bool:
    """Whether this is an English abstract of usual length, as the weights were trained on."""
    if not 0 < len(sentences) <= 40 or sum(len(sentence.text) for sentence in sentences) > 8000:
        return False
    tokens = [token for sentence in sentences for token in tokens_of(sentence.text.lower())]
    # At least 15% stop words: fewer mean a list, formulas or another language. A very short text needs two.
    return sum(token in STOP_WORDS for token in tokens) >= 0.15 * max(8, len(tokens))


def look_at(
    title: str, sentences: Sequence[Sentence], cues: Sequence[Cues], scores: Sequence[float], *, lexicon: WordStatistics
) -> View:
    """The view of an abstract that its candidates are described from; word importance is that of the shipped trees."""
    names, rows = list_words(title, sentences, cues, scores, lexicon=lexicon)
    return make_view(
        title, cues, scores, importance=guess_importance(names, rows, load_forest("importance")), lexicon=lexicon
    )


def list_words(
    title: str, sentences: Sequence[Sentence], cues: Sequence[Cues], scores: Sequence[float], *, lexicon: WordStatistics
) -> tuple[list[str], list[list[float]]]:
    """The words of an abstract and their features."""
    claims = [any(found[claim] for claim in CLAIMS) for found in cues]
    return describe_words(tokenise_abstract(title, [one.text for one in sentences]), scores, claims, lexicon)


def make_view(
    title: str,
    cues: Sequence[Cues],
    scores: Sequence[float],
    *,
    importance: Mapping[str, float],
    lexicon: WordStatistics,
) -> View:
    """The view with an importance that is given, as in training."""
    titled = frozenset(word_key(token) for token in tokens_of(title))
    return View(importance, lexicon, titled, scores, cues, tuple(cues[0]))


def list_candidates(sentences: Sequence[Sentence], view: View, *, opening: Opening = OPENING) -> list[Candidate]:
    """Shortened versions of the sentences with the highest scores, then pairs of short ones."""

    def ends_phrase(word: str) -> float:
        # A compound is looked up by its last part: "low-rank" by "rank".
        return view.lexicon.note(word_key(word.rsplit("-", 1)[-1])).ends

    order = [at for at in _rank(view) if not _tells_background(view, at)]
    single = [
        candidate
        for at in order[:_SENTENCES_TRIED]
        if len(sentences[at].text.split()) <= _LONGEST_SENTENCE
        for candidate in shorten(sentences[at], ends_phrase, opening=opening)
    ]
    return single + list(_list_pairs(single, view))


def _rank(view: View) -> list[int]:
    return sorted(range(len(view.scores)), key=lambda at: (-view.scores[at], at))


def _tells_background(view: View, at: int) -> bool:
    """Whether a sentence is background, and another one makes a claim."""
    if not any(found[claim] for found in view.cues for claim in CLAIMS):
        return False
    return any(view.cues[at][name] for name in ("background", "habit", "contrast"))


def _list_pairs(single: Sequence[Candidate], view: View) -> Iterator[Candidate]:
    """The pairs with the highest expected ROUGE-1, of sentences that refer to no other and of which one is a claim."""
    parts: dict[int, list[tuple[float, int, Candidate]]] = {}
    for number, one in enumerate(single):
        at = one.sentences[0].index
        whole = one.text.endswith(".") and "head" not in one.kinds
        if whole and len(one.text.split()) <= _LONGEST_PART and not _spoils(view.cues[at]):
            parts.setdefault(at, []).append((-expect_f(one.text, view.importance), number, one))
    best = {at: [one for _, _, one in sorted(found)[:_PARTS_OF_A_SENTENCE]] for at, found in sorted(parts.items())}
    # Six sentences with five parts each make at most C(6, 2) × 25 = 375 pairs.
    pairs = (
        join_claims(first, second)
        for early, late in combinations(best, 2)
        if any(view.cues[at][claim] for at in (early, late) for claim in CLAIMS)
        and not view.cues[late]["background"]
        and (view.cues[early]["we"] or not view.cues[early]["before claim"])
        and (view.cues[late]["we"] or view.cues[late]["experiments"])
        for first in best[early]
        for second in best[late]
        if can_follow(second)
        and not _WEAK_SECOND.match(second.text)
        and len(first.text.split()) + len(second.text.split()) <= _LONGEST_PAIR
    )
    # The negative number breaks ties in favour of the earlier pair.
    rated = ((expect_f(pair.text, view.importance), -number, pair) for number, pair in enumerate(pairs))
    return (pair for _, _, pair in heapq.nlargest(_MOST_PAIRS, rated))


def _spoils(cues: Cues) -> bool:
    return any(cues[name] for name in _SPOILS_A_PAIR)


@functools.cache
def load_weights() -> tuple[float, ...]:
    """The ranker's weight of each feature, in the order of `describe_candidates`."""
    return tuple(load_numbers("ranking").values())
