"""Semantic Scholar's alerts and result pages -> records, known by the addresses of the papers in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from broadsheet.reading.dates import find_date
from broadsheet.reading.identity import normal_title
from broadsheet.reading.pagetext import is_title, walk
from broadsheet.reading.parsed import Record
from broadsheet.reading.vocabulary import BUTTONS

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PAPER = re.compile(r"semanticscholar\.org/paper/(?:[^/?#\s]{1,300}/)?([0-9a-f]{40})\b")
_AUTHOR = re.compile(r"semanticscholar\.org/author/")
_MACHINE = re.compile(r"TL;?DR\b", re.IGNORECASE)
_MORE = re.compile(r"\s*(?:\.\.\.|…)?\s*(?:Expand|Read more|Show more|More)$")
_BUTTONS = BUTTONS | {"semantic scholar", "save to library", "create alert", "view paper", "view on semantic scholar"}
_LEAST_ABSTRACT = 80
"""Characters; a shorter line is a venue, a date or a button."""


@dataclass(slots=True)
class _Entry:
    number: str
    title: str
    authors: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def read_semantic_scholar(tree: Element) -> Iterator[Record]:
    """The papers that links lead to, with the names that are links and the longest text below each title.

    A page with more titles that lead elsewhere is somebody else's, and has none here. The sentence that a model of
    Semantic Scholar wrote (`TLDR`) is no abstract and is left out.
    """
    entries: list[_Entry] = []
    others = 0
    seen: set[str] = set()
    for piece, link in walk(tree):
        address = unquote(link.get("href") or "")[:4000] if link is not None else ""
        words = " ".join(piece.split())
        if (found := _PAPER.search(address)) and words:
            if found[1] not in seen and " " in words and words.lower() not in _BUTTONS:
                seen.add(found[1])
                entries.append(_Entry(found[1], words))
        elif entries and _AUTHOR.search(address) and words:
            entries[-1].authors.append(words)
        else:
            others += link is not None and is_title(words)
            if entries:
                entries[-1].text.append(piece)
    if others <= len(entries):
        yield from map(_record, entries)


def _record(entry: _Entry) -> Record:
    lines = [" ".join(line.split()) for line in "".join(entry.text).split("\n")]
    prose = (line for line in lines if not _MACHINE.match(line) and normal_title(line) != normal_title(entry.title))
    abstract = max(prose, key=len, default="")
    return Record(
        title=entry.title,
        abstract=_MORE.sub("", abstract) if len(abstract) >= _LEAST_ABSTRACT else "",
        authors=tuple(dict.fromkeys(entry.authors)),
        published=next((date for line in lines[:10] if len(line) < 200 and (date := find_date(line))), None),
        identifiers={"s2": entry.number},
    )
