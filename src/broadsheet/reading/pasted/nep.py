"""Reports of RePEc's NEP (New Economics Papers), as mail, as a page and as a page is copied -> records.

A mail lists its titles first and then each paper with its number; a copied page has labelled lines, and sometimes its
titles in the list of contents alone, from where they go to the entry that has the same authors.
"""

from __future__ import annotations

import bisect
import collections
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers, is_web_address, normal_title
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAMED = lazy_regex(r"New Economics? Papers|repec\.org", re.IGNORECASE)
_FIELD = lazy_regex(r"[ \t]{0,8}(By|Abstract|Keywords?|JEL|Date|URL)[ \t]{0,8}:[ \t]*(.*)", re.IGNORECASE)
_FIELDS = lazy_regex(rf"^{_FIELD.pattern}$", re.MULTILINE | re.IGNORECASE)
_NUMBERED = lazy_regex(r"[ \t]{0,4}(\d{1,4})\.[ \t]+(\S.*)")
_RULE = lazy_regex(r"-{20,}")
_OVERVIEW = lazy_regex(r"[ \t]*In this issue we have:?[ \t]*", re.IGNORECASE)
_CONTENTS = lazy_regex(r"(?:\d{1,4}\.?[ \t]+)?(\S.{1,500}?)[ \t]+By[ \t]+(\S.*)")
_ARXIV = lazy_regex(r"RePEc:arx:papers:(\d{4}\.\d{4,5})\b", re.IGNORECASE)
_ONCE = frozenset({"by", "abstract", "url"})
"""Labels that a paper has once; the next of them is the next paper's."""
_LONGEST_TITLE = 8
"""Lines of a title, or of one author with an institution."""
_LONGEST_CONTENT = 2000
"""Characters of a title and its authors on a line."""
_SHOWN = 2000


def find_issue(text: str) -> int | None:
    """Where a text names the service, if it has two kinds of its labelled lines."""
    head = text[:100_000]
    lowered = head.lower()
    if "new econom" not in lowered and "repec.org" not in lowered:  # a quick look, as most texts are others
        return None
    named = _NAMED.search(head)
    if not named:
        return None
    labels = {found[1].lower() for found in _FIELDS.finditer(head)} & {"by", "jel", "url", "date"}
    return named.start() if len(labels) >= 2 else None


@dataclass(slots=True)
class _Announced:
    """A paper as far as it was read; `lines` are the numbers of its first and last line."""

    first: int
    last: int
    title: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    label: str = ""
    """The label whose value goes on, `title` and `names` without a label, and nothing after an address."""

    @property
    def name(self) -> str:
        return " ".join(" ".join(self.title).split())

    @property
    def people(self) -> tuple[str, ...]:
        """The names of its authors, a line each or with semicolons between, without what is in brackets."""
        return split_people(f"{';'.join(_whole_lines([*self.said.get('by', ()), *self.authors]))};")


def _whole_lines(lines: list[str]) -> Iterator[str]:
    """Lines with an open bracket put together with those that close it."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        text = " ".join(held)
        if text.count("(") <= text.count(")") or len(held) > _LONGEST_TITLE:
            yield text
            held = []
    yield from held


def parse(text: str) -> Parsed:
    """The papers of a report; its head, its foot and whatever else is in none of them are gaps."""
    lines = list(split_lines(text))
    contents, start = _contents(lines)
    desk = _Desk({number: normal_title(title) for number, (title, _) in enumerate(contents, 1)} if start else {})
    for number, line in enumerate(lines[start:], start + 1):
        desk.take(number, line.rstrip(), lines[number] if number < len(lines) else "")
    desk.close()
    taken = {number for entry in desk.entries for number in range(entry.first, entry.last + 1)}
    records, gaps = _told(desk.entries, contents)
    strays = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and n not in taken]
    return Parsed(tuple(records), tuple(sorted([*gaps, *_gaps(strays)], key=lambda gap: gap.first_line)))


def _contents(lines: list[str]) -> tuple[list[tuple[str, str]], int]:
    """The titles that stand above the papers, each with its authors, and the line where those lists end."""
    found: list[tuple[str, str]] = []
    for index, line in enumerate(lines):
        if _OVERVIEW.fullmatch(line):
            return _overview(lines, index + 1)
        if _FIELD.match(line):
            break
        if entry := _content(line.strip()):
            found.append((entry[1], entry[2]))
    return found, 0


def _content(line: str) -> re.Match[str] | None:
    return _CONTENTS.fullmatch(line) if len(line) < _LONGEST_CONTENT else None


def _overview(lines: list[str], index: int) -> tuple[list[tuple[str, str]], int]:
    """A mail's numbered titles, between two rules, each with its authors in the lines below."""
    found: list[tuple[str, list[str]]] = []
    rules = 0
    for place in range(index, len(lines)):
        line = lines[place].strip()
        if _RULE.fullmatch(line):
            rules += 1
            if rules > 1 or found:
                return [(title, " ".join(rest)) for title, rest in found], place + 1
        elif numbered := _NUMBERED.fullmatch(lines[place]):
            found.append((numbered[2].strip(), []))
        elif line and found:
            found[-1][1].append(line)
    return [], index


