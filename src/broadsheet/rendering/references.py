"""The papers of a digest as BibTeX, RIS and CSL-JSON, for Zotero and its like; the TL;DR comes along as a note.

What a paper says cannot leave its field: values are on one line, in BibTeX without a bare brace or command.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from string import ascii_lowercase
from typing import Any

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Block, Entry, Field
from bibtexparser.writer import BibtexFormat

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Digest, Paper, Summary
from broadsheet.rendering.entries import partition
from broadsheet.rendering.links import paper_url
from broadsheet.rendering.text import GROUP, plain
from broadsheet.text.lazy_regex import lazy_regex

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts braces, those behind a backslash too
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: "\\" + mark for mark in "#$%&_"},
    }
)
_CAPITALS = lazy_regex(r"\S*[^\W\d_][^\W_]*?[A-Z]\S*|\S*\d[A-Z]\S*")
_DOI = lazy_regex(r"10\.\d{4,9}/[^\s{}\\%]+")
_ARXIV = lazy_regex(r"[A-Za-z.-]+/\d{7}|\d{4}\.\d{4,5}")
_DULL = {
    "a",
    "an",
    "and",
    "are",
    "can",
    "do",
    "does",
    "for",
    "from",
    "how",
    "in",
    "is",
    "of",
    "on",
    "the",
    "to",
    "what",
}

Reference = tuple[Paper, str, str]
"""A paper, the title of its theme, and its TL;DR."""


def references(digest: Digest) -> Iterator[Reference]:
    """The papers in the page's order."""
    summaries = {summary.paper_key: summary for summary in digest.summaries}
    papers = {paper.key: paper for paper in digest.papers}
    for theme, own in partition(digest, papers, PageLabels()):
        for key, paper in own.items():
            yield paper, plain(theme.title), _tldr(summaries.get(key))


def _tldr(summary: Summary | None) -> str:
    return plain(summary.tldr) if summary and summary.method != "none" else ""


# BibTeX.


def bibtex(digest: Digest) -> str:
    """One entry for each paper; keys such as `quill2099counting` are the same in every run."""
    keys: set[str] = set()
    entries: list[Block] = []
    for paper, theme, tldr in references(digest):
        fields = [Field(name, value) for name, value in _fields(paper, theme, tldr) if value]
        entries.append(Entry("article" if paper.venue else "misc", _key(paper, keys), fields))
    form = BibtexFormat()  # type: ignore[no-untyped-call]
    form.indent, form.block_separator = "  ", "\n"
    return write_string(Library(entries), bibtex_format=form)


def _fields(paper: Paper, theme: str, tldr: str) -> Iterator[tuple[str, str]]:
    yield "title", " ".join(_guarded(word) for word in plain(paper.title).split(" "))
    yield "author", " and ".join(_person(name) for author in paper.authors if (name := plain(author)))
    yield "journal", escape_tex(paper.venue or "")
    if paper.published:
        yield "year", f"{paper.published.year:04}"
        yield "date", paper.published.isoformat()
    if (arxiv := paper.identifiers.get("arxiv", "")) and _ARXIV.fullmatch(arxiv):
        yield "eprint", arxiv
        yield "archiveprefix", "arXiv"
    if _DOI.fullmatch(doi := paper.identifiers.get("doi", "")):
        yield "doi", doi
    yield "url", paper_url(paper) or ""
    yield "keywords", ", ".join(escape_tex(word).replace(",", "") for word in (theme, *paper.categories) if word)
    yield "abstract", escape_tex(paper.abstract)
    yield "annote", escape_tex(tldr)


def escape_tex(text: str) -> str:
    """Text on one line that TeX prints as it is."""
    return plain(text).translate(_TEX)


def _guarded(word: str) -> str:
    """A word of a title; one with a capital inside, such as GPT, keeps it in every style."""
    escaped = escape_tex(word)
    return f"{{{escaped}}}" if _CAPITALS.fullmatch(word) else escaped


def _person(name: str) -> str:
    """A name; one that BibTeX would take for several, or for nobody, is held together."""
    escaped = escape_tex(name)
    return f"{{{escaped}}}" if _is_whole(name) else escaped


