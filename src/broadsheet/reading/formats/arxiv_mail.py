r"""arXiv's mails and pastweek lists -> records: blocks between `\\` lines, from the form of 1992 to today's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, normal_doi
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_QUOTED = lazy_regex(r"^(?:> ?)+", re.MULTILINE)
_ENTRY = lazy_regex(
    r"(?:arXiv:|Paper(?: \(\*cross-listing\*\))?:)\s*"
    r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z]{2,9}(?:-[a-z]{2,4})?(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)\s*(?P<note>\(\*?[^)\n]{3,40}\*?\))?\s*",
    re.IGNORECASE,
)
_RECOGNISED = lazy_regex(rf"^(?:> ?){{0,3}}\\\\[ \t]*\n(?:> ?){{0,3}}{_ENTRY.pattern}$", re.MULTILINE | re.IGNORECASE)
_FIELD = lazy_regex(
    r"(Title|Authors?|Categories|Comments?|Journal-ref|DOI|Report-no|MSC-class|ACM-class|Proxy|License|Date|From"
    r"|Subj-class|Notes|Cross-list)(?: ?\([^)]{0,30}\))?:[ \t]?(.*)",
    re.IGNORECASE,
)
_COMMON_FIELDS = frozenset({"title", "authors", "categories", "comments", "journal-ref", "doi", "date", "report-no"})
"""Those that most entries have: nearly all lines of fields, which need no pattern."""
_RULES = ("-", "=", "%")
_MARKS = frozenset({*_RULES, "\\"})
"""What a line may begin with that ends an abstract."""
_RULE = lazy_regex(r"[-=%]{8,}[-=% ]*")
_END = lazy_regex(r"\\\\[ \t]*\([ \t]*(https?://\S+)[ \t]*,.*")
_CHROME = lazy_regex(r"/\*.*\*/|%%.*|\\\\[ \t]*")


def find_entry(text: str) -> int | None:
    r"""Where a `\\` line stands directly above an arXiv id, near the beginning."""
    found = _RECOGNISED.search(text[:100_000]) if "\\\\" in text[:100_000] else None
    return found.start() if found else None


def parse(text: str) -> Parsed:
    """The papers of a mail, its replacements and cross-listings among them, which their categories say.

    The monthly listings of the first years name papers of other archives too; those are gaps here.
    """
    if text.lstrip().startswith(">") or "\n> \\\\" in text[:100_000]:
        text = _QUOTED.sub("", text)
    desk = _Desk()
    for number, raw in enumerate(split_lines(text), start=1):
        line = raw.rstrip()
        if desk.entry and not desk.opened and line[:1] not in _MARKS:  # as most lines are
            if desk.in_abstract:
                desk.entry.abstract.append(line)
            elif line:
                desk.take_field(line)
        else:
            desk.take(number, line)
    desk.close()
    return Parsed(tuple(desk.records), tuple(desk.gaps))


@dataclass(slots=True)
class _Entry:
    """A block as far as it was read."""

    line: int
    identity: str
    notes: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    abstract: list[str] = field(default_factory=list)
    link: str = ""
    last: str = ""


@dataclass(slots=True)
class _Desk:
    """Where the lines of a mail become entries: heading, fields, abstract, and whatever stands between."""

    records: list[Record] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    entry: _Entry | None = None
    in_abstract: bool = False
    opened: bool = False
    """The line above is a `\\\\` that may open an entry."""
    strays: list[tuple[int, str]] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        opens = line == "\\\\"
        if self.opened and (found := _ENTRY.fullmatch(line)):
            self.close()
            self.entry = _Entry(number, found["id"], [found["note"] or "", line])
        elif self.entry is None:
            self._stray(number, line)
        elif line[:2] == "\\\\" and (ends := _END.fullmatch(line)):
            self.entry.link = ends[1]
            self.close()
        elif line[:1] in _RULES and len(line) > 40 and _RULE.fullmatch(line):
            self.close()
        elif self.in_abstract:
            if not opens:
                self.entry.abstract.append(line)
        elif opens:
            self.in_abstract = True
        else:
            self.take_field(line)
        self.opened = opens

    def take_field(self, line: str) -> None:
        """A line that holds a field, goes on with one, or says that the entry replaces another."""
        entry = self.entry
        if entry is None:
            return
        if ":" in line[:50] and not line[0].isspace() and (named := _split_field(line)):
            name, value = named
            entry.last = "" if name in entry.fields else name
            entry.fields.setdefault(name, [value])
        elif line.lower().startswith("replaced with"):
            entry.notes.append("replaced")
            entry.last = ""
        elif line.strip() and entry.last:
            entry.fields[entry.last].append(line)

    def _stray(self, number: int, line: str) -> None:
        if self.records and line.strip() and not _RULE.fullmatch(line) and not _CHROME.fullmatch(line):
            self.strays.append((number, line))

    def close(self) -> None:
        """Files the entry, and the lines between it and the one before."""
        if self.strays:
            shown = "\n".join(line for _, line in self.strays[:50])
            self.gaps.append(
                Gap(self.strays[0][0], self.strays[-1][0], shown[:2000], "it belongs to no entry", outside=True)
            )
            self.strays = []
        entry, self.entry, self.in_abstract = self.entry, None, False
        if entry is None:
            return
        why = "" if any(part.strip() for part in entry.fields.get("title", ())) else "it has no title"
        if entry.notes[1].startswith("Paper (*cross-list"):
            why = "it is cross-listed from another archive, whose own listing of that month has it"
        if why:
            last = entry.line + sum(map(len, entry.fields.values())) + len(entry.abstract)
            self.gaps.append(Gap(entry.line, last, entry.identity, why))
        else:
            self.records.append(_record(entry))


def _split_field(line: str) -> tuple[str, str] | None:
    """A field's name in lower case and its value."""
    head, _, value = line.partition(":")
    if (name := head.lower()) in _COMMON_FIELDS:
        return name, value[1:] if value[:1] in {" ", "\t"} else value
    found = _FIELD.fullmatch(line)
    return (found[1].lower(), found[2]) if found else None


def _record(entry: _Entry) -> Record:
    def value(*names: str) -> str:
        for name in names:
            if lines := entry.fields.get(name):
                return lines[0].strip() if len(lines) == 1 else "\n".join(lines).strip()
        return ""

    identifiers = arxiv_identifiers(entry.identity)
    if doi := normal_doi(value("doi")):
        identifiers["doi"] = doi
    notes = " ".join(entry.notes).lower()
    marks = [mark for mark, word in (("cross", "cross-list"), ("replaced", "replaced")) if word in notes]
    return Record(
        title=value("title"),
        abstract="\n".join(entry.abstract).strip(),
        authors=split_people(value("authors", "author")),
        published=find_date(value("date")),
        links=(entry.link,) if entry.link else (),
        identifiers=identifiers,
        categories=(*value("categories", "subj-class").replace(",", " ").replace(";", " ").split(), *marks),
        venue=" ".join(value("journal-ref").split()) or None,
        line=entry.line,
    )