class _Desk:
    """Where lines become papers."""

    def __init__(self, titles: dict[int, str]) -> None:
        self.titles = titles
        self.entries: list[_Announced] = []
        self.entry: _Announced | None = None
        self.number = 0
        self.run: list[tuple[int, str]] = []
        """Lines without a label that may be the title of a paper whose labels follow."""
        self.blank = True

    def take(self, number: int, line: str, after: str) -> None:
        """The next line, and the one below it."""
        numbered = _NUMBERED.fullmatch(line) if self.blank or _FIELD.fullmatch(after) else None
        if not line.strip():
            self._blank()
        elif _RULE.fullmatch(line.strip()):
            self.close()
        elif numbered and self._begins(int(numbered[1]), numbered[2]):
            self.close()
            self.number = int(numbered[1])
            self.entry = _Announced(number, number, [numbered[2].strip()], label="title")
        elif labelled := _FIELD.fullmatch(line):
            self._labelled(number, labelled[1].lower(), labelled[2].strip())
        else:
            self._unlabelled(number, line.strip())
        self.blank = not line.strip()

    def _blank(self) -> None:
        if self.entry is None or self.entry.label == "":
            if self.run and self.run[-1][1]:
                self.run.append((self.run[-1][0], ""))
        elif self.entry.label == "title":
            self.entry.label = "names"
        elif self.entry.label == "names" and self.entry.authors:
            self.entry.label = "abstract"
        elif self.entry.label not in {"names", "abstract"}:
            self.entry.label = ""

    def _begins(self, number: int, title: str) -> bool:
        """Whether a number opens a paper, and no item of a list in an abstract."""
        if number in self.titles:
            known, name = self.titles[number], normal_title(title)
            return known.startswith(name) or name.startswith(known)
        return number == self.number + 1 or (self.entry is None and self.number == 0)

    def _labelled(self, number: int, label: str, value: str) -> None:
        entry = self.entry
        if (label == "by" and entry is None) or (entry and label in entry.said and label in _ONCE):
            run = self.run
            self.close(keep=False)
            title = _last_lines(run)
            first = title[0][0] if title else number
            entry = self.entry = _Announced(first, number, [_unnumbered(words) for _, words in title])
        if entry is None:
            self.run.append((number, f"{label}: {value}"))
            return
        self._settle()
        entry.said.setdefault("keyword" if label == "keywords" else label, []).append(value)
        entry.label = "" if label == "url" else label
        entry.last = number

    def _unlabelled(self, number: int, line: str) -> None:
        entry = self.entry
        if entry is None or entry.label == "":
            self.run.append((number, line))
            return
        if entry.label == "title":
            entry.title.append(line)
        elif entry.label == "names":
            entry.authors.append(line)
        else:
            entry.said.setdefault("keyword" if entry.label == "keywords" else entry.label, []).append(line)
        entry.last = number

    def _settle(self) -> None:
        """Text between the labels of one paper is its abstract, as older reports have it below the address."""
        if self.entry and self.run:
            self.entry.said.setdefault("abstract", []).extend(words for _, words in self.run if words)
            self.entry.last = self.run[-1][0]
        self.run = []

    def close(self, *, keep: bool = True) -> None:
        """Files the paper; what stands right below its last label is its abstract where it has no other (`keep`)."""
        entry = self.entry
        if entry:
            if keep and self.run and "abstract" not in entry.said and self.run[0][0] == entry.last + 1:
                words = [words for _, words in self.run]
                self.run = self.run[: words.index("")] if "" in words else self.run
                self._settle()
            self.entries.append(entry)
        self.entry, self.run = None, []


