"""RSS 0.9 to 2.0, Atom and RDF -> records: arXiv's API and feeds, bioRxiv, ePrint, journals.

An abstract is the body of its entry without the citation, byline and trailer that publishers put round it.
Written on lxml: feedparser reads the same feeds at a fifth of the speed and gives no lines.
"""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from broadsheet.errors import NoPapers
from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address, normal_doi
from broadsheet.reading.formats.xml_records import (
    Parts,
    child,
    children,
    local,
    parts_of,
    plain_text,
    read_records,
    root_of,
    text_in,
    texts_in,
)
from broadsheet.reading.pasted.bylines import split_byline
from broadsheet.reading.record import Parsed, Record
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_LEADS = 40
"""Lines that may stand above an abstract."""

_BYLINE = lazy_regex(r"(?:Author\(s\)|Authors?):\s*(.{0,20000})", re.IGNORECASE)
_BY = lazy_regex(r"by ([A-Z].{3,8000}[^.:!?])")
_CITATION = lazy_regex(
    r"Publication date: .{3,60}|Source: .{3,300}|Abstract\s*:?"
    r"|(?:.{3,150}, )?(?:Ahead of Print|EarlyView|Early View|Accepted Article|Online First|Advance Article)\.?"
    r"|(?:.{3,150}, )?Volume \d{1,5}, (?:Issue|Number) .{1,100}|.{2,100}, Vol\. \d{1,5}, Pages? .{1,600}"
    r"|.{2,100}, Published online: .{5,40}; doi:\s?\S+|.{0,80}\bdoi:\s?10\.\S+|.{3,250} Online ahead of print\.",
    re.IGNORECASE,
)
"""Lines that Elsevier, Wiley, SAGE, MDPI, Nature and PubMed set above the abstract, or in its place."""

_HEADING = lazy_regex(r"(?:^|\n)ABSTRACT(?:\n|$)")
_LABEL = lazy_regex(r"Abstract\s*(?::|\u2014|\.\s)\s*", re.IGNORECASE)
_TRAILERS = (
    (
        "The post ",
        lazy_regex(
            r"(?:\[…\]|…|\[\.\.\.\])?\s{0,20}The post .{3,400} (?:appeared first on|first appeared on) .{1,200}$",
            re.DOTALL,
        ),
    ),
    ("PMID:", lazy_regex(r"\bPMID:\s?\d{1,9}(?: \| (?:PMC|DOI):\s?\S{3,200}){0,3}\s*$")),
    ("] Published ", lazy_regex(r"\[[A-Z][^\[\]\n]{4,100}\] Published \w{3} \w{3} \d{1,2}, \d{4}\s*$")),
)
"""What blogs, PubMed and the American Physical Society set below an abstract, by words that stand in it."""

_TAIL = 700
"""Characters at either end of a body among which a trailer or a citation is looked for."""


def read_body(body: str) -> tuple[str, tuple[str, ...]]:
    """The abstract in a body, which may be HTML, and the authors that a line above it names."""
    plain = flatten(body) if "<" in body or "&" in body else body.strip()
    for telling, trailer in _TRAILERS:
        if telling in plain[-_TAIL:]:
            plain = (plain[:-_TAIL] + trailer.sub("", plain[-_TAIL:])).rstrip()
    if "ABSTRACT" in plain[:_TAIL] and (heading := _HEADING.search(plain[:_TAIL])):
        return plain[heading.end() :].strip(), ()
    authors: tuple[str, ...] = ()
    for _ in range(_MOST_LEADS):
        line, _, rest = plain.partition("\n")
        line = line.strip()
        if byline := _BYLINE.fullmatch(line) or (_BY.fullmatch(line) if rest else None):
            authors = authors or _names(byline[1])
            plain = rest if byline[1] else _past_names(rest)
            authors = authors or _names(", ".join(rest[: len(rest) - len(plain)].split("\n")))
        elif len(line) < _TAIL and _CITATION.fullmatch(line):
            plain = rest
        else:
            break
    return _LABEL.sub("", plain, count=1).strip() if _LABEL.match(plain) else plain.strip(), authors


