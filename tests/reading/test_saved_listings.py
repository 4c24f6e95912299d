"""Listings as people paste and save them, a file each: every paper with its title, authors, abstract, date and link."""

from __future__ import annotations

import pytest

from broadsheet.reading.listing import read_inputs
from places import DATA
from saved_papers import BANK, BIDS, KETTLE, LATE, RIDGES, SEALED, Saved, read_saved

HANDLE = "https://d.repec.org/n?u=RePEc:abc:wpaper:"
PMID = "https://pubmed.ncbi.nlm.nih.gov/"
ARXIV = "https://arxiv.org"
DOI = "https://doi.org/10.5555/"
FISH, LOAN = "; ".join(("Ada Ash", "Ben Birch")), "Cy Cole"
TWO = (Saved(SEALED, FISH, BIDS), Saved(LATE, LOAN, BANK))
STEPS = "Three steps are taken: 1. Bids are opened. 2. Lots are counted."
FEWER = "RESULTS: Small boats won 12% fewer lots."
HEDGEHOGS = (
    "Hedgehogs forage at night in gardens. We followed twelve hedgehogs with tags. Compost heaps were visited four "
    "times as often as lawns."
)
BROTH = (
    "We counted germs in the broth of forty kitchens over two winters. Broth that had been left on the stove overnight "
    "held ten times as many germs as broth that had been cooled, and boiling it again for ten minutes brought the "
    "count back to what it had been in the evening. Lids made no difference."
)


def bids(*, authors: str = FISH, abstract: str = BIDS, published: str = "None", url: str = "None") -> Saved:
    return Saved(SEALED, authors, abstract, published, url)


def bank(*, authors: str = LOAN, abstract: str = BANK, published: str = "None", url: str = "None") -> Saved:
    return Saved(LATE, authors, abstract, published, url)


def kettle(*, authors: str = "Di Dell", abstract: str = "", published: str = "None", url: str = "None") -> Saved:
    return Saved(RIDGES, authors, abstract, published, url)


