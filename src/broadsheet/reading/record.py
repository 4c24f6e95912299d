"""What a parser hands on: records as the input tells them, and the gaps it could not understand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """One paper before repair and keys; `identifiers` are already in the spelling of `identity`.

    Nothing changes a record; it is not frozen because a frozen one sets each field through `object.__setattr__`,
    which takes longer than all else that making one needs.
    """

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: dt.date | None = None
    links: tuple[str, ...] = ()
    """Addresses from the record itself, the paper's own page first; never from the abstract's prose."""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    venue: str | None = None
    line: int | None = None
    titles: Mapping[str, str] | None = None
    """By the codes of their languages, where the record has several; `title` is the English one or the first."""
    abstracts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines that were not understood, 1-based and inclusive, and why."""

    first_line: int
    last_line: int
    text: str
    why: str
    outside: bool = False
    """Whether it stands between records, where text of another format would."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that a parser made of a text, in input order."""

    records: tuple[Record, ...] = ()
    gaps: tuple[Gap, ...] = ()
    format: str = ""
    """What the text turned out to be, where that says more than its format's name."""


Parser = Callable[[str], Parsed]
"""Text with `\\n` newlines -> records and gaps; pure, in time linear in the text."""


_STRETCH = 65_536
"""Characters that are split into lines at once."""


def split_lines(text: str) -> Iterator[str]:
    """The lines of a text, split a stretch at a time: a list of a hundred million blank ones would fill the memory."""
    start = 0
    while len(text) - start > _STRETCH and (end := text.find("\n", start + _STRETCH)) >= 0:
        yield from text[start:end].split("\n")
        start = end + 1
    yield from text[start:].split("\n")


def plural(count: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
