"""Pasted pages: every layout gives the same papers, prose gives none."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.reading.listing import read_text
from broadsheet.reading.pasted import parser as pasted
from places import DATA

PAPERS = json.loads((DATA / "reading_invented.json").read_text(encoding="utf-8"))


def wrap(text, width=72, indent=""):
    return "\n".join(
        textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    )


def names(paper):
    return ", ".join(paper["authors"])


LAYOUTS = {
    "blank lines": "{title}\n\n{abstract}\n\n",
    "title above abstract": "{title}\n{abstract}\n\n",
    "no blank line at all": "{title}\n{abstract}\n",
    "wrapped": "{title72}\n\n{abstract72}\n\n",
    "wrapped narrow": "{title60}\n\n{abstract60}\n\n",
    "wrapped in one block": "{title72}\n{abstract72}\n\n",
    "wrapped without a blank line": "{title72}\n{abstract72}\n",
    "wrapped titles only": "{title50}\n\n{abstract}\n\n",
    "numbered": "{i}. {title}\n{abstract}\n\n",
    "in brackets": "[{i}] {title}\n\n{abstract}\n\n",
    "bulleted": "- {title}\n  {abstract}\n",
    "indented": "\t{title}\n\t{abstract}\n\n",
    "bold": "**{title}**\n{abstract}\n\n",
    "headings": "## {title}\n\n*{names}*\n\n{abstract}\n\n",
    "authors": "{title}\n{names}\n{abstract}\n\n",
    "authors apart": "{title}\n\n{names}\n\n{abstract}\n\n",
    "authors without a blank line": "{title}\n{names}\n{abstract}\n",
    "labels": "Title: {title}\nAuthors: {names}\nAbstract: {abstract}\n\n",
    "wrapped labels": "Title: {title72}\nAuthors: {names}\nAbstract: {abstract72}\n\n",
    "labels apart": "{title}\n\nAuthors: {names}\n\narXiv:{arxiv}\n\nAbstract:\n\n{abstract}\n\n",
    "abstract announced": "{title}\n{names}\nAbstract\n{abstract}\n\n",
    "id above": "[{i}] arXiv:{arxiv} [pdf, other]\n{title}\n{names}\n\n{abstract}\n\n",
    "id above, apart": "arXiv:{arxiv}\n\n{title}\n\n{abstract}\n\n",
    "id below": "{title}\n\n{abstract}\n\nhttps://arxiv.org/abs/{arxiv}\n\n",
    "id right below": "{title}\n{abstract}\nhttps://arxiv.org/abs/{arxiv}\n",
    "id between": "{title}\nhttps://arxiv.org/abs/{arxiv}v2\nPublished on {date}\n{abstract}\n\n",
    "votes": "▲ {i}\n{title}\n{abstract}\nPDF\nCode\n{i} comments\n\n",
    "submitters": "Submitted by\n\nakim{i}\n\n{i}\n\n{title}\n\n·\n{i} authors\n\n{abstract}\n\n",
    "dates": "{title}\n\n{date}\n\n{abstract}\n\n",
    "two paragraphs": "{title}\n\n{sentence}.\n\n{rest}\n\n",
}


def page(layout, papers):
    parts = []
    for i, paper in enumerate(papers, start=1):
        sentence, _, rest = paper["abstract"].partition(". ")
        widths = {
            f"{part}{width}": wrap(paper[part], width) for part in ("title", "abstract") for width in (50, 60, 72)
        }
        parts.append(layout.format(i=i, names=names(paper), sentence=sentence, rest=rest, **widths, **paper))
    return "".join(parts)


def read(text):
    return [(" ".join(r.title.split()), " ".join(r.abstract.split())) for r in pasted.parse(text).records]


@pytest.mark.parametrize("count", [1, 2, 3, 10])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_papers(layout, count):
    papers = PAPERS[:count]
    assert read(page(LAYOUTS[layout], papers)) == [(paper["title"], paper["abstract"]) for paper in papers]


@pytest.mark.parametrize("layout", [name for name, text in LAYOUTS.items() if "{arxiv}" in text])
def test_ids_go_to_the_paper_they_stand_with(layout):
    records = pasted.parse(page(LAYOUTS[layout], PAPERS)).records
    assert [record.identifiers["arxiv"] for record in records] == [paper["arxiv"] for paper in PAPERS]


@pytest.mark.parametrize("layout", [name for name, text in LAYOUTS.items() if "{names}" in text])
def test_authors_are_the_ones_named(layout):
    records = pasted.parse(page(LAYOUTS[layout], PAPERS)).records
    assert [list(record.authors) for record in records] == [paper["authors"] for paper in PAPERS]


def test_dates_are_read_where_they_are_whole():
    records = pasted.parse(page(LAYOUTS["dates"], PAPERS)).records
    assert [record.published.isoformat() for record in records][:2] == ["2029-03-03", "2029-03-04"]


@pytest.mark.parametrize("layout", ["{i}. {title}\n", "* {title}\n", "{title}\n{names}\n\n", "{title}\n{names}\n"])
def test_lists_of_titles_are_papers_without_abstracts(layout):
    assert read(page(layout, PAPERS)) == [(paper["title"], "") for paper in PAPERS]


def test_a_plain_list_of_titles_is_one_paper_a_line():
    papers = [paper for paper in PAPERS if paper["title"] != "Preface"]
    assert read(page("{title}\n", papers)) == [(paper["title"], "") for paper in papers]


def test_titles_that_end_on_a_full_stop_keep_it():
    text = "".join(f"{paper['title'].rstrip('?')}.\n\n{paper['abstract']}\n\n" for paper in PAPERS)
    assert [title for title, _ in read(text)] == [paper["title"].rstrip("?") + "." for paper in PAPERS]


def test_a_list_inside_an_abstract_stays_in_it():
    text = page("{title}\n\n{abstract} We contribute:\n- a model of wet things\n- a data set of 10 items\n\n", PAPERS)
    records = pasted.parse(text).records
    assert len(records) == len(PAPERS)
    assert all(
        r.abstract.endswith("We contribute:\n- a model of wet things\n- a data set of 10 items") for r in records
    )


def test_the_chrome_of_a_page_is_told_line_by_line():
    text = "new\n\nGet our papers in your inbox!\n\nSubscribe\n\nbyOK and friends\n\nMar 13\n\n" + page(
        LAYOUTS["blank lines"], PAPERS
    )
    parsed = pasted.parse(text)
    assert len(parsed.records) == len(PAPERS)
    assert [(gap.first_line, gap.last_line, gap.text) for gap in parsed.gaps] == [
        (1, 1, "new"),
        (3, 3, "Get our papers in your inbox!"),
        (5, 5, "Subscribe"),
        (7, 7, "byOK and friends"),
        (9, 9, "Mar 13"),
    ]


def test_records_know_the_line_they_begin_on():
    assert [record.line for record in pasted.parse(page(LAYOUTS["blank lines"], PAPERS)).records][:3] == [1, 5, 9]


def test_an_id_in_an_abstract_is_not_the_papers_own():
    text = page(LAYOUTS["blank lines"], PAPERS[:3]).replace("We propose", "Unlike arXiv:1111.22222, we propose")
    assert not any(record.identifiers for record in pasted.parse(text).records)


def test_a_whole_article_is_one_paper():
    sections = "".join(
        f"{i} {name}\n\nOur method and model show results on data.\n\n"
        for i, name in enumerate(["Introduction", "Method", "Results"])
    )
    text = (
        f"{PAPERS[0]['title']}\n\nAbstract\n\n{PAPERS[0]['abstract']}\n\n{sections}References\n\n[1] A study. 2020.\n"
    )
    assert [title for title, _ in read(text)] == [PAPERS[0]["title"]]


WALK = "I have walked this path for years, and every morning the hedge is a little taller and the dog a little slower. "
ROAD = "The road went past the mill, where old men sat with their rods. "
COUNCIL = "The council voted on Tuesday to build it by the harbour. Work is to begin in spring, the mayor said. "
LETTER = (
    "Thank you for your letter. I was delighted to hear that the lighthouse is open again, and I would like to visit. "
)
NOISE = {
    "an essay": "On Walking\n\n" + f"{WALK * 3}\n\n" * 5,
    "chapters": "".join(f"{name}\n\n{ROAD * 4}\n\n" for name in ["The road", "Evening", "Rain"]),
    "a letter": f"Dear Ms Okkerse,\n\n{LETTER * 2}\n\nYours sincerely,\n\nPaulo Brandt\n",
    "news": "".join(
        f"{title}\n\n{COUNCIL}\n\n" for title in ["Tram line approved", "Market moves indoors", "School wins cup"]
    ),
    "source code": Path(pasted.__file__).read_text(encoding="utf-8"),
    "a log": "".join(f"2029-03-{i:02d} 12:00:00 INFO Training model {i} with data set A\n" for i in range(1, 29)),
    "a recipe": "Potato Soup with Leeks\n\n- 500 g potatoes\n- 2 leeks\n\n1. Peel them.\n2. Simmer for an hour.\n",
    "a menu": "Home\nAbout\nContact\nProducts\nCareers\nPrivacy Policy\n",
    "a to-do list": "- call the dentist\n- buy milk and eggs\n- finish the report for Monday\n",
    "a readme": "# Sheetfold\n\nIt folds sheets.\n\n## Installation\n\nRun the installer.\n\n## Usage\n\nImport it.\n",
    "one word": "hello",
    "punctuation": "*** --- ***\n" * 20,
}


@pytest.mark.parametrize("kind", NOISE)
def test_what_is_no_listing_has_no_papers(kind):
    parsed = pasted.parse(NOISE[kind])
    assert parsed.records == ()
    assert parsed.gaps


@pytest.mark.parametrize(
    "piece", ["a", "word ", "\n", "ab\n", "A B, ", "- x\n", "Title: x\n", "[1] ", "a \n", "We do it.\n\n"]
)
def test_a_lot_of_anything_is_read_in_linear_time(piece):
    assert len(pasted.parse(piece * 10_000).records) <= 10_000


LINES = st.sampled_from(
    [paper[part] for paper in PAPERS[:4] for part in ("title", "abstract")]
    + [
        "",
        "",
        "Abstract",
        "Title: A model of goats",
        "arXiv:2911.00003",
        "Ada Byte, Bo Bit",
        "- item",
        "3",
        "PDF",
        "x = f(1);",
        "Methods",
    ]
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_every_line_is_a_papers_or_a_gap_and_no_title_is_made_up(lines):
    parsed = pasted.parse("\n".join(lines))
    assert all({*record.title.split("\n")} <= {*lines, "A model of goats", "item"} for record in parsed.records)
    prose = {paper["abstract"] for paper in PAPERS[:4]}
    placed = "\n".join([*(record.abstract for record in parsed.records), *(gap.text for gap in parsed.gaps)])
    assert all(line in placed for line in lines if line in prose)
    covered = [number for gap in parsed.gaps for number in range(gap.first_line, gap.last_line + 1)]
    assert len(covered) == len(set(covered))
    assert all(1 <= number <= len(lines) for number in covered)


def test_the_day_above_the_next_papers_is_no_date_of_the_paper_above():
    entries = [
        f"Counting spoons in drawer {number}\nAda Invented, Bo Madeup\n\nWe count the spoons of drawer {number} and "
        "find fewer than expected. The method needs no light, and it works on forks as well."
        for number in range(4)
    ]
    entries.insert(2, "Thursday, 12 March 2026")
    parsed = pasted.parse("\n\n".join(entries))
    assert [record.published for record in parsed.records] == [None] * 4
    assert [gap.text for gap in parsed.gaps] == ["Thursday, 12 March 2026"]


@pytest.mark.parametrize(
    "labels",
    [
        "Название Авторы Аннотация",
        "Заголовок Автор Реферат",
        "Tytuł Autorzy Streszczenie",
        "Titel Auteurs Samenvatting",
        "Titel Författare Sammanfattning",
        "Tittel Forfattere Sammendrag",
        "Başlık Yazarlar Özet",
        "제목 저자 초록",
    ],
)
def test_labels_of_other_languages_are_known(labels: str) -> None:
    title, authors, abstract = labels.split()
    text = f"{title}: Koty 12\n{authors}: Ada Kot, B. Li\n{abstract}: Koty 12 zna 40 drzwi."
    (record,) = pasted.parse(text).records
    assert (record.title, record.authors, record.abstract) == ("Koty 12", ("Ada Kot", "B. Li"), "Koty 12 zna 40 drzwi.")


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        (r"G. H\"ormann, \L. Kowalczyk", ("G. Hörmann", "Ł. Kowalczyk")),
        (r"Jos\'{e} Nu\~nez and {\O}ystein B{\o}e", ("José Nuñez", "Øystein Bøe")),
        (r"P\'al Bir\'o", ("Pál Biró",)),
    ],
)
def test_names_in_tex_are_authors_and_no_title(written: str, authors: tuple[str, ...]) -> None:
    abstract = "We study damped waves in a bath. Small data give global solutions, and the exponent is optimal."
    text = f"A remark on damped waves\n{written}\n{abstract}\n\nA second remark on waves\nAda Ash\n{abstract}\n"
    first, _ = read_text(text).papers
    assert (first.title, first.authors, first.abstract) == ("A remark on damped waves", authors, abstract)


def test_talks_with_hours_are_papers_without_them_and_sessions_are_none() -> None:
    abstract = "We gate single photons in time and see a target at 90 m in fog of 30 m visibility. The error is 2%."
    text = (
        "Oral Session 3: Perception — Room B — Chair: Ada Ash\n\n"
        f"10:00–10:20  Seeing Through Fog With One Photon (#112)\n  Ben Birch (Reck Optics), Cy Cole\n  {abstract}\n\n"
        f"10:20 - 10:40 | Colour Constancy for Aquariums\n  Dee Dale\n  {abstract}\n\n10:40–11:00  Coffee break\n\n"
        f"11:00–11:20  Depth From Reflections in Spoons (Paper #7)\n  Eve Elm\n  {abstract}\n"
    )
    papers = read_text(text).papers
    assert [paper.title for paper in papers] == [
        "Seeing Through Fog With One Photon",
        "Colour Constancy for Aquariums",
        "Depth From Reflections in Spoons",
    ]
    assert [paper.authors for paper in papers] == [("Ben Birch", "Cy Cole"), ("Dee Dale",), ("Eve Elm",)]
    assert {paper.abstract for paper in papers} == {abstract}
