"""A paper's own page -> a record: the tags that journals and archives put in its head, the abstract where it stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address, normal_doi
from broadsheet.reading.formats.html_text import read_page
from broadsheet.reading.formats.xml_records import language_said
from broadsheet.reading.pasted.lines import is_abstract_part
from broadsheet.reading.record import Record
from broadsheet.reading.translations import preferred
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAMED = lazy_regex(
    r"(?:article-?|section-?|paper-?|html-?)?(?:abstracts?|abs)(?:-?(?:text|content|section|body|full|\d))*"
)
"""A class or an id of the part of a page that holds the abstract."""
_HEADING = lazy_regex(
    r"(?:abstract|summary|zusammenfassung|kurzfassung|résumé|resumen|resumo|riassunto|sommario|摘要|要旨|аннотация)\W*",
    re.IGNORECASE,
)
_NOT_IT = lazy_regex(r"(?:graphical|visual|video|plain[- ]language|lay|author|editor'?s?|teaser)[ -]", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLES = _HEADINGS | {"strong", "b", "dt", "th", "td", "p", "div", "span", "legend", "summary"}
_LEAST = 100
"""Characters of an abstract; a shorter text is a slogan or the beginning of one."""
_LONGEST = 20_000
_MOST_BLOCKS = 60
_MOST_PLACES = 30
_NO_PLACES = frozenset({"meta", "body", "html", "a", "link", "script"})


def read_own_page(tree: Element) -> Iterator[Record]:
    """The paper of a page with `citation_…` or Dublin Core tags.

    Its abstract is taken from them, or else from the page's body, where what a tag holds is missing or cut short.
    """
    said: dict[str, list[str]] = {}
    told: dict[str, dict[str, str]] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("name") or tag.get("property") or "").lower()
        name = name.replace("dcterms.", "citation_").replace("dc.", "citation_").replace("og:", "og_")
        if content := (tag.get("content") or "").strip():
            said.setdefault(name, []).append(content)
            if language := language_said(tag):
                text = flatten(content) if "<" in content else content
                told.setdefault(name.removesuffix(".abstract"), {}).setdefault(language, text)
    titles = {**told.get("citation_title.alternative", {}), **told.get("citation_title", {})}
    abstracts = told.get("citation_abstract") or told.get("citation_description") or {}
    title = said.get("citation_title", [""])[0]
    if not title or ("citation_author" not in said and "citation_creator" not in said and "citation_doi" not in said):
        return
    marks = [*said.get("citation_arxiv_id", ()), *said.get("citation_doi", ()), *said.get("citation_identifier", ())]
    identifiers: dict[str, str] = {}
    for mark in marks:
        doi = normal_doi(mark)
        identifiers = {**(find_identifiers(f"arXiv:{mark}") or ({"doi": doi} if doi else {})), **identifiers}
    dates = (said.get(f"citation_{name}", [""])[0] for name in ("publication_date", "date", "online_date"))
    links = said.get("citation_abstract_html_url", []) + said.get("citation_public_url", []) + said.get("og_url", [])
    yield Record(
        title=title,
        abstract=preferred(abstracts) if len(abstracts) > 1 else _abstract(said, tree),
        authors=tuple(said.get("citation_author") or said.get("citation_creator") or ()),
        published=next((date for text in dates if (date := find_date(text))), None),
        links=tuple(link for link in links if is_web_address(link)),
        identifiers=identifiers,
        venue=next(iter(said.get("citation_journal_title") or said.get("citation_conference_title") or ()), None),
        titles=titles,
        abstracts=abstracts if len(abstracts) > 1 else None,
    )


def _abstract(said: dict[str, list[str]], tree: Element) -> str:
    """The abstract that the tags hold whole, else the one of the body, else the longest beginning of one."""
    names = ("citation_abstract", "citation_description", "og_description", "description")
    told = [flatten(said[name][0]) if "<" in said[name][0] else said[name][0] for name in names if name in said]
    told = [text for text in told if len(text) >= _LEAST]
    if said.get("citation_abstract") and told and not _is_cut(told[0]):
        return told[0]
    return _in_body(tree) or max(told[:3], key=len, default="")


def _is_cut(text: str) -> bool:
    return text.rstrip().endswith(("…", "..."))


def _in_body(tree: Element) -> str:
    """The first part of a page that is called an abstract, or that stands under such a heading."""
    for element in itertools.islice(filter(_may_hold_it, tree.iter()), _MOST_PLACES):
        if text := _text(_below(element) if _is_heading(element) else read_page(element)):
            return text
    return ""


def _may_hold_it(element: Element) -> bool:
    """Whether an element is called an abstract, by its class, its id or its property, or is the heading of one."""
    if not isinstance(element.tag, str) or element.tag in _NO_PLACES:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('property') or ''}".lower()
    if any(map(_NAMED.fullmatch, names.split())):
        return True
    return element.tag in _TITLES and _is_heading(element)


def _is_heading(element: Element) -> bool:
    words = " ".join("".join(itertools.islice(element.itertext(), 8)).split())
    return len(words) < 40 and _HEADING.fullmatch(words) is not None and len(element) < 4


def _below(heading: Element) -> str:
    """The text from a heading to the next of its rank; that of the elements around it where it is alone in one."""
    for _ in range(3):
        blocks: list[str] = [heading.tail or ""]
        for block in heading.itersiblings():
            if (block.tag == heading.tag and heading.tag in _HEADINGS) or len(blocks) > _MOST_BLOCKS:
                break
            if isinstance(block.tag, str):
                blocks.append(read_page(block) + "\n" + (block.tail or ""))
        text = "\n".join(blocks)
        parent = heading.getparent()
        if text.strip() or parent is None:
            return text
        heading = parent
    return ""


def _text(page: str) -> str:
    """An abstract's paragraphs without its heading, the names of its parts before their text; empty where too short."""
    lines = [line.strip() for line in page.split("\n") if line.strip()]
    if lines and _NOT_IT.match(lines[0]):
        return ""
    lines = lines[1:] if lines and _HEADING.fullmatch(lines[0]) else lines
    text = "\n".join([f"{line.rstrip(':. ')}:" if is_abstract_part(line) else line for line in lines])
    return text if _LEAST <= len(text) < _LONGEST else ""
