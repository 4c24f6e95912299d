"""Tagged exports -> records: RIS, MEDLINE (.nbib), Web of Science and EndNote's refer format, told apart by their tags.

One reader for the four, as they differ in little but the tags. It is not built on rispy, which knows RIS alone, says
no line numbers, and raises for a whole file what is wrong with one line of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from broadsheet.reading.cleaning.dates import date_of, find_date
from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.record import Gap, Parsed, Record, split_lines

_RIS = re.compile(r"([A-Z][A-Z0-9]) {1,3}-(?: (.*)|[ \t]*)")
_SMALL = re.compile(r"^[a-z][a-z0-9](?= {1,3}-(?: |$))", re.MULTILINE)
_SMALL_TYPE = re.compile(r"^\ufeff?ty {1,3}-", re.MULTILINE)
_MEDLINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- (.*)")
_SCIENCE = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|[ \t]*)")
_REFER = re.compile(r"%([0-9A-Z!@~+^&*$#<>()?\[\];:=_\\'`{}|.\"]) ?(.*)")
_KEYWORD_BREAK = re.compile(r"\s*;\s*|\n")
_MOST_VALUES = 5000
_SHOWN = 2000
_ALIKE = 40
"""Characters by which two abstracts of one record are known as the same, one of them cut short."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A family of tags: how a line of it looks, where records begin and end, and what the tags mean."""

    looks: re.Pattern[str]
    """The line that opens a record, and what must stand below it."""
    line: re.Pattern[str]
    begins: frozenset[str]
    ends: frozenset[str]
    blank_ends: bool
    title: tuple[str, ...]
    abstract: tuple[str, ...]
    authors: tuple[str, ...]
    dates: tuple[str, ...]
    doi: tuple[str, ...]
    links: tuple[str, ...]
    keywords: tuple[str, ...]
    venue: tuple[str, ...]
    pmid: tuple[str, ...] = ()
    year: str = ""
    lists: frozenset[str] = frozenset()
    """Tags of which each further line is a value of its own."""

    def recognises(self, text: str) -> bool:
        """Whether a record opens near the beginning of a text."""
        return self.looks.search(text[:50_000]) is not None


RIS = Dialect(
    looks=re.compile(r"^\ufeff?(?:TY|ty) {1,3}- ?[A-Za-z]", re.MULTILINE),
    line=_RIS,
    begins=frozenset({"TY"}),
    ends=frozenset({"ER"}),
    blank_ends=False,
    title=("TI", "T1", "CT", "BT"),
    abstract=("AB", "N2"),
    authors=("AU", "A1"),
    dates=("DA", "Y1", "PY", "Y2"),
    doi=("DO", "DI", "L3", "M3"),
    links=("UR", "L2", "LK", "L1"),
    keywords=("KW",),
    venue=("T2", "JF", "JO", "JA", "J2", "BT"),
    lists=frozenset({"KW"}),
)
MEDLINE = Dialect(
    looks=re.compile(r"^PMID ?- ?\d", re.MULTILINE),
    line=_MEDLINE,
    begins=frozenset({"PMID"}),
    ends=frozenset(),
    blank_ends=True,
    title=("TI", "BTI", "TT"),
    abstract=("AB", "OAB"),
    authors=("FAU", "AU", "CN"),
    dates=("DEP", "DP"),
    doi=("LID", "AID", "SO"),
    links=(),
    keywords=("OT", "MH"),
    venue=("JT", "TA"),
    pmid=("PMID",),
)
ERIC = replace(
    MEDLINE,
    looks=re.compile(r"^OWN ?- ?ERIC\b[^\n]*\n(?:[A-Z]{2,4} {0,2}- )", re.MULTILINE),
    begins=frozenset({"OWN"}),
    doi=("AID", "LID"),
    links=("LID", "AID"),
    authors=("AU", "FAU", "CN"),
    keywords=("OT",),
)
"""MEDLINE's tags as ERIC writes them: a record begins with its owner, its ids are addresses, and it has no PMID."""
SCIENCE = Dialect(
    looks=re.compile(r"^PT [A-Z]\n(?:[A-Z][A-Z0-9] |   )", re.MULTILINE),
    line=_SCIENCE,
    begins=frozenset({"PT"}),
    ends=frozenset({"ER"}),
    blank_ends=False,
    title=("TI",),
    abstract=("AB",),
    authors=("AF", "AU", "CA"),
    dates=("PD",),
    doi=("DI",),
    links=("UR",),
    keywords=("DE", "ID"),
    venue=("SO",),
    pmid=("PM",),
    year="PY",
    lists=frozenset({"AU", "AF", "CA"}),
)
REFER = Dialect(
    looks=re.compile(r"^%0 \w[^\n]{2,60}\n%[0-9A-Z@!] ", re.MULTILINE),
    line=_REFER,
    begins=frozenset({"0"}),
    ends=frozenset(),
    blank_ends=True,
    title=("T",),
    abstract=("X",),
    authors=("A",),
    dates=("8", "D"),
    doi=("R",),
    links=("U",),
    keywords=("K",),
    venue=("J", "B"),
    year="D",
    lists=frozenset({"K"}),
)


