"""The pages of an archive that list its editions: the front page, the feeds, what its search looks through. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import uuid
from collections.abc import Iterator, Sequence
from html import escape

from lxml import etree

from broadsheet.locale.labels import PageLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.models import Digest, Strand
from broadsheet.rendering.entries import Entries, partition
from broadsheet.rendering.pages import FILE_NAMES, labels_of, script_of
from broadsheet.rendering.search_index import IndexedPage, index_script
from broadsheet.rendering.syndication import ATOM, JSON_FEED, timestamp
from broadsheet.rendering.text import Slugs, heading, plain, truncate
from broadsheet.rendering.trend import draw_trend
from broadsheet.settings.loading import Form
from broadsheet.settings.resources import Resources

IN_FEED = 30
"""Editions in a feed; the newest come first."""
NAMED = 6
"""The themes of an edition that the front page names."""
FIRST = 3
"""The papers to read first that the front page shows of the last edition."""
FORM_NAMES = {
    "md": "Markdown", "txt": "Text", "json": "JSON", "atom": "Atom", "feed": "JSON Feed", "bib": "BibTeX", "ris": "RIS",
    "csl": "CSL-JSON",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class ArchiveFront:
    """What the archive says of itself; `url` is where it is published, where that is known."""

    title: str
    language: str = "English"
    editor: str = ""
    url: str | None = None
    subscribe: str = ""
    """The address of the page where people subscribe, where there is one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Outline:
    """An edition as the pages that list it tell of it; `href` starts at the archive's folder."""

    number: int
    name: str
    href: str
    created: dt.datetime
    has_papers: bool
    paper_count: str
    themes: tuple[str, ...]
    named: tuple[tuple[str, str], ...]
    """The first of the themes, each with what follows it in a sentence; `more` says how many there are besides."""
    more: str
    first: tuple[tuple[str, str, str], ...]
    """The papers to read first: title, address, TL;DR."""
    lead: str
    returned: str
    papers: tuple[tuple[str, str, str], ...]
    """What the search looks through: anchor, title and TL;DR of each paper."""
    content: str
    """For feeds: HTML, escaped; empty where the edition is in none."""


class Archive:
    """The pages that list editions, of which it takes the outlines, newest first, the feed's with their content."""

    def __init__(
        self,
        front: ArchiveFront,
        outlines: Sequence[Outline],
        *,
        forms: Sequence[Form] = (),
        strands: Sequence[Strand] = (),
    ) -> None:
        self._front, self._outlines, self._forms, self._strands = front, outlines, forms, strands
        self._labels = labels_of(front.language)

    def files(self, resources: Resources) -> dict[str, str]:
        """The files by their paths, the front page last."""
        indexed: dict[int, list[IndexedPage]] = {}
        for one in self._outlines:
            indexed.setdefault(one.created.year, []).append(IndexedPage(one.href, one.name, one.papers))
        by_year = sorted(indexed.items(), reverse=True)
        indexes = {f"search/{year}.js": "".join(index_script(editions)) for year, editions in by_year}
        return {
            **indexes,
            "feed.xml": editions_atom(self._front, self._outlines[:IN_FEED]),
            "feed.json": editions_feed(self._front, self._outlines[:IN_FEED]),
            "index.html": self._page(list(indexes), resources),
        }

    def _page(self, indexes: list[str], resources: Resources) -> str:
        script, policy = script_of(resources, "search.js")
        return resources.render(
            "templates",
            "archive.html",
            title=heading(self._front.title) or "Broadsheet",
            language=language_code(self._front.language),
            labels=self._labels,
            latest=self._outlines[0] if self._outlines else None,
            months=[
                (self._labels.format_month(dt.date(year, month, 1)), list(editions))
                for (year, month), editions in itertools.groupby(
                    self._outlines[1:], key=lambda one: (one.created.year, one.created.month)
                )
            ],
            trend=draw_trend(self._strands, self._labels, {}),
            subscribe=self._front.subscribe,
            edition_count=self._labels.edition_count.format(number=len(self._outlines)),
            paper_count=self._labels.papers.format(number=sum(len(one.papers) for one in self._outlines)),
            forms=[(FORM_NAMES[form], FILE_NAMES[form]) for form in self._forms],
            find=self._labels.find_all,
            indexes=" ".join(indexes),
            base="",
            script=script,
            script_policy=f"{policy} 'self'",
        )


def folder_of(number: int) -> str:
    """Where an edition stands in the archive: `editions/007`."""
    return f"editions/{number:03d}"


def edition_name(digest: Digest, labels: PageLabels) -> str:
    """`No. 7, 20 November 2026`."""
    number = labels.number.format(number=digest.number or 0)
    return labels.dated.format(title=number, date=labels.format_date(digest.created.date()))