BYLINES = {
    **dict.fromkeys(
        [
            "by_line.txt", "by_line_small.txt", "by_line_apart.txt", "by_line_wrapped.txt", "by_line_von.txt",
            "by_line_von_colon.txt", "by_line_par.txt", "by_line_di.txt", "by_line_nber.txt", "by_line_square.txt",
            "by_line_affiliations.txt", "by_line_by_affiliations.txt", "by_line_markdown.txt", "by_line_written_by.txt",
            "by_line_numbered.txt", "by_line_report.txt", "by_line_label_short.txt",
        ],
        TWO,
    ),
    "by_line_capital.txt": (bids(), bank(authors="Ada Ash")),
    "by_line_authors_s.txt": (bids(), bank(authors="Cole, Cy")),
    "by_line_de.txt": (bids(authors=f"{FISH}; Di Dell"), bank()),
    "by_line_nber_number.txt": (
        bids(url="http://papers.example.org/papers/W1"),
        bank(url="http://papers.example.org/papers/W1"),
    ),
    **dict.fromkeys(
        ["by_line_capitals.txt", "by_line_capitals_lines.txt", "by_line_capitals_upper_titles.txt"],
        (bids(authors="ADA ASH; BEN BIRCH"), bank(authors="CY COLE")),
    ),
    "by_line_family_first.txt": (bids(authors="Ash, Ada; Birch, Ben"), bank(authors="Cole, Cy")),
    "by_line_names_in_lines.txt": (bids(), bank(authors="Cy Cole; Di Dell")),
}  # fmt: skip
NEP = {
    "nep.eml": (
        bids(url=f"{HANDLE}2025-01&r=auc"),
        bank(authors="Cole, Cy", published="2025-08-31", url=f"{HANDLE}2025-02&r=auc"),
    ),
    "nep.html": (bids(url=f"{HANDLE}2026-01&r=auc"), bank(authors="Cole, Cy", url=f"{HANDLE}2026-02&r=auc")),
    "nep_pasted.txt": (
        bids(url=f"{HANDLE}2025-01&r=auc"),
        bank(authors="Cole, Cy", published="2025-08-31", url=f"{HANDLE}2025-02&r=auc"),
    ),
    "nep_wrapped.eml": (
        Saved(
            f"{SEALED}: what eleven years of sales in three harbours tell",
            FISH,
            f"{BIDS} {STEPS}",
            "2024-02-29",
            "https://d.repec.org/n?u=RePEc:arx:papers:2402.01234&r=auc",
        ),
        bank(authors="Cole, Cyril", url=f"{DOI}bank.2024.7"),
        kettle(url=f"{HANDLE}2024-03&r=auc"),
    ),
    "nep_old_page.txt": (
        bids(published="2005-11-07", url=f"{HANDLE}2005-17&r=auc"),
        bank(url=f"{HANDLE}2005-18&r=auc"),
    ),
    "nep_pasted_titles.txt": (
        bids(published="2025-09-01", url=f"{HANDLE}2025-01&r=auc"),
        bank(authors="Cole, Cy", published="2025-08-31", url=f"{HANDLE}2025-02&r=auc"),
        kettle(url=f"{HANDLE}2025-03&r=auc"),
    ),
    "nep_pasted_same_authors.txt": (
        bank(authors=FISH, published="2025-09-01", url=f"{HANDLE}2025-01&r=auc"),
        kettle(published="2025-09-02", url=f"{HANDLE}2025-03&r=auc"),
        bids(published="2025-09-03", url=f"{HANDLE}2025-02&r=auc"),
    ),
    "nep_pasted_entries_only.txt": (
        bids(published="2025-09-01", url=f"{HANDLE}2025-01&r=auc"),
        bank(authors="Cole, Cy", published="2025-08-31", url=f"{HANDLE}2025-02&r=auc"),
    ),
}
CATALOGUES = {
    "pubmed_abstract_text.txt": (
        Saved(
            f"{SEALED}: a study of three harbours",
            "Ash A; Birch B",
            f"BACKGROUND: {BIDS} METHODS: We asked forty skippers about the bids they made and the lots they won.",
            "2025-09-01",
            f"{DOI}jh.2025.1",
        ),
        bank(authors="Cole C", published="2025-08-31", url=f"{PMID}90000012/"),
    ),
    "pubmed_text_wrapped.txt": (
        bids(
            authors="Ash A; de la Birch-Bay B; van Cole CD; Dell D Jr; Harbour Study Group",
            abstract=f"BACKGROUND: {BIDS} {FEWER}",
            url=f"{DOI}hs.0123",
        ),
        bank(
            authors="Cole C",
            abstract=f"{BANK} 1. A list that stands in the abstract of 2024 is no record of its own.",
            published="2024-12-24",
            url=f"{DOI}zb.2024.9",
        ),
        Saved("Kettles on ridges", "Dell D", "", "2023-01-02", f"{PMID}90000023/"),
        Saved("Kettles in valleys boil later: no authors are named here", "", KETTLE, url=f"{PMID}90000024/"),
    ),
    "ovid.txt": (
        bids(authors="Ash A; Birch B", published="2025-09-01", url=f"{PMID}90000011/"),
        bank(authors="Cole C", published="2025-08-31", url=f"{PMID}90000012/"),
    ),
    "ovid_without_indents.txt": (
        bids(authors="Ash A; Birch B", published="2025-09-01"),
        bank(authors="Cole C", published="2025-08-31"),
    ),
    "ovid_embase.txt": (
        Saved(
            f"{SEALED}: a study of three harbours",
            "Ash, Ada; Birch, Ben; van Cole, Cy",
            f"BACKGROUND: {BIDS} {FEWER} Copyright 2024 Nets Ltd.",
            "2024-11-30",
            f"{DOI}jh.2024.0502",
        ),
        bank(authors="Cole C", published="2025-08-31"),
    ),
    "eric.nbib": (
        bids(authors="Ash, Ada; Birch, Ben", url="http://eric.ed.gov/?id=EJ9000001"),
        bank(authors="Cole, Cy", url="https://eric.ed.gov/?id=EJ9000002"),
    ),
    "eric_two_lines.nbib": (
        bids(authors="Ash, Ada", published="2025-03-04", url="https://eric.ed.gov/?id=ED9000001"),
        kettle(authors="Dell, Di", url="https://eric.ed.gov/?id=EJ9000003"),
        bank(authors="Cole, Cy", url=f"{DOI}bank.7"),
    ),
    "plos.json": (
        bids(published="2025-06-08", url=f"{DOI}journal.x.0001"),
        bank(published="2025-06-09", url=f"{DOI}journal.x.0002"),
    ),
    "plos_sections.json": (
        bids(abstract=f"Background {BIDS}", published="2025-06-10", url=f"{DOI}journal.x.0003"),
        Saved("Kettles on ridges", "Di Dell", "", "2025-06-11", f"{DOI}journal.x.0004"),
        bank(url=f"{DOI}journal.x.0005"),
    ),
}
OWN_PAGES = {
    "own_page_abstract_in_body.html": (Saved("Broth at home", "Ada Ash", BROTH, url=f"{DOI}broth"),),
    "own_page_parts.html": (
        bids(
            abstract=f"Background: {BIDS.replace(' Sealed bids brought', ' Results: Sealed bids brought')}",
            published="2025-09-01",
            url=f"{DOI}hs.1",
        ),
    ),
    **dict.fromkeys(
        ["own_page_heading.html", "own_page_bold.html", "own_page_dublin_core.html"],
        (bids(published="2025-09-01", url=f"{DOI}hs.1"),),
    ),
}
SHORT = {
    "labelled_short.txt": (
        kettle(authors=FISH, abstract=KETTLE),
        Saved("Hedgehogs forage near compost heaps", "Cy Cole; Di Dell", HEDGEHOGS),
    ),
    "labelled_short_one.txt": (kettle(authors="Ada Ash", abstract=KETTLE),),
    "labelled_short_summary.txt": (kettle(authors=FISH, abstract=KETTLE), bank(abstract=BANK[:90].strip())),
    "labelled_short_apart.txt": (
        kettle(authors=FISH, abstract=KETTLE),
        Saved("Hedgehogs at night", LOAN, "Hedgehogs forage at night. We followed twelve."),
    ),
}
THREE = (bids(), bank(), kettle(abstract=KETTLE))
LINKED = tuple(paper._replace(url=f"{ARXIV}/abs/2506.0000{n}") for n, paper in enumerate(THREE, 1))
DATED = tuple(paper._replace(published=f"2025-06-0{n}") for n, paper in enumerate(LINKED, 1))
CHINESE = {
    **dict.fromkeys(
        ["chinese_arxiv_daily.txt", "chinese_labels.txt", "chinese_items.md", "chinese_headings.md"], LINKED
    ),
    "chinese_inline.txt": tuple(paper._replace(authors="") for paper in LINKED),
    **dict.fromkeys(
        ["chinese_links.md", "chinese_links_behind.md"],
        tuple(paper._replace(authors="", abstract="") for paper in LINKED),
    ),
}
BOLD = {
    "bold_labels.md": LINKED,
    **dict.fromkeys(["bold_labels_rule.md", "bold_labels_items.md", "bold_labels_headings.md"], DATED),
    **dict.fromkeys(["bold_labels_no_link.md", "bold_labels_next_line.md"], THREE),
    "bold_labels_summary.md": tuple(paper._replace(url=str(paper.url).replace("/abs/", "/pdf/")) for paper in DATED),
}
BARE = tuple(paper._replace(abstract="") for paper in THREE)
HEDGEHOG = Saved("Hedgehogs forage near compost heaps", "Elm Ede")


