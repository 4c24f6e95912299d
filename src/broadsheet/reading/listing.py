"""The door of reading: text or files of any known format -> a `Listing`."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from broadsheet.errors import EmptyInput, NoPapers, ReadingError, SourceError, UsageError
from broadsheet.models import Fragment, Listing, Paper, Source
from broadsheet.reading.cleaning.identifiers import code_url, page_url, paper_key
from broadsheet.reading.cleaning.repair import repair, repair_each, unlabelled
from broadsheet.reading.deduplication import merge_duplicates
from broadsheet.reading.formats import (
    arxiv_mail,
    bibtex,
    csv_tables,
    email,
    feeds,
    html_pages,
    json_records,
    library_xml,
    markdown,
    oai_pmh,
    own_digest,
    pubmed_xml,
    ris,
    xlsx,
    xml_records,
)
from broadsheet.reading.input import LIMIT, STDIN, decode, files_of, load_file, load_stream
from broadsheet.reading.pasted import known_sites, nep, ovid, parser, programmes, pubmed_text
from broadsheet.reading.record import Gap, Parsed, Parser, Record, plural
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.query import is_live, nearest_source, shown_name
from broadsheet.reading.sources.requests import SourcePlan
from broadsheet.settings.loading import Fetch

if TYPE_CHECKING:
    from broadsheet.reading.sources.fetcher import Fetcher

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of listing: what it is called, how it is known, and its parser."""

    name: str
    recognises: Callable[[str], bool]
    parse: Parser
    opening: Callable[[str], int | None] | None = None
    """For a format whose records may open anywhere: where the first one does."""


def _anywhere(name: str, opening: Callable[[str], int | None], parse: Parser) -> Format:
    return Format(name, lambda text: opening(text) is not None, parse, opening)


FORMATS: tuple[Format, ...] = (
    Format("e-mail", email.recognises, lambda text: email.parse(text, _read_part)),
    Format("JSON Lines", json_records.recognises_lines, json_records.parse_lines),
    Format("JSON", json_records.recognises_json, json_records.parse_json),
    Format("Zotero RDF", library_xml.recognises_zotero, library_xml.parse_zotero),
    Format("a feed", feeds.recognises, feeds.parse),
    Format("OAI-PMH", oai_pmh.recognises, oai_pmh.parse),
    Format("PubMed XML", pubmed_xml.recognises, pubmed_xml.parse),
    Format("ACL Anthology XML", library_xml.recognises_anthology, library_xml.parse_anthology),
    Format("EndNote XML", library_xml.recognises_endnote, library_xml.parse_endnote),
    Format("HTML", html_pages.recognises, html_pages.parse),
    Format("XML", xml_records.recognises, xml_records.refuse),
    _anywhere("NEP", nep.find_issue, nep.parse),
    _anywhere("PubMed text", pubmed_text.find_citation, pubmed_text.parse),
    _anywhere("Ovid", ovid.find_record, ovid.parse),
    _anywhere("arXiv mail", arxiv_mail.find_entry, arxiv_mail.parse),
    _anywhere("BibTeX", bibtex.find_block, bibtex.parse),
    _anywhere("RIS", ris.RIS.find_record, ris.parse_ris),
    _anywhere("MEDLINE", ris.MEDLINE.find_record, ris.parse_medline),
    _anywhere("ERIC", ris.ERIC.find_record, ris.parse_eric),
    _anywhere("Web of Science", ris.SCIENCE.find_record, ris.parse_science),
    _anywhere("EndNote", ris.REFER.find_record, ris.parse_refer),
    _anywhere("a table", csv_tables.find_header, csv_tables.parse),
    Format("a digest", own_digest.recognises, own_digest.parse),
    Format("Markdown", markdown.recognises, markdown.parse),
    Format("a programme", programmes.recognises, programmes.parse),
    Format("a pasted page", known_sites.recognises, known_sites.parse),
    Format("pasted text", parser.recognises, parser.parse),
)
"""The formats in the order they are tried; the last takes everything.

Of formats side by side whose records may open anywhere, the one that opens first is tried first: the abstract of a
table's row may hold a line that begins a record of RIS.
"""