def _last_lines(run: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines of a run below its last blank one, the list of contents aside."""
    title: list[tuple[int, str]] = []
    for number, words in run:
        if not words or _content(words):
            title = []
        else:
            title.append((number, words))
    return title[-_LONGEST_TITLE:]


def _unnumbered(words: str) -> str:
    found = _NUMBERED.fullmatch(words)
    return found[2] if found else words


def _told(entries: list[_Announced], contents: list[tuple[str, str]]) -> tuple[list[Record], list[Gap]]:
    """The papers as records: those without a title take it from the contents, where their authors tell which."""
    listed: dict[tuple[str, ...], list[str]] = collections.defaultdict(list)
    names = sorted(normal_title(entry.name) for entry in entries if entry.title)
    for title, people in contents:
        name = normal_title(title)
        place = bisect.bisect_left(names, name)
        if place == len(names) or not names[place].startswith(name):
            listed[_known_by(split_people(f"{people};"))].append(title)
    wanted = collections.Counter(_known_by(entry.people) for entry in entries if not entry.title)
    records: list[Record] = []
    gaps: list[Gap] = []
    for entry in entries:
        who = _known_by(entry.people)
        if not entry.title and len(listed[who]) == wanted[who]:
            # Several papers of the same people are in the same order in both lists.
            wanted[who] -= 1
            entry.title = [listed[who].pop(0)]
        if entry.title:
            records.append(_record(entry))
        else:
            shown = "\n".join(f"{label}: {' '.join(value)}" for label, value in entry.said.items())
            gaps.append(Gap(entry.first, entry.last, shown[:_SHOWN], "its title is told apart from no other"))
    left = {title for titles in listed.values() for title in titles}
    records += [Record(title, authors=split_people(f"{people};")) for title, people in contents if title in left]
    return records, gaps


def _known_by(people: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normal_title(name) for name in people)


def _record(entry: _Announced) -> Record:
    def said(label: str) -> str:
        return "\n".join(entry.said.get(label, ())).strip()

    address = "".join(said("url").split())
    return Record(
        title=entry.name,
        abstract=said("abstract"),
        authors=entry.people,
        published=find_date(said("date").replace("–", "-")),
        links=(address,) if is_web_address(address) else (),
        identifiers=_identifiers(address),
        categories=_categories(said("keyword"), said("jel")),
        line=entry.first,
    )


def _identifiers(address: str) -> dict[str, str]:
    """What an address of RePEc tells: its handles of arXiv's papers hold their ids."""
    found = find_identifiers(address)
    return {**found, "arxiv": arxiv[1]} if (arxiv := _ARXIV.search(address)) else found


def _categories(keywords: str, codes: str) -> tuple[str, ...]:
    """Its keywords, or else its codes of the Journal of Economic Literature."""
    words = re.split(r"[;,]", " ".join(keywords.split())) if keywords else codes.split()
    return tuple(word.strip() for word in words if word.strip())


def _gaps(strays: list[tuple[int, str]]) -> Iterator[Gap]:
    """The lines of no paper, each run of them a gap, blank lines between them or not."""
    run: list[tuple[int, str]] = []
    for number, line in strays:
        if run and number > run[-1][0] + 3:
            yield _gap(run)
            run = []
        run.append((number, line))
    if run:
        yield _gap(run)


def _gap(run: list[tuple[int, str]]) -> Gap:
    shown = "\n".join(line for _, line in run)[:_SHOWN]
    return Gap(run[0][0], run[-1][0], shown, "it belongs to no entry")


def read_nep_page(tree: Element) -> Iterator[Record]:
    """The tables of a report's page, whose rows have the labels `By:`, `Abstract:`, `Date:` and `URL:`.

    The title is the link, or the words, that stand above the table in its item.
    """
    for table in tree.iter("table"):
        rows = dict(_rows(table))
        if "by" not in rows or "url" not in rows or (title := _title_above(table)) is None:
            continue
        words = {label: " ".join("".join(cell.itertext()).split()) for label, cell in rows.items()}
        link = next((found.get("href") or "" for found in rows["url"].iter("a")), "") or words["url"]
        own = next((found.get("href") or "" for found in title.iter("a")), "")
        yield Record(
            title=" ".join("".join(title.itertext()).split()),
            abstract=words.get("abstract", ""),
            authors=split_people(f"{words['by']};"),
            published=find_date(words.get("date", "").replace("–", "-")),
            links=tuple(dict.fromkeys(address for address in (link, own) if is_web_address(address))),
            identifiers={**_identifiers(own), **_identifiers(link)},
            categories=_categories(words.get("keywords", ""), words.get("jel", "")),
            line=table.sourceline,
        )


def _rows(table: Element) -> Iterator[tuple[str, Element]]:
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        if len(cells) == 2 and (label := _FIELD.fullmatch("".join(cells[0].itertext()).strip())):
            yield label[1].lower(), cells[1]


def _title_above(table: Element) -> Element | None:
    """The nearest element with words before the table, within the item that it stands in."""
    above = table.getprevious()
    while above is not None and not "".join(above.itertext()).strip():
        above = above.getprevious()
    return above
