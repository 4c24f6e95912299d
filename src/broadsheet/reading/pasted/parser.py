"""Pasted pages -> records: titles, abstracts and what stands between them, told apart by the whole page's shape."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field

from broadsheet.reading.cleaning.authors import FULL_WIDTH, on_one_line
from broadsheet.reading.cleaning.dates import find_date, is_day_heading
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.pasted.bylines import is_one_person, without_brackets
from broadsheet.reading.pasted.lines import is_abstract_part, is_person_name
from broadsheet.reading.pasted.page_features import (
    TITLES_SHARE,
    Shape,
    accepts_page,
    is_bare_title,
    is_chrome,
    is_heading,
    is_hopeless,
    is_page_heading,
    is_page_talk,
    study_shape,
)
from broadsheet.reading.pasted.units import Unit, read_units, title_of
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_TEXT_LIMIT = 4000
"""Characters of a gap that are kept."""

_LINES_KEPT = 200

_NAME_NOTES = lazy_regex(r"\([^()]{0,200}\)|[*†‡§¶¹²³⁴⁵⁶⁷⁸⁹⁰∗]+|(?<=[a-z])\d(?:,\d)*")
_NAME_NOTE = lazy_regex(r"[(*†‡§¶¹²³⁴⁵⁶⁷⁸⁹⁰∗\d]")
_NAME_BREAKS = lazy_regex(r",| and | AND | & |·|•|\|")
_NAME_BREAK = lazy_regex(r"[&·•|]")
_NAME_SIGNS = (string.ascii_letters + " ,.'-").encode()
"""What most names are written in: nothing else is to be looked for."""
_NAME_EDGES = lazy_regex(r"^(?:and|AND|by)\b\s*|\s*\bet al\.?$")
_DESK_LABELS = frozenset({"title", "abstract", "summary", "tl;dr", "tldr"})
"""Labels of what papers are made of; the others stand beside facts."""
_ADDRESS = lazy_regex(r"(?:https?://|www\.)[^\s，。；、）】》]+", re.IGNORECASE)
_LINK_LABELS = frozenset({"doi", "arxiv", "pmid", "url", "link", "cite as"})
_MOST_PARAGRAPHS = 48
"""Units of one abstract, its list items among them; a longer text is no abstract."""


@dataclass(slots=True)
class Draft:
    """A paper in the making: the units that became its parts."""

    title: list[Unit]
    abstract: list[Unit] = field(default_factory=list)
    facts: list[Unit] = field(default_factory=list)
    labelled: bool = False

    @property
    def last_block(self) -> int:
        """The block in which the draft ends so far."""
        return max(unit.block for unit in (*self.title, *self.abstract, *self.facts))


def recognises(_text: str) -> bool:
    """Any text may be a pasted page; this is the last format that is tried."""
    return True


def parse(text: str) -> Parsed:
    """The papers of a pasted page, and gaps for the lines that belong to none.

    Nothing is a paper on a page that as a whole reads like an article, a letter, a log or source code.
    """
    units = read_units(text)
    if is_hopeless(units):
        return Parsed((), tuple(gaps_of(units, text)))
    shape = study_shape(units)
    drafts, strays = assemble(units, shape)
    drafts, strays = _sift(drafts, strays, shape)
    if not accepts_page([(draft.title, draft.abstract, draft.facts) for draft in drafts], strays, shape):
        drafts, strays = [], units
    return Parsed(tuple(record_of(draft) for draft in drafts), tuple(gaps_of(strays, text)))


def assemble(units: list[Unit], shape: Shape) -> tuple[list[Draft], list[Unit]]:
    """Units -> drafts and strays: each abstract goes to the title above it, each fact to the nearest paper."""
    desk = _Desk(shape)
    for unit in units:
        desk.take(unit)
    desk.close()
    return desk.drafts, desk.strays


@dataclass(slots=True)
class _Desk:
    """Where units wait until it is clear what they belong to."""

    shape: Shape
    drafts: list[Draft] = field(default_factory=list)
    strays: list[Unit] = field(default_factory=list)
    waiting: list[Unit] = field(default_factory=list)
    current: Draft | None = None
    in_article: bool = False

    def take(self, unit: Unit) -> None:
        kind = unit.kind
        if kind == "headline" and self.waiting and unit.text == self.waiting[-1].text and " " in unit.text:
            return  # a title that the copy has twice, as the words of its picture and of its link
        if unit.label in _DESK_LABELS:
            self._take_label(unit)
        elif kind in {"prose", "sentence"}:
            self._take_prose(unit)
        elif kind == "headline" and self.current and not self.waiting and self._is_inside(unit):
            self.current.abstract.append(unit)
        elif kind == "headline" and self.current and not self.waiting and self._is_byline(unit):
            unit.kind = "authors"
            self.current.facts.append(unit)
        else:
            self.waiting.append(unit)

    def close(self) -> None:
        self._settle_waiting(None)
        self.current = None

    def _take_label(self, unit: Unit) -> None:
        if unit.label == "title":
            if self._is_translation(unit):
                self.waiting.append(unit)
            else:
                self._settle_waiting(unit)
            return
        if self.current is None or self.current.abstract or any(u.kind == "headline" for u in self.waiting):
            self._open()
        elif self.waiting:
            self._settle_waiting(None, keep=True)
        if self.current is None or any(part.label == unit.label for part in self.current.abstract):
            # No title says whose abstract this is: a second one is not the paper's above.
            self.strays += [*self.waiting, unit]
            self.waiting, self.current = [], None
            return
        self.current.labelled = True
        if unit.text.strip():
            self.current.abstract.append(unit)
        else:
            self.current.facts.append(unit)

    def _is_translation(self, unit: Unit) -> bool:
        """Whether a labelled title stands directly below the same title in English."""
        above = self.waiting[-1] if self.waiting else unit
        return (
            above.kind == "headline"
            and above.last == unit.first - 1
            and above.text.isascii()
            and not unit.text.isascii()
        )

    def _take_prose(self, unit: Unit) -> None:
        if is_page_talk(unit.text) and not unit.label and self._ends_page(unit):
            self.strays += [*self.waiting, unit]
            self.waiting, self.current = [], None
        elif not self.waiting and self.current and self._is_inside(unit):
            self.current.abstract.append(unit)
        elif self._open():
            self._add_prose(unit)
        elif self.current and not self.in_article:
            self._settle_waiting(None, keep=True)
            self._add_prose(unit)
        else:
            self.strays += [*self.waiting, unit]
            self.waiting = []

    def _ends_page(self, unit: Unit) -> bool:
        """Whether a paper is complete above, so that a text that speaks of the page is no abstract."""
        return bool(self.current and self.current.abstract) and not (
            self.waiting and self.waiting[-1].kind == "headline" and not is_chrome(self.waiting[-1].text)
        )

    def _add_prose(self, unit: Unit) -> None:
        if self.current:
            self.current.abstract.append(unit)

    def _is_inside(self, unit: Unit) -> bool:
        """Whether a unit stands in the abstract above: an item of its list, a heading such as `Methods`."""
        if self.waiting or not self.current or not self.current.abstract:
            return False
        if not unit.marker:
            return unit.kind == "headline" and is_abstract_part(unit.text)
        above = self.current.abstract[-1]
        if not unit.marker.startswith("#"):
            opened = above.lines[-1].text.rstrip().endswith(":") or bool(
                above.marker and not above.label and above is not self.current.title[0]
            )
            return opened or (not self.shape.marked_titles and unit.block == above.block)
        return False

    def _is_byline(self, unit: Unit) -> bool:
        """Whether a line stands directly below `Title: …`, where the only author of a paper stands."""
        title = self.current.title[-1] if self.current else unit
        return (
            title.label == "title"
            and not self.waiting
            and unit.block == title.block
            and unit.first == title.last + 1
            and not (self.current and self.current.abstract)
        )

    def _open(self) -> bool:
        """Starts the paper whose title waits, if one does; what waited before it is settled."""
        waiting = self.waiting
        index = _title_index(waiting, self.shape) if waiting else None
        if index is None:
            return False
        start = _title_start(waiting, index) if index else 0
        before, after = waiting[:start], waiting[index + 1 :]
        title = waiting[start : index + 1]
        if self._is_section(title[0]):
            self.in_article = True
            self.strays += self.waiting
            self.waiting, self.current = [], None
            return False
        self.in_article = False
        leading = self._share_out(before, title[0]) if before else before
        self.current = Draft(title, [], leading + after)
        self.drafts.append(self.current)
        self.waiting = []
        return True

    def _is_section(self, title: Unit) -> bool:
        """Whether a headline opens a part of an article, after which nothing is a paper, or of a page."""
        if self.shape.article:
            return self.in_article or is_heading(title)
        return is_page_heading(title) if self.shape.regular else is_heading(title)

    def _settle_waiting(self, title: Unit | None, *, keep: bool = False) -> None:
        """Finds a home for what waits before a labelled title, inside an abstract (`keep`) or at the end."""
        waiting, self.waiting = self.waiting, []
        if keep and self.current:
            self.current.facts += waiting
            return
        leading = self._share_out(waiting, title)
        if title is not None:
            self.current = Draft([title], facts=leading, labelled=True)
            self.drafts.append(self.current)

    def _share_out(self, units: list[Unit], title: Unit | None) -> list[Unit]:
        """Units between two abstracts: facts to the paper above or (returned) below, headlines as bare titles."""
        leading: list[Unit] = []
        above, below = self.current, title
        bare = False
        for index, unit in enumerate(units):
            if unit.kind == "headline":
                if bare and above and self._is_author(unit, above):
                    unit.kind = "authors"
                    above.facts.append(unit)
                elif not is_heading(unit) and not is_chrome(unit.text) and not self._labelled_page():
                    above, bare = Draft([unit]), True
                    self.drafts.append(above)
                else:
                    self.strays.append(unit)
                    above = None
            elif unit.kind == "date" and is_day_heading(unit.text) and not (above and unit.block == above.last_block):
                self.strays.append(unit)  # the day of what follows on the page, not of the paper above
            elif self._leads(unit, units, index, below):
                leading.append(unit)
            elif above is not None and (not bare or unit.block == above.title[0].block or self.shape.trailing):
                above.facts.append(unit)
            else:
                self.strays.append(unit)
        return leading

    def _is_author(self, unit: Unit, above: Draft) -> bool:
        return (
            self.shape.author_lines
            and not above.facts
            and above.title[0].last + 2 >= unit.first
            and is_person_name(unit.text)
        )

    def _labelled_page(self) -> bool:
        return self.shape.labelled_titles > 0

    def _leads(self, unit: Unit, units: list[Unit], index: int, below: Unit | None) -> bool:
        """Whether a fact stands with the title below it rather than with the paper above."""
        if below is None or any(later.kind == "headline" for later in units[index:]):
            return False
        if unit.block == below.block:
            return not (self.current and self.shape.trailing and not self.shape.leading)
        return self.shape.leading and not (self.current and self._same_block_as_current(unit))

    def _same_block_as_current(self, unit: Unit) -> bool:
        parts = (self.current.abstract or self.current.title) if self.current else []
        return bool(parts) and parts[-1].block == unit.block


def _title_index(waiting: list[Unit], shape: Shape) -> int | None:
    """The waiting headline that is the title of the prose to come: the last that is no author's name."""
    heads = [i for i, unit in enumerate(waiting) if unit.kind == "headline"]
    if not heads:
        return None
    best = heads[-1]
    if len(heads) > 1 and not shape.author_lines_missing and is_person_name(waiting[best].text):
        above = waiting[heads[-2]]
        if heads[-2] == best - 1 and above.text.count(" ") >= 2 and not is_chrome(above.text):
            waiting[best].kind = "authors"
            return heads[-2]
    return best


