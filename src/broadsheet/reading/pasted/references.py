"""Lists of references as papers and bibliographies print them -> records: titles, authors and venues, no abstracts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from broadsheet.reading.cleaning.identifiers import find_identifiers
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_NUMBER = lazy_regex(r"\A\s{0,8}(?:\[\d{1,4}\]|\d{1,4}[.)]|[-*•])\s+")
_BY_YEAR = lazy_regex(
    r"(?P<names>[^\W\d_a-z][^()\n\"“]{2,2000}?) {0,2}"
    r"\((?P<year>(?:19|20)\d\d)[a-z]?(?:, [^()\d]{3,20}(?: \d{1,2})?)?\)\.\s+"
    r"(?P<title>[^\n]{6,400}?)(?:(?<=\?)|(?<=!)|\.)(?:\s+(?P<rest>[^\n]*))?"
)
"""`Ash, A., & Birch, B. (2026). Boats at sea. Journal of Harbours, 4, 8–9.`"""
_QUOTED = lazy_regex(
    r"(?P<names>[^\W\d_a-z][^()\n\"“]{2,2000}?)[,.]\s+(?:(?P<year>(?:19|20)\d\d)\.\s+)?"
    r"(?:“(?P<title>[^“”\n]{6,400})”|\"(?P<straight>[^\"\n]{6,400})\")[,.]?\s+(?P<rest>\S[^\n]*)"
)
"""`A. Ash and B. Birch, “Boats at sea,” Journal of Harbours, vol. 4, 2026.`"""
_HINT = lazy_regex(r"\((?:19|20)\d\d[^()\n]{0,24}\)\.\s|[.,] [“\"]")
_INITIALS_BEHIND = lazy_regex(r"[^\W\d_][\w'’ -]{0,60}, (?:[^\W\d_a-z]\.[ -]?)+")
_OFFICE = lazy_regex(r"[^\W\d_a-z][\w'’-]+(?: (?:of|for|the|and|on|[^\W\d_a-z][\w'’-]+)){1,8}\.")
_AND = lazy_regex(r",?\s+(?:&|and)\s+|,?\s+(?=et al\.?$)")
_NAME = lazy_regex(
    r"(?:(?:[^\W\d_a-z][\w'’.-]*|[Dd]e|[Vv]an|[Dd]er|[Dd]en|[Vv]on|[Ll]a|[Dd]i|[Dd]a|[Ee]l)(?:[ -]|$)){1,6}|et al\.?"
)
_VENUE = lazy_regex(r"(?:in:? )?(?P<venue>[^,(]{3,200}?)(?:,|\(|\. |\.?$|\s+\d)", re.IGNORECASE)
_OF_BOOKS = lazy_regex(
    r"\s*[\[(](?:preprint|doctoral dissertation|data set|[^\[\]()]{0,40}\bed\.)[\])]$", re.IGNORECASE
)
_LEAST = 2
_SHARE = 0.8
"""The least share of lines that are references, so that those at the end of an article are none."""
_SAMPLE = 100_000
_LONGEST = 5000
_SHOWN = 2000


@dataclass(slots=True)
class _Entry:
    first: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.lines)[:_LONGEST]


def recognises(text: str) -> bool:
    """Whether nearly all lines of a text are references of one of the two forms."""
    if len(list(itertools.islice(_HINT.finditer(text[:_SAMPLE]), _LEAST))) < _LEAST:
        return False
    entries = list(_entries(text[:_SAMPLE]))
    lines = sum(len(entry.lines) for entry in entries)
    good = [entry for entry in entries if _record(entry)]
    return len(good) >= _LEAST and sum(len(entry.lines) for entry in good) >= _SHARE * lines


def parse(text: str) -> Parsed:
    """Each reference as a paper without an abstract; what is none is a gap."""
    records: list[Record] = []
    gaps: list[Gap] = []
    for entry in _entries(text):
        if record := _record(entry):
            records.append(record)
        else:
            last = entry.first + len(entry.lines) - 1
            gaps.append(Gap(entry.first, last, entry.text[:_SHOWN], "it is no reference to a paper"))
    return Parsed(tuple(records), tuple(gaps))


def _entries(text: str) -> Iterator[_Entry]:
    """Lines that belong together: from a number, or from names and a year, to the next one or a blank line."""
    entry: _Entry | None = None
    lines = [*split_lines(text), ""]
    for number, (line, below) in enumerate(itertools.pairwise(lines), start=1):
        words = line.strip()
        if entry and (not words or _opens(line, below)):
            yield entry
            entry = None
        if words:
            entry = entry or _Entry(number)
            entry.lines.append(_NUMBER.sub("", words, count=1) if not entry.lines else words)
    if entry:
        yield entry


def _opens(line: str, below: str) -> bool:
    """Whether a line begins a reference; the year or the quotation mark may stand on the line below."""
    if _NUMBER.match(line):
        return True
    words = f"{line.strip()} {below.strip()}"[:_LONGEST]
    return line[:1] not in " \t" and any(
        (found := form.match(words)) is not None
        and found.start("title") < len(line.strip()) + 200
        and _names(found["names"])
        for form in (_BY_YEAR, _QUOTED)
    )


def _record(entry: _Entry) -> Record | None:
    text = entry.text
    found = _BY_YEAR.fullmatch(text) or _QUOTED.fullmatch(text)
    names = _names(found["names"]) if found else ()
    if not found or not names:
        return None
    parts = found.groupdict()
    title = _OF_BOOKS.sub("", (parts["title"] or parts["straight"]).strip().rstrip(",."))
    venue = _VENUE.match(parts["rest"] or "")
    return Record(
        title=title,
        authors=names,
        identifiers=find_identifiers(parts["rest"] or ""),
        venue=venue["venue"].strip() if venue and "://" not in venue["venue"] else None,
        line=entry.first,
    )


def _names(text: str) -> tuple[str, ...]:
    """The people, or the office, before a year or a title; nobody where other words stand there."""
    text = text.strip().removesuffix(",")
    if _OFFICE.fullmatch(text):
        return (text.rstrip("."),)
    listed = _AND.sub(", ", text)
    if _INITIALS_BEHIND.match(text):
        return tuple(one.strip(" ,") for one in _INITIALS_BEHIND.findall(listed))
    first, *others = [one for part in listed.split(",") if (one := part.strip())]
    if not all(map(_NAME.fullmatch, (first, *others))):
        return ()
    # Chicago's style turns the first name alone round.
    return (f"{first}, {others[0]}", *others[1:]) if others and " " not in first else (first, *others)
