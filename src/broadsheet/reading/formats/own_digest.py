"""Broadsheet's own digests, as Markdown and as pages -> records, so that one can be read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address
from broadsheet.reading.record import Parsed, Record
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_FOOT = lazy_regex(r"^---\n\n## .{1,200}\n\n(?=(?:- .*\n){1,40}?- Broadsheet \d)", re.MULTILINE)
"""Where the foot of a digest in Markdown begins, in whatever language: a heading over a list that names its maker."""

_TITLE = lazy_regex(r"^\*\*(?:\[(.{1,2000})\]\(<?(https?://[^\s>]{3,2000})>?\)|(.{1,2000}))\*\*  $", re.MULTILINE)
_ESCAPED = lazy_regex(r"\\([!-/:-@\[-`{-~])")
_SPACES = lazy_regex(r"\s+")


def recognises(text: str) -> bool:
    """Whether a text has titles as a digest has them, and its foot."""
    if "- Broadsheet " not in text or "---\n\n## " not in text:  # the patterns go through all lines: 6 µs a paper
        return False
    return _FOOT.search(text) is not None and _TITLE.search(text) is not None


def parse(text: str) -> Parsed:
    """The papers of a digest in Markdown; it holds their TL;DRs, which are no abstracts."""
    papers = _FOOT.split(text, maxsplit=1)[0]
    records = []
    line, seen = 1, 0
    for match in _TITLE.finditer(papers):
        line, seen = line + papers.count("\n", seen, match.start()), match.start()
        links = (match[2],) if match[2] and is_web_address(match[2]) else ()
        title = _ESCAPED.sub(r"\1", match[1] or match[3])
        records.append(Record(title, links=links, identifiers=find_identifiers(match[2] or ""), line=line))
    return Parsed(tuple(records), format="a digest of Broadsheet's")


def read_digest_page(tree: Element) -> Iterator[Record]:
    """The papers of a digest's page with the abstracts that are folded away in it."""
    for article in tree.iter("article", "li"):
        if article.get("class") != "paper" or not (article.get("id") or "").startswith("paper-"):
            continue
        heading = next(article.iter("h3", "h4"), None)
        if heading is None:
            heading = next(_of_class(article, "span", "title"), None)
        if heading is None:
            continue
        search = next(heading.iter("small"), None)  # the link of a title without an address: no part of the paper
        link = "" if search is not None else next((tag.get("href") or "" for tag in heading.iter("a")), "")
        abstract = next(_of_class(article, "details", "abstract"), None)
        paragraphs = [_words(tag) for tag in abstract.iter("p") if not tag.get("class")] if abstract is not None else []
        yield Record(
            _words(heading).removesuffix("" if search is None else f" {_words(search)}"),
            "\n".join(paragraphs),
            split_people(_names(article)),
            links=(link,) if is_web_address(link) else (),
            identifiers=find_identifiers(link),
            line=article.sourceline,
        )


def _names(article: Element) -> str:
    """The authors of a paper, those that are folded away too."""
    folded = next(_of_class(article, "details", "authors"), None)
    if folded is None:
        return next(map(_words, _of_class(article, "span", "names")), "")
    first = next(folded.iter("summary")).text or ""  # before how many more there are
    return ", ".join([first.strip(), *map(_words, _of_class(folded, "span", "others"))])


def _of_class(element: Element, tag: str, name: str) -> Iterator[Element]:
    return (one for one in element.iter(tag) if one.get("class") == name)


def _words(element: Element) -> str:
    return _SPACES.sub(" ", "".join(element.itertext())).strip()
