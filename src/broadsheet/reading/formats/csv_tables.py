"""CSV, TSV and the rows of workbooks -> records: Scopus, Web of Science, Embase, PubMed, Zotero, and plain tables."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from broadsheet.reading.formats.field_names import COLUMNS
from broadsheet.reading.formats.json_records import read_plain
from broadsheet.reading.formats.json_shapes import in_languages, plain_name
from broadsheet.reading.record import Gap, Parsed, Record
from broadsheet.reading.translations import labelled_field
from broadsheet.text.lazy_regex import lazy_regex

_DELIMITERS = ",\t;|"
_HEAD = 100_000
_HEADER_WITHIN = 12
"""Lines that may stand above the header: `sep=;`, the name of the export, a blank one."""

_FIELD_LIMIT = 2**24
_QUOTED_CELL = lazy_regex(r'(?:^|\t)"[^"\t\n]*"(?:\t|$)', re.MULTILINE)
_SHOWN = 2000
_SCIENCE = {
    "ti": "title", "ab": "abstract", "af": "authors", "au": "author", "so": "venue", "di": "doi", "de": "keywords",
    "pm": "pmid",
}  # fmt: skip
"""Web of Science names the columns of a table by its tags."""

_AUTHOR_COLUMNS = frozenset({"author", "authors", "authornames", "authorfullnames"})

Row = tuple[int, Sequence[str]]
"""The line, or the row of a sheet, on which a row begins, and its cells."""


def find_header(text: str) -> int | None:
    """Where one of the first lines names columns, a title among them, or the first cells name fields."""
    if found := find_columns(text):
        return sum(len(line) + 1 for line in text.split("\n", found[0])[: found[0]])
    return 0 if _is_vertical(text) else None


def parse(text: str) -> Parsed:
    """The rows with a title; Embase's `fields by row`, where a record is a run of rows, too."""
    if _is_vertical(text):
        with _wide_cells():
            return read_table(_turned(text))
    found = find_columns(text)
    if found is None:
        return Parsed()
    skipped, delimiter = found
    return read_table(_rows(text, delimiter, skipped))


def read_table(rows: Iterable[Row | Gap]) -> Parsed:
    """Rows as records, the first one being the header; rows without any text are passed over."""
    parts = list(rows)
    gaps = [part for part in parts if isinstance(part, Gap)]
    iterator = (part for part in parts if not isinstance(part, Gap))
    _, header = next(iterator, (0, ()))
    names = [plain_name(name) for name in header]
    if "ti" in names:
        names = [_SCIENCE.get(name, name) for name in names]
    if COLUMNS["venue"].isdisjoint(names):
        names = ["venue" if name == "source" else name for name in names]
    cells = [(line, row) for line, row in iterator if any(map(str.strip, row))]
    listed = [index for index, name in enumerate(names) if name in _AUTHOR_COLUMNS]
    separated = {index for index in listed if any(index < len(row) and ";" in row[index] for _, row in cells[:500])}
    records: list[Record] = []
    for line, row in cells:
        record, why = read_plain(in_languages(_named(names, row, separated)), line=line)
        if record:
            records.append(record)
        else:
            last = line + sum(cell.count("\n") for cell in row)
            gaps.append(Gap(line, last, " | ".join(cell for cell in row if cell)[:_SHOWN], why))
    return Parsed(tuple(records), tuple(sorted(gaps, key=lambda gap: gap.first_line)))


def has_title(header: Sequence[str]) -> bool:
    """Whether a row names the columns of a table of papers."""
    return _known(header) > 1


_TWO_PEOPLE = lazy_regex(r"\s*(?:\w\.[ -]?){1,3} \w[\w'’-]+,")
"""What no single name is, whatever the other rows have: an initial, a surname and a comma."""


def _named(names: Sequence[str], row: Sequence[str], separated: set[int]) -> dict[str, str]:
    """A row by its columns' names; where authors are set apart by semicolons, one alone keeps his comma."""
    named: dict[str, str] = {}
    for index, (name, cell) in enumerate(zip(names, row, strict=False)):
        if name and cell.strip() and name not in named:
            named[name] = f"{cell};" if index in separated and not _TWO_PEOPLE.match(cell) else cell
    return named