def _is_whole(name: str) -> bool:
    """Whether a name is that of a group, or would be taken for several people or for nobody."""
    return bool(GROUP.search(name)) or name.count(",") > 1 or name.casefold() == "others"


def _key(paper: Paper, taken: set[str]) -> str:
    family = plain(paper.authors[0] if paper.authors else "").split(",")[0].split(" ")[-1]
    words = [word for part in plain(paper.title).split(" ") if (word := _ascii(part)) and word not in _DULL]
    year = str(paper.published.year) if paper.published else ""
    stem = f"{_ascii(family)[:24]}{year}{words[0][:24] if words else ''}" or "paper"
    key = next(name for suffix in _suffixes() if (name := stem + suffix) not in taken)
    taken.add(key)
    return key


def _suffixes() -> Iterator[str]:
    yield ""
    yield from ascii_lowercase[1:]
    number = 27
    while True:
        yield f"-{number}"
        number += 1


def _ascii(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", folded)


# RIS.


def ris(digest: Digest) -> str:
    """One record for each paper, in UTF-8."""
    lines = (line for reference in references(digest) for line in _record(*reference))
    return "\n".join(lines)


def _record(paper: Paper, theme: str, tldr: str) -> Iterator[str]:
    yield f"TY  - {'JOUR' if paper.venue else 'UNPB'}"
    for tag, value in _tags(paper, theme, tldr):
        if value := plain(value):
            yield f"{tag}  - {value}"
    yield "ER  - "
    yield ""


def _tags(paper: Paper, theme: str, tldr: str) -> Iterator[tuple[str, str]]:
    yield "TI", paper.title
    yield from (("AU", author) for author in paper.authors)
    yield "T2", paper.venue or ""
    if paper.published:
        yield "PY", f"{paper.published.year:04}"
        yield "DA", paper.published.strftime("%Y/%m/%d")
    yield "DO", paper.identifiers.get("doi", "")
    yield "UR", paper_url(paper) or ""
    yield "KW", theme
    yield from (("KW", category) for category in paper.categories)
    yield "AB", paper.abstract
    yield "N1", tldr


# CSL-JSON.


def csl_json(digest: Digest) -> str:
    """One item for each paper, with the keys that BibTeX has; after the schema `csl-data.json` of CSL 1.0."""
    keys: set[str] = set()
    items = [
        {"id": _key(paper, keys), **{name: value for name, value in _variables(paper, theme, tldr) if value}}
        for paper, theme, tldr in references(digest)
    ]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _variables(paper: Paper, theme: str, tldr: str) -> Iterator[tuple[str, Any]]:
    yield "type", "article-journal" if paper.venue else "article"  # CSL calls a preprint an article
    yield "title", plain(paper.title)
    yield "author", [_name_parts(name) for author in paper.authors if (name := plain(author))]
    yield "container-title", plain(paper.venue or "")
    if paper.published:
        yield "issued", {"date-parts": [[paper.published.year, paper.published.month, paper.published.day]]}
    if (arxiv := paper.identifiers.get("arxiv", "")) and _ARXIV.fullmatch(arxiv):
        yield "archive", "arXiv"
        yield "archive_location", arxiv
    yield "DOI", plain(paper.identifiers.get("doi", ""))
    yield "PMID", plain(paper.identifiers.get("pmid", ""))
    yield "URL", paper_url(paper)
    yield "keyword", ", ".join(word.replace(",", "") for word in (theme, *map(plain, paper.categories)) if word)
    yield "abstract", plain(paper.abstract)
    yield "note", tldr


def _name_parts(name: str) -> Mapping[str, str]:
    """A name as family and given names; one of a single word, and a group's, stands whole."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma:
        words = name.split(" ")
        # "Ludwig van Beethoven": the family begins with the small words before the last one.
        start = next((at for at, word in enumerate(words[1:-1], start=1) if word.islower()), len(words) - 1)
        given, family = " ".join(words[:start]), " ".join(words[start:])
    return {"literal": name} if _is_whole(name) or not (family and given) else {"family": family, "given": given}