def outline(digest: Digest, labels: PageLabels, *, in_feed: bool) -> Outline:
    """An edition as the archive tells of it, with its content where it is in a feed."""
    number = digest.number or 0
    href = f"{folder_of(number)}/index.html"
    entries = Entries(digest, Slugs(), labels)
    inside = (theme.section or theme.title for theme in digest.themes if not theme.other)
    themes = tuple(dict.fromkeys(heading(title) or labels.untitled for title in inside))
    named, more = _list_themes(themes, labels)
    lead = plain(digest.overview.text) if digest.overview else ""
    returned = len(digest.returned)
    return Outline(
        number=number,
        name=edition_name(digest, labels),
        href=href,
        created=digest.created,
        has_papers=bool(digest.papers),
        paper_count=labels.papers.format(number=len(digest.papers)),
        themes=themes,
        named=named,
        more=more,
        first=tuple(_first(digest, entries, href)),
        lead=truncate(lead, 400),
        returned=labels.papers_returned.format(number=returned) if returned else "",
        papers=tuple(entries.told()),
        content=_content(digest, entries, lead, labels) if in_feed else "",
    )


def _list_themes(themes: Sequence[str], labels: PageLabels) -> tuple[tuple[tuple[str, str], ...], str]:
    """The first themes, each with the separator after it in a sentence, and how many more there are."""
    named = themes[:NAMED] if len(themes) > NAMED + 1 else themes
    more = labels.more_themes.format(number=len(themes) - len(named)) if len(named) < len(themes) else ""
    separators = labels.list_separators(len(named) + bool(more))
    return tuple(itertools.zip_longest(named, separators, fillvalue="")), more


def _first(digest: Digest, entries: Entries, href: str) -> Iterator[tuple[str, str, str]]:
    for highlight in digest.highlights[:FIRST]:
        if entry := entries.get(highlight.paper_key):
            yield truncate(entry.title, 200), f"{href}#{entry.anchor}", truncate(entry.tldr, 300)


def editions_atom(front: ArchiveFront, outlines: Sequence[Outline]) -> str:
    """An Atom 1.0 feed of editions (RFC 4287); addresses are relative to the feed where nobody said where it is."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    if language := language_code(front.language):
        root.set("{http://www.w3.org/XML/1998/namespace}lang", language)

    def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    title = plain(front.title) or "Broadsheet"
    add(root, "id", _id(front))
    add(root, "title", title)
    updated = max((outline.created for outline in outlines), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    add(root, "updated", timestamp(updated))
    add(root, "generator", "Broadsheet")
    add(add(root, "author"), "name", plain(front.editor) or title)
    add(root, "link", rel="self", type="application/atom+xml", href=_address(front, "feed.xml"))
    add(root, "link", rel="alternate", type="text/html", href=_address(front, "index.html"))
    for one in outlines:
        entry = add(root, "entry")
        add(entry, "id", _id(front, one.number))
        add(entry, "title", f"{title}: {one.name}")
        add(entry, "updated", timestamp(one.created))
        add(entry, "link", rel="alternate", type="text/html", href=_address(front, one.href))
        for theme in one.themes:
            add(entry, "category", term=theme)
        add(entry, "content", one.content, type="html")
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True).decode() + "\n"


def editions_feed(front: ArchiveFront, outlines: Sequence[Outline]) -> str:
    """A JSON Feed 1.1 of editions."""
    title = plain(front.title) or "Broadsheet"
    feed = {
        "version": JSON_FEED,
        "title": title,
        "home_page_url": _address(front, "index.html"),
        "feed_url": _address(front, "feed.json"),
        "language": language_code(front.language) or None,
        "items": [
            {
                "id": _id(front, one.number),
                "url": _address(front, one.href),
                "title": f"{title}: {one.name}",
                "content_html": one.content,
                "date_published": timestamp(one.created),
                "tags": list(one.themes),
            }
            for one in outlines
        ],
    }
    return json.dumps({name: value for name, value in feed.items() if value}, ensure_ascii=False, indent=2) + "\n"


def _content(digest: Digest, entries: Entries, lead: str, labels: PageLabels) -> str:
    """The edition in a feed: the overview, and under each theme its papers with their TL;DRs."""
    if not digest.papers:
        return f"<p>{escape(labels.nothing_new)}</p>"
    parts = [f"<p>{escape(lead)}</p>"] if lead else []
    for theme, papers in partition(digest, entries, labels):
        parts.append(f"<h2>{escape(heading(theme.title) or labels.untitled)}</h2>")
        for entry in papers.values():
            title = escape(entry.title)
            linked = f'<a href="{escape(entry.url)}">{title}</a>' if entry.url else title
            parts.append(f"<p>{linked}<br>{escape(entry.tldr or entry.absence)}</p>")
    return "".join(parts)


def _address(front: ArchiveFront, path: str) -> str:
    return f"{front.url.rstrip('/')}/{path.removesuffix('index.html')}" if front.url else path


def _id(front: ArchiveFront, number: int | None = None) -> str:
    """The same in every run, for the feed or for an edition in it."""
    name = f"broadsheet archive:{front.url or plain(front.title)}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name if number is None else f'{name}:{number}')}"
