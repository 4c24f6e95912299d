"""XML -> its record elements, one at a time: safe from bombs, patient with broken feeds, in flat memory.

lxml parses, with entities of the document's own refused, no network, and its limits on depth and text length kept.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from broadsheet.errors import NoPapers, ReadingError
from broadsheet.locale.language_codes import primary_language
from broadsheet.reading.cleaning.mathml import formula_text
from broadsheet.reading.record import Gap, Parsed, Record
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import XMLPullParser
    from lxml.etree import _Element as Element
    from lxml.etree import _ListErrorLog as ErrorLog

_CHUNK = 2**18
_WITHOUT_RECORD = 8 * 2**20
"""Characters that may pass before a record, or between two; more is no listing, and would fill the memory."""

_HEAD = 65_536
_PREAMBLE = lazy_regex(r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?", re.IGNORECASE)
_SKIPPED = lazy_regex(r"\s*(?:<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_NAME = lazy_regex(r"\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_ENTITY = lazy_regex(r"<!ENTITY", re.IGNORECASE)
_NAMED = lazy_regex(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_STRAY = lazy_regex(r"&(?!(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_SURROGATE = lazy_regex(
    r"&#(?:[xX]0*[dD][89a-fA-F][0-9A-Fa-f]{2}|0*5(?:5(?:29[6-9]|[3-9]\d\d)|6\d{3}|7(?:[0-2]\d\d|3[0-3]\d|34[0-3])));?"
)
_OWN_FIVE = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], " ")
_RAISED = {"sup": "sup", "sub": "sub", "inf": "sub"}
_OPENED = dict.fromkeys(("p", "sec", "title", "br", "label", "AbstractText", "li", "div"), "\n") | {
    name: f"<{shown}>" for name, shown in _RAISED.items()
}
_CLOSED = dict.fromkeys(("p", "sec", "title", "label", "AbstractText", "li", "div"), "\n") | {
    name: f"</{shown}>" for name, shown in _RAISED.items()
}
_FACES = {"superscript": "sup", "subscript": "sub"}
"""What EndNote calls raised and lowered text."""
_UNREAD = frozenset({"annotation", "annotation-xml"})
"""MathML's second spelling of a formula."""


def load_lxml() -> ModuleType:
    """`lxml.etree`, once something is XML or HTML."""
    from lxml import etree  # 20 ms, and pasted text needs none of it

    return etree


class RecordReader(Protocol):
    """What makes records of elements: it says which it wants and is handed them in their order."""

    tags: frozenset[str]

    def read(self, element: Element) -> tuple[Record | None, str]:
        """A record, or `None` and why there is none; `None` and nothing where the element only tells of others."""


def root_of(text: str) -> str:
    """The local name of a document's first element, empty where the text does not begin as XML does."""
    head = text[:_HEAD].lstrip("\ufeff")
    position = _PREAMBLE.match(head).end()  # type: ignore[union-attr]  # matches the empty string
    for _ in range(50):
        skipped = _SKIPPED.match(head, position)
        if not skipped:
            break
        position = skipped.end()
    name = _NAME.match(head, position)
    return name[1] if name else ""


def recognises(text: str) -> bool:
    """Whether a text begins as XML of whatever kind does."""
    return text[:200].lstrip("\ufeff \n\t").startswith(("<?xml", "<!DOCTYPE")) or bool(
        root_of(text) and re.search(r"</[\w:.-]+>\s*\Z", text[-500:])
    )


def refuse(text: str) -> Parsed:
    """XML of no known kind: what it is by its first element, and no more."""
    raise NoPapers(
        f"it is XML with <{root_of(text)[:60] or '?'}>, which is no listing known here: give a feed or an export."
    )


def read_records(text: str, reader: RecordReader) -> Parsed:
    """The records that a reader makes of a document; broken XML is read as far as it makes sense, with a gap."""
    records: list[Record] = []
    gaps: list[Gap] = []
    stream = _Stream(text, reader.tags)
    for element in stream:
        record, why = reader.read(element)
        if record:
            records.append(record)
        elif why:
            line = element.sourceline or 1
            gaps.append(Gap(line, line, plain_text(element)[:500], why))
    return Parsed(tuple(records), (*gaps, *stream.gaps()))


class _Fault(NamedTuple):
    line: int
    message: str


class _Stream:
    """The elements of some names in a document's order, each dropped from memory once it was handed out."""

    def __init__(self, text: str, tags: frozenset[str]) -> None:
        self.text = _tidy(text)
        self.tags = tags
        self.fault: _Fault | None = None

    def __iter__(self) -> Iterator[Element]:
        etree = load_lxml()
        parser: XMLPullParser[Element] = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{tag}" for tag in self.tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            recover=True,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8",
        )
        waiting = 0
        for start in range(0, len(self.text), _CHUNK):
            chunk = self.text[start : start + _CHUNK]
            waiting += len(chunk)
            try:
                parser.feed(chunk.encode("utf-8", "replace"))
            except etree.XMLSyntaxError as error:
                self._note(parser.feed_error_log, str(error))
                return
            for _, element in parser.read_events():
                waiting = 0
                yield element
                _drop(element)
            self._note(parser.feed_error_log)
            if waiting > _WITHOUT_RECORD:
                raise ReadingError("the XML goes on for megabytes without a paper: give a listing of papers.")
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            self._note(parser.feed_error_log, str(error))
        for _, element in parser.read_events():
            yield element
        self._note(parser.feed_error_log)

    def _note(self, log: ErrorLog, message: str = "") -> None:
        """Remembers the first thing that was wrong with the XML."""
        if self.fault is not None:
            return
        for entry in log:
            if entry.level >= 2 and "namespace" not in entry.message.lower() and "xmlns" not in entry.message.lower():
                self.fault = _Fault(entry.line, entry.message)
                return
        if message:
            self.fault = _Fault(1, message)

    def gaps(self) -> tuple[Gap, ...]:
        """Where the XML was broken: what stands there may be incomplete."""
        if not self.fault:
            return ()
        line = max(1, self.fault.line)
        shown = self.fault.message.split("\n", maxsplit=1)[0].rstrip(".")
        return (Gap(line, line, "", f"the XML is broken there ({shown[:1].lower()}{shown[1:200]})"),)


