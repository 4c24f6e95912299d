"""Workbooks: the sheet that has titles is read, and what is broken or too large is refused."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from broadsheet.errors import BinaryInput, InputTooLarge, ReadingError
from broadsheet.reading.formats.xlsx import parse
from broadsheet.reading.listing import read_inputs
from listing_samples import workbook_of


def test_a_workbook_is_read_by_the_sheet_that_has_titles(tmp_path):
    path = tmp_path / "papers.xlsx"
    path.write_bytes(workbook_of([["Exported"], ["Title", "Abstract", "Year"], ["Goats on Dams", "We count.", 2028]]))
    listing = read_inputs([str(path)])
    assert [(paper.title, paper.abstract, paper.line) for paper in listing.papers] == [
        ("Goats on Dams", "We count.", 3)
    ]
    assert listing.sources[0].format == "a workbook"


def test_a_workbook_without_titles_and_a_broken_one_are_refused():
    with pytest.raises(ReadingError, match="column called title"):
        parse(workbook_of([["a", "b"]]))
    with pytest.raises(BinaryInput, match="broken"):
        parse(b"PK\x03\x04xl/workbook" + bytes(range(256)))


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (129 * 2**20))
    with pytest.raises(InputTooLarge, match="128 MiB"):
        parse(stream.getvalue())


def test_what_excel_escapes_is_decoded(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Title", "Abstract"])
    book.active.append(["Goats", "Goats climb._x000D_They_x0020_fall, _x005F_x000D_ is a mark."])
    book.save(tmp_path / "papers.xlsx")
    paper = read_inputs([str(tmp_path / "papers.xlsx")]).papers[0]
    assert paper.abstract.startswith("Goats climb. They fall,")
