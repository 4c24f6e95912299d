"""HTML -> records: arXiv's lists, alerts of Google Scholar and Semantic Scholar, a paper's own page, any other as text.

lxml parses. A page of no known make is read as it would be pasted, and its links are given to the titles they are on.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from broadsheet.errors import InputTooLarge
from broadsheet.reading.cleaning.authors import on_one_line, split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address, normal_title
from broadsheet.reading.cleaning.mathml import formula_text
from broadsheet.reading.cleaning.tex import raised
from broadsheet.reading.formats.html_text import counts_clicks, is_title, read_links, read_page, walk
from broadsheet.reading.formats.library_xml import read_zotero_report
from broadsheet.reading.formats.own_digest import read_digest_page
from broadsheet.reading.formats.own_page import read_own_page
from broadsheet.reading.formats.xml_records import load_lxml, without_surrogates
from broadsheet.reading.pasted import known_sites, parser
from broadsheet.reading.pasted.nep import read_nep_page
from broadsheet.reading.pasted.vocabulary import BUTTONS
from broadsheet.reading.record import Gap, Parsed, Record
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PAPER = lazy_regex(r"semanticscholar\.org/paper/(?:[^/?#\s]{1,300}/)?([0-9a-f]{40})\b")
_AUTHOR = lazy_regex(r"semanticscholar\.org/author/")
_MACHINE = lazy_regex(r"TL;?DR\b", re.IGNORECASE)
_MORE = lazy_regex(r"\s*(?:\.\.\.|…)?\s*(?:Expand|Read more|Show more|More)$")
_BUTTONS = BUTTONS | {"semantic scholar", "save to library", "create alert", "view paper", "view on semantic scholar"}
_LEAST_ABSTRACT = 80
"""Characters; a shorter line is a venue, a date or a button."""


@dataclass(slots=True)
class _Entry:
    number: str
    title: str
    authors: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def read_semantic_scholar(tree: Element) -> Iterator[Record]:
    """The papers that links lead to, with the names that are links and the longest text below each title.

    A page with more titles that lead elsewhere is somebody else's, and has none here. The sentence that a model of
    Semantic Scholar wrote (`TLDR`) is no abstract and is left out.
    """
    entries: list[_Entry] = []
    others = 0
    seen: set[str] = set()
    for piece, link in walk(tree):
        address = unquote(link.get("href") or "")[:4000] if link is not None else ""
        words = " ".join(piece.split())
        if (found := _PAPER.search(address)) and words:
            if found[1] not in seen and " " in words and words.lower() not in _BUTTONS:
                seen.add(found[1])
                entries.append(_Entry(found[1], words))
        elif entries and _AUTHOR.search(address) and words:
            entries[-1].authors.append(words)
        else:
            others += link is not None and is_title(words)
            if entries:
                entries[-1].text.append(piece)
    if others <= len(entries):
        yield from map(_record, entries)


def _record(entry: _Entry) -> Record:
    lines = [" ".join(line.split()) for line in "".join(entry.text).split("\n")]
    prose = (line for line in lines if not _MACHINE.match(line) and normal_title(line) != normal_title(entry.title))
    abstract = max(prose, key=len, default="")
    return Record(
        title=entry.title,
        abstract=_MORE.sub("", abstract) if len(abstract) >= _LEAST_ABSTRACT else "",
        authors=tuple(dict.fromkeys(entry.authors)),
        published=next((date for line in lines[:10] if len(line) < 200 and (date := find_date(line))), None),
        identifiers={"s2": entry.number},
    )


_OPENS = lazy_regex(
    r"\s*(?:<!--(?:(?!-->).){0,2000}-->\s*){0,5}(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype html|html|head|body|div|table"
    r"|meta|title|h[1-6]|p|a|span|ul|ol|dl|section|article|main|center|font|style|link|script|base)\b",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_RAISED = 60
_MOST_TAGS = 3_000_000
_DESCRIPTOR = lazy_regex(r"^\s*(?:Title|Authors?|Comments|Subjects|Journal-ref|DOI|Abstract):\s*")
_CODES = lazy_regex(r"\(([a-z-]{2,9}(?:\.[A-Za-z-]{2,20})?)\)")
_LISTED = lazy_regex(r"arXiv:\s*(\S{5,40})")
_BYLINE = lazy_regex(r"\s+[-–]\s+")
_KIND = lazy_regex(r"^(?:\[(?:PDF|HTML|BOOK|B|CITATION|C|DOC|PS|RTF)\]\s*)+")
"""What Scholar sets before a title: what kind of file or work there is, in letters that its alerts do not translate."""
_ELLIPSIS = lazy_regex(r"^[\s…]+|[\s…]+$")
_YEAR = lazy_regex(r",?\s*(?:19|20)\d\d\s*$")


def recognises(text: str) -> bool:
    """Whether a text begins as a page or a piece of one does."""
    return _OPENS.match(text[:12_000]) is not None


def parse(text: str) -> Parsed:
    """The papers of a page by what made it, or else by what a reader would see of it."""
    tree = _tree(text)
    if tree is None:
        return Parsed()
    for kind, reader, telling in _MAKES:
        if telling in text and (records := tuple(reader(tree))):
            return Parsed(records, format=kind)
    return _as_text(tree)


def _tree(text: str) -> Element | None:
    """The page's root; HTML's own rules for broken markup apply."""
    etree = load_lxml()
    if text.count("<") > _MOST_TAGS:
        raise InputTooLarge(f"the page has more than {_MOST_TAGS:,} tags: save the part with the papers.")
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    try:
        root: Element | None = etree.fromstring(without_surrogates(text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if root is not None:
        _keep_raised(root)
    return root


def _keep_raised(root: Element) -> None:
    """Puts what is raised, lowered or a formula into signs that a line can hold; lists of notes stay as they are."""
    for element in list(root.iter("sup", "sub", "math")):
        if element.tag == "math":
            shown = formula_text(element)
        else:
            inner = "".join(element.itertext())
            shown = raised(inner, up=element.tag == "sup") if len(inner) < _LONGEST_RAISED else "^("
        if not shown.startswith(("^(", "_(")):
            element.clear(keep_tail=True)
            element.text = shown


def text_on_one_line(element: Element) -> str:
    """All text of an element on one line."""
    return on_one_line("".join(element.itertext()) if len(element) else element.text or "")


def _having(element: Element, *classes: str) -> Iterator[Element]:
    """The elements below with one of these classes."""
    wanted = frozenset(classes)
    for found in element.iter("*"):
        if (said := found.get("class")) and not wanted.isdisjoint(said.split()):
            yield found


def _arxiv(tree: Element) -> Iterator[Record]:
    """The `dt`/`dd` pairs of `/list` pages, and the results of arXiv's search."""
    label: Element | None = None
    for element in tree.iter("dt", "dd"):
        if element.tag == "dt":
            label = element
        elif label is not None and (record := _arxiv_record(element, "list", text_on_one_line(label))):
            yield record
            label = None
    for result in _having(tree, "arxiv-result"):
        mark = next(_having(result, "list-title"), None)
        if record := _arxiv_record(result, "search", text_on_one_line(mark) if mark is not None else ""):
            yield record


