"""Classifies a single line of a pasted page: label, authors, identifier, date, chrome, code or text."""

from __future__ import annotations

import re
import string
from typing import Literal, NamedTuple

from broadsheet.reading.cleaning.dates import DATE_STARTS, is_date_line
from broadsheet.reading.cleaning.tex import to_unicode
from broadsheet.reading.pasted.label_names import TRANSLATED
from broadsheet.reading.pasted.vocabulary import ABSTRACT_PARTS, BUTTONS, FUNCTION_WORDS, TITLE_WORDS, word_set
from broadsheet.text.lazy_regex import lazy_regex

Kind = Literal[
    "label", "authors", "identifier", "date", "chrome", "code", "text", "headline", "sentence", "prose"
]  # fmt: skip
"""What a line or a run of lines is; `headline`, `sentence` and `prose` are told once wrapped lines are joined.

No enumeration: to look up a member of one takes ten times as long, which was a tenth of reading a page.
"""


class Line(NamedTuple):
    """One line without its numbering or bullet; `label` is in lower case and singular."""

    number: int
    kind: Kind
    text: str
    marker: str = ""
    label: str = ""
    indented: bool = False


LONG = 320
"""Characters above which a line is text, unless it is a list of names, a labelled line or a long string of code."""

_MARKER = lazy_regex(
    r"(【\d{1,4}】|\d{1,4}、)[ \t]*(?=\S)"
    r"|(\[\d{1,5}\]|\(\d{1,5}\)|\d{1,5}[.)]|[-*+•‣▪●◦–·]|#{1,6})[ \t]+(?=\S)"
)
_HOURS = lazy_regex(
    r"\d{1,2}[:.]\d\d(?: ?[ap]m)? ?[-–—] ?\d{1,2}[:.]\d\d(?: ?[ap]m)?[ \t:|·–—-]{1,8}(?=[^\W\d])", re.IGNORECASE
)
"""When a talk is given, before its title."""
_LABEL = lazy_regex(
    r"(?:\*\*|__)?(title|authors?|abstract|summary|tl;?dr|comments?|subjects?|categor(?:y|ies)|key ?words?"
    r"|index terms|journal(?:-ref)?|venue|conference|published(?: in| on)?|submitted(?: on)?|date|year|doi"
    r"|arxiv(?: id)?|pmid|url|links?|pdf|html|code|github|project(?: page)?|affiliations?|msc-class|acm-class"
    rf"|report-no|cite as|primary area|source|{'|'.join(TRANSLATED)})"
    r"(?:\*\*|__)?[ \t]*[:：](?:\*\*|__)?(?:[ \t]+|$|(?=[^\s/]))(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ABSTRACT = lazy_regex(
    r"(?:\*\*|__)?abstract(?:\*\*|__)?(?:[ \t]*[—–.][ \t]*|[ \t]*$|[ \t]+-[ \t]+)(.*)", re.IGNORECASE | re.DOTALL
)
_IDENTIFIER = lazy_regex(
    r"(?:arxiv:\s?(?:\d{4}\.|[a-z.-]+/\d)|(?:doi:?\s?)?10\.\d{4,9}/|pmid:?\s?\d|https?://|www\.|doi\.org/|arxiv\.org/)",
    re.IGNORECASE,
)
_ADDRESS = lazy_regex(
    r"(?:https?://|www\.|doi\.org/|arxiv\.org/|(?:doi:?\s?)?10\.\d{4,9}/|arxiv:\s?)\S+", re.IGNORECASE
)
_NO_WORDS = lazy_regex(r"[\W\d_]*[kKmM]?")
_COUNT = lazy_regex(
    r"\W*\d[\d.,]*[kKmM]?\+?\s*(?:upvotes?|votes?|likes?|comments?|citations?|authors?|stars?|views?|downloads?"
    r"|pages?|points?|replies|reads|shares?|tweets?|claps?|models?|datasets?|spaces?|versions?)\b[\W\d]*",
    re.IGNORECASE,
)
_SUBMITTED = lazy_regex(
    r"(?:submitted|posted|shared|uploaded|curated|added) by\b.{0,60}|cited by \d+.{0,120}|\W*▲.{0,20}"
    r"|\[(?:pdf|html|code|abs|other|link)\b.{0,80}",
    re.IGNORECASE,
)
_CODE = lazy_regex(
    r"[{};]\s*$|^\s*(?:def |class \w+[:(]|from [\w.]+ import|import [\w.]+(?: as \w+)?$|return\b.*[;)])"
    r"|^\s*(?:#include|//|/\*|<\w+[ />]|</|\$ |(?:if|for|while) ?\(|@\w+|>>> |Traceback)"
    r"|^\s*(?:let|const|var|public|private|static) \w+|\w\(\)|=>|[!=]=|\w\[\w+\]|\w+ = \S"
    r"|^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|^\[?\d\d:\d\d:\d\d|^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    r"|\b(?:INFO|DEBUG|WARN|WARNING|ERROR|TRACE|FATAL)\b|^\d{1,3}(?:\.\d{1,3}){3}\b"
)
_CODE_MARK = lazy_regex(r"[{};=<>\[\]@#$/\\]")
_JOINED_DIGITS = lazy_regex(r"\d[:.-]\d")

