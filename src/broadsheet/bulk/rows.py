"""A file -> its rows, one after the other: papers, and what could not become one, with the reason."""

from __future__ import annotations

import csv
import errno
import functools
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from broadsheet.bulk.inputs import open_unpacked, unreadable
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
            read = _reader_of(stream, name, language)
        with open_unpacked(name) as stream:  # anew, for not everything that is packed can be read twice
            yield from read(stream)
    except ReadingError as error:
        said = str(error).rstrip(".").removeprefix(f"{name}: ")
        yield Failure(source=name, kind="file", why=re.sub(f"^{re.escape(name)} ", "it ", said))
    except unreadable(name) as error:
        # A library's own words for a file that is not there are often its address alone.
        told = os.strerror(errno.ENOENT) if isinstance(error, FileNotFoundError) else str(error)
        said = " ".join((getattr(error, "strerror", None) or told or type(error).__name__).split())[:300]
        yield Failure(source=name, kind="file", why=f"it cannot be read ({said.rstrip('.')})")


def _reader_of(stream: BinaryIO, name: str, language: str) -> Callable[[BinaryIO], Iterator[Paper | Failure]]:
    """What reads a file, by how it begins."""
    head = stream.read(_HEAD)
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if head.startswith(b"PAR1"):
        found = _parquet
    # One row that is longer than what was looked at shows no second one.
    elif recognises_lines(text) or (text.lstrip().startswith('{"') and "\n" not in text.strip()):
        found = _json_lines
    elif (columns := find_columns(text)) is not None and len(head) + len(stream.read(WHOLE)) > WHOLE:
        found = functools.partial(_table, skipped=columns[0], delimiter=columns[1])
    else:
        return lambda again: _whole(again.read(LIMIT + 1), name, language)
    return lambda again: _papers(found(again), name, language)


def _whole(data: bytes, name: str, language: str) -> Iterator[Paper | Failure]:
    papers, fragments = read_document(data, name, language=language)
    for paper in papers:
        if _is_long((paper.title, paper.abstract)):
            yield Failure(source=name, line=paper.line, kind="row", why=_too_long(0).why)
        else:
            yield paper
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
    rows = _table_rows(stream, skipped, delimiter)
    header = next(rows)
    while block := list(itertools.islice(rows, _BLOCK)):
        parsed = read_table([header, *block])
        yield from parsed.records
        yield from parsed.gaps


def _table_rows(stream: BinaryIO, skipped: int, delimiter: str) -> Iterator[tuple[int, list[str]] | Gap]:
    lines = map(bytes.decode, stream, itertools.repeat("utf-8-sig"), itertools.repeat("replace"))
    reader = csv.reader(itertools.islice(lines, skipped, None), delimiter=delimiter)
    while True:
        line = skipped + reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Gap(line, line, "", f"it is no row of the table ({error})")
