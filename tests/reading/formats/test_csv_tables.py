"""CSV and TSV: headers by name, lone authors, rows by field, quotation marks that never close."""

from __future__ import annotations

import csv
import io

import pytest

from broadsheet.reading.listing import read_text
from listing_samples import papers_of, read_sample, text_of


def test_a_row_with_commas_lines_and_quotes_in_its_cells():
    paper = read_sample("scopus.csv").papers[0]
    assert (paper.title, paper.abstract) == ("Goats, and their Dams", "Goats climb dams. They reach salt.")
    assert (paper.authors, paper.venue) == (("Varga I.", "Brandt P."), "Journal of Slopes")
    assert (paper.key, paper.categories, paper.line) == ("doi:10.9999/goat.31", ("goats", "dams"), 2)


def test_an_abstract_that_says_there_is_none_is_none():
    assert read_sample("scopus.csv").papers[1].abstract == ""


def test_a_row_without_a_title_is_a_fragment():
    assert [(f.first_line, f.why) for f in read_sample("scopus.csv").fragments] == [(5, "it has no title")]


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_other_delimiters_are_seen_from_the_header(mark):
    text = text_of("scopus.csv")
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark).writerows(csv.reader(io.StringIO(text)))
    assert [paper.title for paper in papers_of(stream.getvalue())] == [paper.title for paper in papers_of(text)]


def test_a_lone_author_keeps_his_comma_where_semicolons_set_authors_apart():
    text = 'Title,Author,Abstract\nGoats on Dams,"Varga, Ilse; Brandt, P.",x\nSalt of Dams,"Prow, Ada",y\n'
    assert [paper.authors for paper in papers_of(text)] == [("Varga, Ilse", "Brandt, P."), ("Prow, Ada",)]


def test_lines_above_the_header_are_skipped():
    assert [paper.line for paper in papers_of("sep=,\n\nTitle,Abstract,DOI\nGoats on Dams,We count.,\n")] == [4]


def test_fields_by_row_are_turned():
    first, second = read_sample("embase_rows.csv").papers
    assert (first.title, first.authors, first.key) == (
        "Goats and their Dams",
        ("Varga I.", "Brandt P."),
        "doi:10.9999/goat.31",
    )
    assert (second.title, second.abstract) == ("Kettles of the Harbour", "")


def test_web_of_sciences_table_names_columns_by_tags():
    paper = papers_of('PT\tAU\tTI\tSO\tAB\tDI\nJ\tVarga, I\tGoats "on" Dams\tSLOPES\tWe count.\t10.9999/goat.31\n')[0]
    assert (paper.title, paper.venue, paper.key) == ('Goats "on" Dams', "SLOPES", "doi:10.9999/goat.31")


def test_a_quotation_mark_that_never_closes_does_not_lose_the_rows_before_it():
    listing = read_text('title,abstract\nGoats on Dams,We count.\n"Salt,' + "x" * 2**24 + "\n")
    assert [paper.title for paper in listing.papers] == ["Goats on Dams"]
    assert "never closes" in listing.fragments[0].why
