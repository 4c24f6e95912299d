"""Right words in the wrong place: what each word of a TL;DR is said of, beside what its abstract says it of."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from broadsheet.grounding.qualifiers import (
    Qualifiers,
    find_caused,
    find_qualifiers,
    find_reversed,
    find_undenied,
    find_unhedged,
    find_widened,
)
from broadsheet.grounding.roles import Relation, find_exchanged, find_relations
from broadsheet.grounding.slots import find_figures, find_moved, find_names, find_other_units
from broadsheet.models import Finding
from broadsheet.text.sentences import split_sentences
from broadsheet.text.wording import Wording, read_abstract, read_wording


@dataclasses.dataclass(frozen=True)
class SourceWording:
    """An abstract as the rules for misplaced words need it; each part is read when first asked for."""

    text: Wording

    @classmethod
    def of(cls, title: str, abstract: str) -> SourceWording:
        """Reads a title and an abstract."""
        return cls(read_abstract(title, abstract))

    @functools.cached_property
    def names(self) -> tuple[int, ...]:
        """Where its names stand."""
        return find_names(self.text)

    @functools.cached_property
    def figures(self) -> tuple[int, ...]:
        """Where its numbers stand."""
        return find_figures(self.text)

    @functools.cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Its verbs with two sides."""
        return find_relations(self.text)

    @functools.cached_property
    def qualifiers(self) -> Qualifiers:
        """Where it hedges, denies and counts."""
        return find_qualifiers(self.text)


def find_misplaced(tldr: str, source: SourceWording) -> Iterator[Finding]:
    """What a TL;DR says with words of its abstract that stand there in another place; English alone."""
    own, text = read_wording(sentence.text for sentence in split_sentences(tldr)), source.text
    yield from find_exchanged(own, source.relations)
    yield from find_moved(own, text, source.names, find_names(own))
    yield from find_moved(own, text, source.figures, find_figures(own))
    yield from find_other_units(own, text, source.figures)
    yield from find_reversed(own, text)
    yield from find_unhedged(own, text, source.qualifiers)
    yield from find_widened(own, text, source.qualifiers)
    yield from find_caused(own, text, source.qualifiers)
    yield from find_undenied(own, text, source.qualifiers)