_ARXIV_PARTS = {
    "list-authors": "authors", "authors": "authors", "list-subjects": "subjects", "list-journal-ref": "journal",
    "abstract-full": "abstract",
}  # fmt: skip
"""What the classes of arXiv's pages are of a paper, but for that of its title."""


def _arxiv_parts(entry: Element, classes: Mapping[str, str]) -> dict[str, Element]:
    """The first element of each part, found in one pass."""
    parts: dict[str, Element] = {}
    for element in entry.iter("*"):
        if said := element.get("class"):
            for name in said.split():
                if name in classes:
                    parts.setdefault(classes[name], element)
    return parts


def _arxiv_record(entry: Element, kind: str, label: str) -> Record | None:
    parts = _arxiv_parts(entry, {**_ARXIV_PARTS, "list-title" if kind == "list" else "title": "title"})
    said = {
        name: _DESCRIPTOR.sub("", text_on_one_line(parts[name])) if name in parts else ""
        for name in ("title", "authors", "subjects", "journal", "abstract")
    }
    identity = _LISTED.search(label)
    if not said["title"] or not identity:
        return None
    if not said["abstract"]:
        paragraphs = (text_on_one_line(part) for part in entry.iter("p") if "mathjax" in (part.get("class") or ""))
        said["abstract"] = max(paragraphs, key=len, default="") if kind == "list" else ""
    marks = [mark for mark, word in (("replaced", "(replaced)"), ("cross", "(cross-list")) if word in label]
    return Record(
        title=said["title"],
        abstract=said["abstract"].removesuffix("△ Less").strip(),
        authors=split_people(said["authors"]),
        identifiers=find_identifiers(f"arXiv:{identity[1]}"),
        categories=(*_CODES.findall(said["subjects"]), *marks),
        venue=said["journal"] or None,
        line=entry.sourceline,
    )