def _title_start(waiting: list[Unit], index: int) -> int:
    """Where a title begins that was wrapped onto several lines of one block."""
    start = index
    while start > 0:
        above, below = waiting[start - 1], waiting[start]
        if above.kind != "headline" or above.block != below.block or below.marker or is_chrome(above.text):
            break
        if len(above.text) < 40 or above.text.endswith(("!", "?", ".")) or index - start >= 3:
            break
        start -= 1
    return start


def _sift(drafts: list[Draft], strays: list[Unit], shape: Shape) -> tuple[list[Draft], list[Unit]]:
    """Keeps the drafts that are papers; the rest joins the strays, all in the order of their lines."""
    with_abstract = sum(bool(draft.abstract) for draft in drafts)
    titles_only = with_abstract < 0.5 * len(drafts)
    marked = sum(bool(draft.title[0].marker) for draft in drafts) >= 0.8 * len(drafts)
    kept: list[Draft] = []
    strays = list(strays)
    most = len(drafts) if with_abstract else (1 - TITLES_SHARE) * len(drafts) + 1
    for draft in drafts:
        if not draft.title[0].text.strip() and not any(unit.text.strip() for unit in draft.title):
            good = False
        elif draft.abstract:
            good = draft.labelled or not is_chrome(_joined(draft.title), draft.abstract)
            good = good and len(draft.abstract) <= _MOST_PARAGRAPHS
        else:
            good = draft.labelled or is_bare_title(
                draft.title[0], draft.facts, alone=titles_only, marked=titles_only and marked, shape=shape
            )
        if good:
            kept.append(draft)
        else:
            strays += [*draft.title, *draft.abstract, *draft.facts]
            most -= draft.title[0].kind == "headline"
            if most < 0:
                return [], strays  # too few are left for a list of titles, whatever they are
    strays.sort(key=lambda unit: unit.first)
    return kept, strays


