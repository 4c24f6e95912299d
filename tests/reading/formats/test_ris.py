"""RIS, MEDLINE, Web of Science and refer: tags, wrapped values, what stands outside of records."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.reading.listing import read_inputs
from listing_samples import papers_of, read_sample, text_of


@pytest.mark.parametrize(
    ("name", "form"),
    [("export.ris", "RIS"), ("export.wos.txt", "Web of Science"), ("export.enw", "EndNote")],
)
def test_one_paper_is_the_same_in_each_format(name, form):
    listing = read_sample(name)
    paper = listing.papers[0]
    assert listing.sources[0].format == form
    assert (paper.title, paper.authors) == ("Goats and their Dams", ("Varga, Ilse", "Brandt, Paulo"))
    assert paper.abstract.startswith("Goats climb dams")
    assert paper.key == "doi:10.9999/goat.31"
    assert (paper.venue or "").lower() == "journal of slopes"


def test_values_that_go_on_below_are_whole_and_keywords_are_apart():
    paper = read_sample("export.ris").papers[0]
    assert (paper.abstract, paper.categories) == ("Goats climb dams to reach salt.", ("goats", "dams", "salt"))
    assert paper.published == dt.date(2028, 3, 5)


def test_the_other_family_of_ris_tags_is_read_too():
    paper = read_sample("export.ris").papers[1]
    assert (paper.title, paper.abstract, paper.key) == (
        "Kettles of the Harbour",
        "Copper kettles whistle.",
        "doi:10.9999/kettle.7",
    )


def test_what_is_no_record_is_a_fragment_with_its_lines():
    fragments = read_sample("export.ris").fragments
    assert [(f.first_line, f.last_line, f.why) for f in fragments] == [
        (23, 23, "it stands outside of any record"),
        (24, 25, "it has no title"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_the_first_record_is_there_in_every_encoding(tmp_path, encoding):
    path = tmp_path / "export.ris"
    path.write_bytes(text_of("export.ris").replace("Varga", "Várga").encode(encoding))
    listing = read_inputs([str(path)])
    assert [paper.title for paper in listing.papers] == ["Goats and their Dams", "Kettles of the Harbour"]
    assert listing.papers[0].authors[0] == "Várga, Ilse"


def test_a_citation_of_medline():
    paper = read_sample("export.nbib").papers[0]
    assert paper.title == "Sleep near kettles: a very long title that is wrapped."
    assert (paper.abstract, paper.authors) == ("We ask whether kettles whistle. They do.", ("Okkerse, Fenna",))
    assert paper.identifiers == {"pmid": "90000031", "doi": "10.9999/kettle.31", "pmcid": "PMC990031"}
    assert (paper.published, paper.categories) == (dt.date(2028, 2, 7), ("Kettles",))


def test_a_record_without_its_end_is_ended_by_the_next():
    text = text_of("export.ris").replace("ER  - \n\nTY", "TY", 1)
    assert [paper.title for paper in papers_of(text)] == ["Goats and their Dams", "Kettles of the Harbour"]
