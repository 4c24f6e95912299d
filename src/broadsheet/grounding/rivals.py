"""The papers of a run side by side: which other abstract might explain a TL;DR, or part of it, better than its own."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from broadsheet.grounding.misplaced import SourceWording
from broadsheet.grounding.polarity import WordsBySentence
from broadsheet.models import Paper
from broadsheet.text.entities import KnownNames
from broadsheet.text.numbers import Number, find_numbers
from broadsheet.text.sentences import split_sentences
from broadsheet.text.word_vectors import WordVectors, root
from broadsheet.text.words import split_words

READ_CHARACTERS = 8000
READINGS_KEPT = 512
"""Some 80 kB each."""
_OTHERS_LOOKED_AT = 12
_LEAST_RARITY = 1.2


@dataclasses.dataclass(frozen=True)
class CheckedPaper:
    """What the check needs of a paper: its words in order (the title is sentence 0), its numbers, its names."""

    paper: Paper
    text: WordsBySentence
    counts: Counter[str]
    numbers: tuple[Number, ...]
    names: KnownNames
    held: tuple[str, ...]
    """Its roots, each once, in order of the alphabet."""

    @functools.cached_property
    def wording(self) -> SourceWording:
        """Its words as the rules for misplaced words need them."""
        return SourceWording.of(self.paper.title, self.paper.abstract[:READ_CHARACTERS])


def index_sentences(sentences: Iterable[str]) -> WordsBySentence:
    """Sentences as words and roots."""
    spoken: list[str] = []
    numbered: list[int] = []
    for number, sentence in enumerate(sentences):
        found = split_words(sentence)
        spoken += found
        numbered += [number] * len(found)
    return WordsBySentence(spoken, [*map(root, spoken)], numbered)


def read_paper(paper: Paper) -> CheckedPaper:
    """A paper, read: the first 8,000 characters of its abstract."""

    abstract = paper.abstract[:READ_CHARACTERS]
    text = index_sentences([paper.title, *(sentence.text for sentence in split_sentences(abstract))])
    roots = text.roots
    source = f"{paper.title}\n{paper.abstract}"
    return CheckedPaper(
        paper=paper,
        text=text,
        counts=Counter(roots),
        numbers=find_numbers(source),
        names=KnownNames(source),
        held=tuple(sorted(set(roots))),
    )


class Run:
    """The papers of a run, indexed by the roots they hold; the same whatever order they are asked about in."""

    def __init__(self, papers: Sequence[Paper], lexicon: WordVectors) -> None:
        self.lexicon = lexicon
        self._papers = papers
        self._place = {paper.key: place for place, paper in enumerate(papers)}
        self._ids: dict[int, np.ndarray] = {}
        self._readings: dict[str, CheckedPaper] = {}

    def read(self, paper: Paper) -> CheckedPaper:
        """A paper's reading; the latest are kept until they are released."""
        reading = self._readings.get(paper.key)
        if reading is None or reading.paper is not paper:
            if len(self._readings) >= READINGS_KEPT:
                del self._readings[next(iter(self._readings))]
            reading = self._readings[paper.key] = read_paper(paper)
        return reading

    def release(self, paper: Paper) -> None:
        """Keeps the reading of a paper no longer."""
        self._readings.pop(paper.key, None)

    def __len__(self) -> int:
        return len(self._papers)

    @functools.cached_property
    def roots_of(self) -> list[frozenset[str]]:
        """The roots of each paper."""
        texts = (f"{paper.title}\n{paper.abstract[:READ_CHARACTERS]}" for paper in self._papers)
        return [frozenset(map(root, split_words(text))) for text in texts]

    @functools.cached_property
    def _holding(self) -> dict[str, np.ndarray]:
        """By root, the papers that hold it."""

        holding: dict[str, list[int]] = {}
        for place, roots in enumerate(self.roots_of):
            for word in roots:
                holding.setdefault(word, []).append(place)
        return {word: np.array(places, dtype=np.int32) for word, places in holding.items()}

    def rivals(self, own: CheckedPaper, asked: Sequence[str]) -> list[int]:
        """The places of the papers that might explain these roots better than their own paper, likeliest first.

        A root that the own abstract lacks counts three times as much as one that it holds.
        """

        scores = np.zeros(len(self._papers))
        for word in sorted(set(asked)):
            rarity = self.lexicon.rarity_of(word)
            places = self._holding.get(word)
            if places is not None and rarity >= _LEAST_RARITY:
                scores[places] += rarity if word not in own.counts else rarity / 3
        here = self._place.get(own.paper.key)
        if here is not None:
            scores[here] = 0
        # All that may be among the best: no more than these are sorted.
        least = np.partition(scores, -_OTHERS_LOOKED_AT)[-_OTHERS_LOOKED_AT] if len(scores) > _OTHERS_LOOKED_AT else 0
        near = np.flatnonzero(scores >= least)
        best = near[np.argsort(-scores[near], kind="stable")][:_OTHERS_LOOKED_AT]
        return [int(place) for place in best if scores[place] > 0]

    def ids_of(self, place: int) -> np.ndarray:
        """Where the roots of a paper stand in the lexicon, those that do."""

        if place not in self._ids:
            found = (self.lexicon.places.get(word, -1) for word in self.roots_of[place])
            self._ids[place] = np.array(sorted(one for one in found if one >= 0), dtype=np.int32)
        return self._ids[place]
