"""A text as its words in order, to compare what stands round a word in a TL;DR with what stands round it elsewhere."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from broadsheet.text.entities import is_name
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import load_word_vectors, root
from broadsheet.text.words import STOP_WORDS

_TOKEN = lazy_regex(r"\d+(?:[.,]\d+)*(?:\s?\\?%|[x×](?!\w))?|[^\W\d_][^\W_]*(?:[-+/&'’.]?[^\W_]+)*|[.,;:()—–]")
_HYPHENATED = lazy_regex(r"[-/]")
_LEAST_RARITY = 1.0
_MOST_RARITY = 6.5
_CUTS = frozenset(",;:()—–") | {"that", "which", "while", "whereas", "but", "although", "because"}


@dataclasses.dataclass(frozen=True)
class Wording:
    """The words of a text with the sentence and clause of each; marks of punctuation part clauses and are no words."""

    words: tuple[str, ...]
    roots: tuple[str, ...]
    weights: tuple[float, ...]
    """How rare each word is, in nats; 0 for words without a meaning of their own."""
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    count: int
    """How many sentences it has."""

    @functools.cached_property
    def lower(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(map(str.lower, self.words))

    @functools.cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """Where each root stands."""
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.roots):
            found.setdefault(one, []).append(at)
        return {one: tuple(places) for one, places in found.items()}

    def __len__(self) -> int:
        return len(self.words)

    def within(self, at: int, before: int, after: int) -> Iterator[int]:
        """The places round one, in its sentence, without itself."""
        here = self.sentence[at]
        sentence = self.sentence
        for place in range(max(0, at - before), min(len(sentence), at + after + 1)):
            if sentence[place] == here and place != at:
                yield place

    def around(self, at: int, before: int, after: int) -> dict[str, float]:
        """The roots that carry meaning round a place, with their weights."""
        here, start, end = self.sentence[at], max(0, at - before), at + after + 1
        found = zip(self.sentence[start:end], self.roots[start:end], self.weights[start:end], strict=True)
        return {
            root: weight
            for place, (sentence, root, weight) in enumerate(found, start)
            if weight > 0 and sentence == here and place != at
        }

    def next_content(self, at: int, most: int = 4) -> int:
        """The next place after one whose word carries meaning, in its sentence; -1 where none of the next few does."""
        for place in range(at + 1, min(len(self.words), at + 1 + most)):
            if self.sentence[place] != self.sentence[at]:
                return -1
            if self.weights[place] > 0:
                return place
        return -1

    def said(self, start: int, end: int) -> str:
        """The words from one place to another, as they are written."""
        return " ".join(self.words[max(0, start) : end])


@functools.lru_cache(maxsize=512)
def read_abstract(title: str, abstract: str) -> Wording:
    """A title, which is sentence 0, and an abstract; the latest are kept, since several checks read the same."""
    return read_wording([title, *(sentence.text for sentence in split_sentences(abstract))])


def read_wording(sentences: Iterable[str]) -> Wording:
    """Sentences as words. Names keep their hyphens; other words are parted at them."""
    words: list[str] = []
    roots: list[str] = []
    weights: list[float] = []
    numbered: list[int] = []
    clauses: list[int] = []
    clause = count = 0
    for number, sentence in enumerate(sentences):
        clause += 1
        count += 1
        for cuts, said, rooted, weighed, _ in map(_read_token, _TOKEN.findall(sentence)):
            if cuts:
                clause += 1
            if said:
                words += said
                roots += rooted
                weights += weighed
                clauses += (clause,) if len(said) == 1 else (clause,) * len(said)
        numbered += [number] * (len(words) - len(numbered))
    return Wording(tuple(words), tuple(roots), tuple(weights), tuple(numbered), tuple(clauses), count)


@functools.lru_cache(maxsize=1 << 10)
def read_subjects(sentence: str) -> Mapping[str, float]:
    """The roots of a sentence that carry meaning, with weights; numbers and acronyms tell nothing of a subject."""
    return {
        root: weight
        for token in map(_read_token, _TOKEN.findall(sentence))
        for root, weight in zip(token.roots, token.subjects, strict=True)
        if weight > 0
    }


class _Token(NamedTuple):
    """What stands between blanks: whether a clause ends before it, and its words with what `Wording` has of each.

    `subjects` are the weights, but 0 for numbers and acronyms, too, which tell nothing of a subject.
    """

    cuts: bool
    words: Sequence[str] = ()
    roots: Sequence[str] = ()
    weights: Sequence[float] = ()
    subjects: Sequence[float] = ()


@functools.lru_cache(maxsize=1 << 15)  # the same words occur in very many texts
def _read_token(written: str) -> _Token:
    """A word, or words with hyphens, parted at them unless it is a name or a number; or a mark."""
    if not written[0].isalnum():
        return _Token(written != ".")
    whole = not _HYPHENATED.search(written) or any(char.isdigit() or char.isupper() for char in written[1:])
    words = (written,) if whole else tuple(filter(None, _HYPHENATED.split(written)))
    roots, weights = zip(*map(_weigh, words), strict=True)
    subjects = tuple(
        0.0 if word[0].isdigit() or is_name(word) else weight for word, weight in zip(words, weights, strict=True)
    )
    return _Token(written.lower() in _CUTS, words, roots, weights, subjects)


def _weigh(word: str) -> tuple[str, float]:
    """The root of a word, and its weight."""
    lower = word.lower()
    plain = lower.replace("’", "'").removesuffix("'s")
    one = root(plain) if plain.isalpha() else plain.replace(" ", "").replace("\\", "")
    rarity = load_word_vectors().rarity_of(one)
    return one, 0.0 if lower in STOP_WORDS or rarity < _LEAST_RARITY else min(_MOST_RARITY, rarity)


def share(asked: Mapping[str, float], held: Mapping[str, float]) -> float:
    """The share of what is asked, by weight, that is held; 0 where nothing is asked."""
    total = sum(asked.values())
    return sum([weight for word, weight in asked.items() if word in held]) / total if total else 0.0
