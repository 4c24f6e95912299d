"""The report that Zotero makes of a library -> records: an item's table of fields, its notes and files left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from broadsheet.reading.formats.json_records import read_row
from broadsheet.reading.record import Record

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NO_PAPERS = frozenset({"note", "attachment", "annotation"})
_FIELDS: Mapping[str, str] = {"publication": "publicationtitle", "proceedings title": "publicationtitle"}
"""Fields that Zotero calls otherwise here than in its other exports."""


def read_zotero_report(tree: Element) -> Iterator[Record]:
    """The items of a report: each is a list item with a heading and a table, in which a name stands beside each value.

    A note below an item may begin with `Abstract`, and is the reader's own.
    """
    for item in tree.iter("li"):
        classes = (item.get("class") or "").split()
        title, table = item.find("h2"), item.find("table")
        if "item" not in classes or title is None or table is None or not _NO_PAPERS.isdisjoint(classes):
            continue
        record, _ = read_row({"title": _text(title), **_fields(table)}, line=item.sourceline)
        if record:
            yield record


def _fields(table: Element) -> dict[str, str | list[str]]:
    told: dict[str, str | list[str]] = {}
    authors: list[str] = []
    for row in table.iter("tr"):
        name, value = row.find("th"), row.find("td")
        if name is None or value is None:
            continue
        if name.get("class") == "author":
            authors.append(_text(value))
        elif not name.get("class"):
            told.setdefault(_FIELDS.get(_text(name).lower(), _text(name)), _text(value))
    return {**told, "authors": authors} if authors else told


def _text(element: Element) -> str:
    for line_end in element.iter("br"):
        line_end.tail = f"\n{line_end.tail or ''}"
    return "".join(element.itertext()).strip()
