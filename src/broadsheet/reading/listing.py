"""The door of reading: text or files of any known format -> a `Listing`."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
import itertools
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from broadsheet.errors import EmptyInput, InputTooLarge, NoPapers, NothingListed, ReadingError, SourceError, UsageError
from broadsheet.locale.language_codes import primary_language
from broadsheet.models import Fragment, Listing, Paper, Progress, Source
from broadsheet.reading.cleaning.identifiers import code_url, page_url, paper_key
from broadsheet.reading.cleaning.repair import are_plain, repair, repair_each, spaced, spaced_each, unlabelled
from broadsheet.reading.deduplication import merge_duplicates
from broadsheet.reading.formats import email
from broadsheet.reading.input import LIMIT, STDIN, decode, files_of, load_file, load_stream, path_of_address
from broadsheet.reading.known_formats import TEXT_FORMATS, Format, is_pdf, is_workbook, parse_pdf, parse_workbook
from broadsheet.reading.pasted import identifier_list, parser
from broadsheet.reading.pasted.quoted import without_quote_marks
from broadsheet.reading.record import Gap, Parsed, Record, plural
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.lookup import SCHEMES, LookedUp, NotFound, look_up_papers, name_of
from broadsheet.reading.sources.query import is_address, is_live, nearest_source, shown_name
from broadsheet.reading.sources.requests import SourcePlan
from broadsheet.reading.translations import in_language
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from broadsheet.reading.sources.fetcher import Fetcher
    from broadsheet.settings.loading import Fetch

log = logging.getLogger(__name__)

_LONGEST_IDENTIFIER = 400

_LOOSE = frozenset({"JSON Lines", "JSON", "HTML", "a table", "Markdown", "a pasted page", "pasted text"})
"""Formats in which people list identifiers; in the others a record without a title is broken."""

_ENTRIES = {
    "a feed": lazy_regex(r"<(?:\w{1,20}:)?(?:entry|item)[\s>]"),
    "OAI-PMH": lazy_regex(r"<(?:\w{1,20}:)?record[\s>]"),
    "PubMed XML": lazy_regex(r"<Pubmed(?:Book)?Article[\s>]"),
    "a table": lazy_regex(r"\n\s*\S"),
}
"""What a document of a format has where it lists anything."""

FetchSettings: TypeAlias = "Fetch | Callable[[], Fetch] | None"
"""How live sources are asked, or what says so once one is; `None` for the defaults."""


Language = str | Callable[[], str]
"""The reader's language by name or code, or what says so once a record is in several."""