def _joined(units: list[Unit]) -> str:
    return units[0].text if len(units) == 1 else " ".join([unit.text for unit in units])


def record_of(draft: Draft) -> Record:
    """A draft's units as a record; facts that are not understood stay unread, they belong to the paper's entry."""
    authors: tuple[str, ...] = ()
    lone: Unit | None = None
    identifiers: dict[str, str] = {}
    links: list[str] = []
    about: list[str] = []
    categories: tuple[str, ...] = ()
    venue, published = None, None
    for unit in draft.facts:
        text = unit.text if len(unit.lines) == 1 else " ".join([line.text for line in unit.lines])
        kind, label = unit.kind, unit.label
        if kind == "authors" or label == "author":
            if not authors or (lone and unit.first == lone.last + 1):
                authors += split_names(text)
                lone = unit if is_person_name(text) else None
        elif kind == "identifier" or label in _LINK_LABELS:
            identifiers = {**_identifiers(label, text), **identifiers}
            links += find_links(text)
        elif label == "project":
            about += find_links(text)
        elif kind == "date" or label in {"date", "year"}:
            published = published or find_date(text)
        elif label in {"category", "index terms"}:
            parts = [part.strip(" .") for part in text.replace(";", ",").split(",")]
            categories = categories or tuple([part for part in parts if part])
        elif label == "venue":
            venue = venue or text
    return Record(
        title=title_of(draft.title),
        abstract="\n".join([_abstract_text(unit) for unit in draft.abstract]).strip(),
        authors=authors,
        published=published,
        links=(*links, *about),
        identifiers=identifiers,
        categories=categories,
        venue=venue,
        line=draft.title[0].first,
    )