def parse_ris(text: str) -> Parsed:
    """The references of a RIS file, whichever of its families of tags the exporter uses, in capitals or not."""
    return _parse(_SMALL.sub(lambda tag: tag[0].upper(), text) if _SMALL_TYPE.search(text) else text, RIS)


def parse_medline(text: str) -> Parsed:
    """The citations of a MEDLINE or .nbib file."""
    return _parse(text, MEDLINE)


def parse_eric(text: str) -> Parsed:
    """The citations of an `.nbib` file of ERIC's."""
    return _parse(text, ERIC)


def parse_science(text: str) -> Parsed:
    """The records of Web of Science's plain-text export."""
    return _parse(text, SCIENCE)


def parse_refer(text: str) -> Parsed:
    """The references of EndNote's refer format."""
    return _parse(text, REFER)


@dataclass(slots=True)
class _Entry:
    line: int
    last_line: int
    fields: dict[str, list[list[str]]] = field(default_factory=dict)
    """By tag its values, each as its lines."""
    tag: str = ""


def _parse(text: str, dialect: Dialect) -> Parsed:
    records: list[Record] = []
    gaps: list[Gap] = []
    for part in _entries(text, dialect):
        if isinstance(part, Gap):
            gaps.append(part)
        elif record := _record(part, dialect):
            records.append(record)
        else:
            shown = "\n".join(f"{tag} {' '.join(value)}" for tag, values in part.fields.items() for value in values[:9])
            gaps.append(Gap(part.line, part.last_line, shown[:_SHOWN], "it has no title"))
    return Parsed(tuple(records), tuple(gaps))


def _entries(text: str, dialect: Dialect) -> Iterator[_Entry | Gap]:
    """Records as tags and values, and the lines that stand outside of any."""
    entry: _Entry | None = None
    blank = False
    for number, raw in enumerate(split_lines(text), start=1):
        line = raw.rstrip()
        if not line:
            blank = True
            continue
        match = dialect.line.fullmatch(line)
        tag = match[1] if match else ""
        ended = blank and dialect.blank_ends and tag and not line[0].isspace()
        if entry and (tag in dialect.begins or tag in dialect.ends or (ended and tag in dialect.begins | {"T"})):
            yield entry
            entry = None
        if match and tag not in dialect.ends and (entry or tag in dialect.begins or ended):
            entry = entry or _Entry(number, number)
            _add(entry, tag, match[2] or "")
        elif entry and not match:
            _continue(entry, line, dialect)
        elif not entry and tag not in dialect.ends and not (dialect is SCIENCE and tag in {"FN", "VR", "EF"}):
            yield Gap(number, number, line[:_SHOWN], "it stands outside of any record")
        if entry:
            entry.last_line = number
        blank = False
    if entry:
        yield entry


def _add(entry: _Entry, tag: str, value: str) -> None:
    entry.tag = tag
    values = entry.fields.setdefault(tag, [])
    if len(values) < _MOST_VALUES:
        values.append([value.strip()])