def under(address: str, papers: tuple[Saved, ...] = BARE, *, days: tuple[int, ...] = (1, 2, 3)) -> tuple[Saved, ...]:
    """The papers with an address each, in which `{n}` is their number, and the days of June 2025 as their dates."""
    dates = [f"2025-06-0{day}" if day else "None" for day in days]
    return tuple(
        paper._replace(url=address.format(n=n), published=date)
        for n, (paper, date) in enumerate(zip(papers, dates, strict=True), 1)
    )


UNDATED = (0, 0, 0)
JOURNAL = (
    Saved(SEALED, FISH, "", "2025-06-01", f"{DOI}jh.100"),
    Saved(LATE, LOAN, "", "2025-06-02", f"{DOI}jh.111"),
    Saved(RIDGES, "Di Dell", "", "2025-06-03", f"{DOI}jh.121"),
)
ISSUES = {
    "biorxiv_alert.eml": under(
        "http://biorxiv.example.org/cgi/content/short/2025.06.01.50000{n}v1?rss=1", days=(3, 2, 1)
    ),
    "biorxiv_alert_abstracts.eml": under(DOI + "2025.06.01.50000{n}", THREE),
    "biorxiv_alert_html.eml": under(DOI + "2025.06.01.50000{n}", THREE, days=UNDATED),
    "journal_contents.eml": (
        Saved("From the editor: why harbours matter", "Elm Editor", url=f"{DOI}jh.099"),
        *JOURNAL,
    ),
    "journal_contents_pages.eml": JOURNAL,
    "journal_contents_pages_first.eml": under(
        "https://harbours.example.org/science/article/pii/S00000000250000{n}{n}", days=UNDATED
    ),
    "journal_contents_citations.txt": tuple(
        paper._replace(url=f"http://hl.example.org/cgi/content/abstract/9/3/{page}?etoc")
        for paper, page in zip(BARE, (100, 111, 121), strict=True)
    ),
    "journal_contents_abstracts.txt": under(DOI + "hl.{n}", THREE),
    "journal_mail_html.eml": under(DOI + "hl.10{n}", days=UNDATED),
    "journal_issue.html": under(DOI + "jh.10{n}", THREE),
    "journal_page_articles.html": under("https://harbours.example.org/articles/jh.10{n}", THREE),
}
PROGRAMMES = {
    "contents_papercept.txt": tuple(
        paper._replace(authors=names)
        for paper, names in zip(THREE, ("Ash, Ada; Birch, Ben", "Cole, Cy", "Dell, Di"), strict=True)
    ),
    **dict.fromkeys(["contents_codes_abstracts.txt", "contents_interspeech.txt"], THREE),
    **dict.fromkeys(
        [
            "contents_digest_two_columns.txt",
            "contents_codes_table.txt",
            "contents_codes_spaces.txt",
            "contents_codes_lines.txt",
            "contents_pages.txt",
        ],
        BARE,
    ),
    "contents_codes_bare.txt": tuple(paper._replace(authors="") for paper in BARE),
    **dict.fromkeys(
        ["contents_side_by_side.txt", "contents_side_by_side_tabs.txt"], (BARE[0], BARE[2], BARE[1], HEDGEHOG)
    ),
    "contents_titles_like_codes.txt": (
        Saved("GPT-4 in small boats", FISH),
        BARE[0],
        Saved(LATE, "Cy Cole; Di Dell"),
        Saved("COVID-19 in harbours", "Elm Ede; Fir Fay"),
        Saved(RIDGES, "Di Dell; Ada Ash"),
    ),
}
FURTHER = {
    "by_line_affiliation_lines.txt": tuple(paper._replace(authors=FISH) for paper in THREE),
    "by_line_nber.eml": tuple(
        paper._replace(url=f"http://papers.example.org/papers/W3123{n}?utm_campaign=ntwh")
        for n, paper in enumerate(THREE, 1)
    ),
    "by_line_titles_by.txt": (
        Saved("By any means: boats in small harbours", FISH, BIDS),
        Saved("By land and by sea: how nets are sold", "Cy Cole; Di Dell", BANK),
    ),
    "by_line_upper.txt": tuple(paper._replace(authors=paper.authors.upper()) for paper in THREE),
    "bold_labels_numbers.md": tuple(paper._replace(url=f"{DOI}x.{n}") for n, paper in enumerate(THREE, 1)),
    "chinese_titles_twice.md": LINKED,
    "own_page_table.html": (bids(authors="Ash, Ada"),),
    "journal_footer.txt": THREE,
    "journal_mixed.txt": (THREE[0]._replace(url=f"{DOI}x.1"), THREE[1], THREE[2]._replace(url=f"{DOI}x.3")),
}
SAVED: dict[str, tuple[Saved, ...]] = {
    **BYLINES, **NEP, **CATALOGUES, **OWN_PAGES, **SHORT, **CHINESE, **BOLD, **ISSUES, **PROGRAMMES, **FURTHER,
}  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_listing_gives_each_paper_with_what_is_its_own(name: str) -> None:
    assert read_saved(name) == list(SAVED[name])


