"""A pasted page of a known site gives its entries; a page of any other make is left alone."""

from __future__ import annotations

import pytest

from broadsheet.reading.pasted.issues import FRAME
from broadsheet.reading.pasted.known_sites import parse, recognises

ABOUT_BOILING = "We boil water in small kettles and measure how long each of them takes until it sings in the morning."
ABOUT_LIDS = "We close kettles with lids of three kinds and count the drops that leave them in one hour of boiling."

PAGES = {
    "an arXiv page, pasted": f"""Showing new listings for Friday
[1] arXiv:2501.00001 [pdf, html, other]
Title: Boiling Water in Small Kettles
Authors: Ada Kettle, Bob Spout
Subjects: Tea (cs.TE)
{ABOUT_BOILING}
[2] arXiv:2501.00002 [pdf, other]
Title: Lids of Three Kinds
Authors: Cy Lid
Subjects: Tea (cs.TE)
{ABOUT_LIDS}
Total of 2 entries
""",
    "OpenReview, pasted": f"""Boiling Water in Small Kettles
Ada Kettle, Bob Spout
Published: 16 Jan 2025, Last Modified: 2 Feb 2025 Readers: Everyone
Keywords: tea, kettles
Abstract: {ABOUT_BOILING}
Show details
Lids of Three Kinds
Cy Lid
Published: 17 Jan 2025, Last Modified: 2 Feb 2025 Readers: Everyone
Keywords: tea, lids
Abstract: {ABOUT_LIDS}
Show details
""",
    "Google Scholar, pasted": f"""Boiling Water in Small Kettles
A Kettle, B Spout - Journal of Tea, 2025 - kettles.example
{ABOUT_BOILING}
Save Cite Cited by 4 Related articles
[PDF] Lids of Three Kinds
C Lid - Journal of Tea, 2025 - kettles.example
{ABOUT_LIDS}
Save Cite Related articles
""",
    "proceedings, pasted": f"""Boiling Water in Small Kettles
Ada Kettle, Bob Spout; Proceedings of the First Tea Days, PMLR 1:1-10
[abs][Download PDF]
{ABOUT_BOILING}
Lids of Three Kinds
Cy Lid; Proceedings of the First Tea Days, PMLR 1:11-20
[abs][Download PDF]
{ABOUT_LIDS}
""",
    "the ACL Anthology, pasted": f"""pdf bib abs
Boiling Water in Small Kettles
Ada Kettle | Bob Spout
{ABOUT_BOILING}
pdf bib abs
Lids of Three Kinds
Cy Lid
{ABOUT_LIDS}
""",
    "PubMed, pasted": f"""1
Cite
Boiling Water in Small Kettles.
Kettle A, Spout B.
J Tea. 2025 Jan 16;1(1):1-10. doi: 10.5555/kettle.1.
PMID: 11111111
{ABOUT_BOILING}
2
Cite
Lids of Three Kinds.
Lid C.
J Tea. 2025 Jan 17;1(1):11-20. doi: 10.5555/kettle.2.
PMID: 22222222
{ABOUT_LIDS}
""",
}


@pytest.mark.parametrize("name", PAGES)
def test_each_entry_has_its_own_title_abstract_and_authors(name: str) -> None:
    parsed = parse(PAGES[name])
    first, second = parsed.records
    assert parsed.format == name
    assert [one.title.rstrip(".") for one in parsed.records] == [
        "Boiling Water in Small Kettles",
        "Lids of Three Kinds",
    ]
    assert (first.abstract, second.abstract) == (ABOUT_BOILING, ABOUT_LIDS)
    assert (len(first.authors), len(second.authors)) == (2, 1)


