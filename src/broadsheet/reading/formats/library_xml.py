"""XML of libraries -> records: the ACL Anthology's collections, EndNote's exports, Zotero's RDF and reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address, normal_doi
from broadsheet.reading.formats.json_records import read_row
from broadsheet.reading.formats.xml_records import (
    child,
    children,
    local,
    plain_text,
    read_records,
    root_of,
    text_of,
    texts_of,
)
from broadsheet.reading.record import Parsed, Record
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ENDNOTE = lazy_regex(r"<titles>|<ref-type[ >]|<contributors>")
_ZOTERO = "http://www.zotero.org/namespaces/export#"
_ANTHOLOGY = "https://aclanthology.org/"
_NO_PAPERS = frozenset({"note", "attachment", "annotation"})
_REPORT_FIELDS: Mapping[str, str] = {"publication": "publicationtitle", "proceedings title": "publicationtitle"}
"""Fields that Zotero calls otherwise here than in its other exports."""


def recognises_anthology(text: str) -> bool:
    """Whether a document is a collection of the ACL Anthology."""
    return root_of(text) in {"collection", "volume"} and "<paper" in text[:200_000]


def parse_anthology(text: str) -> Parsed:
    """The papers of a collection, each with its volume's name and year."""
    return read_records(text, _Papers())


def recognises_endnote(text: str) -> bool:
    """Whether a document is EndNote's XML."""
    return root_of(text) in {"xml", "records", "record"} and _ENDNOTE.search(text[:50_000]) is not None


def parse_endnote(text: str) -> Parsed:
    """The references of an EndNote library; styles inside the fields are dropped."""
    return read_records(text, _References())


def recognises_zotero(text: str) -> bool:
    """Whether a document is Zotero's RDF, which the root's name alone would make a feed."""
    return root_of(text) == "RDF" and _ZOTERO in text[:5000]


def parse_zotero(text: str) -> Parsed:
    """The items of a Zotero library; notes, attachments and collections are no papers."""
    return read_records(text, _Items())


class _Papers:
    """Papers, and the volumes they stand in."""

    tags = frozenset({"meta", "paper"})

    def __init__(self) -> None:
        self.venue = ""
        self.year = self.month = ""

    def read(self, element: Element) -> tuple[Record | None, str]:
        if local(element) == "meta":
            self.venue = text_of(element, "booktitle", "shortbooktitle")
            self.year, self.month = text_of(element, "year"), text_of(element, "month")
            return None, ""
        title = text_of(element, "title")
        if not title:
            return None, "it has no title"
        people = (
            " ".join(filter(None, (text_of(person, "first"), text_of(person, "last"), text_of(person, "suffix"))))
            for person in children(element, "author")
        )
        address = text_of(element, "url")
        identifiers = {}
        if address and not is_web_address(address):
            identifiers["acl"] = address
            address = f"{_ANTHOLOGY}{address}"
        if doi := normal_doi(text_of(element, "doi")):
            identifiers["doi"] = doi
        return (
            Record(
                title=title,
                abstract=text_of(element, "abstract"),
                authors=tuple(name for name in people if name),
                published=find_date(f"{self.month}, {self.year}"),
                links=(address,) if is_web_address(address) else (),
                identifiers=identifiers,
                venue=self.venue or None,
                line=element.sourceline,
            ),
            "",
        )


