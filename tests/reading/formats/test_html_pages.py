"""HTML: arXiv's lists, Scholar's alerts, tables of contents, a paper's own page, and pages read as text."""

from __future__ import annotations

import json

import pytest

from broadsheet.errors import NoPapers
from broadsheet.reading.listing import read_text
from listing_samples import papers_of, read_sample, text_of
from places import DATA

PAPERS = json.loads((DATA / "reading_invented.json").read_text(encoding="utf-8"))


def test_an_arxiv_list():
    listing = read_sample("arxiv_list.html")
    first, second = listing.papers
    assert (first.title, first.abstract) == ("SALTLICK: a Benchmark for Goats", "Goats climb dams.")
    assert (first.authors, first.categories) == (("Ilse Varga", "Rui Andersen"), ("cs.RO", "math.LO"))
    assert (second.key, second.categories) == ("arxiv:2912.00077", ("replaced",))
    assert listing.fragments == ()


def test_an_alert_of_scholar_links_to_the_paper_and_not_to_scholar():
    first, second = read_sample("scholar_alert.html").papers
    assert (first.title, first.authors) == ("Sequence Models for Repairing Dams", ("I Varga", "R Andersen"))
    assert (first.url, first.key) == ("https://arxiv.org/pdf/2913.00031", "arxiv:2913.00031")
    assert first.abstract.startswith("Dams leak and all repair is done by hand.")
    assert (second.url, second.venue) == ("https://slopes.example/77", "on Slopes and Systems (SLO)")


@pytest.mark.parametrize("kind", ["[PDF] ", "[HTML]", "[BOOK][B] ", "[CITATION] "])
def test_what_kind_of_file_scholar_has_is_no_part_of_a_title(kind: str) -> None:
    (paper,) = read_text(
        f'<h3><a class="gse_alrt_title" href="https://slopes.example/7">{kind}[Re]pairing Dams</a></h3>'
        "<div>I Varga - Dams</div>"
    ).papers
    assert paper.title == "[Re]pairing Dams"


def test_a_report_of_zotero_is_its_items_without_the_notes_on_them() -> None:
    def item(kind: str, title: str, *rows: str, below: str = "") -> str:
        return f'<li id="item_A" class="item {kind}"><h2>{title}</h2><table>{"".join(rows)}</table>{below}</li>'

    def row(name: str, value: str, kind: str = "") -> str:
        return f'<tr><th class="{kind}">{name}</th><td>{value}</td></tr>'

    note = '<ul class="notes"><li id="item_N"><p>Abstract: mine. Good on dams.</p></li></ul>'
    listing = read_text(
        "<!DOCTYPE html><html><head><title>Zotero Report</title></head><body><ul class='report combineChildItems'>"
        + item(
            "journalArticle",
            "Goats on Dams",
            row("Item Type", "Journal Article"),
            row("Author", "Ilse Varga", "author"),
            row("Author", "Rui Andersen", "author"),
            row("Editor", "Ada Prow", "editor"),
            row("Abstract", "Goats climb dams.<br/>They rest on top."),
            row("Date", "2026-03-01"),
            row("Publication", "Slopes"),
            row("DOI", '<a href="http://doi.org/10.9999/goat">10.9999/goat</a>'),
            row("Date Added", "11/27/2026, 9:14:33 AM"),
            below=note,
        )
        + item("bookSection", "Salt of Dams", row("Item Type", "Book Section"), row("Book Title", "Dams"))
        + item("note", "Buy salt", row("Item Type", "Note"))
        + "</ul></body></html>"
    )
    goats, salt = listing.papers
    assert listing.sources[0].format == "a Zotero report"
    assert (goats.title, goats.abstract) == ("Goats on Dams", "Goats climb dams. They rest on top.")
    assert (goats.authors, str(goats.published)) == (("Ilse Varga", "Rui Andersen"), "2026-03-01")
    assert (goats.key, goats.venue) == ("doi:10.9999/goat", "Slopes")
    assert (salt.title, salt.abstract, salt.authors, salt.venue) == ("Salt of Dams", "", (), "Dams")


def test_a_publishers_alert_is_titles_with_names_below_and_no_tracking_links():
    first, second = read_sample("toc_alert.html").papers
    assert first.authors == ("Fenna Okkerse", "Ada Prow", "Janek Voss")
    assert (first.key, first.url) == ("doi:10.9999/kettle.31", "https://doi.org/10.9999/kettle.31")
    assert (second.title, second.url) == ("Copper Deficiency Predicts Silent Kettles", None)


def test_any_page_is_read_as_its_reader_sees_it_and_titles_keep_their_links():
    entries = "".join(
        f"<article><h3><a href='https://lab.example/{i}'>{paper['title']}</a></h3><button>Vote</button>"
        f"<p>{paper['abstract'].replace('<', '&lt;')}</p></article>"
        for i, paper in enumerate(PAPERS[:6])
    )
    head = "<head><title>x</title><script>var a = 1;</script></head>"
    papers = papers_of(f"<!DOCTYPE html><html>{head}<body><nav>Home</nav>{entries}</body></html>")
    assert [paper.title for paper in papers] == [paper["title"] for paper in PAPERS[:6]]
    assert [paper.url for paper in papers] == [f"https://lab.example/{i}" for i in range(6)]
    assert all(paper.abstract for paper in papers)


def test_a_papers_own_page_is_that_paper():
    paper = papers_of(
        "<html><head><meta name='citation_title' content='Goats on Dams'>"
        "<meta name='citation_author' content='Varga, Ilse'>"
        "<meta name='citation_arxiv_id' content='2913.00031'><meta name='citation_date' content='2028/03/01'>"
        f"<meta name='citation_abstract' content='{'We count goats. ' * 9}'></head><body>x</body></html>"
    )[0]
    assert (paper.key, paper.authors, str(paper.published)) == ("arxiv:2913.00031", ("Varga, Ilse",), "2028-03-01")


def test_an_article_is_no_listing():
    prose = "<p>The harbour was built long ago, and people have liked it since, as one may read in many books.</p>" * 20
    with pytest.raises(NoPapers, match="HTML"):
        read_text(f"<html><body><h1>Harbour</h1>{prose}<h2>References</h2></body></html>")


def test_a_broken_address_in_an_alert_costs_no_paper():
    text = text_of("scholar_alert.html")
    broken = text.replace("http://scholar.google", "http://[scholar.google", 1)
    assert broken != text
    assert [paper.title for paper in papers_of(broken)] == [paper.title for paper in papers_of(text)]


def test_a_page_keeps_exponents_and_formulas():
    goats = (
        "We gave goats a dose of 10<sup>3</sup> units and 5 × 10<sup>−6</sup> M of CO<sub>2</sub> on forty slopes, and "
        "found that <math><msup><mi>x</mi><mn>2</mn></msup></math> of them leave before it is noon when it rains."
    )
    page = "<html><body>" + "".join(
        f"<h2>Goats of the {kind} kind on wet slopes</h2><p>Ada Ash<sup>1</sup>, Ben Birch<sup>2</sup></p>"
        f"<h3>Abstract</h3><p>{goats} {goats}</p>"
        for kind in ("first", "second", "third")
    )
    papers = read_text(page).papers
    assert len(papers) == 3
    assert "10³ units and 5 × 10⁻⁶ M of CO₂ on forty" in papers[0].abstract
    assert "found that x² of them" in papers[0].abstract
    assert papers[0].authors == ("Ada Ash", "Ben Birch")