def test_a_papers_own_page_gives_its_date_and_its_id() -> None:
    page = f"""Computer Science > Tea
[Submitted on 2 Jan 2025]
Title:Boiling Water in Small Kettles
Authors:Ada Kettle, Bob Spout
Abstract:{ABOUT_BOILING}
Subjects: Tea (cs.TE)
Cite as: arXiv:2501.00001 [cs.TE]
Submission history
"""
    (record,) = parse(page).records
    assert (record.title, record.abstract) == ("Boiling Water in Small Kettles", ABOUT_BOILING)
    assert (str(record.published), record.identifiers["arxiv"]) == ("2025-01-02", "2501.00001")


def test_titles_under_their_submitters_are_read_without_abstracts() -> None:
    page = "Submitted by\nana\n12\nBoiling water in small kettles\nSubmitted by\nbob\n7\nlids of three kinds\n"
    assert [one.title for one in parse(page).records] == ["Boiling water in small kettles", "lids of three kinds"]


def test_submitters_without_titles_are_no_papers() -> None:
    text = "Submitted by\n" * 9
    assert recognises(text)
    assert parse(text).records == ()


def test_what_stands_above_the_first_entry_is_told_with_its_lines() -> None:
    (gap,) = parse(PAGES["an arXiv page, pasted"]).gaps
    assert (gap.first_line, gap.last_line, gap.text) == (1, 1, "Showing new listings for Friday")


FOOTER = "The tea museum asks all readers for a small gift this winter, and thanks those who gave one before."


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("proceedings")])
def test_what_stands_below_the_last_entry_is_told_with_its_lines(name: str) -> None:
    ends = {
        "an arXiv page, pasted": "",
        "OpenReview, pasted": "",
        "the ACL Anthology, pasted": "up\n",
        "PubMed, pasted": "3\n",
    }
    page = PAGES[name] + ends.get(name, "")
    *_, gap = parse(f"{page}{FOOTER}\n").gaps
    assert FOOTER in gap.text
    assert gap.last_line == page.count("\n") + 1


def test_lines_beyond_those_of_one_entry_are_told_and_none_is_lost() -> None:
    page = PAGES["Google Scholar, pasted"].replace("Save Cite Related articles\n", "")
    flood = "".join(f"Kettle number {n} sings.\n" for n in range(500))
    parsed = parse(page + flood)
    (gap,) = parsed.gaps
    assert (gap.first_line, gap.last_line) == (gap.last_line - 101, page.count("\n") + 500)
    assert len(parsed.records[-1].abstract.split("\n")) + gap.last_line - gap.first_line + 1 == 501


def test_a_short_last_line_of_an_abstract_is_part_of_it_and_a_heading_between_entries_is_not() -> None:
    page = PAGES["proceedings, pasted"].replace("until it sings in the morning.", "until it\nsings in the morning.")
    page = page.replace("Lids of Three Kinds\nCy", "Afternoon session\nLids of Three Kinds\nCy")
    parsed = parse(page)
    assert [" ".join(one.abstract.split()) for one in parsed.records] == [ABOUT_BOILING, ABOUT_LIDS]
    assert [(gap.first_line, gap.text) for gap in parsed.gaps] == [(6, "Afternoon session")]


def test_lines_between_entries_that_are_in_none_are_told() -> None:
    page = PAGES["OpenReview, pasted"].replace("Show details\nLids", "Show details\nAfternoon session\nLids")
    assert [(gap.first_line, gap.text) for gap in parse(page).gaps] == [(6, "Show details\nAfternoon session")]


@pytest.mark.parametrize("text", [ABOUT_BOILING, "PMID: 11111111\n", "We cite arXiv:2501.00001 here.\n", ""])
def test_text_of_another_make_is_left_alone(text: str) -> None:
    assert not recognises(text)
    assert parse(text).records == ()


@pytest.mark.parametrize("line", ["-" * 400 + "x", "=-" * 200 + "x", "abstract " * 200 + "x"])
def test_a_long_rule_that_is_no_frame_is_seen_to_be_none_without_trying_each_way_to_part_it(line: str):
    assert FRAME.fullmatch(line) is None
    assert FRAME.fullmatch(line[:-1]) is not None
