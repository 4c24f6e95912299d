"""Of a PDF the first page's title and abstract are read; one that cannot be read costs no other input."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from broadsheet.errors import BinaryInput, NoPapers
from broadsheet.reading.formats import pdf
from broadsheet.reading.listing import read_inputs
from site_of_ours import Said, Site, settings
from small_pdf import pdf_of

PAGE = [
    (9, "Journal of Tea, volume 3"),
    (18, "Knots in Cotton Nets:"),
    (18, "A Field Study"),
    (11, "Ada Ash and Bo Birch"),
    (12, "Abstract"),
    (10, "Cotton knots slip when wet. We tied four hun-"),
    (10, "dred of them (in rain) and 31% held overnight."),
    (12, "1 Introduction"),
    (10, "Nets are old."),
]


def test_title_and_abstract_are_those_of_the_first_page():
    (record,) = pdf.parse(pdf_of(PAGE, turned="arXiv:2401.01234v2 [cs.CL] 3 Jan 2024")).records
    assert record.title == "Knots in Cotton Nets: A Field Study"
    assert (
        record.abstract == "Cotton knots slip when wet. We tied four hundred of them (in rain) and 31% held overnight."
    )
    assert record.identifiers == {"arxiv": "2401.01234", "arxiv_version": "2"}


@pytest.mark.parametrize(
    "heading",
    [
        [(12, "A B S T R A C T")],
        [(12, "ABSTRACT.")],
        [(12, "Abstract:")],
    ],
)
@pytest.mark.parametrize("after", ["Keywords: nets, knots", "I. INTRODUCTION", "Index Terms: nets", "1. Introduction"])
def test_headings_are_known_however_they_are_set(heading, after):
    lines = [*PAGE[:4], *heading, *PAGE[5:7], (10, after), (10, "Nets are old.")]
    (record,) = pdf.parse(pdf_of(lines)).records
    assert (record.abstract[:12], record.abstract[-10:]) == ("Cotton knots", "overnight.")


def test_a_pdf_without_an_abstract_is_a_paper_with_its_title():
    (record,) = pdf.parse(pdf_of(PAGE[:4])).records
    assert (record.title, record.abstract) == ("Knots in Cotton Nets: A Field Study", "")


def test_a_scan_says_so():
    Path("scan.pdf").write_bytes(pdf_of([]))
    with pytest.raises(NoPapers, match=r"scan\.pdf .*the first page of this PDF has no text"):
        read_inputs(["scan.pdf"])


@pytest.mark.parametrize("data", [b"%PDF-1.7 \x00\x01", pdf_of(PAGE)[:300], b"%PDF-1.4\n" + b"\xff" * 5000])
def test_a_pdf_that_cannot_be_read_costs_no_other_input(data: bytes):
    Path("a.pdf").write_bytes(data)
    Path("b.json").write_text('[{"title": "A kettle beside a PDF", "abstract": "It sings."}]', encoding="utf-8")
    listing = read_inputs(["a.pdf", "b.json"])
    assert [paper.title for paper in listing.papers] == ["A kettle beside a PDF"]
    assert [fragment.source for fragment in listing.fragments] == ["a.pdf"]
    with pytest.raises((BinaryInput, NoPapers), match="PDF"):
        read_inputs(["a.pdf"])


def test_without_the_extra_it_is_said_what_to_install_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    Path("a.pdf").write_bytes(pdf_of(PAGE))
    with pytest.raises(BinaryInput, match="it is a PDF, and reading a PDF needs the extra `pdf`: install it with `"):
        read_inputs(["a.pdf"])
    Path("b.json").write_text('[{"title": "A kettle beside a PDF", "abstract": "It sings."}]', encoding="utf-8")
    listing = read_inputs(["a.pdf", "b.json"])
    assert (len(listing.papers), "needs the extra `pdf`" in listing.fragments[0].why) == (1, True)


def test_a_pdf_behind_an_address_is_read_too():
    with Site(lambda call: Said(pdf_of(PAGE), 200, {"Content-Type": "application/pdf"})) as site:
        listing = read_inputs([f"{site.url}/a.pdf"], fetch=settings(site, folder="fetched"))
    assert listing.papers[0].title == "Knots in Cotton Nets: A Field Study"
