"""Two papers of one issue whose DOIs hold `<`, `>`, `;` and brackets, in every format and every spelling of a DOI."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest

from broadsheet.reading.listing import read_inputs
from varieties import GOAT, GOATS, LOOM, LOOMS, Variety, check

KNOT = "10.1002/(SICI)1097-5555(19980815)17:15<1661::AID-NET968>3.0.CO;2-2"
SAIL = "10.1002/(SICI)1097-5555(19980815)17:15<1713::AID-NET969>3.0.CO;2-X"
KEYS = (f"doi:{KNOT.lower()}", f"doi:{SAIL.lower()}")
PAPERS = ((GOAT, GOATS, KNOT), (LOOM, LOOMS, SAIL))


def each(form: str, spell: Callable[[str], str] = str) -> str:
    """The form filled in with each paper, its DOI spelt as said."""
    filled = (
        form.replace("TITLE", title).replace("ABSTRACT", abstract).replace("DOI", spell(doi)).replace("NUMBER", number)
        for number, (title, abstract, doi) in zip("78", PAPERS, strict=True)
    )
    return "".join(filled)


def address(doi: str) -> str:
    return f"https://doi.org/{quote(doi)}"


def entities(doi: str) -> str:
    return html.escape(doi)


def tex(doi: str) -> str:
    return doi.replace("<", "{$<$}").replace(">", "{$>$}").replace("_", "{\\_}")


def xml(root: str, body: str) -> str:
    return f"<{root}>{body.replace('p < 0', 'p &lt; 0')}</{root}>"


RIS = "TY  - JOUR\nTI  - TITLE\nAB  - ABSTRACT\nDO  - DOI\nER  - \n\n"
BIB = "@article{TITLE,\n title = {TITLE},\n abstract = {ABSTRACT},\n doi = {DOI}\n}\n"
OAI = "<record><metadata><dc><title>TITLE</title><description>ABSTRACT</description><identifier>DOI</identifier></dc>"
ITEM = "<item><title>TITLE</title><description>ABSTRACT</description><link>DOI</link></item>"
ARTICLE = (
    "<PubmedArticle><MedlineCitation><Article><ArticleTitle>TITLE</ArticleTitle><Abstract><AbstractText>ABSTRACT"
    '</AbstractText></Abstract><ELocationID EIdType="doi">DOI</ELocationID></Article></MedlineCitation></PubmedArticle>'
)
VARIETIES = (
    Variety("RIS", each(RIS), "RIS"),
    Variety("RIS with addresses", each(RIS, address), "RIS"),
    Variety("RIS with addresses elsewhere", each(RIS.replace("DO  -", "UR  -"), lambda doi: f"{address(doi)}?via=x"), "RIS"),
    Variety("RIS with entities", each(RIS, entities), "RIS"),
    Variety("MEDLINE", each("PMID- NUMBER\nTI  - TITLE\nAB  - ABSTRACT\nLID - DOI [doi]\n\n"), "MEDLINE"),
    Variety("Web of Science", each("PT J\nTI TITLE\nAB ABSTRACT\nDI DOI\nER\n\n"), "Web of Science"),
    Variety("EndNote", each("%0 Journal Article\n%T TITLE\n%X ABSTRACT\n%R DOI\n\n"), "EndNote"),
    Variety("BibTeX", each(BIB), "BibTeX"),
    Variety("BibTeX of Zotero", each(BIB, tex), "BibTeX"),
    Variety("BibTeX of Mendeley", each(BIB, lambda doi: doi.replace("<", "{\\textless}").replace(">", "{\\textgreater}")), "BibTeX"),
    Variety("BibTeX with addresses", each(BIB.replace("doi =", "url ="), lambda doi: address(doi).replace("%", "\\%")), "BibTeX"),
    Variety("CSV", "Title,Abstract,DOI\n" + each('"TITLE","ABSTRACT",DOI\n'), "a table"),
    Variety("CSV with entities", "Title,Abstract,DOI\n" + each('"TITLE","ABSTRACT","DOI"\n', entities), "a table"),
    Variety("JSON", json.dumps([{"title": t, "abstract": a, "DOI": d} for t, a, d in PAPERS]), "JSON"),
    Variety("JSON with addresses", json.dumps([{"title": t, "abstract": a, "doi": address(d)} for t, a, d in PAPERS]), "JSON"),
    Variety("JSON with bare links", json.dumps([{"title": t, "abstract": a, "url": f"https://doi.org/{d}"} for t, a, d in PAPERS]), "JSON"),
    Variety("OAI", xml("OAI-PMH", each(OAI + "</metadata></record>", entities)), "OAI-PMH"),
    Variety("a feed", xml("rss", each(ITEM, address)), "a feed"),
    Variety("PubMed XML", xml("PubmedArticleSet", each(ARTICLE, entities)), "PubMed XML"),
    Variety("a list in Markdown", each("- [TITLE](DOI)\n  ABSTRACT\n", address), "Markdown"),
    Variety("headings in Markdown", each("## [TITLE](DOI)\n\n**Abstract:** ABSTRACT\n\n", address), "a Markdown digest"),
    Variety("labelled text", each("Title: TITLE\nAuthors: Ada Ash, Ben Birch\nDoi: DOI\nAbstract: ABSTRACT\n\n"), "pasted text"),
)  # fmt: skip


@pytest.mark.parametrize("variety", VARIETIES, ids=str)
def test_papers_of_one_issue_stay_apart_by_whole_dois(variety: Variety, tmp_path: Path) -> None:
    listing = check(variety, tmp_path)
    assert tuple(paper.identifiers["doi"] for paper in listing.papers) == tuple(key[4:] for key in KEYS)
    assert [paper.url for paper in listing.papers if "<" in (paper.url or "")] == []


def test_a_workbook_holds_whole_dois(tmp_path: Path) -> None:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for row in (("Title", "Abstract", "DOI"), *PAPERS):
        sheet.append(row)
    book.save(stream)
    (tmp_path / "papers.xlsx").write_bytes(stream.getvalue())
    assert tuple(paper.key for paper in read_inputs([str(tmp_path / "papers.xlsx")]).papers) == KEYS


def test_the_page_of_a_doi_is_an_address_that_leads_there(tmp_path: Path) -> None:
    listing = check(VARIETIES[0], tmp_path)
    assert listing.papers[0].url == (
        "https://doi.org/10.1002/(sici)1097-5555(19980815)17:15%3C1661::aid-net968%3E3.0.co;2-2"
    )
