"""A page's tree -> the text a browser would copy of it, and the titles that are links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address
from broadsheet.reading.formats.xml_records import load_lxml
from broadsheet.reading.pasted.lines import is_name_list, is_person_name
from broadsheet.reading.pasted.page_features import is_chrome, is_page_talk, title_score
from broadsheet.reading.pasted.vocabulary import BUTTONS
from broadsheet.reading.record import Gap, Record
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "article", "section", "ul", "ol", "table"}
)
_LINES = frozenset(
    {
        "div",
        "li",
        "tr",
        "td",
        "th",
        "dt",
        "dd",
        "dl",
        "br",
        "main",
        "header",
        "figcaption",
        "summary",
        "details",
        "center",
    }
)
_UNSEEN = frozenset(
    {
        "script",
        "style",
        "head",
        "noscript",
        "template",
        "svg",
        "nav",
        "footer",
        "form",
        "button",
        "select",
        "iframe",
        "aside",
    }
)
_SPACES = lazy_regex(r"[ \t\r\n\f\v\xa0]{2,}|[\t\r\n\f\v\xa0]")
_BLANK_LINES = lazy_regex(r"\n{3,}")
_MOST_BETWEEN = 60
_AND_LAST = lazy_regex(r"^(?:by|authors?:)\s+", re.IGNORECASE)
_LONGEST_TITLE = 400
_LEAST_ABSTRACT = 100
_LEAST_LONE = 200
"""Characters of an abstract on a page where most papers have none."""
_PAPER_PLACES = lazy_regex(
    r"doi\.org/10\.|arxiv\.org/(?:abs|pdf)/|openreview\.net/(?:forum|pdf)|aclanthology\.org/\S|proceedings\.mlr\.press/v"
    r"|semanticscholar\.org/paper/|biorxiv\.org/content|medrxiv\.org/content|pubmed\.ncbi|/doi/|/article|/paper|/abstract"
    r"|papers\.\w+\.cc/|ojs|/abs/|/content/|/pii/",
    re.IGNORECASE,
)


def read_page(tree: Element) -> str:
    """The visible text: blocks on lines of their own, paragraphs set off by blank ones, the page's frame left out."""
    pieces = [piece for piece, _ in walk(tree)]
    lines = [_spaced_once(line).strip() for line in "".join(pieces).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def walk(tree: Element) -> Iterator[tuple[str, Element | None]]:
    """Pieces of text in their order; a link's text comes whole, with its element."""
    etree = load_lxml()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        around = "\n\n" if tag in _PARAGRAPHS else "\n" if tag in _LINES else ""
        if event == "start":
            if around:
                yield around, None
            if tag in _UNSEEN or not tag:
                walk.skip_subtree()
            elif tag == "a":
                yield _spaced_once("".join(element.itertext())), element
                walk.skip_subtree()
            elif text := element.text:
                yield _spaced_once(text), None
        else:
            tail = element.tail
            if around or tail:
                yield around + _spaced_once(tail) if tail else around, None


def _spaced_once(text: str) -> str:
    """Runs of spaces, tabs and line ends as one space; most texts have none, which is seen sooner than replaced."""
    return _SPACES.sub(" ", text) if "  " in text or not text.isprintable() else text


def read_links(tree: Element) -> Iterator[Record | Gap]:
    """Titles that are links, as in alerts and tables of contents, where names or an identifier stand below each.

    What decides is the page as a whole: most of the links that read like titles must be followed so; the others, such
    as adverts, are gaps.
    """
    titles: list[tuple[str, str, str]] = []
    text: list[str] = []
    for piece, element in walk(tree):
        words = piece.strip()
        if element is not None and is_title(words):
            if titles:
                titles[-1] = (*titles[-1][:2], "".join(text))
            titles.append((words, (element.get("href") or "").strip(), ""))
            text = []
        elif titles:
            text.append(piece)
    if not titles:
        return
    titles[-1] = (*titles[-1][:2], "".join(text))
    entries = [(title[0], _entry(*title)) for title in titles]
    records = [record for _, record in entries if record]
    if len(records) < 0.6 * len(titles):
        return
    bare = sum(bool(record.abstract) for record in records) < 0.5 * len(records)
    for words, record in entries:
        if record is None:
            yield Gap(1, 1, words, "neither authors nor an identifier stand below it")
        elif bare and len(record.abstract) < _LEAST_LONE:
            yield replace(record, abstract="")  # on a page without abstracts, a short text is the page's
        else:
            yield record


def is_title(words: str) -> bool:
    return (
        words.count(" ") >= 3
        and len(words) < _LONGEST_TITLE
        and words.lower() not in BUTTONS
        and not is_chrome(words)
        and title_score(words) >= 0.5
    )


def _entry(title: str, address: str, below: str) -> Record | None:
    """A linked title with what stands below it, if that is what stands below a paper's title."""
    lines = [line for line in (_spaced_once(line).strip() for line in below.split("\n")) if line][:_MOST_BETWEEN]
    head = lines[:8]
    names = _names(head)
    identifiers = {**find_identifiers(" ".join(head)), **find_identifiers(address)}
    if not names and not identifiers:
        return None
    prose = next((line for line in head if len(line) >= _LEAST_ABSTRACT and _is_prose(line)), "")
    return Record(
        title=title,
        abstract=prose,
        authors=names,
        published=next((date for line in head if len(line) < _LEAST_ABSTRACT and (date := find_date(line))), None),
        links=(address,) if is_web_address(address) and not counts_clicks(address) else (),
        identifiers=identifiers,
    )


def _names(head: list[str]) -> tuple[str, ...]:
    """The authors in the first lines below a title: a list, or a name a line."""
    for index, line in enumerate(head[:5]):
        words = _AND_LAST.sub("", line)
        if is_name_list(words) and len(words) < 5000:
            return split_people(words)
        if index < 2 and is_person_name(words):
            lone = itertools.takewhile(is_person_name, (name.rstrip(" ,;") for name in (words, *head[index + 1 :])))
            return tuple(lone)
    return ()


def _is_prose(line: str) -> bool:
    """Whether a line is sentences of an abstract: no list of names, and nothing that a page says of itself."""
    return line.rstrip(' "”’)').endswith((".", "…", "?", "。")) and not is_name_list(line) and not is_page_talk(line)


def counts_clicks(address: str) -> bool:
    """Whether an address only counts who clicks: it dies with the mail, and tells the sender who read it."""
    return (
        not _PAPER_PLACES.search(address)
        and re.search(r"[?&](?:upn|url|u|q|data)=|/ls/click|/track", address) is not None
    )
