"""The invented listings of `tests/data/listings/`, one of each shape; all papers in them are made up."""

from __future__ import annotations

import io

from broadsheet.models import Listing, Paper
from broadsheet.reading.listing import read_inputs, read_text
from places import DATA

FOLDER = DATA / "listings"
SAMPLES = sorted(path.name for path in FOLDER.iterdir())


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def read_sample(name: str) -> Listing:
    return read_inputs([str(FOLDER / name)])


def papers_of(text: str) -> tuple[Paper, ...]:
    return read_text(text).papers


def workbook_of(rows: list[list[object]]) -> bytes:
    """An Excel workbook whose second sheet has these rows."""
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("Notes", 0).append(["nothing", "here"])
    for row in rows:
        book.worksheets[1].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