def _tidy(text: str) -> str:
    """The text without its declaration (it is decoded already), and with HTML's entities as characters.

    Raises `ReadingError` where the document defines entities of its own: that is how XML bombs are made.
    """
    text = text[_PREAMBLE.match(text).end() :] if not text.startswith("<?xml") else _blank_declaration(text)  # type: ignore[union-attr]
    if "<!ENTITY" in text and _ENTITY.search(text):
        raise ReadingError("the XML defines entities of its own, which are never expanded: save it without them.")
    if "&" in text:
        text = _NAMED.sub(_spell_out, text)
        text = _STRAY.sub("&amp;", without_surrogates(text))
    return text.translate(_ILLEGAL) if not text.isprintable() else text


def without_surrogates(text: str) -> str:
    """The text with no references to half characters, which libxml2 accepts and nobody can read out again."""
    return _SURROGATE.sub("\ufffd", text) if "&#" in text else text


def _blank_declaration(text: str) -> str:
    """The XML declaration as white space, so that lines keep their numbers."""
    end = _PREAMBLE.match(text).end()  # type: ignore[union-attr]
    return "\n" * text.count("\n", 0, end) + text[end:]


def _spell_out(match: re.Match[str]) -> str:
    if match[1] in _OWN_FIVE:
        return match[0]
    meant = html.unescape(match[0])
    return meant if meant != match[0] else f"&amp;{match[1]};"


def _drop(element: Element) -> None:
    """Frees an element that was read, and all that stands before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def local(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements of these local names, in their order; lxml compares the names, ten times as fast as Python."""
    if len(names) == 1:
        return element.iterchildren("{*}" + names[0])
    return element.iterchildren(*[f"{{*}}{name}" for name in names])


Parts = dict[str, list["Element"]]
"""The child elements of one, by their local names."""


def parts_of(element: Element) -> Parts:
    """All child elements by their local names: one look at them, where a format asks for many names."""
    parts: Parts = {}
    for part in element:
        tag = part.tag
        name = tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""
        if name in parts:
            parts[name].append(part)
        else:
            parts[name] = [part]
    return parts


def part_in(parts: Parts, *names: str) -> Element | None:
    """The first part of the first of these names that there is, empty ones left out."""
    for name in names:
        if name in parts:
            for found in parts[name]:
                if len(found) or (found.text or "").strip() or found.attrib:
                    return found
    return None


def text_in(parts: Parts, *names: str) -> str:
    """The text of the first part of the first of these names that there is, without its markup."""
    found = part_in(parts, *names)
    return plain_text(found) if found is not None else ""


def texts_in(parts: Parts, *names: str) -> list[str]:
    """The texts of all parts of these names, one name after the other, empty ones left out."""
    return [text for name in names for found in parts.get(name, ()) if (text := plain_text(found))]


def child(element: Element, *names: str) -> Element | None:
    """The first child of the first of these names that there is, empty ones left out."""
    for name in names:
        for found in element.iterchildren("{*}" + name):
            if len(found) or (found.text or "").strip() or found.attrib:
                return found
    return None


def text_of(element: Element, *names: str) -> str:
    """The text of the first child of these names, without its markup."""
    found = child(element, *names)
    return plain_text(found) if found is not None else ""


def texts_of(element: Element, *names: str) -> tuple[str, ...]:
    """The texts of all children of these names, empty ones left out."""
    return tuple([text for found in children(element, *names) if (text := plain_text(found))])


def language_said(element: Element) -> str:
    """The code of the language that an element says it is in (`xml:lang`, PubMed's `Language`), empty without one."""
    said = next((element.get(name) for name in _SAYS_LANGUAGE if element.get(name)), "")
    return primary_language(said or "") or (said or "")[:2].lower()


_SAYS_LANGUAGE = ("{http://www.w3.org/XML/1998/namespace}lang", "xml:lang", "lang", "Language")


def plain_text(element: Element) -> str:
    """All text in an element, in order; what is a block of its own begins on a new line."""
    if not len(element):
        return (element.text or "").strip()
    return "".join(_pieces(element)).strip()


def _pieces(element: Element) -> Iterator[str]:
    etree = load_lxml()
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, part in walk:
        name = local(part)
        if name == "style":
            name = _FACES.get(part.get("face") or "", name)
        if event == "start":
            if part is not element:
                yield _OPENED.get(name, "")
            if name == "math" and part is not element:
                yield formula_text(part)
                walk.skip_subtree()
            elif name in _UNREAD or (name == "tex-math" and _stands_beside_mathml(part)):
                walk.skip_subtree()
            else:
                yield part.text or ""
        elif part is not element:
            yield _CLOSED.get(name, "")
            yield part.tail or ""


def _stands_beside_mathml(element: Element) -> bool:
    """Whether a formula in TeX says once more what its sibling says."""
    box = element.getparent()
    return box is not None and any(local(sibling) == "math" for sibling in box)