def _abstract_text(unit: Unit) -> str:
    return f"{unit.marker} {unit.text}" if unit.marker and not unit.label else unit.text


def _identifiers(label: str, text: str) -> dict[str, str]:
    if label == "doi" and (doi := normal_doi(text)):
        return find_identifiers(text) or {"doi": doi}
    if label == "arxiv":
        return arxiv_identifiers(text.partition(" ")[0]) or arxiv_identifiers(text)
    if label == "pmid" and text.strip().isdigit():
        return {"pmid": text.strip().lstrip("0")}
    return find_identifiers(text)


def split_names(text: str) -> tuple[str, ...]:
    """`A. Lovelace (1), C. Babbage and J. Doe` as names; `Lovelace, Ada; Babbage, C.` keeps its commas."""
    text = on_one_line(text if text.isascii() else text.translate(FULL_WIDTH))
    marked = not text.isascii() or bool(text.encode().translate(None, _NAME_SIGNS))
    if marked:
        text = without_brackets(text)
        if _NAME_NOTE.search(text):
            text = _NAME_NOTES.sub("", text)
    if ";" in text:
        pieces = text.split(";")
    elif is_one_person(text):
        pieces = [text]
    elif "and " in text or "AND " in text or (marked and _NAME_BREAK.search(text)):
        pieces = _NAME_BREAKS.split(text)
    else:
        pieces = text.split(",")
    names = [_name_in(piece.strip()) for piece in pieces]
    return tuple([name for name in names if name[:1].isalpha() or any(map(str.isalpha, name))])


def _name_in(piece: str) -> str:
    """A name without the `and` before it and the `et al.` behind it."""
    if piece.startswith(("and", "AND", "by")) or piece.endswith(("al", "al.")):
        piece = _NAME_EDGES.sub("", piece)
    return piece.strip(" ,.;")


def find_links(text: str) -> list[str]:
    """The http(s) addresses in a line, without the punctuation behind them."""
    if "://" not in text and "www." not in text:
        return []
    found = (_ADDRESS.search(word) for word in text.split())
    words = (match[0].strip("<>()[],;\"'").rstrip(".") for match in found if match)
    links = (f"https://{word}" if word.startswith("www.") else word for word in words)
    return [link for link in links if is_web_address(link)]


def gaps_of(strays: list[Unit], text: str) -> list[Gap]:
    """Neighbouring strays as one gap each, cut at blank lines; `strays` are in the order of their lines."""
    runs: list[list[Unit]] = []
    for unit in strays:
        if runs and unit.block == runs[-1][-1].block and unit.first == runs[-1][-1].last + 1:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    lines = enumerate(split_lines(text), start=1) if runs else iter(())
    return [_gap(run, lines) for run in runs]


def _gap(run: list[Unit], lines: Iterator[tuple[int, str]]) -> Gap:
    """One gap with its lines, taken from `lines` that stand at the end of the gap before."""
    first, last = run[0].first, run[-1].last
    shown: list[str] = []
    for number, line in lines:
        if number >= first and len(shown) < _LINES_KEPT:
            shown.append(line[:_TEXT_LIMIT])
        if number >= last:
            break
    why = "no title stands above it" if any(unit.kind == "prose" for unit in run) else "no title and no abstract"
    return Gap(first, last, "\n".join(shown).strip()[:_TEXT_LIMIT], why)
