"""RIS, MEDLINE, Web of Science and refer: tags, wrapped values, what stands outside of records."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.reading.listing import read_inputs, read_text
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


GOATS, LIDS = "We counted goats on forty slopes.", "Lids of tin keep broth warm for an hour."


def told(text):
    """Titles, authors and abstracts, and why what is no paper is none."""
    listing = read_text(text)
    papers = [(paper.title, paper.authors, paper.abstract) for paper in listing.papers]
    return papers, [fragment.why for fragment in listing.fragments]


FIRST = ["TI  - Goats", "AU  - Ash, A.", f"AB  - {GOATS}"]
SECOND = ["TI  - Lids", "AU  - Birch, B.", f"AB  - {LIDS}"]
REFER = [["%T Goats", "%A Ash, A.", f"%X {GOATS}"], ["%T Lids", "%A Birch, B.", f"%X {LIDS}"]]
TYPE, END = "TY  - JOUR", "ER  - "


@pytest.mark.parametrize(
    "lines",
    [
        ["DB  - X", *FIRST[::2], TYPE, FIRST[1], END, "", "DB  - Y", *SECOND[::2], TYPE, SECOND[1], END],
        [FIRST[1], TYPE, *FIRST[::2], END, SECOND[1], TYPE, *SECOND[::2], END],
        [*FIRST, TYPE, END, *SECOND, TYPE, END],
        [*FIRST, TYPE, "", *SECOND, TYPE],
        [TYPE, *FIRST, END, *SECOND, END],
        [TYPE, *FIRST, TYPE, *SECOND],
        [REFER[0][0], "%0 Report", *REFER[0][1:], "", "", *REFER[1]],
        [REFER[0][1], REFER[0][0], "%0 Report", REFER[0][2], "", REFER[1][1], REFER[1][0], "%0 Report", REFER[1][2]],
        [*REFER[0], "", *REFER[1]],
    ],
)
def test_fields_above_the_first_tag_and_records_without_an_end_stay_with_their_paper(lines):
    expected = [("Goats", ("Ash, A.",), GOATS), ("Lids", ("Birch, B.",), LIDS)]
    assert told("\n".join(lines)) == (expected, [])


def test_a_record_above_the_first_tag_of_another_is_one_of_its_own():
    text = f"TI  - Goats\nAB  - {GOATS}\nTY  - JOUR\nTI  - Lids\nAB  - {LIDS}\nER  - \n"
    assert told(text) == ([("Goats", (), GOATS), ("Lids", (), LIDS)], [])


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("TY  - JOUR\nTI  - T\nAU  - Ash, A.\nAB  - We used\nAI - based\nmaps.\nER  - \n", "We used AI - based maps."),
        ("TY - JOUR\nTI - T\nAU - Ash, A.\nAB - We used\nAI - based maps.\nER - \n", "We used AI - based maps."),
        ("TY  - JOUR\nTI  - T\nAU  - Ash, A.\nAB  - Of\nER - positive goats.\nER  - \n", "Of ER - positive goats."),
        ("TY  - JOUR\nTI  - T\nAU  - Ash, A.\nAB  - By\nCT - based maps.\nER  - \n", "By CT - based maps."),
        ("PMID- 7\nTI  - T\nAU  - Ash, A.\nAB  - We used\nMRI - guided maps.\n", "We used MRI - guided maps."),
        ("PT J\nAU Ash, A.\nTI T\nAB We used\nAI based maps.\nER\n", "We used AI based maps."),
        ("%0 Report\n%T T\n%A Ash, A.\n%X Of goats 95\n%CI was wide,\n%5 up.\n", "Of goats 95 %CI was wide, %5 up."),
    ],
)
def test_a_wrapped_line_that_looks_like_a_tag_is_read_on(text, whole):
    assert told(text) == ([("T", ("Ash, A.",), whole)], [])