_KEYWORDS = word_set(
    "def class import from return if for while let const var public private static"
    " traceback info debug warn warning error fatal trace"
)
_LABELS = word_set(
    "title author authors abstract summary tldr tl;dr comment comments subject subjects category categories keyword"
    " keywords venue conference published submitted date year doi arxiv pmid url link links pdf html code github"
    " project affiliation affiliations msc-class acm-class report-no source journal journal-ref"
) | {
    *("key word", "key words", "index terms", "published in", "published on", "submitted on", "arxiv id", "cite as"),
    *("project page", "primary area"),
    *TRANSLATED,
}
"""All that `_LABEL` knows, in lower case."""
_LINKS = frozenset({"code", "github", "html", "pdf", "link", "links", "source"})
_PROJECTS = frozenset({"project", "project page"})
"""Pages about the work, which are no page of the paper."""
_ALIASES = {
    "arxiv id": "arxiv",
    **{"authors": "author", "comments": "comment", "subjects": "category", "subject": "category"},
    **{"categories": "category", "published": "date", "published on": "date", "submitted": "date"},
    **{"submitted on": "date", "published in": "venue", "journal": "venue", "journal-ref": "venue"},
    **{"conference": "venue", "keywords": "category", "keyword": "category", "key words": "category"},
}
_LONGEST_BUTTON = max(map(len, BUTTONS))
_SUBMITTED_STARTS = frozenset({"sub", "pos", "sha", "upl", "cur", "add", "cit"})
"""What `_SUBMITTED` begins with where it begins with a letter of ASCII."""
_WATCHED = DATE_STARTS | _SUBMITTED_STARTS | {"abs"}
_LETTERS = (string.ascii_letters + " -'\"?!").encode()
_WORDING = (string.ascii_letters + " -'\",?!.:()&").encode()
"""Bytes that are no sign of code by themselves; two digits with a mark between them are."""
_NAME_SPLIT = lazy_regex(r"\s*(?:,|;|·|•|\s&\s|(?:^|\s)and\s|\|)\s*")
_NAME_NOTES = lazy_regex(r"\([^()]{0,80}\)|[\d*†‡§¶¹²³⁴⁵⁶⁷⁸⁹⁰∗]+")
_NO_COMMA = lazy_regex(r"[;·•&|]|and")
_NAME_NOTE = lazy_regex(r"[(\d*†‡§¶¹²³⁴⁵⁶⁷⁸⁹⁰∗]")
_NAME_WORD = (
    r"(?:[^\W\d_a-z][\w'’.-]{0,24}|de|da|di|du|del|della|der|den|van|von|la|le|el|al|bin|ibn|dos|ten|zu|y|e)\.?"
)
_NAME = lazy_regex(rf"\s*{_NAME_WORD}(?:\s+{_NAME_WORD}){{1,5}}\s*")
_MOST_NAMES = 6
"""Words that one of its matches has at most: to count them is quick."""
_PLAIN_WORD = "(?>[A-Z][A-Za-z_'.-]{0,24}|van|von|de|di|la|le|el|al)"
_PLAIN_NAME = f"{_PLAIN_WORD}(?>(?: {_PLAIN_WORD}){{1,5}})"
_PLAIN_NAMES = lazy_regex(f"{_PLAIN_NAME}(?>, {_PLAIN_NAME})+")
"""Names in the most common form. Atomic groups do not backtrack, so that the time is linear."""
_ET_AL = lazy_regex(r"[A-Z].{2,60}\bet al\.?,?(?: \(?\d{4}\)?)?")


