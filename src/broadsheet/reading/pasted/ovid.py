"""Ovid's plain text -> records: a number in angle brackets, then names of fields with their values indented below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address, normal_doi
from broadsheet.reading.pasted.pubmed_text import without_stop
from broadsheet.reading.pasted.vocabulary import phrases
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_OPENS = lazy_regex(r"<\d{1,6}>[ \t]*")
_LOOKS = lazy_regex(r"^<\d{1,6}>[ \t]*\n(?:[ \t]*\n)?[A-Z][A-Za-z/ ()-]{1,60}\n[ \t]{0,8}\S", re.MULTILINE)
_NAME = lazy_regex(r"[A-Z][\w/ (),&'-]{1,60}")
_FIELDS = phrases(
    """
    abstract|accession number|author|author keywords|authors|cas registry number|cin|comments|copyright
    |correspondence address|country of publication|database|date of publication|digital object identifier
    |document type|doi|doi number|entry date|heading word|institution|issn|issn electronic|issn linking
    |issn print|issue|issue/part|journal|journal abbreviation|journal subset|key words|keyword heading
    |keywords|language|link to the ovid full text or citation|local messages|mesh subject headings
    |nlm journal code|original title|pmid|publication date|publication type|publisher|pubmed id
    |record owner|registry number/name of substance|score|source|status|subject headings|text|title
    |unique identifier|update date|url|version id|volume|year of publication
    """
)
"""Names of fields, for a text that lost its indents when it was copied."""
_TYPE = lazy_regex(r"\s*\[[A-Z][^\[\]]{2,80}\]\.?$")
_NOTES = lazy_regex(r"(?:[\s,]+(?:M\.?D|Ph\.?D|MPH|MSc?|BSc?|RN|MBBS|DPhil|ScD|DrPH|FRCP|FACS)\b\.?)+(?=[\s,*+\d†‡]*$)")
_MARKS = lazy_regex(r"[\s,*+\d†‡§#()]+$")
_PAGES = lazy_regex(r"\. \d|\.? ?(?:\d[\w ()-]*:|\(pp? |pp? ?\d|,? ?(?:1[89]|20)\d\d\b)")
_SHOWN = 2000

Said = Callable[..., str]
"""The value of the first of some fields that a record has."""


def find_record(text: str) -> int | None:
    """Where a numbered record with the name of a field opens near the beginning of a text."""
    found = _LOOKS.search(text[:100_000])
    return found.start() if found else None


@dataclass(slots=True)
class _Citation:
    first: int
    last: int
    said: dict[str, list[str]] = field(default_factory=dict)
    name: str = ""


def parse(text: str) -> Parsed:
    """The records of an export; the search that made it, which stands above them, is a gap."""
    medline = "MEDLINE" in text[:20_000]
    above: list[tuple[int, str]] = []
    records: list[Record] = []
    gaps: list[Gap] = []
    for entry in _entries(text, above):
        if record := _record(entry, medline=medline):
            records.append(record)
        else:
            shown = "\n".join(f"{name}: {' '.join(value)}" for name, value in entry.said.items())
            gaps.append(Gap(entry.first, entry.last, shown[:_SHOWN], "it has no title"))
    if above:
        shown = "\n".join(line for _, line in above)[:_SHOWN]
        gaps.insert(0, Gap(above[0][0], above[-1][0], shown, "it stands outside of any record"))
    return Parsed(tuple(records), tuple(gaps))


def _entries(text: str, above: list[tuple[int, str]]) -> Iterator[_Citation]:
    """Records as fields; the lines above the first go to `above`."""
    entry: _Citation | None = None
    indented = re.search(r"^Title[ \t]*\n[ \t]+\S", text[:100_000], re.MULTILINE) is not None
    for number, raw in enumerate(split_lines(text), start=1):
        line = raw.rstrip()
        if _OPENS.fullmatch(line):
            if entry:
                yield entry
            entry = _Citation(number, number)
        elif not line.strip():
            continue
        elif entry is None:
            above.append((number, line))
        else:
            named = line.strip().rstrip(":").lower() in _FIELDS or (indented and _NAME.fullmatch(line))
            if named and not (indented and line[0].isspace()):
                entry.name = line.strip().rstrip(":").lower()
                entry.said.setdefault(entry.name, [])
            else:
                entry.said.setdefault(entry.name, []).append(line.strip())
            entry.last = number
    if entry:
        yield entry


def _record(entry: _Citation, *, medline: bool) -> Record | None:
    def said(*names: str) -> str:
        return next(("\n".join(entry.said[name]) for name in names if entry.said.get(name)), "").strip()

    title = _TYPE.sub("", " ".join(said("title", "original title").split()))
    if not title:
        return None
    source = " ".join(said("source").split())
    identifiers = _identifiers(said, medline=medline or "MEDLINE" in said("record owner", "database"))
    # The link into Ovid needs an account and holds a session, so that it stands in for an identifier only.
    address = "".join((said("url") or ("" if identifiers else said("link to the ovid full text or citation"))).split())
    dates = (said("date of publication", "publication date"), source, said("status"))
    return Record(
        title=without_stop(title),
        abstract=said("abstract"),
        authors=tuple(name for part in said("authors", "author").split(";") if (name := _person(part))),
        published=next((date for text in dates if (date := find_date(text))), None),
        links=(address,) if is_web_address(address) else (),
        identifiers=identifiers,
        categories=_keywords(said("author keywords", "keywords", "key words", "keyword heading")),
        venue=said("journal") or _PAGES.split(source, maxsplit=1)[0].rstrip(" .,") or None,
        line=entry.first,
    )


def _person(part: str) -> str:
    """A name without degrees, and without the marks that lead to an institution.

    >>> _person(" Ash, Ada MD, PhD *")
    'Ash, Ada'
    """
    return _MARKS.sub("", _NOTES.sub("", " ".join(part.split()))).strip(" ,.")


def _keywords(text: str) -> tuple[str, ...]:
    return tuple(word for part in re.split(r"[;\n]", text) if (word := part.strip(" .*")))


def _identifiers(said: Said, *, medline: bool) -> dict[str, str]:
    """Its DOI; the number of a record is a PMID in MEDLINE alone."""
    found: dict[str, str] = {}
    mark = said("digital object identifier", "doi number", "doi")
    if doi := normal_doi(mark):
        found = find_identifiers(mark) or {"doi": doi}
    number = said("pmid", "pubmed id") or (said("unique identifier", "accession number") if medline else "")
    if re.fullmatch(r"\d{1,8}", number):
        found["pmid"] = number.lstrip("0")
    return found
