"""Tagged exports -> records: RIS, MEDLINE (.nbib), Web of Science and EndNote's refer format, told apart by their tags.

One reader for the four, as they differ in little but the tags. It is not built on rispy, which knows RIS alone, says
no line numbers, and raises for a whole file what is wrong with one line of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from broadsheet.locale.language_codes import primary_language
from broadsheet.reading.cleaning.dates import date_of, find_date
from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.reading.translations import Texts, preferred, told_apart
from broadsheet.text.lazy_regex import lazy_regex

_RIS = lazy_regex(r"([A-Z][A-Z0-9]) {1,3}-(?: (.*)|[ \t]*)")
_SMALL = lazy_regex(r"^[a-z][a-z0-9](?= {1,3}-(?: |$))", re.MULTILINE)
_SMALL_TYPE = lazy_regex(r"^\ufeff?ty {1,3}-", re.MULTILINE)
_MEDLINE = lazy_regex(r"([A-Z][A-Z0-9]{1,3}) {0,2}- (.*)")
_SCIENCE = lazy_regex(r"([A-Z][A-Z0-9])(?: (.*)|[ \t]*)")
_REFER = lazy_regex(r"%([0-9A-Z!@~+^&*$#<>()?\[\];:=_\\'`{}|.\"])(?: (.*)|)")
_KEYWORD_BREAK = lazy_regex(r"\s*;\s*|\n")
_MOST_VALUES = 5000
_SHOWN = 2000
_ALIKE = 40
"""Characters by which two abstracts of one record are known as the same, one of them cut short."""


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """A family of tags: how a line of it looks, where records begin and end, and what the tags mean."""

    looks: re.Pattern[str]
    """The line that opens a record, and what must stand below it."""
    marks: tuple[str, ...]
    """What such a text holds: a quick look, as most texts that are looked at are others."""
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
    heads: frozenset[str] = frozenset()
    """Tags of the file's own head, above its records."""
    dashed: bool = False
    """Whether most lines have a dash in their fifth column, behind the tag: those need no pattern."""
    others: frozenset[str] = frozenset()
    """Tags that are known and not read, so that a line which begins with another may be a wrapped one."""

    def find_record(self, text: str) -> int | None:
        """Where a record opens near the beginning of a text."""
        head = f"\n{text[:50_000]}"
        if not any(mark in head for mark in self.marks):
            return None
        found = self.looks.search(text[:50_000])
        return found.start() if found else None


