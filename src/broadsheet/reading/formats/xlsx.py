"""Excel workbooks (.xlsx) -> records, with openpyxl: the first sheet that has a column of titles."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from broadsheet.errors import BinaryInput, InputTooLarge, ReadingError
from broadsheet.reading.formats import csv_tables
from broadsheet.reading.record import Parsed
from broadsheet.text.lazy_regex import lazy_regex

_UNPACKED = 128 * 2**20
"""Bytes that a workbook may unpack to."""

_MOST_ROWS = 200_000
_MOST_COLUMNS = 256
_HEADER_WITHIN = 20
_ESCAPED = lazy_regex("_x([0-9A-Fa-f]{4})_")
"""A character as Excel spells it, of control characters and of what looks like one."""


def recognises(data: bytes) -> bool:
    """Whether bytes are a zip archive with a workbook in it."""
    return data[:4] == b"PK\x03\x04" and b"xl/workbook" in data


def parse(data: bytes) -> Parsed:
    """The rows of the first sheet whose header names a title; sizes are checked before anything is unpacked."""
    _check(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = _below_header(sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True))
            if first := next(rows, None):
                return csv_tables.read_table(_chain(first, rows))
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        SyntaxError,
        OSError,
    ) as error:
        raise BinaryInput("the workbook is broken and cannot be opened: save it again, or as CSV.") from error
    raise ReadingError("the workbook has no sheet with a column called title: name the columns in its first row.")


def _check(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BinaryInput("the workbook is broken and cannot be opened: save it again, or as CSV.") from error
    if size > _UNPACKED:
        raise InputTooLarge(f"the workbook unpacks to more than {_UNPACKED // 2**20} MiB: split it, or save it as CSV.")


def _below_header(rows: Iterator[tuple[Any, ...]]) -> Iterator[csv_tables.Row]:
    """The header and what stands below it; nothing where the first rows name no title."""
    found = False
    for number, values in enumerate(rows, start=1):
        filled = len(values) - values.count(None)  # openpyxl fills rows up to the last column that may be read
        cells = [_text(value) for value in (values[:filled] if None not in values[:filled] else values)]
        found = found or csv_tables.has_title(cells)
        if found:
            yield number, cells
        elif number >= _HEADER_WITHIN:
            return


def _chain(first: csv_tables.Row, rest: Iterator[csv_tables.Row]) -> Iterator[csv_tables.Row]:
    yield first
    yield from rest


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    text = str(value)
    return (_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text).strip()