def read_line(number: int, raw: str) -> Line:
    """One line that is not blank, with what it is by itself."""
    text = bare = raw.strip()
    indented = raw[:1] in {" ", "\t"}
    if len(text) > LONG:
        return _long_line(number, text, indented)
    if ":" not in text and (kind := _plain_kind(text)) is not None:
        return Line(number, kind, text, "", "", indented)
    marker = ""
    if text[0].isdigit() and (match := _HOURS.match(text)):
        text = text[match.end() :]
    if not text[0].isalpha() and (match := _MARKER.match(text)):
        marker, text = match[1] or match[2], text[match.end() :]
    if text[0] in "*_":
        text = _unwrap_emphasis(text)
        if not marker and text[0].isdigit() and (match := _MARKER.match(text)):  # `**1. A title**`
            marker, text = match[1] or match[2], text[match.end() :]
    label, value = _labelled(text)
    if label:
        return Line(number, "label", value, marker, label, indented)
    return Line(number, _kind_of(text, bare=bare), text, marker, "", indented)


def _plain_kind(text: str) -> Kind | None:
    """The kind of the common simple lines, without patterns: plain words or names; `None` for all others."""
    if len(text) < 2 or not (text[0].isalpha() and text.isascii()):
        return None
    lowered = text.lower()
    if lowered[:3] in _WATCHED or (len(text) <= _LONGEST_BUTTON and lowered in BUTTONS):
        return None
    # `bytes.translate` deletes all letters in one pass, much faster than a regular expression.
    marks = text.encode().translate(None, _LETTERS)
    if not marks or marks == b"." or (marks.isdigit() and "-" not in text and "pmid" not in lowered):
        if " and " in text or "et al" in text or lowered.partition(" ")[0] in _KEYWORDS or "www." in lowered:
            return None
        return "text"
    if b"," in marks and _PLAIN_NAMES.fullmatch(text) and "www." not in lowered:
        words = lowered.replace(",", " ").replace(".", " ").split()
        return "authors" if TITLE_WORDS.isdisjoint(words) else None
    return None


def _long_line(number: int, text: str, indented: bool) -> Line:
    head = text[:40]
    if ":" in head or "bstract" in head or "BSTRACT" in head:
        label, value = _labelled(text)
        if label:
            return Line(number, "label", value, "", label, indented)
    if text.count(",", 0, LONG) > 6 and is_name_list(text[:LONG].rpartition(",")[0]):
        return Line(number, "authors", text, "", "", indented)
    # Less than one space in 40 characters of ASCII: no running text.
    few = min(len(text), 4000) / 40
    if text.count(" ", 0, LONG) < few and text.count(" ", 0, 4000) < few and text.isascii():
        return Line(number, "code", text, "", "", indented)
    return Line(number, "text", text, "", "", indented)


def _kind_of(text: str, *, bare: str) -> Kind:
    """The kind of a line without a label; cheap tests come first, so that few lines need the long patterns."""
    lowered = text.lower()
    if len(text) <= _LONGEST_BUTTON and lowered in BUTTONS:
        return "chrome"
    worded = text[0].isalpha()
    if (not worded or len(text) == 1) and (
        _NO_WORDS.fullmatch(text) or _NO_WORDS.fullmatch(bare) or _COUNT.fullmatch(text)
    ):
        return "chrome"
    if (
        ("/" in text or ":" in text or "www." in lowered or "pmid" in lowered)
        and _IDENTIFIER.search(text)
        and is_identifier_line(text)
    ):
        return "identifier"
    if len(text) <= 60 and is_date_line(text):
        return "date"
    if (lowered[:3] in _SUBMITTED_STARTS or not worded or not text.isascii()) and _SUBMITTED.fullmatch(text):
        return "chrome"
    if is_name_list(text):
        return "authors"
    if _hints_at_code(bare, lowered) and _CODE.search(bare):
        return "code"
    return "text"


def _labelled(text: str) -> tuple[str, str]:
    """The label of `Authors: …` or of a line that is nothing but `Abstract`, and what follows it."""
    start = text[:24]
    if ":" in start or "：" in start:
        head, _, value = text.partition(":")
        name, first = head.lower(), value[:1]
        if name in _LABELS and first not in "*_/" and (first in " \t" or not first.isspace()):
            value = value.strip()
            if label := _known_label(name, value):
                return label, value
        elif not start.isascii() or name.strip("*_ \t") in _LABELS:
            match = _LABEL.match(text)
            if match and (label := _known_label(match[1], match[2].strip())):
                return label, match[2].strip()
    if start[:1] in "aA*" and start[:10].lower().startswith(("abstract", "**abstract")):
        match = _ABSTRACT.match(text)
        return ("abstract", match[1].strip()) if match else ("", "")
    return "", ""


