"""The formats that texts and files are read as, in the order they are tried.

Some take long to load: they bring a parser of XML, or many patterns. What a text of theirs has in any case is looked
for here, and their modules are loaded for a text that has it: a pasted page is read in two thirds of the time it took.
"""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from broadsheet.reading.formats import csv_tables, json_records, markdown, own_digest, ris
from broadsheet.reading.pasted import known_sites, nep, ovid, parser, programmes, pubmed_text, references
from broadsheet.reading.record import Parser
from broadsheet.text.lazy_regex import lazy_regex

_MARKUP = lazy_regex(r"[\s\ufeff]*<")
_HEAD = 100_000
"""Characters among which the first record of a text stands."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of listing: what it is called, how it is known, and its parser."""

    name: str
    recognises: Callable[[str], bool]
    parse: Parser
    opening: Callable[[str], int | None] | None = None
    """For a format whose records may open anywhere: where the first one does."""


@dataclass(frozen=True, slots=True)
class _Deferred:
    """A function of a module of `reading/formats/` that is loaded when it is called."""

    module: str
    function: str

    def __call__(self, given: str | bytes) -> Any:
        module = importlib.import_module(f"broadsheet.reading.formats.{self.module}")
        return operator.attrgetter(self.function)(module)(given)


def _markup(name: str, module: str, recognises: str = "recognises", parse: str = "parse") -> Format:
    """A format of XML or HTML: the first thing in a text is a tag."""
    known = _Deferred(module, recognises)
    return Format(name, lambda text: _MARKUP.match(text) is not None and known(text), _Deferred(module, parse))


def _anywhere(name: str, opening: Callable[[str], int | None], parse: Parser) -> Format:
    return Format(name, lambda text: opening(text) is not None, parse, opening)


def _marked(name: str, mark: str, module: str, opening: str) -> Format:
    """A format whose records may open anywhere, and hold a mark that few other texts have."""
    find = _Deferred(module, opening)
    return _anywhere(name, lambda text: find(text) if mark in text[:_HEAD] else None, _Deferred(module, "parse"))


TEXT_FORMATS: tuple[Format, ...] = (
    Format("JSON Lines", json_records.recognises_lines, json_records.parse_lines),
    Format("JSON", json_records.recognises_json, json_records.parse_json),
    _markup("Zotero RDF", "library_xml", "recognises_zotero", "parse_zotero"),
    _markup("a feed", "feeds"),
    _markup("OAI-PMH", "oai_pmh"),
    _markup("PubMed XML", "pubmed_xml"),
    _markup("ACL Anthology XML", "library_xml", "recognises_anthology", "parse_anthology"),
    _markup("EndNote XML", "library_xml", "recognises_endnote", "parse_endnote"),
    _markup("HTML", "html_pages"),
    _markup("XML", "xml_records", parse="refuse"),
    _anywhere("NEP", nep.find_issue, nep.parse),
    _anywhere("PubMed text", pubmed_text.find_citation, pubmed_text.parse),
    _anywhere("Ovid", ovid.find_record, ovid.parse),
    _marked("arXiv mail", "\\\\", "arxiv_mail", "find_entry"),
    _marked("BibTeX", "@", "bibtex", "find_block"),
    _anywhere("RIS", ris.RIS.find_record, ris.parse_ris),
    _anywhere("MEDLINE", ris.MEDLINE.find_record, ris.parse_medline),
    _anywhere("ERIC", ris.ERIC.find_record, ris.parse_eric),
    _anywhere("Web of Science", ris.SCIENCE.find_record, ris.parse_science),
    _anywhere("EndNote", ris.REFER.find_record, ris.parse_refer),
    _anywhere("a table", csv_tables.find_header, csv_tables.parse),
    Format("a digest", own_digest.recognises, own_digest.parse),
    Format("Markdown", markdown.recognises, markdown.parse),
    Format("a programme", programmes.recognises, programmes.parse),
    Format("references", references.recognises, references.parse),
    Format("a pasted page", known_sites.recognises, known_sites.parse),
    Format("pasted text", parser.recognises, parser.parse),
)
"""The formats of a text that is no message, in the order they are tried; the last takes everything.

Of formats side by side whose records may open anywhere, the one that opens first is tried first: the abstract of a
table's row may hold a line that begins a record of RIS.
"""

parse_workbook, parse_pdf = _Deferred("xlsx", "parse"), _Deferred("pdf", "parse")
_is_workbook, _is_pdf = _Deferred("xlsx", "recognises"), _Deferred("pdf", "recognises")


def is_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook of Excel's."""
    return data[:2] == b"PK" and bool(_is_workbook(data))


def is_pdf(data: bytes) -> bool:
    """Whether bytes are a PDF."""
    return b"%PDF" in data[:_HEAD] and bool(_is_pdf(data))