RIS = Dialect(
    marks=("TY ", "\nty "),
    looks=lazy_regex(r"^\ufeff?(?:TY|ty) {1,3}- ?[A-Za-z][^\n]{0,60}\n\s*[A-Za-z][A-Za-z0-9] {1,3}-", re.MULTILINE),
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
    dashed=True,
    others=frozenset(
        (  # noqa: SIM905 - words
            "A2 A3 A4 AD AN AV C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CY DB DP EP ET ID IS J1 JE L4 LA LB M1 M2 N1 NV OP PB"
            " PP RI RN RP SE SN SP ST SV T3 TA TT U1 U2 U3 U4 U5 VL VO"
        ).split()
    ),
)
MEDLINE = Dialect(
    marks=("\nPMID",),
    looks=lazy_regex(r"^PMID ?- ?\d[^\n]{0,60}\n\s*[A-Z][A-Z0-9]{1,3} {0,2}-", re.MULTILINE),
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
    dashed=True,
    others=frozenset(
        (  # noqa: SIM905 - words
            "AD AUID CDAT CI COIS CON CRDT CRI CTDT CTI DA DCOM DDIN DRIN ECI ED EDAT EFR EIN EN FED FIR FPS GN GR IP"
            " IR IRAD IS ISBN JID LA LR MHDA MID NM OABL OCI OID OTO OWN PB PG PHST PL PMC PMCR PS PST PT PUBM RF RIN"
            " RN ROF RPF RPI RRF RRI SB SFM SI SPIN STAT UIN UOF VI VTI"
        ).split()
    ),
)
ERIC = replace(
    MEDLINE,
    marks=("OWN",),
    looks=lazy_regex(r"^OWN ?- ?ERIC\b[^\n]*\n(?:[A-Z]{2,4} {0,2}- )", re.MULTILINE),
    begins=frozenset({"OWN"}),
    doi=("AID", "LID"),
    links=("LID", "AID"),
    authors=("AU", "FAU", "CN"),
    keywords=("OT",),
)
"""MEDLINE's tags as ERIC writes them: a record begins with its owner, its ids are addresses, and it has no PMID."""
SCIENCE = Dialect(
    marks=("\nPT ",),
    looks=lazy_regex(r"^PT [A-Z]\n(?:[A-Z][A-Z0-9] |   )", re.MULTILINE),
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
    heads=frozenset({"FN", "VR", "EF"}),
    others=frozenset(
        (  # noqa: SIM905 - words
            "AR BA BE BF BN BP BS C1 C3 CL CR CT CY D2 DA DT EA EF EI EM EP FN FU FX GA GP HC HO HP IS J9 JI LA MA NR"
            " OA OI PA PG PI PN PU RI RP SC SE SI SN SP SU TC U1 U2 UT VL VR WC WE Z9"
        ).split()
    ),
)
REFER = Dialect(
    marks=("\n%0", "\n%T", "\n%A"),
    looks=lazy_regex(r"^%(?:0 \w[^\n]{2,60}|[AT] [^\n]{2,400})\n%[0-9A-Z@!] ", re.MULTILINE),
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
    small = ("ty " in text[:4] or "\nty " in text or "\n\ufeffty " in text) and _SMALL_TYPE.search(text)
    return _parse(_SMALL.sub(lambda tag: tag[0].upper(), text) if small else text, RIS)


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
    first: str
    """The tag that a record of this file opens with."""
    typed: bool
    """Whether it opens with the tag that begins a record."""
    fields: dict[str, list[str | list[str]]] = field(default_factory=dict)
    """By tag its values, each as its line or its lines."""
    tag: str = ""
    ended: bool = True
    """Whether something stands between it and the tag that begins the next."""


def _parse(text: str, dialect: Dialect) -> Parsed:
    records: list[Record] = []
    gaps: list[Gap] = []
    for part in _entries(text, dialect):
        if isinstance(part, Gap):
            gaps.append(part)
        elif record := _record(part, dialect):
            records.append(record)
        else:
            shown = "\n".join(
                f"{tag} {value if isinstance(value, str) else ' '.join(value)}"
                for tag, values in part.fields.items()
                for value in values[:9]
            )
            why = "it has no title" if part.typed else "it stands outside of any record"
            gaps.append(Gap(part.line, part.last_line, shown[:_SHOWN], why, outside=not part.typed))
    return Parsed(tuple(records), tuple(gaps))


def _entries(text: str, dialect: Dialect) -> Iterator[_Entry | Gap]:
    """Records, with the fields that some exporters write above the tag which begins one.

    Where a title or an abstract stands above that tag and another below it, what is above is no part of the record.
    """
    texts = (dialect.title, dialect.abstract)
    above: _Entry | None = None
    for part in _runs(text, dialect):
        if above and isinstance(part, _Entry):
            if any(above.fields.keys() & tags and part.fields.keys() & tags for tags in texts):
                yield above
            else:
                fields = {tag: [*above.fields.get(tag, ()), *values] for tag, values in part.fields.items()}
                part.line, part.fields = above.line, above.fields | fields
            above = None
        if isinstance(part, _Entry) and not part.typed and not part.ended:
            above = part
        else:
            yield part


def _has_title(entry: _Entry, dialect: Dialect) -> bool:
    return any(tag in entry.fields for tag in dialect.title)


def _runs(text: str, dialect: Dialect) -> Iterator[_Entry | Gap]:
    """Fields from one tag that begins a record, or one end, to the next; and the lines that stand outside of any."""
    texts = frozenset((*dialect.title, *dialect.abstract))
    is_wrapped = _wrapped_lines(text, dialect)
    fullmatch, begins, ends, heads = dialect.line.fullmatch, dialect.begins, dialect.ends, dialect.heads
    bounds = begins | ends
    common = _known_tags(dialect) if dialect.dashed else frozenset()
    entry: _Entry | None = None
    blank = False
    for number, raw in enumerate(split_lines(text), start=1):
        line = raw.rstrip()
        if not line:
            blank = True
            continue
        if line[4:6] == "- " and (tag := line[:4].rstrip(" ")) in common:
            value = line[6:]
        else:
            match = fullmatch(line)
            tag, value = match.groups("") if match else ("", "")
        if tag and entry and entry.tag in texts and is_wrapped(line, tag, value):
            tag = ""
        first = tag
        may_end = blank or tag in bounds or (entry and tag == entry.first)
        if may_end and entry and tag and _ends(entry, tag, dialect, blank=blank and not line[0].isspace()):
            if tag in begins and not entry.typed:
                entry.ended = False
                first = entry.first if _has_title(entry, dialect) else tag
            yield entry
            entry = None
        if tag and tag not in ends and (entry or tag not in heads):
            entry = entry or _Entry(number, number, first, tag in begins)
            _add(entry, tag, value)
        elif entry:
            _continue(entry, line, dialect)
        elif not tag:
            yield Gap(number, number, line[:_SHOWN], "it stands outside of any record", outside=True)
        if entry:
            entry.last_line = number
        blank = False
    if entry:
        yield entry


def _wrapped_lines(text: str, dialect: Dialect) -> Callable[[str, str, str], bool]:
    """What tells a tag from a wrapped line of a title or abstract that looks like one, as `AI - based recordings` does.

    It asks for a line below such a text, and what seem to be its tag and value: tags are known ones, their dash stands
    in one column all through a file, and a value seldom begins with a small letter.
    """
    known = _known_tags(dialect)
    opens = dialect.looks.search(text[:50_000])
    dash = opens[0].removeprefix("\ufeff").find("-") if opens and dialect in (RIS, MEDLINE) else -1

    ends = dialect.ends

    def is_wrapped(line: str, tag: str, value: str) -> bool:
        if tag in ends:
            return bool(value)
        odd = line.find("-") != dash >= 0
        return (odd or tag not in known) and (value[:1].islower() or (odd and tag not in known))

    return is_wrapped


def _known_tags(dialect: Dialect) -> frozenset[str]:
    read = (dialect.title, dialect.abstract, dialect.authors, dialect.dates, dialect.doi, dialect.links)
    return dialect.begins.union(
        dialect.ends, dialect.others, *read, dialect.keywords, dialect.venue, dialect.pmid, (dialect.year,)
    )


def _ends(entry: _Entry, tag: str, dialect: Dialect, *, blank: bool) -> bool:
    """Whether a tag ends the record above it: an end, a beginning, or what the record before opened with."""
    if tag in dialect.ends or tag in dialect.begins:
        return True
    if tag == entry.first and (blank or tag not in (*dialect.authors, *dialect.keywords, *dialect.links)):
        return True
    return blank and dialect.blank_ends and tag in dialect.title and tag in entry.fields


def _add(entry: _Entry, tag: str, value: str) -> None:
    entry.tag = tag
    values = entry.fields.get(tag)
    if values is None:
        entry.fields[tag] = [value.strip()]
    elif len(values) < _MOST_VALUES:
        values.append(value.strip())


def _continue(entry: _Entry, line: str, dialect: Dialect) -> None:
    """A line without a tag goes on with the value above it, or is one more value of a list."""
    values = entry.fields.get(entry.tag)
    if values is None or len(values) >= _MOST_VALUES:
        return
    if entry.tag in dialect.lists:
        values.append(line.strip())
    elif isinstance(last := values[-1], str):
        values[-1] = [last, line.strip()]
    else:
        last.append(line.strip())


def _record(entry: _Entry, dialect: Dialect) -> Record | None:
    fields: Mapping[str, list[str]] = {
        tag: [text for value in values if (text := value if isinstance(value, str) else "\n".join(value).strip())]
        for tag, values in entry.fields.items()
    }
    title = _first(fields, dialect.title)
    if not title:
        return None
    venue = _first(fields, dialect.venue)
    abstracts = _abstracts(fields, dialect)
    return Record(
        title=flatten(title) if "<" in title else title,
        abstract=preferred(abstracts),
        authors=tuple(_values(fields, dialect.authors)),
        published=_date(fields, dialect),
        links=_links(fields, dialect),
        identifiers=_identifiers(fields, dialect),
        categories=_keywords(fields, dialect),
        venue=venue if venue != title else None,
        line=entry.line,
        titles=_vernacular_title(fields) if dialect is MEDLINE and "TT" in fields else None,
        abstracts=abstracts if len(abstracts) > 1 else None,
    )


def _vernacular_title(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """The title in the language of a paper that is in another one than English."""
    title, language = _first(fields, ("TT",)), primary_language(_first(fields, ("LA",)))
    return {language: title} if title and language != "en" else {}


def _links(fields: Mapping[str, list[str]], dialect: Dialect) -> tuple[str, ...]:
    told = [value for tag in dialect.links if tag in fields for value in fields[tag]]
    found = [link for value in told for link in value.split()]
    links = tuple([link for link in found if is_web_address(link)])
    number = _first(fields, ("OID",)) if dialect is ERIC and not links else ""
    return (f"https://eric.ed.gov/?id={number}",) if number and re.fullmatch(r"E[JD]\d{3,12}", number) else links


def _values(fields: Mapping[str, list[str]], tags: tuple[str, ...]) -> list[str]:
    for tag in tags:
        if values := fields.get(tag):
            return values
    return []


def _first(fields: Mapping[str, list[str]], tags: tuple[str, ...]) -> str:
    for tag in tags:
        if values := fields.get(tag):
            return values[0]
    return ""


def _abstracts(fields: Mapping[str, list[str]], dialect: Dialect) -> Texts:
    """The text under the first tag that there is, or another's that begins the same way and is longer; by language."""
    tags = [tag for tag in dialect.abstract if fields.get(tag)]
    if len(tags) == 1 and len(fields[tags[0]]) == 1 and "OABL" not in fields:  # as most records have it
        text = fields[tags[0]][0]
        return {"": flatten(text) if "<" in text else text}
    told: Texts = {}
    if said := fields.get("OABL") if dialect is MEDLINE else None:
        others = zip((primary_language(name) for name in said), fields.get("OAB", ()), strict=False)
        told = {**dict(others), **({"en": "\n".join(fields["AB"])} if fields.get("AB") else {})}
    elif len(tags) > 1 or (tags and len(fields[tags[0]]) > 1):
        told = told_apart([text for tag in tags for text in fields[tag]])
    if not told and len(tags) == 1:
        told = {"": "\n".join(fields[tags[0]])}
    elif not told:
        texts = ["\n".join(fields[tag]) for tag in tags]
        told = {"": max((text for text in texts if text[:_ALIKE] == texts[0][:_ALIKE]), key=len, default="")}
    return {language: flatten(text) if "<" in text else text for language, text in told.items()}


def _date(fields: Mapping[str, list[str]], dialect: Dialect) -> dt.date | None:
    year = _first(fields, (dialect.year,)) if dialect.year else ""
    for tag in dialect.dates:
        if tag not in fields and not year:
            continue
        value = " ".join(_first(fields, (tag,)).split())
        if not value and not year:
            continue
        if len(value) == 8 and value.isdecimal():
            return date_of(value[:4], value[4:6], value[6:])
        if found := find_date(value.title()) or (find_date(f"{value.title()}, {year}") if year else None):
            return found
    return None


def _identifiers(fields: Mapping[str, list[str]], dialect: Dialect) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in (*dialect.doi, *dialect.links):
        if tag not in fields:
            continue
        for value in fields[tag][:20]:
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
    words = _values(fields, dialect.keywords)
    if not words:
        return ()
    whole = dialect in (MEDLINE, ERIC)
    split = iter(words) if whole else (word for value in words for word in _KEYWORD_BREAK.split(value))
    return tuple(dict.fromkeys(bare for word in split if (bare := word.strip().replace("*", ""))))[:_MOST_VALUES]
