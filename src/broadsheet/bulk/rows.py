"""A file -> its rows, one after the other: papers, and what could not become one, with the reason."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from broadsheet.bulk.inputs import UNREADABLE, open_unpacked
from broadsheet.errors import ReadingError
from broadsheet.models import Noun, Paper
from broadsheet.reading.formats.csv_tables import find_columns, read_table
from broadsheet.reading.formats.json_records import read_row, recognises_lines
from broadsheet.reading.formats.json_shapes import plain_keys
from broadsheet.reading.input import LIMIT
from broadsheet.reading.listing import paper_in_language, read_document
from broadsheet.reading.record import Gap, Record

LONGEST_ROW = 2**20
"""Bytes of a row above which it is no paper's: a whole book is in it, or a file without line breaks."""
WHOLE = 2**24
"""Bytes of a table up to which it is read whole, by the parser that repairs quotation marks; larger ones row by row."""
_HEAD = 2**17
_BLOCK = 512
"""Rows that are held at once."""


class Failure(Noun):
    """What was received and has no TL;DR: a row, a whole file, or a paper; where it stood, and why."""

    source: str
    line: int | None = None
    paper_key: str | None = None
    title: str = ""
    kind: str
    """`file`, `row` or `paper`."""
    why: str


def stream_rows(name: str, *, language: str) -> Iterator[Paper | Failure]:
    """The rows of a file in their order; raises nothing: what cannot be read is a failure that says why."""
    try:
        with open_unpacked(name) as stream:
            yield from _rows_of(stream, name, language)
    except ReadingError as error:
        yield Failure(source=name, kind="file", why=str(error).rstrip("."))
    except UNREADABLE as error:
        said = " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split())[:300]
        yield Failure(source=name, kind="file", why=f"it cannot be read ({said.rstrip('.')})")


def _rows_of(stream: BinaryIO, name: str, language: str) -> Iterator[Paper | Failure]:
    head = stream.read(_HEAD)
    if head.startswith(b"PAR1"):
        return _papers(_parquet(stream), name, language)
    stream.seek(0)
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    # One row that is longer than what was looked at shows no second one.
    if recognises_lines(text) or (text.lstrip().startswith('{"') and "\n" not in text.strip()):
        return _papers(_json_lines(stream), name, language)
    if len(head) == _HEAD and (columns := find_columns(text)) is not None:
        if len(data := stream.read(WHOLE + 1)) > WHOLE:
            stream.seek(0)
            return _papers(_table(stream, *columns), name, language)
        return _whole(data, name, language)
    return _whole(stream.read(LIMIT + 1), name, language)


def _whole(data: bytes, name: str, language: str) -> Iterator[Paper | Failure]:
    papers, fragments = read_document(data, name, language=language)
    yield from papers
    yield from (Failure(source=name, line=one.first_line, kind="row", why=one.why) for one in fragments)


def _papers(found: Iterable[Record | Gap], name: str, language: str) -> Iterator[Paper | Failure]:
    for one in found:
        if isinstance(one, Gap):
            yield Failure(source=name, line=one.first_line, kind="row", why=one.why)
        else:
            yield paper_in_language(one, source=name, language=language)


def _read(row: Any, line: int) -> Record | Gap:
    record, why = read_row(row, line=line)
    return record or Gap(line, line, "", why)


def _parquet(stream: BinaryIO) -> Iterator[Record | Gap]:
    table = pq.ParquetFile(stream)
    names = table.schema_arrow.names
    if not {"title", "titles", "name"} & set(plain_keys(dict.fromkeys(names, ""))):
        raise ReadingError(f"it has no column of titles, only {', '.join(names)[:200]}")
    line = 0
    for batch in table.iter_batches(batch_size=_BLOCK):
        for at in range(batch.num_rows):
            line += 1
            row = {name: column[at].as_py() for name, column in zip(names, batch.columns, strict=True)}
            yield _too_long(line) if _is_long(row.values()) else _read(row, line)


def _is_long(values: Iterable[Any]) -> bool:
    return sum(len(value) for value in values if isinstance(value, str)) > LONGEST_ROW


def _too_long(line: int) -> Gap:
    return Gap(line, line, "", f"it is longer than {LONGEST_ROW:,} bytes")


def _json_lines(stream: BinaryIO) -> Iterator[Record | Gap]:
    for number in itertools.count(1):
        line = stream.readline(LONGEST_ROW + 1)
        if not line:
            return
        if len(line) > LONGEST_ROW:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_ROW)
            yield _too_long(number)
        elif line.strip(b" \t\r\n,\xef\xbb\xbf"):
            yield _read_line(line, number)


def _read_line(line: bytes, number: int) -> Record | Gap:
    try:
        return _read(json.loads(line.decode("utf-8-sig", "replace").rstrip(" \t\r\n,")), number)
    except RecursionError:
        return Gap(number, number, "", "its JSON is nested too deeply")
    except ValueError as error:
        return Gap(number, number, "", f"its JSON is broken ({error})")


def _table(stream: BinaryIO, skipped: int, delimiter: str) -> Iterator[Record | Gap]:
    """The rows of a table as the csv module takes them, a block at a time under the same header."""
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    reader = csv.reader(itertools.islice(lines, skipped, None), delimiter=delimiter)
    header = (skipped + 1, next(reader))
    while block := [(skipped + reader.line_num, row) for row in itertools.islice(reader, _BLOCK)]:
        parsed = read_table([header, *block])
        yield from parsed.records
        yield from parsed.gaps