def read_text(text: str, *, source: str = "text") -> Listing:
    """The papers of a text with `\\n` newlines; `source` is what they are said to come from.

    Raises `NoPapers` when there is none, `EmptyInput` when there is nothing, `ReadingError` for broken JSON.
    """
    if not text.strip():
        raise EmptyInput(f"{_called(source)} is empty: paste or save the listing again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    reading = _read_one(text.removeprefix("\ufeff"), source)
    return _gather([reading])


def read_inputs(
    inputs: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    limit: int = LIMIT,
    fetch: Fetch | None = None,
    at: dt.datetime | None = None,
) -> Listing:
    """The papers of several inputs in their order: files, folders, `-` for standard input, live sources, addresses.

    A paper met again, in the same input or another, is in `duplicates`; a folder stands for the files in it. An
    input without papers among others is a source with 0 papers that says why, a live source that is down too; a
    named file that cannot be opened, or is no text, fails the whole. `fetch` says how live sources are asked, and `at`
    which moment their days are counted from, in UTC.
    """
    if not inputs:
        raise ReadingError("there is nothing to read: name a file, a live source, or - for standard input.")
    if list(inputs).count(STDIN) > 1:
        raise ReadingError("standard input can be read once only: name - once.")
    for name in inputs:
        _check_spelling(name)
    readings: list[_Reading] = []
    with contextlib.ExitStack() as stack:
        live = _Live(inputs, fetch, stack, at)
        for name in inputs:
            readings += [live.read(name)] if is_live(name) else _read_files(name, stdin, limit)
    return _gather(readings)


def _read_files(name: str, stdin: BinaryIO | None, limit: int) -> list[_Reading]:
    """A file, standard input, or the files of a folder."""
    files = files_of(name) if name != STDIN else None
    if files == []:
        raise NoPapers(f"{name} is a folder without files: name one that has some.")
    return [_read_input(file, stdin, limit, lenient=files is not None) for file in files or [name]]


def _read_input(name: str, stdin: BinaryIO | None, limit: int, *, lenient: bool) -> _Reading:
    """One input, or why it has no papers; what is no text at all fails the whole unless it came out of a folder."""
    try:
        data = _load(name, stdin, limit)
        if xlsx.recognises(data):
            return _read_workbook(data, name)
        return _read_one(decode(data, name=name), name)
    except EmptyInput as error:
        return _empty(name, error)
    except ReadingError as error:
        if not lenient:
            raise
        return _Reading(name, "nothing", Parsed(gaps=(Gap(1, 1, "", str(error)),)), error)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One input as it was understood, and the error that it alone would have ended in."""

    source: str
    format: str
    parsed: Parsed
    error: ReadingError | None = None
    why: str = ""


def _load(name: str, stdin: BinaryIO | None, limit: int) -> bytes:
    if name == STDIN:
        return load_stream(stdin or sys.stdin.buffer, limit=limit)
    return load_file(name, limit=limit)


def _read_part(text: str) -> tuple[str, Parsed]:
    """A part of a message, which is no message itself: the format it is in, and what it holds."""
    form = _choose(text, FORMATS[1:])
    parsed = form.parse(text)
    return parsed.format or form.name, parsed


def _read_one(text: str, source: str) -> _Reading:
    return _read_as(_choose(text, FORMATS), text, source)


def _choose(text: str, formats: Sequence[Format]) -> Format:
    """The format that knows a text; where most of it stands between that format's records, the one that finds more."""
    known = _known(text, formats)
    form = next(known)
    if form.opening is None:
        return form
    tried = [(form, form.parse(text))]
    if _is_mostly_outside(tried[0][1], text):
        tried += [(other, other.parse(text)) for other in known]
    form, parsed = max(tried, key=lambda pair: len(pair[1].records))
    return replace(form, parse=lambda _: parsed)


def _known(text: str, formats: Sequence[Format]) -> Iterator[Format]:
    """The formats that know a text, the likeliest first."""
    for anywhere, run in itertools.groupby(formats, key=lambda form: form.opening is not None):
        if anywhere:
            places = [(form.opening(text) if form.opening else None, form) for form in run]
            found = [(place, form) for place, form in places if place is not None]
            yield from (form for _, form in sorted(found, key=itemgetter(0)))
        else:
            yield from (form for form in run if form.recognises(text))


def _is_mostly_outside(parsed: Parsed, text: str) -> bool:
    outside = sum(gap.last_line - gap.first_line + 1 for gap in parsed.gaps if gap.outside)
    return 2 * outside > text.count("\n") + 1


def _read_workbook(data: bytes, source: str) -> _Reading:
    return _read_as(Format("a workbook", lambda _: True, lambda _: xlsx.parse(data)), "", source)


def _read_as(form: Format, text: str, source: str) -> _Reading:
    try:
        parsed = form.parse(text)
    except ReadingError as error:
        named = type(error)(f"{_called(source)}: {error}")
        named.__cause__ = error.__cause__
        return _Reading(source, form.name, Parsed(gaps=(_whole(text, str(error)),)), named)
    if parsed.records:
        return _Reading(source, parsed.format or form.name, parsed)
    if form.parse is parser.parse:
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
        return NoPapers(f"{_called(source)} has no papers in it: it is read as {form}, and {gaps[0].why}.")
    detail = f"; of {plural(len(gaps), 'record')} the first was passed over because {gaps[0].why}" if gaps else ""
    return NoPapers(f"{_called(source)} has no papers in it: it is read as {form}, and nothing in it is one{detail}.")


def _gather(readings: Sequence[_Reading]) -> Listing:
    """All readings as one listing; raises the first error when there is no paper in any."""
    if not any(reading.parsed.records for reading in readings):
        first = next(reading.error for reading in readings if reading.error)
        raise first if len(readings) == 1 else _none_at_all(readings, first)
    for reading in readings:
        if reading.why:
            log.warning("%s: %s.", reading.source, reading.why.removeprefix(f"{reading.source}: ").rstrip("."))
    papers, duplicates = merge_duplicates(_papers(readings))
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
    title, abstract = repair(record.title), repair(unlabelled(record.abstract, record.title))
    title = title or record.title.strip()
    authors = repair_each(record.authors)
    identifiers = dict(record.identifiers)
    return Paper(
        key=paper_key(identifiers, title=title, authors=authors, abstract=abstract),
        title=title,
        abstract=abstract,
        authors=authors,
        published=record.published,
        url=page_url(record.links, identifiers),
        code_url=code_url(record.links, f"{abstract} {record.abstract}" if "\\href" in record.abstract else abstract),
        identifiers=identifiers,
        categories=repair_each(record.categories),
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
        raise UsageError(
            f"there is no file {name[:80]}, and no such live source: did you mean `{LIVE_SOURCES[meant].example}`?"
        )


class _Live:
    """The live sources among some inputs: all their names are understood before the first of them is asked."""

    def __init__(
        self, inputs: Sequence[str], fetch: Fetch | None, stack: contextlib.ExitStack, at: dt.datetime | None
    ) -> None:
        self._fetcher: Fetcher | None = None
        self._plans: dict[str, SourcePlan] = {}
        if any(map(is_live, inputs)):
            from broadsheet.reading.sources.fetcher import Fetcher  # brings an HTTP client: 0.1 s

            self._fetcher = stack.enter_context(Fetcher(fetch, at=at))
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
        pages = [
            _read_one(text, fetched.name) if isinstance(text, str) else _read_workbook(text, fetched.name)
            for text in fetched.texts
        ]
        return _join(pages, fetched.limit, fetched.why)


def _empty(name: str, error: EmptyInput) -> _Reading:
    return _Reading(name, "nothing", Parsed(gaps=(Gap(1, 1, "", "it is empty"),)), error)


def _join(pages: Sequence[_Reading], limit: int | None, why: str) -> _Reading:
    """The pages of one source as one reading, of `limit` papers at most."""
    first = pages[0]
    json_records = tuple(record for page in pages for record in page.parsed.records)[:limit]
    gaps = tuple(gap for page in pages for gap in page.parsed.gaps)
    return _Reading(first.source, first.format, Parsed(json_records, gaps), None if json_records else first.error, why)
