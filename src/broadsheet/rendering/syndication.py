"""A digest as an Atom feed and as a JSON Feed: one entry for each paper, its TL;DR first and then its abstract.

In Atom both stand in the content and there is no summary: most readers show one of the two.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from html import escape
from typing import Any

from lxml import etree

from broadsheet.locale.language_codes import language_code
from broadsheet.models import Digest, Paper
from broadsheet.rendering.links import paper_url
from broadsheet.rendering.references import references
from broadsheet.rendering.text import plain, squeeze

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"


def atom(digest: Digest) -> str:
    """An Atom 1.0 feed (RFC 4287)."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    if language := language_code(digest.language):
        root.set("{http://www.w3.org/XML/1998/namespace}lang", language)

    def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    add(root, "id", _feed_id(digest))
    add(root, "title", plain(digest.title) or "Broadsheet")
    add(root, "updated", timestamp(digest.created))
    add(root, "generator", "Broadsheet")
    add(add(root, "author"), "name", plain(digest.title) or "Broadsheet")
    for paper, theme, tldr in references(digest):
        entry = add(root, "entry")
        url = paper_url(paper)
        add(entry, "id", url or _entry_id(paper))
        add(entry, "title", plain(paper.title) or "Untitled")
        add(entry, "updated", timestamp(digest.created))
        if paper.published:
            add(entry, "published", timestamp(_midnight(paper.published)))
        for author in filter(None, map(plain, paper.authors)):
            add(add(entry, "author"), "name", author)
        if url:
            add(entry, "link", rel="alternate", type="text/html", href=url)
        for term in filter(None, (theme, *map(plain, paper.categories))):
            add(entry, "category", term=term)
        if content := _content(paper, tldr):
            add(entry, "content", content, type="html")
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True).decode() + "\n"


def json_feed(digest: Digest) -> str:
    """A JSON Feed 1.1."""
    feed: dict[str, Any] = {
        "version": JSON_FEED,
        "title": plain(digest.title) or "Broadsheet",
        "description": squeeze(digest.overview.text).strip() if digest.overview else None,
        "language": language_code(digest.language) or None,
        "items": [_item(digest, *reference) for reference in references(digest)],
    }
    return json.dumps(_present(feed), ensure_ascii=False, indent=2) + "\n"


def _item(digest: Digest, paper: Paper, theme: str, tldr: str) -> dict[str, Any]:
    url = paper_url(paper)
    return _present(
        {
            "id": url or _entry_id(paper),
            "url": url,
            "title": plain(paper.title) or "Untitled",
            "summary": tldr,
            "content_html": _content(paper, tldr) or f"<p>{escape(plain(paper.title))}</p>",
            "date_published": timestamp(_midnight(paper.published)) if paper.published else None,
            "date_modified": timestamp(digest.created),
            "authors": [{"name": author} for author in filter(None, map(plain, paper.authors))],
            "tags": [term for term in (theme, *map(plain, paper.categories)) if term],
        }
    )


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _content(paper: Paper, tldr: str) -> str:
    """HTML, escaped: the TL;DR where it is not the whole abstract, and the abstract."""
    abstract = plain(paper.abstract)
    paragraphs = [text for text in (tldr if tldr != abstract else "", abstract) if text]
    return "".join(f"<p>{escape(text)}</p>" for text in paragraphs)


def _feed_id(digest: Digest) -> str:
    """The same for every edition of a title, so that a feed reader keeps them together."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'broadsheet:{plain(digest.title)}')}"


def _entry_id(paper: Paper) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'broadsheet:{paper.key}')}"


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)


def timestamp(moment: dt.datetime) -> str:
    """A date and time as RFC 3339 has it; without an offset it counts as UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).isoformat(timespec="seconds")