def _known_label(name: str, value: str) -> str:
    """The label in its canonical form; empty where the words before the colon may belong to a title."""
    name = TRANSLATED.get(name.lower(), name.lower())
    if name in _PROJECTS:
        return "project" if _ADDRESS.search(value) else ""
    if name in _LINKS:
        return "link" if _ADDRESS.search(value) else ""
    return _ALIASES.get(name, name)


def _hints_at_code(bare: str, lowered: str) -> bool:
    """Whether a line has signs of code or of a log; other lines skip the long pattern `_CODE`."""
    if bare.isascii():
        marks = bare.encode().translate(None, _WORDING)
        if not marks or (marks.isdigit() and _JOINED_DIGITS.search(bare) is None):
            return "()" in bare or lowered.partition(" ")[0] in _KEYWORDS
    return (
        _CODE_MARK.search(bare) is not None
        or "()" in bare
        or _JOINED_DIGITS.search(bare) is not None
        or lowered.partition(" ")[0] in _KEYWORDS
    )


def is_identifier_line(text: str) -> bool:
    """Whether a line is addresses and ids with hardly a word beside them: `arXiv:2401.01234 [pdf]`."""
    if "](" in text:
        return False
    rest = _ADDRESS.sub(" ", text)
    return len(re.findall(r"[^\W\d_]{2,}", rest)) <= 5 and not rest.rstrip().endswith((". ", "?"))


def is_name_list(text: str) -> bool:
    """Whether a line is a list of people: `Ada Lovelace, C. Babbage (1) and J. von Neumann`, `Lovelace et al.`"""
    if not ("," in text or " and " in text or ";" in text or "·" in text or " & " in text):
        return "et al" in text and _ET_AL.fullmatch(text) is not None
    if ":" in text or "?" in text:
        return False
    if "\\" in text:
        text = to_unicode(text)
    if _PLAIN_NAMES.fullmatch(text) and TITLE_WORDS.isdisjoint(
        text.lower().replace(",", " ").replace(".", " ").split()
    ):
        return True
    if _NAME_NOTE.search(text):
        text = _NAME_NOTES.sub(" ", text)
    pieces = _NAME_SPLIT.split(text) if _NO_COMMA.search(text) else text.split(",")
    parts = [part for part in pieces if part and not part.isspace()]
    if len(parts) < 2:
        return False
    names = sum(is_person_name(part) for part in parts)
    # A quarter of the parts may be affiliations or names that the pattern does not know.
    return names >= 2 and names >= 0.75 * len(parts)


def is_person_name(text: str) -> bool:
    """Whether a few words can be one person's name; words that are typical of titles exclude it."""
    shown = to_unicode(text) if "\\" in text else text
    if "," in shown or len(shown.split(None, _MOST_NAMES)) > _MOST_NAMES or _NAME.fullmatch(shown) is None:
        return False
    words = text.lower().split()
    return TITLE_WORDS.isdisjoint(words if "." not in text else [word.strip(".") for word in words])


def is_abstract_part(text: str) -> bool:
    """Whether a line is a heading of a structured abstract: `Methods`, `RESULTS:`"""
    return len(text) < 60 and text.rstrip(":. ").lower() in ABSTRACT_PARTS


def title_case(text: str) -> float:
    """The share of a line's longer words that begin with a capital, the first word aside; 0 without such words."""
    words = [word[0] for word in text.split()[1:] if len(word) > 3 and word not in FUNCTION_WORDS]
    initials = "".join(words)
    if not initials.isalpha():
        initials = "".join([letter for letter in words if letter.isalpha()])
    if not initials or initials.isupper():
        return 1.0 if initials else 0.0
    return sum([letter.isupper() for letter in initials]) / len(initials)


def _unwrap_emphasis(text: str) -> str:
    """A line without the `**`, `__`, `*` or `_` around the whole of it."""
    for mark in ("**", "__", "*", "_"):
        if text.startswith(mark) and text.endswith(mark) and len(text) > 4 and text.count(mark) == 2:
            return text[len(mark) : -len(mark)].strip() or text
    return text
