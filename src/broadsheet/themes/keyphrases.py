"""Extracts candidate noun phrases for theme titles, with the papers in whose title or abstract each occurs."""

from __future__ import annotations

import itertools
import math
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from broadsheet.models import Paper
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.subjects import load_subjects
from broadsheet.text.words import BOILERPLATE, STOP_WORDS, Numbering, stem, words

_LONGEST = 4
_LONGEST_WORD = 40
_READ_CHARACTERS = 6000
_SAMPLE = 2000
Read = tuple[list[str], list[str]]
"""The tokens (words and punctuation marks) of a text, and the normalised key of each."""
_TOKEN = lazy_regex(r"[^\W_]+(?:[-'’+/][^\W_]+)*|[^\w\s]")

_NO_START = words(
    """accelerating achieving adapting addressing advancing aligning analyzing applying approach assessing
    automated automatic automatically balancing benchmarking better beyond boosting bridging building case
    challenges characterizing closing combining comparing comprehensive constructing controlling creating
    deep demystifying designing detecting developing discovering does effective effectively efficient
    empirical empowering enabling end enhancing ensuring estimating evaluating examining expanding
    explaining exploiting exploring extending extracting facilitating fast finding general generalized
    generating good grouping guiding harnessing high identifying improved improving incorporating inducing inferring
    integrating introducing investigating is jointly large learnable learned leveraging localising
    localizing making mapping maximizing measuring minimizing mitigating modeling modelling multi new novel
    on optimizing overcoming practical predicting preventing principled probing promoting providing pushing
    quantifying reducing reformulating rethinking revealing revisiting robust scalable scaling screening selecting
    simple simply simultaneous simultaneously solving some stealing studying surprising tackling toward
    towards tracking training transferring understanding unified unifying unleashing unlocking unveiling use
    using utilizing via visualizing what when where which why without working"""
)
_NO_END = words(
    """adapt ai approach approaches art aspect aware based baseline better capability case challenge challenges
    comparison comprehensive cross data-centric deep dense depend design development direct driven during effective
    efficient empirical end evaluation even experiment experiments explicit fast field first free generate
    good group guide guided high image-text implicit improve improved inter intra introduction investigation
    joint key large latent learn level lightweight like linear long low method methods modern more multi new
    novel open opportunities overview paper parallel performance perspective post pre problem problems
    process processing related report results review right robust scale set setting short shot simple single
    small sparse specific strong study sub-linear super supervised survey system systems task tasks
    technique text-to top toward towards train trained unified use used user-centric version way weak well
    work works zero"""
)
_NOUNS_IN_AL = words(
    """adjective alternative animal anomaly approval archive arithmetic arrival assembly binary boundary breed
    cable capital clinic commentary dictionary embed family feed fly goal graphic hospital interval journal
    library logic manual material mechanic metric music narrative need objective perspective potential
    principal proposal protocol removal reply retrieval seed signal speed summary supply survival table
    terminal topic traffic trial variable vocabulary"""
)
_TOO_WIDE = words(
    """action addition adversary agent algorithm architecture article attention bias building capability category
    class classification classifier cluster communication component computer concept condition configuration
    constraint context control convergence corpora corpus cost decision decoder deep description detection
    development dialog direction distance distribution document domain effect embedding encoder entity
    environment error estimation evaluation event expert expression factor feature function future
    generation generator gradient graph group guidance human image implementation information input instance
    instruction intelligence interaction intervention kernel knowledge label language layer learner learning
    level loss machine map masking matching matrix mechanism memory message module network neural neuron
    node noise object optimization optimizer ordering output pair parallel parameter part pattern performing
    person pipeline pixel point policy position prediction preference principle prior probability processing
    program prompt quality query question rate reasoning recognition region regularization relation
    relationship representation resource response risk role rule sample sampling scene science score search
    segmentation selection sentence sequence shift signal similarity skill source space speech state
    statistic strategy structure student synthesis talk teacher term text theory time token tool topic
    trade-off training transfer transformation transformer tree trend type uncertainty understanding unit
    user value variable vector video view vision word"""
)
_EMPTY = (BOILERPLATE - words("model models data dataset datasets system systems")) | words(
    "training downstream baseline wide real-world end-to-end ablation qualitative quantitative"
)
_WIDE_PAIRS = words(
    """artificialintelligence baselinemodel basemodel deeplearning deeplearningmodel deepmodel deepneuralnetwork
    highqualitydata highresolution humanannotation labeleddata largescaledataset lossfunction machinelearning
    machinelearningmodel naturallanguage neuralmodel neuralnetwork objectivefunction shedlight trainingdata"""
)
# A phrase that is known as a subject may begin or end with the other words of these lists ("large language models",
# "recommender systems").
_NO_START_AT_ALL = (_NO_START | BOILERPLATE) - words(
    """automated automatic controlling deep end estimating general generalized large learned learnable mapping modeling
    multi reasoning tracking training understanding unified analysis data test state step solution"""
)
_NO_END_AT_ALL = words(
    """analysis application approach aspect baseline case challenge comparison design direction experiment framework
    implementation introduction investigation issue method methodology opportunity overview paper performance
    perspective pipeline problem report result review setting study survey task technique work"""
)
_BAD_ENDINGS = ("ly", "ed", "ive", "al", "ous", "ic", "able", "ible", "ful", "less", "ary", "ish")
_FIELD_ENDINGS = ("tion", "sion", "ment", "ing", "ity", "ics", "sis", "graphy", "logy")
_BAD_TAILS = (
    "-shot", "-supervised", "-based", "-free", "-aware", "-trained", "-specific", "-driven", "-guided", "-level",
    "-scale", "-modal", "-lingual", "-domain", "-task", "-order", "-time", "-efficient", "-resource", "-quality",
    "-agnostic", "-centric", "-oriented", "-context", "-view", "-step", "-wise", "-label", "-end", "-free", "-box",
    "-language", "-text", "-source", "-tuned", "-grained", "-set",
)  # fmt: skip