def test_every_saved_listing_is_compared() -> None:
    assert {file.name for file in (DATA / "saved").iterdir()} == set(SAVED)


@pytest.mark.parametrize(
    ("name", "advert"),
    [
        ("journal_contents.eml", "Nets that never tear"),
        ("journal_contents.eml", "Editors: Elm Editor"),
        ("journal_contents_abstracts.txt", "Editor-in-Chief: Elm Editor"),
        ("journal_mail_html.eml", "Nets that never tear"),
        ("journal_issue.html", "Issue Edited by: Elm Editor"),
        ("biorxiv_alert_abstracts.eml", "Unsubscribe"),
        ("contents_papercept.txt", "Co-Chair: Fir, Fay"),
    ],
)
def test_adverts_editors_and_feet_are_fragments(name: str, advert: str) -> None:
    fragments = read_inputs([str(DATA / "saved" / name)]).fragments
    assert any(advert in fragment.text for fragment in fragments)


@pytest.mark.parametrize("name", ["nep_old_page.txt", "nep_pasted_titles.txt", "ovid.txt"])
def test_what_stands_above_and_below_the_papers_is_told_with_its_lines(name: str) -> None:
    text = (DATA / "saved" / name).read_text(encoding="utf-8").split("\n")
    fragments = read_inputs([str(DATA / "saved" / name)]).fragments
    assert fragments[0].first_line == 1
    for fragment in fragments:
        assert fragment.text.split("\n")[0] == text[fragment.first_line - 1]
