"""An identifier, or a title, is not enough to make two records one paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from broadsheet.models import Paper
from broadsheet.reading.same_work import compare_titles, is_same_work, names_of, recurs

KNOTS, SAILS = "Knots in cotton nets", "Sails in light wind"
SLIP = "Cotton knots slip when wet. We tied four hundred of them and counted how many held overnight in the rain."
FILL = "Sails of hemp fill slowly. We timed six boats on a lake in the morning and again in the evening breeze."
GLOW = "Spectroscopy of the teapot AT2026xyz"
BOOK = "10.5555/9780000000000.0000"


def paper(title: str, abstract: str = "", author: str = "", **fields: Any) -> Paper:
    own = {name: fields.pop(name) for name in ("url", "venue", "published") if name in fields}
    authors = (author,) if author else ()
    return Paper(key="k", title=title, abstract=abstract, authors=authors, identifiers=fields, **own)


def same(first: Paper, second: Paper, *, together: bool = True) -> bool:
    found = is_same_work(first, second, together=together)
    assert is_same_work(second, first, together=together) is found
    return found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paper(KNOTS, SLIP, "Ash, A.", doi=BOOK), paper(SAILS, FILL, "Birch, B.", doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash, A.", doi=BOOK), paper(SAILS, FILL, "Ash, A.", doi=BOOK)),
        (paper(KNOTS, "", "Ash, A.", doi=BOOK), paper(SAILS, "", "Ash, A.", doi=BOOK)),
        (paper(KNOTS, doi=BOOK), paper(SAILS, doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash, A.", doi=BOOK), paper(SAILS, SLIP, "Birch, B.", doi=BOOK)),
        (paper("Tea and sleep in mice", "", "Ash, A.", doi=BOOK), paper("Tea and sleep in rats", "", "Ash", doi=BOOK)),
        (paper("Small boats, part 1", doi=BOOK), paper("Small boats, part 2", doi=BOOK)),
        (paper("Small boats, part A", doi=BOOK), paper("Small boats, part B", doi=BOOK)),
        (paper("Small boats II", "", "Ash", doi=BOOK), paper("Small boats III", "", "Ash", doi=BOOK)),
        (paper("Small boats", "", "Ash", doi=BOOK), paper("Small boats II", "", "Ash", doi=BOOK)),
        (paper("Flash FL 261120A", "", "Ash", doi=BOOK), paper("Flash FL 261120B", "", "Ash", doi=BOOK)),
        (paper("Introduction", SLIP, "Ash, A.", doi=BOOK), paper("Introduction", FILL, "Birch, B.", doi=BOOK)),
        (paper("Introduction", "", doi=BOOK), paper("Introduction to small boats", "", doi=BOOK)),
        (paper("Sails", doi=BOOK), paper(SAILS, doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash", doi=BOOK), paper(f"Supplement to: {KNOTS}", "", "Ash", doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash", doi=BOOK), paper(f"{KNOTS}: supplementary tables", "", "Ash", doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash", pmid="12"), paper(f"Erratum: {KNOTS}", "", "Ash", pmid="12")),
        (paper(KNOTS, SLIP, "Ash, A.", arxiv="2401.00001"), paper(SAILS, FILL, "Birch, B.", arxiv="2401.00001")),
        (paper(KNOTS, SLIP, arxiv="2401.00001"), paper(SAILS, FILL, arxiv="2401.00001")),
    ],
)
def test_two_papers_with_one_identifier_stay_two(first: Paper, second: Paper) -> None:
    assert not same(first, second)
    assert not same(first, second, together=False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paper(KNOTS, SLIP, "Ash, A.", doi=BOOK), paper("KNOTS in Cotton Nets.", SLIP, "A. Ash", doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash, A.", doi=BOOK), paper(f"{KNOTS}: a field study", "", "A. Ash", doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash, A.", doi=BOOK), paper("Knots in wet cotton nets", SLIP[:80], doi=BOOK)),
        (paper("The colour of tea in pots", SLIP, doi=BOOK), paper("The color of tea in pots", "", doi=BOOK)),
        (paper("H2O in kettles & pots", doi=BOOK), paper("H 2 O in kettles and pots", doi=BOOK)),
        (paper("Counting goats on steep d…", doi=BOOK), paper("Counting goats on steep dams and hills", doi=BOOK)),
        (paper(KNOTS, SLIP, "Ash", doi="10.5555/x.v1"), paper(KNOTS, SLIP, "Ash", doi="10.5555/x.v2")),
        (paper(KNOTS, SLIP, "Ash", arxiv="2401.00001"), paper("Wet knots do hold", SLIP, "Ash", arxiv="2401.00001")),
        (
            paper(KNOTS, SLIP, "Ash", doi="10.1101/2026.1"),
            paper("Wet knots do hold", SLIP, "Ash", doi="10.1101/2026.1"),
        ),
        (paper(KNOTS, SLIP, "Ash", arxiv="2401.00001"), paper(KNOTS, SLIP, "Ash", doi="10.5555/j")),
        (paper(KNOTS, SLIP, "Ash", doi="10.1101/2026.1"), paper(KNOTS, "", "Ash", doi="10.5555/j")),
        (paper("棉网中的绳结", "", "", arxiv="2401.00001"), paper(KNOTS, SLIP, "Ash", arxiv="2401.00001")),
    ],
)
def test_a_paper_with_another_spelling_or_version_stays_one(first: Paper, second: Paper) -> None:
    assert same(first, second)
    assert same(first, second, together=False)


def test_a_source_lists_no_paper_under_two_titles_but_two_sources_may() -> None:
    first, second = paper(KNOTS, SLIP, "Ash", doi=BOOK), paper("Wet knots do hold", SLIP, "Ash", doi=BOOK)
    assert not same(first, second)
    assert same(first, second, together=False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paper("Editorial", venue="Journal of Tea"), paper("Editorial", venue="Knot Letters")),
        (paper("Editorial", "", "Ash", venue="Journal of Tea"), paper("Editorial", "", "Ash", venue="Knot Letters")),
        (paper("Letter to the Editor", venue="J. Tea"), paper("Letter to the Editor", venue="Knot Letters")),
        (
            paper("Editorial", venue="J. Tea", published=dt.date(2026, 1, 2)),
            paper("Editorial", venue="J. Tea", published=dt.date(2026, 2, 2)),
        ),
        (paper("Preface", url="https://a.example/1"), paper("Preface", url="https://a.example/2")),
        (
            paper(GLOW, SLIP, "Ash", url="https://t.example/?n=1"),
            paper(GLOW, FILL, "Ash", url="https://t.example/?n=2"),
        ),
        (
            paper(GLOW, f"{SLIP} At 12.3 mag.", "Ash", url="https://t.example/?n=1"),
            paper(GLOW, f"{SLIP} At 13.4 mag.", "Ash", url="https://t.example/?n=2"),
        ),
        (paper(GLOW, "", "Ash", url="https://t.example/12"), paper(GLOW, "", "Ash", url="https://t.example/13")),
        (paper(GLOW, SLIP, "Ash"), paper(GLOW, FILL, "Ash")),
        (paper(GLOW, SLIP, "Ash"), paper(GLOW, SLIP, "Birch")),
    ],
)
def test_two_papers_of_one_title_stay_two(first: Paper, second: Paper) -> None:
    assert not same(first, second)
    assert not same(first, second, together=False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paper("Editorial", venue="J. Tea"), paper("Editorial", venue="Journal of Tea")),
        (paper("Editorial", venue="JT"), paper("Editorial", venue="Journal of Tea")),
        (paper(GLOW, SLIP, "Ash", url="https://a.example/1"), paper(GLOW, SLIP, "Ash", url="https://b.example/2")),
        (
            paper(GLOW, SLIP, "Ash", url="https://a.example/abs/1"),
            paper(GLOW, "", "Ash", url="https://a.example/pdf/1"),
        ),
        (paper(GLOW, SLIP, "Ash", url="https://a.example/1"), paper(GLOW, FILL, "", url="https://a.example/1")),
        (paper(GLOW, SLIP), paper(GLOW, "", "Ash")),
    ],
)
def test_one_paper_of_two_sources_is_one(first: Paper, second: Paper) -> None:
    assert same(first, second, together=False)


def test_two_bare_editorials_of_one_file_are_not_dropped() -> None:
    assert not same(paper("Editorial", venue="J. Tea"), paper("Editorial", venue="J. Tea"))
    assert same(paper("Goats on Dams"), paper("Goats on Dams"))


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [
        ("A kettle sings", "Kettle sings", "akin"),
        ("Tea in 2019: a survey", "Tea in 2020: a survey", "apart"),
        ("COVID-19 in tea rooms", "Covid19 in tea rooms", "same"),
        (KNOTS, "Reply to: Knots in cotton nets", "apart"),
        ("绳结", KNOTS, "foreign"),
        (KNOTS, SAILS, "other"),
    ],
)
def test_titles_are_compared_by_what_tells_papers_apart(first: str, second: str, how: str) -> None:
    assert compare_titles(first, second) == compare_titles(second, first) == how


def test_a_title_that_returns_is_known() -> None:
    assert recurs("Letter to the Editor")
    assert not recurs("A letter to the harbour on knots")


def test_versions_of_a_doi_have_one_name() -> None:
    assert names_of(paper("T", doi="10.21203/rs.3.rs-1/v2", arxiv="2401.00001")) == [
        "arxiv:2401.00001",
        "doi:10.21203/rs.3.rs-1",
    ]