def _known(header: Sequence[str]) -> int:
    """How many columns are known by name, 0 where none is a title or cells are too long for names."""
    names = {plain_name(name.strip("\ufeff ")) for name in header if name.strip()}
    if "ti" in names and names & {"ab", "au", "so"}:
        return len(names & set(_SCIENCE))
    names |= {field for field, _ in map(labelled_field, names) if field}
    if not names & COLUMNS["title"] or any(len(name) > 120 for name in header):
        return 0
    return sum(bool(names & columns) for columns in COLUMNS.values()) + bool(names & _EXTRA)


_EXTRA = frozenset(
    {"year", "publicationyear", "pubyear", "id", "key", "label", "labelincluded", "included", "itemtype"}
)
"""Columns that tables of papers have and records do not use."""


def find_columns(text: str) -> tuple[int, str] | None:
    """The number of lines above the header and the delimiter that makes most of it; `None` where no columns are."""
    lines = text[:_HEAD].lstrip("\ufeff").split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]
    for skipped, line in enumerate(lines):
        if not line.strip() or len(line) > 20_000:
            continue
        known = [(_known(next(csv.reader([line], delimiter=mark), [])), mark) for mark in _DELIMITERS if mark in line]
        best = max(known, key=lambda pair: pair[0], default=(0, ","))
        if best[0] > 1:
            ruled = best[1] == "|" and skipped + 1 < len(lines) and "--" in lines[skipped + 1]
            return None if ruled else (skipped, best[1])  # a table of Markdown is none of these
    return None


@contextlib.contextmanager
def _wide_cells() -> Iterator[None]:
    """Lets the csv module read cells of up to 16 MiB."""
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row | Gap]:
    """The rows below the skipped lines; one whose quotation mark never closes is read again, or is a gap."""
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="").readlines()
    plain = delimiter == "\t" and not _QUOTED_CELL.search(text[:_HEAD])
    table = _Table(lines, delimiter)
    at = skipped
    with _wide_cells():
        while at < len(lines):
            reader = csv.reader(
                map(lines.__getitem__, range(at, len(lines))),
                delimiter=delimiter,
                quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
                skipinitialspace=not plain,
                strict=not plain,
            )
            first = at
            try:
                for row in reader:
                    end = first + reader.line_num
                    table.width = table.width or len(row)
                    if end - at > 1 and len(row) != table.width and table.next_whole(at + 1, end) is not None:
                        break
                    yield at + 1, row
                    at = end
                else:
                    return
            except csv.Error:
                pass  # a quotation mark in a place of its own, or a cell above the limit: read again below
            part, at = table.read_again(at)
            yield part


