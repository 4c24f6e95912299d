"""The door of reading: text or files of any known format -> a `Listing`."""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from broadsheet.errors import EmptyInput, NoPapers, ReadingError, SourceError, UsageError
from broadsheet.models import Fragment, Listing, Paper, Source
from broadsheet.reading import pasted, records
from broadsheet.reading.clean import repair
from broadsheet.reading.duplicates import merge
from broadsheet.reading.identity import code_url, key_of, page_url
from broadsheet.reading.parsed import Gap, Parsed, Parser, Record, plural
from broadsheet.reading.source import LIMIT, STDIN, read_file, read_stream
from broadsheet.reading.sources import EXAMPLES, is_live, nearest_source, shown_name

if TYPE_CHECKING:
    from broadsheet.reading.live import Fetcher
    from broadsheet.reading.plans import Plan
    from broadsheet.settings import Fetch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of listing: what it is called, how it is known, and its parser."""

    name: str
    recognises: Callable[[str], bool]
    parse: Parser


def _foreign(name: str, pattern: str) -> Format:
    """A format that is known by its looks and cannot be read: one gap says so."""
    looks = re.compile(pattern, re.IGNORECASE | re.MULTILINE)

    def refuse(text: str) -> Parsed:
        why = f"it is {name}, which is not read; give the listing as text, JSON or JSON Lines"
        return Parsed(gaps=(_whole(text, why),))

    return Format(name, lambda text: looks.search(text[:20_000]) is not None, refuse)


FORMATS: tuple[Format, ...] = (
    Format("JSON Lines", records.recognises_lines, records.parse_lines),
    Format("JSON", records.recognises_json, records.parse_json),
    _foreign(
        "an HTML page",
        r"\A\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body|div|table|meta|h[1-6]|p|a|span)\b",
    ),
    _foreign("XML", r"\A\s*<(?:\?xml|!DOCTYPE|rss|feed|rdf|OAI-PMH|[a-z][\w:-]*(?:\s+[\w:-]+=[\"'][^<>]*)?>)"),
    _foreign(
        "BibTeX",
        r"^[ \t]{0,20}@(?:article|inproceedings|misc|book|incollection|phdthesis|online"
        r"|techreport|string|comment|dataset|report|unpublished|proceedings|mastersthesis|thesis)\s*[{(]",
    ),
    _foreign("RIS", r"^TY {1,2}- \w"),
    _foreign("MEDLINE", r"^PMID- \d"),
    _foreign("an arXiv mail", r"^\\\\\n(?:arXiv:|Paper:|replaced with)"),
    _foreign("an e-mail message", r"\A(?:From |Return-Path:|Received:|MIME-Version:|Delivered-To:)"),
    _foreign(
        "a table",
        r"\A\"?[^\n]{0,400}?\btitle\b\"?[^\n]{0,4000}?(?:,[^\n,]{1,80}){2}$|\A[^\n]{0,400}\ttitle\t|\A\"?title\"?[,;\t]|\A\"[^\"\n]{1,80}\",\"[^\"\n]",
    ),
    _foreign(
        "Markdown with links",
        r"(?:^(?:[ \t]{0,8}(?:[-*+]|\d{1,4}[.)]|\||#{1,6})\s[^\n]{0,300}\]\("
        r"[^\n]{0,2000}\n(?:[^\n]{0,2000}\n){0,4}?){3})",
    ),
    Format("pasted text", pasted.recognises, pasted.parse),
)
"""The formats in the order they are tried; the last takes everything."""


def read_text(text: str, *, source: str = "text") -> Listing:
    """The papers of a text with `\\n` newlines; `source` is what they are said to come from.

    Raises `NoPapers` when there is none, `EmptyInput` when there is nothing, `ReadingError` for broken JSON.
    """
    if not text.strip():
        raise EmptyInput(f"{_called(source)} is empty: paste or save the listing again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return _gather([_read_one(text.removeprefix("\ufeff"), source)])


def read_inputs(
    inputs: Sequence[str], *, stdin: BinaryIO | None = None, limit: int = LIMIT, fetch: Fetch | None = None
) -> Listing:
    """The papers of several inputs in their order: files, `-` for standard input, live sources, addresses.

    A paper met again, in the same input or another, is in `duplicates`. An input without papers among others is a
    source with 0 papers that says why, a live source that is down too; a file that cannot be opened, or is no text,
    fails the whole. `fetch` says how live sources are asked.
    """
    if not inputs:
        raise ReadingError("there is nothing to read: name a file, a live source, or - for standard input.")
    if list(inputs).count(STDIN) > 1:
        raise ReadingError("standard input can be read once only: name - once.")
    for name in inputs:
        _check_spelling(name)
    readings: list[_Reading] = []
    with contextlib.ExitStack() as stack:
        live = _Live(inputs, fetch, stack)
        for name in inputs:
            if is_live(name):
                readings.append(live.read(name))
                continue
            try:
                readings.append(_read_one(_open(name, stdin, limit), name))
            except EmptyInput as error:
                readings.append(_empty(name, error))
    return _gather(readings)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One input as it was understood, and the error that it alone would have ended in."""

    source: str
    format: str
    parsed: Parsed
    error: ReadingError | None = None
    why: str = ""


