"""OAI-PMH -> records: `arXiv`, `arXivRaw`, `oai_dc` and other Dublin Core, whole answers or bare records."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from broadsheet.errors import NoPapers
from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.formats.xml_records import (
    child,
    children,
    language_said,
    local,
    plain_text,
    read_records,
    root_of,
    text_of,
    texts_of,
)
from broadsheet.reading.record import Parsed, Record
from broadsheet.reading.translations import preferred, told_apart
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BARE = frozenset({"arXiv", "arXivRaw", "arXivOld", "dc"})
_OAI_RECORD = lazy_regex(r"<(?:\w+:)?(?:metadata|header)[\s>]")
_ERROR = lazy_regex(r"<error\s+code=[\"'](\w{1,60})[\"'][^>]*>([^<]{0,300})")
_COMMENT = lazy_regex(r"\s*Comments?:", re.IGNORECASE)


def recognises(text: str) -> bool:
    """Whether a document is an OAI answer, a list of its records, or the metadata of one."""
    root = root_of(text)
    if root in {"record", "records", "ListRecords", "GetRecord"}:
        return _OAI_RECORD.search(text[:20_000]) is not None
    return root == "OAI-PMH" or root in _BARE


def parse(text: str) -> Parsed:
    """The records of an answer; deleted ones are gaps, an answer that is an error raises `NoPapers`."""
    root = root_of(text)
    parsed = read_records(text, _Metadata(frozenset({root}) if root in _BARE else frozenset({"record"})))
    if not parsed.records and (error := _ERROR.search(text[:20_000])):
        reason = " ".join(error[2].split()) or "without a reason"
        raise NoPapers(f"the repository answered {error[1]} ({reason}): correct the request.")
    return parsed


class _Metadata:
    """Records by whichever metadata they carry."""

    def __init__(self, tags: frozenset[str]) -> None:
        self.tags = tags

    def read(self, element: Element) -> tuple[Record | None, str]:
        holder = element if local(element) in _BARE else child(element, "metadata")
        header = child(element, "header")
        if holder is None:
            deleted = header is not None and header.get("status") == "deleted"
            return None, "the repository deleted it" if deleted else "it has no metadata"
        data = holder if local(holder) in _BARE else next((part for part in holder if local(part)), None)
        if data is None or not (title := text_of(data, "title")):
            return None, "it has no title"
        record = _dublin(data, title) if local(data) not in {"arXiv", "arXivRaw", "arXivOld"} else _arxiv(data, title)
        if header is not None and not record.identifiers:
            identity = text_of(header, "identifier").replace("oai:arXiv.org:", "arXiv:")
            record = _with(record, find_identifiers(identity))
        return record, ""


def _with(record: Record, identifiers: dict[str, str]) -> Record:

    return replace(record, identifiers={**identifiers, **record.identifiers})


def _arxiv(data: Element, title: str) -> Record:
    identifiers = arxiv_identifiers(text_of(data, "id"))
    versions = list(children(data, "version"))
    if versions:
        identifiers["arxiv_version"] = (versions[-1].get("version") or "").lstrip("v")
    if doi := normal_doi(text_of(data, "doi")):
        identifiers["doi"] = doi
    return Record(
        title=title,
        abstract=text_of(data, "abstract"),
        authors=_arxiv_authors(data),
        published=find_date(text_of(data, "created"))
        or (_mail_date(text_of(versions[0], "date")) if versions else None),
        identifiers={scheme: value for scheme, value in identifiers.items() if value},
        categories=tuple(text_of(data, "categories").split()),
        venue=text_of(data, "journal-ref") or None,
        line=data.sourceline,
    )


def _arxiv_authors(data: Element) -> tuple[str, ...]:
    box = child(data, "authors")
    if box is None:
        return ()
    if not len(box):
        return split_people(plain_text(box))
    names = (
        " ".join(filter(None, (text_of(person, "forenames"), text_of(person, "keyname"), text_of(person, "suffix"))))
        for person in children(box, "author")
    )
    return tuple(name for name in names if name)


def _mail_date(text: str) -> dt.date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _dublin(data: Element, title: str) -> Record:
    """Dublin Core: of each language the longest description that is no comment is the abstract."""
    titles = {language: texts[0] for language, texts in _by_language(data, "title").items()}
    descriptions = _by_language(data, "abstract", "description")
    abstracts = told_apart(descriptions.get("", ())) or {
        language: max(texts, key=len) for language, texts in descriptions.items()
    }
    marks = texts_of(data, "identifier")
    identifiers: dict[str, str] = {}
    for mark in marks:
        doi = normal_doi(mark)
        identifiers = {**(find_identifiers(mark) or ({"doi": doi} if doi else {})), **identifiers}
    return Record(
        title=preferred(titles) or title,
        abstract=preferred(abstracts),
        authors=texts_of(data, "creator") or texts_of(data, "contributor"),
        published=next((date for text in texts_of(data, "issued", "date") if (date := find_date(text))), None),
        links=tuple(mark for mark in marks if is_web_address(mark)),
        identifiers=identifiers,
        categories=texts_of(data, "subject"),
        venue=text_of(data, "source") or None,
        line=data.sourceline,
        titles=titles if len(titles) > 1 else None,
        abstracts=abstracts if len(abstracts) > 1 else None,
    )


def _by_language(data: Element, *names: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in children(data, *names):
        if (text := plain_text(element)) and not _COMMENT.match(text):
            found.setdefault(language_said(element), []).append(text)
    return found