class _Table:
    """The lines of a table in which quotation marks are not what they should be."""

    def __init__(self, lines: Sequence[str], delimiter: str) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.width = 0
        """How many cells the header has."""
        self._marks = re.compile(rf'"(?:"|(?P<closes>[ \t]*(?={re.escape(delimiter)}|$)))?')
        self._past_whole = len(lines)
        """The line from which on no row is whole."""

    def read_again(self, at: int) -> tuple[Row | Gap, int]:
        """The row that begins at an index of the lines, and where the next one does.

        A mark that closes no cell is one of the text. Where one never closes, the row is what stands on its line if
        that has as many cells as the header, or else a gap up to the next row that has; at the end of a file that was
        cut off it is all that is left.
        """
        if (found := self._scan(at)) and len(found[0]) == (self.width or len(found[0])):
            self.width = len(found[0])
            return (at + 1, found[0]), found[1]
        row, after = self.read_leniently(at, len(self.lines))
        alone, _ = self.read_leniently(at, at + 1)
        if (row and after == at + 1) or len(alone) == self.width:
            return (at + 1, alone), at + 1
        end = self.next_whole(at + 1, len(self.lines))
        if end is None:
            if row and after == len(self.lines) and '"' not in "".join(self.lines[at + 1 :]).replace('""', ""):
                return (at + 1, row), after
            end = at + 1 if row else after
        return Gap(at + 1, end, "".join(self.lines[at:end])[:_SHOWN], _OPEN), end

    def next_whole(self, first: int, end: int) -> int | None:
        """The first line on which a row with as many cells as the header begins."""
        for index in range(first, min(end, self._past_whole)):
            found = self._scan(index)
            if found and len(found[0]) == self.width and found[1] <= max(end, index + 1):
                return index
        if end == len(self.lines):
            self._past_whole = min(first, self._past_whole)
        return None

    def read_leniently(self, first: int, end: int) -> tuple[list[str], int]:
        """The row as the csv module takes it, empty where a cell is above the limit."""
        reader = csv.reader(
            map(self.lines.__getitem__, range(first, end)), delimiter=self.delimiter, skipinitialspace=True
        )
        try:
            return next(reader, []), first + reader.line_num
        except csv.Error:
            return [], end

    def _scan(self, at: int) -> tuple[list[str], int] | None:
        """The cells of a row and where it ends, where marks inside a cell need not be doubled.

        None where a quoted cell goes on to a line with a mark that opens a cell, or to the end.
        """
        cells: list[str] = []
        held: list[str] | None = None
        for index in range(at, len(self.lines)):
            line = self.lines[index].rstrip("\n")
            position = 0
            while True:
                if held is None:
                    start = len(line) - len(line[position:].lstrip(" "))
                    if line[start : start + 1] != '"':
                        end = line.find(self.delimiter, position)
                        cells.append(line[position : end if end >= 0 else len(line)])
                        if end < 0:
                            return cells, index + 1
                        position = end + 1
                        continue
                    held, opened, position = [], index, start + 1
                closing = self._closing(line, position, later=index > opened)
                if closing is None:
                    return None
                if closing < 0:
                    held.append(line[position:])
                    break
                held.append(line[position:closing])
                cells.append("\n".join(held).replace('""', '"'))
                held = None
                end = line.find(self.delimiter, closing)
                if end < 0:
                    return cells, index + 1
                position = end + 1
        return None

    def _closing(self, line: str, position: int, *, later: bool) -> int | None:
        """Where a quoted cell closes in a line, -1 where it goes on; none where another one seems to open."""
        for mark in self._marks.finditer(line, position):
            before = line[: mark.start()].rstrip(" ") if later else "-"
            if mark["closes"] is not None:
                return mark.start()
            if before == "" or before[-1] == self.delimiter:
                return None
        return -1


_OPEN = "a quotation mark that opens in it never closes"


def _is_vertical(text: str) -> bool:
    """Whether rows are fields, as Embase writes them: `"TITLE","…"` above `"AUTHOR NAMES","…"`."""
    head = [line for line in text[:_HEAD].lstrip("\ufeff").split("\n", 8)[:8] if line.strip()]
    firsts = [next(csv.reader([line]), [""])[0].strip() for line in head]
    if len(firsts) < 3 or firsts[0].lower() != "title" or not firsts[0].isupper():
        return False
    return sum(name.isupper() for name in firsts) >= 3 and not has_title(next(csv.reader([head[0]])))


def _turned(text: str) -> Iterator[Row]:
    """Runs of field rows as one row each, under a header of all their names."""
    records: list[tuple[int, dict[str, str]]] = []
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="").readlines()
    table, at = _Table(lines, ","), 0
    while at < len(lines):
        line = at + 1
        row, at = table.read_leniently(at, len(lines))
        name = row[0].strip() if row else ""
        if name.lower() == "title" or not records:
            records.append((line, {}))
        if name:
            records[-1][1].setdefault(name, "; ".join(cell for cell in row[1:] if cell))
    names = list(dict.fromkeys(name for _, record in records for name in record))
    yield 0, names
    for line, record in records:
        yield line, [record.get(name, "") for name in names]