def _open(name: str, stdin: BinaryIO | None, limit: int) -> str:
    if name == STDIN:
        return read_stream(stdin or sys.stdin.buffer, limit=limit)
    return read_file(name, limit=limit)


def _read_one(text: str, source: str) -> _Reading:
    form = next(form for form in FORMATS if form.recognises(text))
    try:
        parsed = form.parse(text)
    except ReadingError as error:
        named = type(error)(f"{_called(source)}: {error}")
        named.__cause__ = error.__cause__
        return _Reading(source, form.name, Parsed(gaps=(_whole(text, str(error)),)), named)
    if parsed.records:
        return _Reading(source, form.name, parsed)
    if form.parse is pasted.parse:
        parsed = Parsed(gaps=(_whole(text, "no titles and abstracts were found in it"),))
    return _Reading(source, form.name, parsed, _no_papers(source, form.name, parsed))


def _no_papers(source: str, form: str, parsed: Parsed) -> NoPapers:
    if form == "pasted text":
        return NoPapers(
            f"{_called(source)} has no papers in it: it reads like prose, code or a page without titles and "
            "abstracts; paste the listing itself."
        )
    gaps = parsed.gaps
    if len(gaps) == 1:
        return NoPapers(f"{_called(source)} has no papers in it: {gaps[0].why}.")
    detail = f"; of {plural(len(gaps), 'record')} the first was passed over because {gaps[0].why}" if gaps else ""
    return NoPapers(f"{_called(source)} has no papers in it: it is {form} without objects that have a title{detail}.")


def _gather(readings: Sequence[_Reading]) -> Listing:
    """All readings as one listing; raises the first error when there is no paper in any."""
    if not any(reading.parsed.records for reading in readings):
        first = next(reading.error for reading in readings if reading.error)
        raise first if len(readings) == 1 else _none_at_all(readings, first)
    for reading in readings:
        if reading.why:
            log.warning("%s: %s.", reading.source, reading.why.removeprefix(f"{reading.source}: ").rstrip("."))
    papers, duplicates = merge(_papers(readings))
    return Listing(
        papers=papers,
        duplicates=duplicates,
        fragments=tuple(_fragment(gap, reading.source) for reading in readings for gap in reading.parsed.gaps),
        sources=tuple(
            Source(name=reading.source, format=reading.format, papers=len(reading.parsed.records), why=reading.why)
            for reading in readings
        ),
    )