def _names(line: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split(r",| and ", line) if name.strip())


def _past_names(text: str) -> str:
    """What stands below names of which each has a line of its own."""
    while text:
        line, _, rest = text.partition("\n")
        if len(line) > 60 or line.count(" ") > 5 or line.rstrip().endswith("."):
            break
        text = rest
    return text


_ROOTS = frozenset({"rss", "feed", "RDF"})
_ANNOUNCED = lazy_regex(
    r"\s*arXiv:\S{5,40} Announce Type: (new|cross|replace-cross|replace)\b\s*\n?\s*(?:Abstract: )?", re.IGNORECASE
)
_OLD_ARXIV_TITLE = lazy_regex(r"\s*\(arXiv:\S{5,40} \[[^\]]{2,40}\]\s*(?:UPDATED)?\)\s*$")
_NAMES = ("name", "given_name", "given-names", "middle_name", "last_name", "surname")
_MEDIA = "{http://search.yahoo.com/mrss/}"
"""Pictures and films with titles and descriptions of their own."""


def recognises(text: str) -> bool:
    """Whether a document's first element is a feed's."""
    return root_of(text) in _ROOTS


def parse(text: str) -> Parsed:
    """The entries of a feed that have a title; a feed without any raises `NoPapers` with what it says of itself."""
    reader = _Entries()
    parsed = read_records(text, reader)
    if parsed.records:
        return parsed
    if reader.error:
        raise NoPapers(f"the service answered with an error ({reader.error}): correct the query.")
    broken = next((gap for gap in parsed.gaps if gap.why.startswith("the XML is broken")), None)
    if broken:
        raise NoPapers(f"at line {broken.first_line} {broken.why}, and no entry stands before that: save it again.")
    raise NoPapers(_why_empty(text, entries=len(parsed.gaps)))


def _why_empty(text: str, *, entries: int) -> str:
    if entries:
        return "the feed has entries and none of them has a title: it is no list of papers."
    if "skipDays>" in text and "arxiv.org" in text:
        return (
            "the feed is empty: arXiv announces nothing on Saturdays, Sundays and holidays; fetch it on a working day."
        )
    if re.search(r"totalResults[^<>]{0,200}>\s*0\s*<", text[:20_000]):
        return "the feed is empty: the query matched nothing; check its words."
    return "the feed is empty: it has no entries; fetch it again later."


class _Entries:
    """Items and entries as records."""

    tags = frozenset({"item", "entry"})

    def __init__(self) -> None:
        self.error = ""

    def read(self, element: Element) -> tuple[Record | None, str]:
        for part in list(element.iterchildren(f"{_MEDIA}*")):
            element.remove(part)
        parts = parts_of(element)
        title = _title(element)
        identity = text_in(parts, "id")
        if "/api/errors" in identity:
            self.error = text_in(parts, "summary", "content")[:300] or title or "without a reason"
            return None, f"it is an error of the service: {self.error}"
        if not title:
            return None, "it has no title"
        title, names = split_byline(title)
        abstract, authors, kind = _body(parts)
        links = _links(element, parts)
        return (
            Record(
                title=title,
                abstract=abstract,
                authors=_authors(parts) or authors or split_people(names),
                published=_date(parts),
                links=links,
                identifiers=_identifiers(parts, identity, links),
                categories=_categories(element, parts, kind),
                venue=text_in(parts, "publicationName", "journal_ref", "journal_title") or None,
                line=element.sourceline,
            ),
            "",
        )


def _title(element: Element) -> str:
    found = child(element, "title")
    if found is None:
        return ""
    title = plain_text(found)
    if found.get("type") in {"html", "xhtml"} or "&lt;" in title or "</" in title:
        title = flatten(title)
    return _OLD_ARXIV_TITLE.sub("", title)