def _continue(entry: _Entry, line: str, dialect: Dialect) -> None:
    """A line without a tag goes on with the value above it, or is one more value of a list."""
    values = entry.fields.get(entry.tag)
    if values is None or len(values) >= _MOST_VALUES:
        return
    if entry.tag in dialect.lists:
        values.append([line.strip()])
    else:
        values[-1].append(line.strip())


def _record(entry: _Entry, dialect: Dialect) -> Record | None:
    fields: Mapping[str, list[str]] = {
        tag: [text for lines in values if (text := "\n".join(lines).strip())] for tag, values in entry.fields.items()
    }
    title = _first(fields, dialect.title)
    if not title:
        return None
    venue = _first(fields, dialect.venue)
    return Record(
        title=flatten(title) if "<" in title else title,
        abstract=_abstract(fields, dialect),
        authors=tuple(next((fields[tag] for tag in dialect.authors if fields.get(tag)), ())),
        published=_date(fields, dialect),
        links=_links(fields, dialect),
        identifiers=_identifiers(fields, dialect),
        categories=_keywords(fields, dialect),
        venue=venue if venue != title else None,
        line=entry.line,
    )


def _links(fields: Mapping[str, list[str]], dialect: Dialect) -> tuple[str, ...]:
    found = (link for tag in dialect.links for value in fields.get(tag, ()) for link in value.split())
    links = tuple(link for link in found if is_web_address(link))
    number = _first(fields, ("OID",)) if dialect is ERIC and not links else ""
    return (f"https://eric.ed.gov/?id={number}",) if re.fullmatch(r"E[JD]\d{3,12}", number) else links


def _first(fields: Mapping[str, list[str]], tags: tuple[str, ...]) -> str:
    return next((fields[tag][0] for tag in tags if fields.get(tag)), "")


def _abstract(fields: Mapping[str, list[str]], dialect: Dialect) -> str:
    """The text under the first tag that there is, or another's that begins the same way and is longer."""
    texts = ["\n".join(fields[tag]) for tag in dialect.abstract if fields.get(tag)]
    text = max((text for text in texts if text[:_ALIKE] == texts[0][:_ALIKE]), key=len, default="")
    return flatten(text) if "<" in text else text


def _date(fields: Mapping[str, list[str]], dialect: Dialect) -> dt.date | None:
    year = _first(fields, (dialect.year,)) if dialect.year else ""
    for tag in dialect.dates:
        value = _first(fields, (tag,))
        if len(value) == 8 and value.isdecimal():
            return date_of(value[:4], value[4:6], value[6:])
        if found := find_date(value.title()) or (find_date(f"{value.title()}, {year}") if year else None):
            return found
    return None


def _identifiers(fields: Mapping[str, list[str]], dialect: Dialect) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in (*dialect.doi, *dialect.links):
        for value in fields.get(tag, ())[:20]:
            if dialect is MEDLINE and tag in {"LID", "AID"} and "[doi]" not in value:
                continue
            marks = find_identifiers(value)
            if "doi" not in marks and "arxiv" not in marks and tag in dialect.doi and (doi := normal_doi(value)):
                marks["doi"] = doi
            found = {**marks, **found}
    number = _first(fields, dialect.pmid)
    if dialect is RIS and "pubmed" in _first(fields, ("DB", "DP")).lower():
        number = number or _first(fields, ("AN", "C5"))
    if number.isdigit():
        found["pmid"] = number.lstrip("0")
    if dialect is RIS and "arxiv" in _first(fields, ("PB", "T2", "AN", "DB", "JO")).lower():
        found = {**arxiv_identifiers(_first(fields, ("AN", "M1", "VL"))), **found}
    if number := _first(fields, ("PMC",)) if dialect is MEDLINE else "":
        found["pmcid"] = number
    return found


def _keywords(fields: Mapping[str, list[str]], dialect: Dialect) -> tuple[str, ...]:
    words = next((fields[tag] for tag in dialect.keywords if fields.get(tag)), [])
    whole = dialect in (MEDLINE, ERIC)
    split = iter(words) if whole else (word for value in words for word in _KEYWORD_BREAK.split(value))
    return tuple(dict.fromkeys(bare for word in split if (bare := word.strip().replace("*", ""))))[:_MOST_VALUES]