def _scholar(tree: Element) -> Iterator[Record]:
    """Alerts (`gse_alrt_title`) and result pages (`gs_rt`): title, byline, the beginning of the abstract."""
    for heading in _having(tree, "gse_alrt_title", "gs_rt"):
        link = heading if heading.tag == "a" else next(heading.iter("a"), None)
        title = _KIND.sub("", text_on_one_line(link if link is not None else heading))
        if not title:
            continue
        block = heading.getparent() if heading.tag == "a" else heading
        siblings = block.itersiblings() if block is not None else iter(())
        following = list(itertools.islice((part for part in siblings if isinstance(part.tag, str)), 4))
        byline = next(
            (text_on_one_line(part) for part in following if _BYLINE.search(text_on_one_line(part)[:2000])), ""
        )
        snippet = next((part for part in following if _classes(part) & {"gse_alrt_sni", "gs_rs"}), None)
        address = _target(link.get("href") or "") if link is not None else ""
        people, venue = _byline(byline)
        yield Record(
            title=title,
            abstract=_ELLIPSIS.sub("", text_on_one_line(snippet))
            + ("…" if "…" in text_on_one_line(snippet)[-3:] else "")
            if snippet is not None
            else "",
            authors=people,
            links=(address,) if is_web_address(address) else (),
            identifiers={**find_identifiers(address), **find_identifiers(byline)},
            venue=venue or None,
            line=heading.sourceline,
        )


def _classes(element: Element) -> set[str]:
    return set((element.get("class") or "").split())


def _target(address: str) -> str:
    """Where a link of Scholar leads: the address inside its own; one that is none leads to itself."""
    if len(address) >= 4000 or "scholar" not in address:
        return address
    try:
        parts = urlsplit(address)
        told = parse_qs(parts.query) if parts.path.endswith(("scholar_url", "scholar_share")) else {}
    except ValueError:
        return address
    return next(iter(told.get("url", ())), address)


def _byline(text: str) -> tuple[tuple[str, ...], str]:
    """`A Lovelace, C Babbage… - Journal of Looms, 1843 - looms.org` as names and venue."""
    people, *rest = _BYLINE.split(text[:2000], maxsplit=2)
    names = tuple(name.strip(" …") for name in people.split(",") if name.strip(" …"))
    return names, _YEAR.sub("", rest[0]).strip(" ,…") if rest else ""


_MAKES: tuple[tuple[str, Callable[[Element], Iterator[Record]], str], ...] = (
    ("an arXiv page", _arxiv, ""),
    ("Google Scholar", _scholar, ""),
    ("a digest of Broadsheet's", read_digest_page, "paper-"),
    ("NEP", read_nep_page, "repec"),
    ("a Zotero report", read_zotero_report, "Zotero"),
    ("a paper's page", read_own_page, ""),
    ("Semantic Scholar", read_semantic_scholar, "semanticscholar.org"),
)
"""What made a page, its reader, and words without which it is not asked."""


def _as_text(tree: Element) -> Parsed:
    """A page as its reader would copy it; the lines are the page's no more, so none are given."""
    page = read_page(tree)
    known = known_sites.recognises(page)
    parsed = known_sites.parse(page) if known else parser.parse(page)
    links = _links_by_title(tree)
    records = tuple(_linked(record, links) for record in parsed.records)
    with_abstract = sum(bool(record.abstract) for record in records)
    if with_abstract < 0.5 * len(records) or not records:
        found = tuple(read_links(tree))
        linked = tuple(part for part in found if isinstance(part, Record))
        if len(linked) > 2 * len(records) or (known and len(linked) >= len(records)):
            others = tuple(part for part in found if isinstance(part, Gap))
            return Parsed(linked, others, format="a page of links")
    gaps = tuple(Gap(1, 1, gap.text, gap.why) for gap in parsed.gaps) if records else ()
    return Parsed(records, gaps)


def _links_by_title(tree: Element) -> dict[str, str]:
    base = next((tag.get("href") or "" for tag in tree.iter("base")), "") or _own_address(tree)
    found: dict[str, str] = {}
    for link in tree.iter("a"):
        if (address := link.get("href")) and len(words := text_on_one_line(link)) > 12:
            found.setdefault(normal_title(words), _absolute(base, address))
    return found


def _own_address(tree: Element) -> str:
    """Where a page says that it stands."""
    return next((tag.get("href") or "" for tag in tree.iter("link") if tag.get("rel") == "canonical"), "")


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip()) if base else address.strip()
    except ValueError:
        return ""


def _linked(record: Record, links: dict[str, str]) -> Record:
    address = _target(links.get(normal_title(record.title), ""))
    whole = is_web_address(address) and not counts_clicks(address)
    return replace(
        record,
        line=None,
        links=(*record.links, address) if whole else record.links,
        identifiers={**find_identifiers(address), **record.identifiers},
    )