class _References:
    """EndNote's references."""

    tags = frozenset({"record"})

    def read(self, element: Element) -> tuple[Record | None, str]:
        titles = child(element, "titles")
        title = text_of(titles, "title") if titles is not None else ""
        if titles is None or not title:
            return None, "it has no title"
        box = child(element, "contributors")
        authors = child(box, "authors", "secondary-authors") if box is not None else None
        dates = child(element, "dates")
        day = child(dates, "pub-dates") if dates is not None else None
        year = text_of(dates, "year") if dates is not None else ""
        written = text_of(day, "date") if day is not None else ""
        links = _addresses(element)
        marks = " ".join((text_of(element, "electronic-resource-num"), *links))
        identifiers = find_identifiers(marks)
        number = text_of(element, "accession-num")
        if "pubmed" in text_of(element, "remote-database-name").lower() and number.isdigit():
            identifiers.setdefault("pmid", number.lstrip("0"))
        words = child(element, "keywords")
        return (
            Record(
                title=title,
                abstract=text_of(element, "abstract"),
                authors=texts_of(authors, "author") if authors is not None else (),
                published=find_date(written) or find_date(f"{written} {year}") or find_date(f"{written}, {year}"),
                links=links,
                identifiers=identifiers,
                categories=texts_of(words, "keyword") if words is not None else (),
                venue=text_of(titles, "secondary-title") or None,
                line=element.sourceline,
            ),
            "",
        )


class _Items:
    """Zotero's items: RDF descriptions under the names of the ontologies that Zotero borrows."""

    tags = frozenset({"Article", "Document", "Book", "BookSection", "Report", "Thesis", "Manuscript", "Description"})

    def read(self, element: Element) -> tuple[Record | None, str]:
        title = text_of(element, "title")
        if not title:
            return None, "it has no title"
        addresses = tuple(plain_text(one) for one in element.iter() if local(one) == "value")
        links = tuple(dict.fromkeys(one for one in addresses if is_web_address(one)))
        marks = " ".join((*texts_of(element, "identifier"), *_within(element, "isPartOf", "identifier"), *links))
        journals = _within(element, "isPartOf", "title")
        return (
            Record(
                title=title,
                abstract=text_of(element, "abstract"),
                authors=tuple(_people(element)),
                published=find_date(text_of(element, "date")),
                links=links,
                identifiers=find_identifiers(marks),
                venue=journals[0] if journals else None,
                line=element.sourceline,
            ),
            "",
        )


def _people(element: Element) -> Iterator[str]:
    for box in children(element, "authors"):
        for person in box.iter():
            if local(person) == "Person":
                name = f"{text_of(person, 'givenName', 'givenname')} {text_of(person, 'surname')}".strip()
                if name:
                    yield name


def _within(element: Element, box: str, name: str) -> tuple[str, ...]:
    """The texts of that name, however deep they stand in a child."""
    return tuple(plain_text(one) for outer in children(element, box) for one in outer.iter() if local(one) == name)


def _addresses(element: Element) -> tuple[str, ...]:
    box = child(element, "urls")
    found = (plain_text(link) for group in box for link in children(group, "url")) if box is not None else ()
    return tuple(link for link in found if is_web_address(link))


def read_zotero_report(tree: Element) -> Iterator[Record]:
    """The items of a report: each is a list item with a heading and a table, in which a name stands beside each value.

    A note below an item may begin with `Abstract`, and is the reader's own.
    """
    for item in tree.iter("li"):
        classes = (item.get("class") or "").split()
        title, table = item.find("h2"), item.find("table")
        if "item" not in classes or title is None or table is None or not _NO_PAPERS.isdisjoint(classes):
            continue
        record, _ = read_row({"title": _shown(title), **_report_fields(table)}, line=item.sourceline)
        if record:
            yield record


def _report_fields(table: Element) -> dict[str, str | list[str]]:
    told: dict[str, str | list[str]] = {}
    authors: list[str] = []
    for row in table.iter("tr"):
        name, value = row.find("th"), row.find("td")
        if name is None or value is None:
            continue
        if name.get("class") == "author":
            authors.append(_shown(value))
        elif not name.get("class"):
            told.setdefault(_REPORT_FIELDS.get(_shown(name).lower(), _shown(name)), _shown(value))
    return {**told, "authors": authors} if authors else told


def _shown(element: Element) -> str:
    for line_end in element.iter("br"):
        line_end.tail = f"\n{line_end.tail or ''}"
    return "".join(element.itertext()).strip()
