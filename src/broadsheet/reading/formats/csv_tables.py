"""CSV, TSV and the rows of workbooks -> records: Scopus, Web of Science, Embase, PubMed, Zotero, and plain tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from broadsheet.reading.formats.field_names import COLUMNS
from broadsheet.reading.formats.json_records import read_row
from broadsheet.reading.formats.json_shapes import plain_keys
from broadsheet.reading.record import Gap, Parsed, Record

_DELIMITERS = ",\t;|"
_HEAD = 100_000
_HEADER_WITHIN = 12
"""Lines that may stand above the header: `sep=;`, the name of the export, a blank one."""

_FIELD_LIMIT = 2**24
_QUOTED_CELL = re.compile(r'(?:^|\t)"[^"\t\n]*"(?:\t|$)', re.MULTILINE)
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
    if found := _find_header(text):
        return sum(len(line) + 1 for line in text.split("\n", found[0])[: found[0]])
    return 0 if _is_vertical(text) else None


def parse(text: str) -> Parsed:
    """The rows with a title; Embase's `fields by row`, where a record is a run of rows, too."""
    if _is_vertical(text):
        return read_table(_turned(_rows(text, ",", 0)))
    found = _find_header(text)
    if found is None:
        return Parsed()
    skipped, delimiter = found
    return read_table(_rows(text, delimiter, skipped))


def read_table(rows: Iterable[Row]) -> Parsed:
    """Rows as records, the first one being the header; rows without any text are passed over."""
    iterator = iter(rows)
    _, header = next(iterator, (0, ()))
    names = [plain for name in header for plain in [next(iter(plain_keys({name: ""})))]]
    if "ti" in names:
        names = [_SCIENCE.get(name, name) for name in names]
    if COLUMNS["venue"].isdisjoint(names):
        names = ["venue" if name == "source" else name for name in names]
    cells = [(line, row) for line, row in iterator if any(cell.strip() for cell in row)]
    listed = [index for index, name in enumerate(names) if name in _AUTHOR_COLUMNS]
    separated = {index for index in listed if any(index < len(row) and ";" in row[index] for _, row in cells[:500])}
    records: list[Record] = []
    gaps: list[Gap] = []
    for line, row in cells:
        if len(row) == 1 and row[0].startswith(_BROKEN):
            gaps.append(Gap(line, line, "", row[0]))
            continue
        record, why = read_row(_named(names, row, separated), line=line)
        if record:
            records.append(record)
        else:
            last = line + sum(cell.count("\n") for cell in row)
            gaps.append(Gap(line, last, " | ".join(cell for cell in row if cell)[:_SHOWN], why))
    return Parsed(tuple(records), tuple(gaps))


def has_title(header: Sequence[str]) -> bool:
    """Whether a row names the columns of a table of papers."""
    return _known(header) > 1


def _named(names: Sequence[str], row: Sequence[str], separated: set[int]) -> dict[str, str]:
    """A row by its columns' names; where authors are set apart by semicolons, one alone keeps his comma."""
    named: dict[str, str] = {}
    for index, (name, cell) in enumerate(zip(names, row, strict=False)):
        if name and cell.strip() and name not in named:
            named[name] = f"{cell};" if index in separated else cell
    return named


def _known(header: Sequence[str]) -> int:
    """How many columns are known by name, 0 where none is a title or cells are too long for names."""
    names = {next(iter(plain_keys({name.strip("\ufeff "): ""}))) for name in header if name.strip()}
    if "ti" in names and names & {"ab", "au", "so"}:
        return len(names & set(_SCIENCE))
    if not names & COLUMNS["title"] or any(len(name) > 120 for name in header):
        return 0
    return sum(bool(names & columns) for columns in COLUMNS.values()) + bool(names & _EXTRA)


_EXTRA = frozenset(
    {"year", "publicationyear", "pubyear", "id", "key", "label", "labelincluded", "included", "itemtype"}
)
"""Columns that tables of papers have and records do not use."""


def _find_header(text: str) -> tuple[int, str] | None:
    """The lines above the header and the delimiter that makes most of it."""
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


_BROKEN = "a quotation mark that opens "


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """The rows below the skipped lines; a quotation mark that never closes ends them with a row that says so."""
    text = text.removeprefix("\ufeff")
    plain = delimiter == "\t" and not _QUOTED_CELL.search(text[:_HEAD])
    stream = io.StringIO(text, newline="")
    for _ in range(skipped):
        stream.readline()
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        reader = csv.reader(
            stream,
            delimiter=delimiter,
            quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
            skipinitialspace=not plain,
        )
        start = skipped + 1
        rows: list[Row] = []
        while True:
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error:
                rows.append((start, [f"{_BROKEN}here never closes, or a cell is larger than 16 MiB"]))
                break
            rows.append((start, row))
            start = skipped + reader.line_num + 1
    finally:
        csv.field_size_limit(before)
    return iter(rows)


def _is_vertical(text: str) -> bool:
    """Whether rows are fields, as Embase writes them: `"TITLE","…"` above `"AUTHOR NAMES","…"`."""
    head = [line for line in text[:_HEAD].lstrip("\ufeff").split("\n", 8)[:8] if line.strip()]
    firsts = [next(csv.reader([line]), [""])[0].strip() for line in head]
    if len(firsts) < 3 or firsts[0].lower() != "title" or not firsts[0].isupper():
        return False
    return sum(name.isupper() for name in firsts) >= 3 and not has_title(next(csv.reader([head[0]])))


def _turned(rows: Iterable[Row]) -> Iterator[Row]:
    """Runs of field rows as one row each, under a header of all their names."""
    records: list[tuple[int, dict[str, str]]] = []
    for line, row in rows:
        name = row[0].strip() if row else ""
        if name.lower() == "title" or not records:
            records.append((line, {}))
        if name:
            records[-1][1].setdefault(name, "; ".join(cell for cell in row[1:] if cell))
    names = list(dict.fromkeys(name for _, record in records for name in record))
    yield 0, names
    for line, record in records:
        yield line, [record.get(name, "") for name in names]