@dataclass
class Phrase:
    """A phrase in all its spellings, with the indices of the papers that have it in the title or in the abstract."""

    key: str
    stems: tuple[str, ...]
    words: tuple[str, ...] = ()
    """The keys of its words; a word with a hyphen is one."""
    titled: set[int] = field(default_factory=set)
    mentioned: set[int] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    """The spellings of those uses that no content word follows: "black hole shadows" says nothing of the number."""
    before: Counter[str] = field(default_factory=Counter)
    followers: Counter[str] = field(default_factory=Counter)

    def note(self, spelling: str, before: str, follower: str) -> None:
        """Counts a use in this spelling, and the stems of the content words round it; empty where there is none."""
        self.spellings[spelling] += 1
        if before[:1].isalpha():
            self.before[before] += 1
        if follower:
            self.followers[follower] += 1
        else:
            self.ended[spelling] += 1

    def is_fragment(self) -> bool:
        """Whether one word mostly follows it, so that it is part of a longer term ("neural machine" translation)."""
        most = self.followers.most_common(1)
        return bool(most) and most[0][1] > 0.6 * self.spellings.total() and self.spellings.total() > 1

    def is_tail(self) -> bool:
        """Whether one word nearly always stands before it ("Markov" chain Monte Carlo)."""
        most = self.before.most_common(1)
        return bool(most) and most[0][1] > 0.8 * self.spellings.total() and self.spellings.total() > 1


Candidate = tuple[tuple[str, ...], tuple[str, ...]]
"""The stems and the words of a phrase, as in `Phrase`."""


