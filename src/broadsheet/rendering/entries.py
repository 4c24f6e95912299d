"""One paper as it stands on a page, and the papers of a digest under exactly one theme each.

An entry has its lines, its links, and its abstract with the evidence marked.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, overload

from broadsheet.locale.labels import PageLabels
from broadsheet.locale.reasons import say_reason
from broadsheet.models import Digest, Evidence, Match, Paper, Summary, Theme
from broadsheet.rendering.links import identifier_links, paper_url, safe_url, search_url, short_address
from broadsheet.rendering.text import Slugs, given_first, plain, squeeze, truncate

AUTHORS_SHOWN = 3
_HELD = 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an abstract, `marked` where it is the evidence for the TL;DR."""

    text: str
    marked: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """An address by its short name: arXiv, PDF, DOI, PubMed."""

    name: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One paper as it stands on the page; `absence` says why there is no TL;DR where `tldr` is empty.

    Without a `url` it has a `search_url`, which looks for its title; `links` are what its identifiers lead to.
    `first_authors` names those that are shown, `more_authors` counts the others in words, `other_authors` names them.
    """

    anchor: str
    title: str
    url: str | None
    address: str
    search_url: str
    links: tuple[Link, ...]
    code_url: str | None
    tldr: str
    absence: str
    method: str
    edited: bool
    note: str
    why: str
    match: str
    score: str
    first_author: str
    first_authors: str
    more_authors: str
    other_authors: str
    venue: str
    published: dt.date | None
    date: str
    categories: str
    abstract: tuple[Piece, ...]

    @property
    def bare(self) -> bool:
        """Whether it is a title and no more: nothing to read, and no abstract to make it from."""
        return not (self.tldr or self.abstract)

    @property
    def authors(self) -> str:
        """The authors on one line: the first, and how many more."""
        return f"{self.first_authors} {self.more_authors}".strip()

    @property
    def particulars(self) -> list[str]:
        """What the muted line says after the authors, in order, but for the links."""
        return [detail for detail in (self.venue, self.date, self.categories) if detail]

    @property
    def details(self) -> list[str]:
        """What the muted line says, in order, but for the links."""
        return [self.authors, *self.particulars] if self.authors else self.particulars


class Entries(Mapping[str, Entry]):
    """The papers of a digest by their keys, in its order, each laid out when it is asked for: a thousand are held.

    `search` is where one without an address is looked for.
    """

    def __init__(self, digest: Digest, slugs: Slugs, labels: PageLabels, *, search: str | None = None) -> None:
        self._papers = {paper.key: paper for paper in digest.papers}
        self._anchors = {paper.key: slugs.take(paper.key, prefix="paper") for paper in digest.papers}
        self._summaries = {summary.paper_key: summary for summary in digest.summaries}
        self._matches = {match.paper_key: match for match in digest.matches}
        self._notes, self._labels, self._search = digest.notes, labels, search
        self._laid_out = functools.lru_cache(maxsize=_HELD)(self._lay_out)

    def __getitem__(self, key: str) -> Entry:
        return self._laid_out(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._papers)

    def __len__(self) -> int:
        return len(self._papers)

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Anchor, title and TL;DR of each paper; nothing else of it is laid out."""
        return map(self.tell, self._papers)

    def tell(self, key: str) -> tuple[str, str, str]:
        """The same of one paper."""
        return self.anchor(key), _title(self._papers[key], self._labels), _tldr(self._summaries.get(key))

    def anchor(self, key: str) -> str:
        """The anchor of a paper, which is not laid out for it."""
        return self._anchors[key]

    def only(self, keys: Iterable[str]) -> SomeEntries:
        """Some of the papers, in the order of their keys."""
        return SomeEntries(self, tuple(keys))

    def _lay_out(self, key: str) -> Entry:
        paper, summary, match = self._papers[key], self._summaries.get(key), self._matches.get(key)
        entry = _entry(paper, summary, match, self._anchors[key], self._labels)
        if self._search and not entry.url:
            entry = dataclasses.replace(entry, search_url=search_url(entry.title, self._search))
        note = plain(self._notes.get(key, ""))
        return dataclasses.replace(entry, note=note) if note else entry