def _body(parts: Parts) -> tuple[str, tuple[str, ...], str]:
    """The abstract, the authors if they stand in it, and how arXiv announced the paper."""
    text = max(
        texts_in(parts, "encoded", "description", "summary", "content"),
        key=lambda text: (not _is_summary_of_article(text), len(text) < 20_000),
        default="",
    )
    announced = _ANNOUNCED.match(text)
    if announced:
        return text[announced.end() :].strip(), (), announced[1].lower()
    abstract, authors = read_body(text)
    return abstract, authors, ""


def _is_summary_of_article(text: str) -> bool:
    """Whether a body is a whole web article, pictures and headings included, and not an abstract."""
    return (text.count("<p") > 4 and "<b>ABSTRACT</b>" not in text) or "<img" in text or "<figure" in text


def _authors(parts: Parts) -> tuple[str, ...]:
    holders = [*parts.get("author", ()), *(author for box in parts.get("authors", ()) for author in box)]
    names: list[str] = []
    for holder in holders:
        told = [plain_text(part) for part in holder if local(part) in _NAMES]
        name = " ".join(filter(None, told)) if len(holder) else plain_text(holder)
        if name and "@" not in name.split(" ")[0]:
            names.append(name)
        elif "(" in name:
            names.append(name.partition("(")[2].rstrip(") "))
    creators = texts_in(parts, "creator")
    if creators and len(creators) >= len(names):
        names = [name for creator in creators for name in _split(creator)]
    elif len(names) == 1:
        names = list(_split(names[0]))
    return tuple(names)


def _split(names: str) -> list[str]:
    """`Lovelace, A., Babbage, C.` as two names, and `Ada Lovelace, Charles Babbage` too."""
    names = " ".join(flatten(names).split()) if "<" in names else " ".join(names.split())
    if ";" in names:
        pieces = names.split(";")
    elif re.search(r", (?:[A-Z]\.[ -]?){1,4}(?:,|$)", names):
        pieces = re.split(r"(?<=\.),\s+", names)
    else:
        pieces = re.split(r",\s+(?:and\s+)?|\s+and\s+", names)
    return [piece.strip(" ,") for piece in pieces if piece.strip(" ,")]


def _date(parts: Parts) -> dt.date | None:
    for name in ("published", "date", "publicationDate", "pubDate", "issued", "created", "updated"):
        if text := text_in(parts, name):
            if found := find_date(text):
                return found
            try:
                return parsedate_to_datetime(text).date()
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    return None


def _links(element: Element, parts: Parts) -> tuple[str, ...]:
    found = [
        (link.get("href") or plain_text(link)).strip()
        for link in sorted(parts.get("link", ()), key=lambda link: link.get("rel", "alternate") != "alternate")
        if link.get("rel") not in {"self", "edit", "enclosure"}
    ]
    about = next((value for name, value in element.attrib.items() if str(name).endswith("}about")), "")
    found += [text_in(parts, "guid"), text_in(parts, "id"), str(about)]
    return tuple(dict.fromkeys([link for link in found if link and is_web_address(link)]))


def _identifiers(parts: Parts, identity: str, links: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    told: dict[str, dict[str, str]] = {}
    for text in (identity, text_in(parts, "guid"), *links):
        if text not in told:  # the id is a link as well, as a rule
            told[text] = find_identifiers(text.replace("oai:arXiv.org:", "arXiv:"))
        found = {**told[text], **found}
    if version := found.get("arxiv_version"):
        found["arxiv_version"] = version
    for name in ("doi", "identifier", "DOI"):
        for text in texts_in(parts, name):
            if "doi" not in found and (doi := normal_doi(text)):
                found = {**find_identifiers(doi), **found}
    return found


def _categories(element: Element, parts: Parts, kind: str) -> tuple[str, ...]:
    both = "primary_category" in parts
    tags = children(element, "primary_category", "category") if both else parts.get("category", ())
    found = [(tag.get("term") or plain_text(tag)).strip() for tag in tags]
    found += texts_in(parts, "subject", "section")
    found += [kind] if kind in {"replace", "replace-cross", "cross"} else []
    return tuple(dict.fromkeys(category for category in found if category))