def read_text(
    text: str, *, source: str = "text", fetch: FetchSettings = None, language: Language = "English"
) -> Listing:
    """The papers of a text with `\\n` newlines; `source` is what they are said to come from.

    Papers that a list of identifiers names are looked up. Of titles and abstracts in several languages the reader's
    are taken, else the English ones, else the first. Raises `NoPapers` when there is none, `EmptyInput` when there is
    nothing, `ReadingError` for broken JSON, `SourceError` where nothing can be looked up.
    """
    if not text.strip():
        raise EmptyInput(f"{_called(source)} is empty: paste or save the listing again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    reading = _read_one(text.removeprefix("\ufeff"), source)
    with contextlib.ExitStack() as stack:
        return _gather(_look_up([reading], _Live((), fetch, stack)), language)


def read_inputs(  # noqa: PLR0913 - what is read, how, and for whom
    inputs: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    limit: int = LIMIT,
    fetch: FetchSettings = None,
    at: dt.datetime | None = None,
    language: Language = "English",
    report: Callable[[Progress], None] | None = None,
) -> Listing:
    """The papers of several inputs in their order: files, folders, patterns, `-` for standard input, live sources,
    addresses, identifiers.

    A paper met again, in the same input or another, is in `duplicates`; a folder or pattern stands for its files. An
    input without papers among others is a source with 0 papers that says why, a live source that is down too; a
    named file that cannot be opened, or is no text, fails the whole. Identifiers, named here or listed in a file, are
    looked up together. `fetch` says how live sources are asked, and `at` which moment their days are counted from, in
    UTC. Of titles and abstracts in several languages the reader's are taken, else the English ones, else the first.
    `report` is told whom a live source waits for, before it does.
    """
    if not inputs:
        raise ReadingError("there is nothing to read: name a file, a live source, or - for standard input.")
    if list(inputs).count(STDIN) > 1:
        raise ReadingError("standard input can be read once only: name - once.")
    named = {name: record for name in inputs if (record := named_paper(name))}
    for name in inputs:
        if name not in named:
            _check_spelling(name)
    readings: list[_Reading] = []
    with contextlib.ExitStack() as stack:
        live = _Live([name for name in inputs if is_live(name) and name not in named], fetch, stack, at, report)
        for name in inputs:
            if name in named:
                readings.append(_Reading(shown_name(name), "an identifier", Parsed((named[name],))))
            else:
                readings += [live.read(name)] if is_live(name) else _read_files(name, stdin, limit)
        readings = _look_up(readings, live)
    return _gather(readings, language)


def read_document(data: bytes, source: str, *, language: str) -> tuple[list[Paper], list[Fragment]]:
    """The papers of a document, each as often as it stands there, and what was not understood; nothing is looked up.

    Raises `ReadingError` where it has no papers.
    """
    if len(data) > LIMIT:
        raise InputTooLarge(f"{source} is larger than {LIMIT >> 20} MiB: split it into smaller listings.")
    if is_workbook(data) or is_pdf(data):
        reading = _read_bytes(data, source)
    else:
        reading = _read_one(decode(data, name=source), source)
    if reading.error:
        raise reading.error
    records = [record for record in reading.parsed.records if not _is_named(record)]
    gaps = [
        Gap(record.line or 1, record.line or 1, name_of(record), "it is an identifier without a title")
        for record in reading.parsed.records
        if _is_named(record)
    ]
    fragments = [_fragment(gap, source) for gap in (*reading.parsed.gaps, *gaps)]
    return [paper_in_language(record, source=source, language=language) for record in records], fragments


def rename_sources(listing: Listing, rename: Callable[[str], str]) -> Listing:
    """The listing with other names for its sources: what was read may lie where nobody should see."""
    return listing.model_copy(
        update={
            "papers": tuple(one.model_copy(update={"source": rename(one.source)}) for one in listing.papers),
            "duplicates": tuple(one.model_copy(update={"source": rename(one.source)}) for one in listing.duplicates),
            "fragments": tuple(one.model_copy(update={"source": rename(one.source)}) for one in listing.fragments),
            "sources": tuple(one.model_copy(update={"name": rename(one.name)}) for one in listing.sources),
        }
    )


def named_paper(name: str) -> Record | None:
    """The record, without a title, of an input that is an identifier or a paper's address, and no file or source."""
    if name == STDIN or len(name) > _LONGEST_IDENTIFIER or (is_live(name) and not is_address(name)):
        return None
    record = identifier_list.parse_identifier(name)
    return record if record and (is_address(name) or not Path(name).expanduser().exists()) else None


def _read_files(name: str, stdin: BinaryIO | None, limit: int) -> list[_Reading]:
    """A file, standard input, or the files of a folder or pattern."""
    name = path_of_address(name)
    files = files_of(name) if name != STDIN else None
    if files == []:
        folder = Path(name).expanduser().is_dir()
        why = f"{name} is a folder without files" if folder else f"no file matches {name}"
        raise NoPapers(f"{why}: name one that has some." if folder else f"{why}: check the pattern.")
    return [_read_input(file, stdin, limit, lenient=files is not None) for file in files or [name]]


def _read_input(name: str, stdin: BinaryIO | None, limit: int, *, lenient: bool) -> _Reading:
    """One input, or why it has no papers; what is no text at all fails the whole unless it came out of a folder."""
    try:
        data = _load(name, stdin, limit)
        if is_workbook(data) or is_pdf(data):
            return _read_bytes(data, name)
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
    form, text = _choose_unquoted(text, TEXT_FORMATS)
    parsed = form.parse(text)
    parsed = _or_identifiers(form, parsed, text)
    return parsed.format or form.name, parsed


FORMATS: tuple[Format, ...] = (
    Format("e-mail", email.recognises, lambda text: email.parse(text, _read_part)),
    *TEXT_FORMATS,
)
"""All formats of texts in the order they are tried."""


def _or_identifiers(form: Format, parsed: Parsed, text: str) -> Parsed:
    """What a text holds or, where that is no paper, the identifiers that it lists."""
    if parsed.records or form.name not in _LOOSE or not identifier_list.recognises(text):
        return parsed
    return identifier_list.parse(text)


def _read_one(text: str, source: str) -> _Reading:
    form, text = _choose_unquoted(text, FORMATS)
    return _read_as(form, text, source)


def _choose_unquoted(text: str, formats: Sequence[Format]) -> tuple[Format, str]:
    """The format that knows a text, and the text: where none does, without the marks of a mail that was quoted."""
    form = _choose(text, formats)
    if form.parse is parser.parse and (bare := without_quote_marks(text)) != text:
        return _choose(bare, formats), bare
    return form, text


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


def _read_bytes(data: bytes, source: str) -> _Reading:
    """A workbook or a PDF; a PDF that cannot be read is a reading that says so, and ends no run with other inputs."""
    name, parse = ("a PDF", parse_pdf) if is_pdf(data) else ("a workbook", parse_workbook)
    return _read_as(Format(name, lambda _: True, lambda _: parse(data)), "", source)


def _read_as(form: Format, text: str, source: str) -> _Reading:
    try:
        parsed = form.parse(text)
    except ReadingError as error:
        named = type(error)(f"{_called(source)}: {error}")
        named.__cause__ = error.__cause__
        return _Reading(source, form.name, Parsed(gaps=(_whole(text, str(error)),)), named)
    parsed = _or_identifiers(form, parsed, text)
    if parsed.records:
        return _Reading(source, parsed.format or form.name, parsed)
    if form.parse is parser.parse:
        parsed = Parsed(gaps=(_whole(text, "no titles and abstracts were found in it"),))
    nothing = _no_papers(source, form.name, parsed)
    if _lists_nothing(form.name, text):
        nothing = NothingListed(str(nothing))
    return _Reading(source, form.name, parsed, nothing)


def _lists_nothing(form: str, text: str) -> bool:
    """Whether a document without papers is an empty list, rather than something else than expected."""
    if form == "JSON":
        return _has_empty_list(json.loads(text))
    entry = _ENTRIES.get(form)
    return entry is not None and not entry.search(text)


def _has_empty_list(value: object, depth: int = 3) -> bool:
    """Whether a JSON document has a list, none with anything in it, and tells of no error."""
    if isinstance(value, list):
        return not value
    if not isinstance(value, dict) or not depth or any("error" in key.lower() for key in value):
        return False
    inner = [one for one in value.values() if isinstance(one, list | dict)]
    return bool(inner) and all(_has_empty_list(one, depth - 1) for one in inner if one != {})


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


def _look_up(readings: Sequence[_Reading], live: _Live) -> list[_Reading]:
    """The readings with what identifiers name in the place of these; what was not found is a gap that names it."""
    wanted = [record for reading in readings for record in reading.parsed.records if _is_named(record)]
    if not wanted:
        return list(readings)
    return [_with_papers(reading, live.look_up(wanted)) for reading in readings]


def _is_named(record: Record) -> bool:
    """Whether a record is nothing but an identifier yet."""
    return not record.title and any(record.identifiers.get(scheme) for scheme in SCHEMES)


def _with_papers(reading: _Reading, known: LookedUp) -> _Reading:
    named = [record for record in reading.parsed.records if _is_named(record)]
    if not named:
        return reading
    records: list[Record] = []
    gaps, missed = list(reading.parsed.gaps), []
    for record in reading.parsed.records:
        found = known.found[name_of(record)] if _is_named(record) else record
        if isinstance(found, Record):
            records.append(dataclasses.replace(found, line=record.line))
        else:
            missed.append(found)
            gaps.append(Gap(record.line or 1, record.line or 1, name_of(record), found.why))
    shut = [found for found in missed if found.shut]
    whys = dict.fromkeys(known.instead[name] for name in map(name_of, named) if name in known.instead)
    if shut:
        whys[f"{len(shut):,} of its {len(named):,} papers could not be looked up: {shut[0].why}"] = None
    gaps.sort(key=lambda gap: gap.first_line)
    error: ReadingError | None = None
    if not records:
        kind = SourceError if shut else NoPapers
        error = kind(f"{_called(reading.source)}: {missed[0].why if len(missed) == 1 else _summed(missed)}.")
    parsed = Parsed(tuple(records), tuple(gaps), reading.parsed.format)
    return dataclasses.replace(reading, parsed=parsed, error=error, why="; ".join(whys))


def _summed(missed: Sequence[NotFound]) -> str:
    return f"none of its {len(missed):,} papers was found; of the first, {missed[0].why}"


def _gather(readings: Sequence[_Reading], language: Language) -> Listing:
    """All readings as one listing; raises the first error when there is no paper in any."""
    if not any(reading.parsed.records for reading in readings):
        first = next(reading.error for reading in readings if reading.error)
        raise first if len(readings) == 1 else _none_at_all(readings, first)
    for reading in readings:
        if reading.why:
            log.warning("%s: %s.", reading.source, reading.why.removeprefix(f"{reading.source}: ").rstrip("."))
    papers, duplicates = merge_duplicates(_papers(readings, language))
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


def _papers(readings: Sequence[_Reading], language: Language) -> Iterator[Paper]:
    name = ""
    for reading in readings:
        for record in reading.parsed.records:
            if (record.titles or record.abstracts) and not name:
                name = language() if callable(language) else language
            yield paper_in_language(record, source=reading.source, language=name)


def paper_in_language(record: Record, *, source: str, language: str) -> Paper:
    """`paper_of` a record that may be in several languages, in the one of this name where it is."""
    if not record.titles and not record.abstracts:
        return paper_of(record, source=source)
    return paper_of(in_language(record, primary_language(language)), source=source)


def paper_of(record: Record, *, source: str) -> Paper:
    """A record with its text repaired, its key and its addresses; the text as it stood is kept beside it.

    Most records hold nothing to repair but white space: one look at all of their texts.
    """
    title, abstract, authors, categories = record.title, record.abstract, record.authors, record.categories
    venue, links, identifiers = record.venue, record.links, record.identifiers
    if "abstract" in abstract[:12].lower():
        abstract = unlabelled(abstract, title)
    plain = are_plain([title, *authors, *categories, venue or "", abstract])
    if plain:
        title, abstract, venue = spaced(title), spaced(abstract), spaced(venue) if venue else None
        authors, categories = spaced_each(authors), spaced_each(categories)
    else:
        title, abstract, venue = repair(title), repair(abstract), repair(venue) if venue else None
        authors, categories = repair_each(authors), repair_each(categories)
    title = title or record.title.strip()
    stated = f"{abstract} {record.abstract}" if not plain and "\\href" in record.abstract else abstract
    return Paper(
        key=paper_key(identifiers, title=title, authors=authors, abstract=abstract),
        title=title,
        abstract=abstract,
        authors=authors,
        published=record.published,
        url=page_url(links, identifiers) if links or identifiers else None,
        code_url=code_url(links, stated) if links or "/" in stated else None,
        identifiers=identifiers,
        categories=categories,
        venue=venue,
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
    """What asks live sources: all their names are understood before the first of them is asked."""

    def __init__(
        self,
        names: Sequence[str],
        fetch: FetchSettings,
        stack: contextlib.ExitStack,
        at: dt.datetime | None = None,
        report: Callable[[Progress], None] | None = None,
    ) -> None:
        self._fetch, self._stack, self._at, self._report = fetch, stack, at, report
        self._plans: dict[str, SourcePlan] = {name: self._fetcher.plan(name) for name in names}
        self._looked_up: LookedUp | None = None

    @functools.cached_property
    def _fetcher(self) -> Fetcher:
        from broadsheet.reading.sources.fetcher import Fetcher  # brings an HTTP client: 0.1 s

        fetch = self._fetch() if callable(self._fetch) else self._fetch
        return self._stack.enter_context(Fetcher(fetch, at=self._at, report=self._report))

    def look_up(self, wanted: Sequence[Record]) -> LookedUp:
        """The papers of identifiers; asked once for all inputs."""
        if self._looked_up is None:
            self._looked_up = look_up_papers(wanted, self._fetcher, lambda text: _read_one(text, "").parsed.records)
        return self._looked_up

    def read(self, name: str) -> _Reading:
        """A source as it was understood; one that is down, or has nothing, is a reading that says so."""
        try:
            fetched = self._fetcher.fetch(name, self._plans[name])
        except EmptyInput as error:
            return _empty(shown_name(name), error)
        except SourceError as error:
            return _Reading(shown_name(name), "nothing", Parsed(), error, why=str(error))
        if not fetched.texts:
            nothing = NothingListed(f"{fetched.name} has no papers in it: {fetched.why}.")
            return _Reading(fetched.name, "nothing", Parsed(), nothing, why=fetched.why)
        pages = [
            _read_one(text, fetched.name) if isinstance(text, str) else _read_bytes(text, fetched.name)
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