class SomeEntries(Sequence[Entry]):
    """Papers of a digest, each laid out when it is asked for."""

    def __init__(self, entries: Entries, keys: tuple[str, ...]) -> None:
        self._entries, self._keys = entries, keys

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        return self._entries.only(self._keys[at]) if isinstance(at, slice) else self._entries[self._keys[at]]

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def anchors(self) -> list[str]:
        """The anchors of the papers, which are not laid out for it."""
        return [self._entries.anchor(key) for key in self._keys]

    def told(self) -> Iterator[tuple[str, str, str]]:
        """What `Entries.told` gives, of these."""
        return map(self._entries.tell, self._keys)


def _entry(paper: Paper, summary: Summary | None, match: Match | None, anchor: str, labels: PageLabels) -> Entry:
    url = paper_url(paper)
    tldr = _tldr(summary)
    absence = labels.no_tldr if paper.abstract.strip() else labels.no_abstract
    named = [name for author in paper.authors if (name := truncate(given_first(author), 60))]
    more = len(named) - AUTHORS_SHOWN
    return Entry(
        anchor=anchor,
        title=_title(paper, labels),
        url=url,
        address=short_address(url) if url else "",
        search_url="",
        links=tuple(Link(*link) for link in identifier_links(paper)),
        code_url=safe_url(paper.code_url),
        tldr=tldr,
        absence="" if tldr else absence,
        method=summary.method if summary else "none",
        edited=summary is not None and summary.edited,
        note="",
        why=plain(summary.why).rstrip(".") if summary else "",
        match=say_reason(plain(match.reason).rstrip("."), labels) if match else "",
        score=_score(match),
        first_author=named[0] if named else "",
        first_authors=", ".join(named[:AUTHORS_SHOWN]),
        more_authors=labels.more_authors.format(number=more) if more > 0 else "",
        other_authors=", ".join(named[AUTHORS_SHOWN:]),
        venue=plain(paper.venue or ""),
        published=paper.published,
        date=labels.format_date(paper.published) if paper.published else "",
        categories=", ".join(plain(category) for category in paper.categories[:4]),
        abstract=marked_pieces(paper.abstract, summary.evidence if summary else ()),
    )


def _title(paper: Paper, labels: PageLabels) -> str:
    return plain(paper.title) or labels.untitled


def _tldr(summary: Summary | None) -> str:
    return plain(summary.tldr) if summary and summary.method != "none" else ""


def _score(match: Match | None) -> str:
    """A match in per cent; nothing where it is no number."""
    return f"{100 * min(1.0, max(0.0, match.score)):.0f}" if match and match.score == match.score else ""


def marked_pieces(abstract: str, evidence: Iterable[Evidence]) -> tuple[Piece, ...]:
    """The abstract cut at the edges of its evidence; overlapping and touching evidence becomes one piece.

    Evidence whose offsets do not hold its text is looked for in the abstract, and left out if it is not there.
    """
    spans = sorted(span for item in evidence if (span := _span(abstract, item)))
    pieces: list[Piece] = []
    position = 0
    for start, end in _merged(spans):
        pieces.append(Piece(squeeze(abstract[position:start]), marked=False))
        pieces.append(Piece(squeeze(abstract[start:end]), marked=True))
        position = end
    pieces.append(Piece(squeeze(abstract[position:]), marked=False))
    return tuple(piece for piece in pieces if piece.text)


def _span(abstract: str, evidence: Evidence) -> tuple[int, int] | None:
    if not evidence.text:
        return None
    if abstract[evidence.start : evidence.end] == evidence.text:
        return evidence.start, evidence.end
    found = abstract.find(evidence.text)
    return None if found < 0 else (found, found + len(evidence.text))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


Item = TypeVar("Item")


def partition(digest: Digest, items: Mapping[str, Item], labels: PageLabels) -> Iterator[tuple[Theme, dict[str, Item]]]:
    """Each theme that has any of the items, with its own by paper key.

    A key counts where it is named first. The themes of a section stand together, the honest theme of others last, and
    behind it a further one of what no theme names.
    """
    waiting = dict(items)
    order: dict[str, int] = {}
    for theme in digest.themes:
        order.setdefault(theme.section, len(order))
    for theme in sorted(digest.themes, key=lambda theme: (theme.other, order[theme.section])):
        own = {key: waiting.pop(key) for key in theme.paper_keys if key in waiting}
        if own:
            yield theme, own
    if waiting:
        yield Theme(title=labels.further, paper_keys=tuple(waiting), other=True), waiting