def find_phrases(papers: Sequence[Paper], *, compounds: bool = False) -> list[Phrase]:
    """Candidate phrases from titles, and from several abstracts, that occur in two papers or are known as subjects.

    With `compounds`, a word of abstracts that a hyphen joins ("decision-making") is a candidate like the same words
    written apart. Of more than `_SAMPLE` papers every n-th is searched for candidates; occurrences are counted in all
    papers.
    """
    # Two passes: candidates first, then their occurrences. Counting every span of every abstract would need much more
    # memory.
    if not papers:
        return []
    step = max(1, math.ceil(len(papers) / _SAMPLE))
    stream = _Stream(text for paper in papers for text in (paper.title, paper.abstract))  # in turn, see below
    candidates = _find_in_titles(stream, range(0, 2 * len(papers), 2 * step))
    candidates |= _find_in_abstracts(stream, range(1, 2 * len(papers), 2 * step), compounds=compounds)
    found = _find_occurrences(stream, list(candidates))
    # A phrase with each paper that has it. Without the counts, `unique` loads numpy's masked arrays: 50 ms.
    having, _ = np.unique(found.phrase * len(papers) + found.text // 2, return_counts=True)
    spread = np.bincount(having // len(papers), minlength=len(candidates)).tolist()
    known = load_subjects()
    phrases = {
        number: Phrase(key, *candidates[key])
        for number, key in enumerate(candidates)
        if spread[number] > 1 or known.knows(key)
    }
    ids, tokens, contents = stream.numbers, stream.tokens, stream.contents
    for number, text, start, end in zip(*(side.tolist() for side in found), strict=True):
        if (phrase := phrases.get(number)) is not None:
            (phrase.mentioned if text % 2 else phrase.titled).add(text // 2)
            spelling = " ".join([tokens[one] for one in ids[start:end]])
            phrase.note(spelling, contents[ids[start - 1]] if start else "", contents[ids[end]])
    return list(phrases.values())


_BREAK = "\n"
"""The token after each text: none that a text has, and no word, so that no span goes on from one text to the next."""
_MULTIPLIER = 0x9E3779B97F4A7C15
"""An odd number, so that it has an inverse modulo 2^64."""
_BLOCK = 1 << 17


class _Stream:
    """The tokens of many texts, one after the other, as numbers of 4 bytes.

    Spans of tokens are compared by fingerprints of their joined keys: 64-bit numbers, with which those of all texts are
    a few operations on arrays. Two keys have the same by chance, among the millions of a large list once in 10^6 lists.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Reads the texts once."""
        numbers = Numbering({_BREAK: 0})
        self.numbers, ends = array("i"), array("q", [0])
        for text in texts:
            self.numbers.extend(map(numbers.__getitem__, _TOKEN.findall(text[:_READ_CHARACTERS])))
            self.numbers.append(0)
            ends.append(len(self.numbers))
        self.tokens = list(numbers)
        self.keys = list(map(_key, self.tokens))
        self.ids = np.frombuffer(self.numbers, np.int32)
        self.ends = np.frombuffer(ends, np.int64)
        self.contents = [_content_stem(token) for token in self.tokens]
        """By number the stem of a token that is a content word, empty for others."""
        self._is_word = np.array([token[0].isalnum() for token in self.tokens])
        self._may_start = np.array(list(map(bool, self.contents)))
        self._prints, self._shifts = _fingerprint(self.keys)

    def text(self, number: int) -> Sequence[int]:
        """The tokens of a text, by their numbers."""
        return self.numbers[self.ends[number] : self.ends[number + 1] - 1]

    def find_spans(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The fingerprint of the span of 1 to `_LONGEST` tokens from each one on, and whether `find_spans` has it.

        Both are tokens x `_LONGEST`; row by row they are in the order of `find_spans`.
        """
        padded = np.concatenate([ids, np.zeros(_LONGEST, dtype=np.int32)])
        word, own, shift = self._is_word[padded], self._prints[padded], self._shifts[padded]
        prints = np.empty((len(ids), _LONGEST), dtype=np.uint64)
        valid = np.empty((len(ids), _LONGEST), dtype=bool)
        prints[:, 0], valid[:, 0] = own[: len(ids)], self._may_start[ids]
        before = shift[: len(ids)].copy()
        for at in range(1, _LONGEST):
            here = slice(at, at + len(ids))
            prints[:, at] = prints[:, at - 1] + before * own[here]
            valid[:, at] = valid[:, at - 1] & word[here]
            before *= shift[here]
        return prints, valid


def _fingerprint(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """A 64-bit number for each text, a polynomial in its characters, and by what that of a text behind it is shifted.

    That of two texts joined is the number of the first plus its shift times the number of the second (Karp and Rabin
    1987), modulo 2^64.
    """
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = lengths.cumsum() - lengths
    powers, inverse = (_powers(number, len(codes)) for number in (_MULTIPLIER, pow(_MULTIPLIER, -1, 1 << 64)))
    sums = np.append(np.uint64(0), (codes * powers[:-1]).cumsum())
    return (sums[starts + lengths] - sums[starts]) * inverse[starts], powers[lengths]


def _powers(number: int, most: int) -> np.ndarray:
    powers = np.full(most + 1, number, dtype=np.uint64)
    powers[0] = 1
    return powers.cumprod()


def _find_in_titles(stream: _Stream, titles: Iterable[int]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for number in titles:
        ids = stream.text(number)
        tokens, keys = [stream.tokens[one] for one in ids], [stream.keys[one] for one in ids]
        for start, end in find_spans(tokens):
            key = "".join(keys[start:end])
            if key not in found and _may_head(tokens[start:end], keys[start:end]):
                found[key] = _stems(tokens[start:end]), tuple(keys[start:end])
    return found


def _find_in_abstracts(stream: _Stream, abstracts: Sequence[int], *, compounds: bool) -> dict[str, Candidate]:
    """Phrases of two or three words that occur in at least three abstracts, without words that carry no meaning."""
    ids = np.concatenate([stream.ids[stream.ends[number] : stream.ends[number + 1]] for number in abstracts])
    ends = np.cumsum([stream.ends[number + 1] - stream.ends[number] for number in abstracts])
    prints, valid = stream.find_spans(ids)
    # Few spans occur as often as that: the others are passed over before the abstracts are gone through one by one.
    counted = valid[:, :3].copy()
    counted[:, 0] &= compounds & np.array(["-" in token for token in stream.tokens])[ids]
    several, counts = np.unique(prints[:, :3][counted], return_counts=True)
    placed, _ = _fingerprint(list(load_subjects().means))
    wanted = several[(counts > 2) | _is_among(several, np.sort(placed))]
    at = np.flatnonzero(valid & _is_among(prints, wanted))
    starts, lengths = at // _LONGEST, at % _LONGEST + 1
    spread: Counter[int] = Counter()
    example: dict[int, tuple[int, int]] = {}
    rows = zip(
        np.searchsorted(ends, starts, side="right").tolist(),
        prints.reshape(-1)[at].tolist(),
        starts.tolist(),
        lengths.tolist(),
        strict=True,
    )
    for _, spans in itertools.groupby(rows, key=itemgetter(0)):
        # The last span counts for one key: "fine-tuning" and "fine tuning" have the same.
        for key, (start, length) in {key: (start, length) for _, key, start, length in spans}.items():
            if 2 <= length <= 3 or (length == 1 and counted[start, 0]):
                spread[key] += 1
                example.setdefault(key, (start, length))
    found: dict[str, Candidate] = {}
    known = set(placed.tolist())
    for key, count in spread.items():
        if count > 2 or key in known:
            start, length = example[key]
            span = ids[start : start + length].tolist()
            tokens, keys = [stream.tokens[one] for one in span], [stream.keys[one] for one in span]
            if _may_head(tokens, keys) and not any(token.lower() in _EMPTY for token in tokens):
                found["".join(keys)] = _stems(tokens), tuple(keys)
    return found


def _is_among(prints: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Whether each fingerprint is one of those `wanted`, which are sorted."""
    # A table of their first bits tells most apart, in a tenth of the time.
    table = np.zeros(1 << 16, dtype=bool)
    table[wanted >> np.uint64(48)] = True
    among: np.ndarray = table[prints >> np.uint64(48)]
    likely = prints[among]
    among[among] = wanted[np.searchsorted(wanted, likely).clip(max=len(wanted) - 1)] == likely if len(wanted) else False
    return among


class _Occurrences(NamedTuple):
    """Where phrases occur, an entry a time: the numbers of phrase and text, and the span of tokens in the stream."""

    phrase: np.ndarray
    text: np.ndarray
    start: np.ndarray
    end: np.ndarray


def _find_occurrences(stream: _Stream, keys: Sequence[str]) -> _Occurrences:
    """All spans that are phrases of these keys, in the order of the texts."""
    prints, _ = _fingerprint(keys)
    order = np.argsort(prints)
    wanted = prints[order]
    found = [(np.empty(0, dtype=np.int64),) * 3]
    for begin in range(0, len(stream.ids), _BLOCK):
        # A few tokens more, so that spans are whole that start in the block.
        here, valid = stream.find_spans(stream.ids[begin : begin + _BLOCK + _LONGEST])
        at = np.flatnonzero(valid[:_BLOCK] & _is_among(here[:_BLOCK], wanted))
        phrases = order[np.searchsorted(wanted, here.reshape(-1)[at])]
        found.append((phrases, begin + at // _LONGEST, at % _LONGEST + 1))
    phrases, starts, lengths = map(np.concatenate, zip(*found, strict=True))
    texts = np.searchsorted(stream.ends, starts, side="right") - 1
    return _Occurrences(phrases, texts, starts, starts + lengths)


@dataclass(frozen=True, slots=True)
class _Word:
    """What decides whether a phrase may begin or end with a token, and whether it may have it at all."""

    is_short: bool
    is_stop: bool
    is_of: bool
    may_start: bool
    may_start_known: bool
    """Whether it may start a phrase that is known as a subject; so too for the end."""
    may_end: bool
    may_end_known: bool
    is_telling: bool
    """Whether it may be a heading alone."""
    may_stand: bool
    """Whether it may be a noun phrase alone."""


@lru_cache(maxsize=1 << 14)
def _look_at(token: str) -> _Word:
    lower = token.lower()
    base = stem(lower)
    return _Word(
        is_short=len(lower) <= _LONGEST_WORD,
        is_stop=lower in STOP_WORDS,
        is_of=lower == "of",
        may_start=lower not in _NO_START and not lower.isdigit(),
        may_start_known=lower not in _NO_START_AT_ALL,
        may_end=any(char.isalpha() for char in lower) and _ends_well(lower),
        may_end_known=base not in _NO_END_AT_ALL,
        is_telling=_is_telling(token),
        may_stand=len(lower) > 3 and lower not in BOILERPLATE,
    )


def _may_head(tokens: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether tokens may be a heading: a known subject of two words or more, or what looks like a noun phrase."""
    first, last = _look_at(tokens[0]), _look_at(tokens[-1])
    if not last.may_end_known or (len(tokens) == 1 and not first.is_telling):
        return False
    if len(tokens) == 1 or not first.may_start_known or not all(map(_is_content, tokens)):
        return reads_as_noun_phrase(tokens) and "".join(keys) not in _WIDE_PAIRS
    key = "".join(keys)
    return key not in _WIDE_PAIRS and (reads_as_noun_phrase(tokens) or load_subjects().knows(key))


def _is_content(token: str) -> bool:
    word = _look_at(token)
    return word.is_short and not word.is_stop


def reads_as_noun_phrase(tokens: Sequence[str]) -> bool:
    """Whether tokens look like a noun phrase: no stop word or verb at the edges, a likely noun at the end.

    Word lists and endings decide; there is no part-of-speech tagger.
    """
    first, *_ = found = [_look_at(token) for token in tokens]
    last = found[-1]
    if not first.may_start or not last.may_end or (len(found) == 1 and not first.may_stand):
        return False
    if first.is_stop or last.is_stop:
        return False
    return all(word.is_short and (word.is_of or not word.is_stop) for word in found)


def _is_telling(word: str) -> bool:
    """Whether a single word is specific enough: an acronym, or a word with the ending of a field of work."""
    if word.isupper() or (word[:-1].isupper() and word.endswith("s")):
        return len(word) > 2
    lower = word.lower()
    fits = stem(lower) not in _TOO_WIDE and lower not in BOILERPLATE and len(lower) > 5
    return fits and stem(lower).endswith(_FIELD_ENDINGS)


def _ends_well(word: str) -> bool:
    base = stem(word)
    if word in _NO_END or base in _NO_END or word.endswith(_BAD_TAILS):
        return False
    return base in _NOUNS_IN_AL or not (base.endswith(_BAD_ENDINGS) and word == base)


def read_tokens(text: str) -> Read:
    """The tokens of a text, and the normalised key of each."""
    tokens = list(map(sys.intern, _TOKEN.findall(text[:_READ_CHARACTERS])))  # the same in very many texts
    return tokens, list(map(_key, tokens))


def find_spans(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The (start, end) of every n-gram of 1 to `_LONGEST` words without punctuation that starts with no stop word."""
    for start, first in enumerate(tokens):
        if not first[0].isalnum() or first.lower() in STOP_WORDS:
            continue
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            if not tokens[end - 1][0].isalnum():
                break
            yield start, end


def _content_stem(token: str) -> str:
    lower = token.lower()
    return stem(lower) if token[0].isalnum() and lower not in STOP_WORDS else ""


def _stems(tokens: Sequence[str]) -> tuple[str, ...]:
    """The stems of words, split at hyphens: "fine-tuning" and "fine tuning" are equal, and joined also "finetuning"."""
    return tuple(part for token in tokens for part in _split_token(token))


@lru_cache(maxsize=1 << 16)
def _key(token: str) -> str:
    return "".join(_split_token(token))


@lru_cache(maxsize=1 << 16)
def _split_token(token: str) -> tuple[str, ...]:
    lower = token.lower()
    return (stem(lower),) if lower.isalnum() else tuple(map(stem, re.split(r"[-'’+/]", lower)))
