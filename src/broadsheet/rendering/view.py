"""What a template sees of a digest: papers and summaries joined by key, anchors, counts, dates, safe links.

All text in a view is on one line and free of control characters, but as it was: escaping is the template's
engine's work. Every paper of the digest stands in exactly one section, whatever its themes say.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Sequence

from broadsheet.models import Digest, Evidence, Paper, Summary
from broadsheet.rendering.colophon import Colophon, colophon
from broadsheet.rendering.figures import count, format_date, format_period
from broadsheet.rendering.labels import extracted_label
from broadsheet.rendering.links import paper_url, safe_url, short_address
from broadsheet.rendering.text import Slugs, heading, plain, shorten, squeeze

NO_ABSTRACT = "No abstract in the listing."
NO_TLDR = "No TL;DR was made."
WORDS_A_MINUTE = 230

_LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an abstract, `marked` where it is the evidence for the TL;DR."""

    text: str
    marked: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One paper as it stands on the page; `absence` says why there is no TL;DR where `tldr` is empty."""

    anchor: str
    title: str
    url: str | None
    address: str
    code_url: str | None
    tldr: str
    absence: str
    method: str
    why: str
    authors: str
    venue: str
    published: dt.date | None
    date: str
    categories: str
    abstract: tuple[Piece, ...]

    @property
    def details(self) -> list[str]:
        """What the muted line says, in order, but for the links."""
        return [detail for detail in (self.authors, self.venue, self.date, self.categories) if detail]


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A theme with its papers; `heading_anchor` is the one that forges give its heading in Markdown."""

    anchor: str
    heading_anchor: str
    title: str
    blurb: str
    paper_count: str
    papers: tuple[Entry, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Citation:
    """A paper the overview speaks of."""

    anchor: str
    title: str
    url: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A whole digest as the templates see it, under the name `page`."""

    title: str
    language: str
    created: dt.datetime
    date: str
    paper_count: str
    theme_count: str
    reading_time: str
    note: str
    overview: str
    citations: tuple[Citation, ...]
    sections: tuple[Section, ...]
    built_in: bool
    extracted: bool
    extracted_label: str
    written: bool
    model: str
    colophon: Colophon


def view(digest: Digest) -> Page:
    """A digest laid out for the templates."""
    slugs = Slugs()
    entries = dict(_entries(digest, slugs))
    sections = tuple(_sections(digest, entries, slugs))
    overview = digest.overview
    methods = {entry.method for entry in entries.values() if entry.tldr}
    date = format_period(digest.period) if digest.period else format_date(digest.created.date())
    return Page(
        title=heading(digest.title),
        language=_language_code(digest.language),
        created=digest.created,
        date=date,
        paper_count=count(len(entries), "paper"),
        theme_count=count(len(sections), "theme"),
        reading_time=_reading_time(digest, entries.values()),
        note=digest.note.strip(),
        overview=plain(overview.text) if overview else "",
        citations=tuple(_citations(overview.paper_keys if overview else (), entries)),
        sections=sections,
        built_in=digest.engine.backend == "builtin",
        extracted="extracted" in methods,
        extracted_label=extracted_label(_language_code(digest.language)),
        written="written" in methods,
        model=plain(digest.engine.model or digest.engine.backend),
        colophon=colophon(digest),
    )


# Papers and themes.


def _entries(digest: Digest, slugs: Slugs) -> Iterator[tuple[str, Entry]]:
    summaries = {summary.paper_key: summary for summary in digest.summaries}
    for paper in digest.papers:
        yield paper.key, _entry(paper, summaries.get(paper.key), slugs.take(paper.key, prefix="paper"))


def _entry(paper: Paper, summary: Summary | None, anchor: str) -> Entry:
    url = paper_url(paper)
    tldr = plain(summary.tldr) if summary and summary.method != "none" else ""
    return Entry(
        anchor=anchor,
        title=plain(paper.title) or "Untitled",
        url=url,
        address=short_address(url) if url else "",
        code_url=safe_url(paper.code_url),
        tldr=tldr,
        absence="" if tldr else (NO_TLDR if paper.abstract.strip() else NO_ABSTRACT),
        method=summary.method if summary else "none",
        why=plain(summary.why).rstrip(".") if summary else "",
        authors=_authors(paper.authors),
        venue=plain(paper.venue or ""),
        published=paper.published,
        date=format_date(paper.published) if paper.published else "",
        categories=", ".join(plain(category) for category in paper.categories[:4]),
        abstract=marked_pieces(paper.abstract, summary.evidence if summary else ()),
    )


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


def _sections(digest: Digest, entries: dict[str, Entry], slugs: Slugs) -> Iterator[Section]:
    headings = Slugs()
    for title in (digest.title, "In this edition", *_note_headings(digest.note)):
        headings.take_heading(heading(title))
    waiting = dict(entries)
    for theme in digest.themes:
        papers = tuple(waiting.pop(key) for key in theme.paper_keys if key in waiting)
        if papers:
            yield _section(theme.title, theme.blurb, papers, slugs, headings)
    if waiting:
        yield _section("Further papers", "", tuple(waiting.values()), slugs, headings)


def _section(title: str, blurb: str, papers: tuple[Entry, ...], slugs: Slugs, headings: Slugs) -> Section:
    title = heading(title) or "Untitled"
    return Section(
        anchor=slugs.take(title, prefix="theme"),
        heading_anchor=headings.take_heading(title),
        title=title,
        blurb=plain(blurb),
        paper_count=count(len(papers), "paper"),
        papers=papers,
    )


def _note_headings(note: str) -> list[str]:
    return re.findall(r"^ {0,3}#{1,6}[ \t]+(\S[^\n]*?)[ \t#]*$", note, re.MULTILINE)


def _citations(keys: Iterable[str], entries: dict[str, Entry]) -> Iterator[Citation]:
    for key in dict.fromkeys(keys):
        if entry := entries.get(key):
            yield Citation(entry.anchor, shorten(entry.title, 70), entry.url)


def _authors(authors: Sequence[str]) -> str:
    named = [name for author in authors[:3] if (name := shorten(author, 60))]
    more = len(authors) - 3
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def _reading_time(digest: Digest, entries: Iterable[Entry]) -> str:
    texts = [digest.note, digest.overview.text if digest.overview else ""]
    texts += [theme.blurb for theme in digest.themes]
    words = sum(len(text.split()) for text in texts)
    words += sum(len(entry.title.split()) + len(entry.tldr.split()) for entry in entries)
    return f"{max(1, math.ceil(words / WORDS_A_MINUTE))} min"


def _language_code(language: str) -> str:
    """A code for `lang`, given a code or the English name of a common language; else empty, for unknown."""
    name = language.strip().lower()
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", name):
        return name
    return _LANGUAGES.get(name, "")