def _none_at_all(readings: Sequence[_Reading], first: ReadingError) -> ReadingError:
    error = NoPapers(f"none of the {len(readings)} inputs has papers in it; the first: {first}")
    error.__cause__ = first
    return error


def _papers(readings: Sequence[_Reading]) -> Iterator[Paper]:
    for reading in readings:
        for record in reading.parsed.records:
            yield paper_of(record, source=reading.source)


def paper_of(record: Record, *, source: str) -> Paper:
    """A record with its text repaired, its key and its addresses; the text as it stood is kept beside it."""
    title, abstract = repair(record.title), repair(record.abstract)
    title = title or record.title.strip()
    authors = tuple(name for name in map(repair, record.authors) if name)
    identifiers = dict(record.identifiers)
    return Paper(
        key=key_of(identifiers, title=title, authors=authors, abstract=abstract),
        title=title,
        abstract=abstract,
        authors=authors,
        published=record.published,
        url=page_url(record.links, identifiers),
        code_url=code_url(record.links, abstract),
        identifiers=identifiers,
        categories=tuple(map(repair, record.categories)),
        venue=repair(record.venue) if record.venue else None,
        source=source,
        line=record.line,
        raw_title=record.title,
        raw_abstract=record.abstract,
    )


def _fragment(gap: Gap, source: str) -> Fragment:
    return Fragment(source=source, first_line=gap.first_line, last_line=gap.last_line, text=gap.text, why=gap.why)


def _whole(text: str, why: str) -> Gap:
    shown = text[:400].strip()
    return Gap(1, text.count("\n", 0, len(text.rstrip())) + 1, shown if len(shown) < 300 else f"{shown[:300]}…", why)


def _called(source: str) -> str:
    return "standard input" if source == STDIN else source


def _check_spelling(name: str) -> None:
    meant = None if is_live(name) else nearest_source(name)
    if meant and not (len(name) < 250 and Path(name).exists()):
        raise UsageError(f"there is no file {name[:80]}, and no such live source: did you mean `{EXAMPLES[meant]}`?")


class _Live:
    """The live sources among some inputs: all their names are understood before the first of them is asked."""

    def __init__(self, inputs: Sequence[str], fetch: Fetch | None, stack: contextlib.ExitStack) -> None:
        self._fetcher: Fetcher | None = None
        self._plans: dict[str, Plan] = {}
        if any(map(is_live, inputs)):
            from broadsheet.reading.live import Fetcher

            self._fetcher = stack.enter_context(Fetcher(fetch))
            self._plans = {name: self._fetcher.plan(name) for name in inputs if is_live(name)}

    def read(self, name: str) -> _Reading:
        """A source as it was understood; one that is down, or has nothing, is a reading that says so."""
        assert self._fetcher is not None  # noqa: S101 - the name is live
        try:
            fetched = self._fetcher.fetch(name, self._plans[name])
        except EmptyInput as error:
            return _empty(shown_name(name), error)
        except SourceError as error:
            return _Reading(shown_name(name), "nothing", Parsed(), error, why=str(error))
        if not fetched.texts:
            nothing = NoPapers(f"{fetched.name} has no papers in it: {fetched.why}.")
            return _Reading(fetched.name, "nothing", Parsed(), nothing, why=fetched.why)
        return _join([_read_one(text, fetched.name) for text in fetched.texts], fetched.limit, fetched.why)


def _empty(name: str, error: EmptyInput) -> _Reading:
    return _Reading(name, "nothing", Parsed(gaps=(Gap(1, 1, "", "it is empty"),)), error)


def _join(pages: Sequence[_Reading], limit: int | None, why: str) -> _Reading:
    """The pages of one source as one reading, of `limit` papers at most."""
    first = pages[0]
    records = tuple(record for page in pages for record in page.parsed.records)[:limit]
    gaps = tuple(gap for page in pages for gap in page.parsed.gaps)
    return _Reading(first.source, first.format, Parsed(records, gaps), None if records else first.error, why)
