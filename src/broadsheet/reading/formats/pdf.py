"""A paper as a PDF -> its title and abstract, from the first page; with the extra `pdf`."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from broadsheet.errors import BinaryInput
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers
from broadsheet.reading.record import Gap, Parsed, Record
from broadsheet.settings.extras import missing_extra
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from pypdf import PageObject

_HEAD = 1024
"""Bytes in which a PDF begins, after blank ones."""
_ABSTRACT = lazy_regex(r"(?:^|\n)[ \t]*a ?b ?s ?t ?r ?a ?c ?t\b[ \t]*[.:\u2013\u2014-]*\s*", re.IGNORECASE)
_AFTER = lazy_regex(
    r"\n\s{0,9}(?:(?:\d{1,2}|[IVX]{1,4})[.\s]\s{0,9})?(?:introduction|key\s?words?|index terms|ccs concepts|contents"
    r"|categories and subject|acm reference|general terms|pacs|msc|jel)\b",
    re.IGNORECASE,
)
_STAMP = lazy_regex(r"arXiv:\S{9,24}\s{1,3}\[[\w.-]{2,20}\]")
_HYPHEN = lazy_regex(r"(?<=[a-z])-\n(?=[a-z])")
_LONGEST = 5000
_LETTERS_OF_TITLE = 8
_UPRIGHT = 0.01


def recognises(data: bytes) -> bool:
    """Whether bytes are a PDF."""
    return data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-")


def parse(data: bytes) -> Parsed:
    """The paper of a PDF; raises `BinaryInput` without the extra, and for a file that cannot be read or is locked."""
    try:
        import pypdf  # an extra
    except ImportError as error:
        raise BinaryInput(f"it is a PDF, and {missing_extra('pdf', error)}") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every flaw that it mends
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BinaryInput("it is a PDF under a password: save it without one.")
        page = reader.pages[0]
        text = page.extract_text()[:100_000]
        title = _title_of(page) or _first_line(text)
        named = (reader.metadata.title if reader.metadata else "") or ""
    except BinaryInput:
        raise
    except Exception as error:  # a damaged PDF ends in any error that Python has
        raise BinaryInput("it is a PDF that cannot be read (damaged, or not whole): give its listing.") from error
    if not text.strip() or not title:
        return Parsed(gaps=(Gap(1, 1, named[:200], "the first page of this PDF has no text: it may be a scan"),))
    stamp = _STAMP.search(text)
    identifiers = arxiv_identifiers(stamp[0]) if stamp else {}
    return Parsed((Record(title, abstract=_abstract_of(text), identifiers=identifiers, line=1),), (), "a PDF")


def _title_of(page: PageObject) -> str:
    """What stands in the largest letters on a page, but for what is turned, such as arXiv's stamp at the edge."""
    by_size: dict[float, list[str]] = {}
    for size, text in _runs(page):
        by_size.setdefault(size, []).append(text)
    for size in sorted(by_size, reverse=True):
        said = " ".join("".join(by_size[size]).split())
        if sum(letter.isalpha() for letter in said) >= _LETTERS_OF_TITLE:
            return said[:500]
    return ""


def _runs(page: PageObject) -> Iterator[tuple[float, str]]:
    """Pieces of text with the size of their letters on the page, in points."""
    found: list[tuple[float, str]] = []

    def see(text: str, around: list[float], placed: list[float], _font: Any, size: float) -> None:
        if text and abs(placed[1]) < _UPRIGHT and abs(around[1]) < _UPRIGHT:
            found.append((round(abs(size * placed[3] * around[3]), 1), text))

    page.extract_text(visitor_text=see)
    yield from found


def _abstract_of(text: str) -> str:
    """What stands under the heading of the abstract, up to the heading after it; empty where there is none."""
    heading = _ABSTRACT.search(text)
    if heading is None:
        return ""
    rest = text[heading.end() : heading.end() + _LONGEST]
    end = _AFTER.search(rest)
    return " ".join(_HYPHEN.sub("", rest[: end.start()] if end else rest.partition("\n\n")[0]).split())


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if len(line.strip()) >= _LETTERS_OF_TITLE), "")
