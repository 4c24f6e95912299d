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


def test_two_authors_with_a_comma_are_two_though_other_rows_have_semicolons():
    text = 'Title,Author,Abstract\nGoats on Dams,"I. Varga; P. Brandt",x\nSalt of Dams,"A. Prow, B. Wu",y\n'
    assert [paper.authors for paper in read_text(text).papers] == [("I. Varga", "P. Brandt"), ("A. Prow", "B. Wu")]


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


HEAD = "title,abstract,authors\n"


@pytest.mark.parametrize(
    ("rows", "papers", "lost"),
    [
        ('Goats,"Goats, climb,Ash A\nLids,Lids are warm.,Birch B\nOats,"Oats rise.","Cole"\n', ["Lids", "Oats"], [2]),
        ('Goats,"Goats climb,Ash A\nLids,Lids are warm.,Birch B\nOats,Oats rise.,Cole C\n', ["Lids", "Oats"], [2]),
        ('Goats,"Goats climb,Ash A\nLids,Lids are warm.,Birch B\nOats,"Oats rise.",Cole C\n', ["Lids", "Oats"], [2]),
        ('Goats,"Goats climb,Ash A\nPipes of 5",Pipes are long.,Birch B\n', ['Pipes of 5"'], [2]),
        ('"Goats,Goats climb,Ash A\nLids,"Lids are warm.",Birch B\n', ["Lids"], [2]),
        ('Goats,Goats climb.,"Ash A\nLids,Lids are warm.,"Birch, B"\n', ["Goats", "Lids"], []),
        ('Lids,"Lids\n\nare warm.",Birch B\nGoats,"Goats climb and', ["Lids", "Goats"], []),
        ('Goats,"He said "yes" to\nmore, text, so.","Ash, A"\nLids,"Lids "are" warm.",B\n', ["Goats", "Lids"], []),
        ('"Goats" , "Goats, climb." , "Ash A"\nLids,"Lids ""are"" warm.",\n', ["Goats", "Lids"], []),
        ('Goats,"Goats climb\nand fall."\nLids,Lids are warm.,Birch B,more\n', ["Goats", "Lids"], []),
        ('Goats,"Goats "climb\nLids,"Lids" are warm\n', ["Goats", "Lids"], []),
    ],
)  # fmt: skip
def test_a_quotation_mark_that_never_closes_costs_no_row_but_its_own(rows, papers, lost):
    listing = read_text(HEAD + rows)
    assert [paper.title for paper in listing.papers] == papers
    assert [fragment.first_line for fragment in listing.fragments] == lost
    told = {paper.title: paper.abstract for paper in listing.papers}
    assert told.get("Lids", "Lids are warm.").replace('"', "").removesuffix(".") == "Lids are warm"
    assert told.get("Oats", "Oats rise.") == "Oats rise."


def test_marks_that_stand_anywhere_are_read_in_time_that_grows_with_the_text():
    rows = [f'Goats {number},"Goats climb,Ash\n' for number in range(20_000)]
    listing = read_text(f"{HEAD}{''.join(rows)}Lids,Lids are warm.,Birch B\n")
    assert listing.papers[-1].title == "Lids"
    assert len(listing.papers) + sum(part.last_line - part.first_line + 1 for part in listing.fragments) == 20_001
