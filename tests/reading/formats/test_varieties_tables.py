"""Tables under the headers that databases and people give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, Variety, check


def table(header: tuple[str, ...], *rows: tuple[str, ...], mark: str = ",") -> str:
    return "\n".join(mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *rows)) + "\n"


TABLES = (
    Variety(
        "Scopus",
        "\ufeff"
        + table(
            (
                "Authors",
                "Author full names",
                "Author(s) ID",
                "Title",
                "Year",
                "Source title",
                "DOI",
                "Link",
                "Abstract",
            ),
            (
                "Lovelace A.; Babbage C.",
                "Lovelace, Ada (1); Babbage, C. (2)",
                "1; 2",
                GOAT,
                "1843",
                "J",
                "10.5555/g",
                "",
                GOATS,
            ),
            ("Jacquard J.", "Jacquard, Joseph (3)", "3", LOOM, "1804", "K", "", "https://www.scopus.com/x", LOOMS),
            ("Doe J.", "Doe, Jane (4)", "4", TIDE, "1804", "K", "", "", "[No abstract available]"),
        ),
        "a table",
        (GOAT, LOOM, TIDE),
        (GOATS, LOOMS, ""),
    ),
    Variety(
        "Web of Science as a table",
        "PT\tAU\tAF\tTI\tSO\tDE\tAB\tDI\tPY\tPM\n"
        f"J\tLovelace, A\tLovelace, Ada; Babbage, C\t{GOAT}\tJ GOATS\tgoats\t{GOATS}\t10.5555/g\t1843\t\n"
        f"J\tJacquard, J\tJacquard, J\t{LOOM}\tJ LOOMS\t\t{LOOMS}\t\t1804\t1234\n",
        "a table",
        authors=("Lovelace, Ada", "Babbage, C"),
        identifiers=("doi:10.5555/g", "pmid:1234"),
    ),
    Variety(
        "Web of Science's spreadsheet",
        table(
            ("Publication Type", "Authors", "Article Title", "Source Title", "Abstract", "DOI", "Publication Year"),
            ("J", "Lovelace, A; Babbage, C", GOAT, "J", GOATS, "10.5555/g", "1843"),
            ("J", "Jacquard, J", LOOM, "J", LOOMS, "", "1804"),
        ),
        "a table",
    ),
    Variety(
        "IEEE Xplore",
        table(
            (
                "Document Title",
                "Authors",
                "Author Affiliations",
                "Publication Title",
                "Abstract",
                "PDF Link",
                "IEEE Terms",
            ),
            (GOAT, "A. Lovelace; C. Babbage", "Engines", "Trans. Goats", GOATS, "https://ieeexplore.ieee.org/1", "x;y"),
            (LOOM, "J. Jacquard", "Looms", "Trans. Looms", LOOMS, "https://ieeexplore.ieee.org/2", ""),
        ),
        "a table",
    ),
    Variety(
        "PubMed without abstracts",
        table(
            (
                "PMID",
                "Title",
                "Authors",
                "Citation",
                "First Author",
                "Journal/Book",
                "Publication Year",
                "Create Date",
                "PMCID",
                "NIHMS ID",
                "DOI",
            ),
            (
                "1843",
                f"{GOAT}.",
                "Lovelace A, Babbage C.",
                "J. 1843",
                "Lovelace A",
                "J",
                "1843",
                "1843/01/02",
                "",
                "",
                "10.5555/g",
            ),
            ("1804", f"{LOOM}.", "Jacquard J.", "J. 1804", "Jacquard J", "J", "1804", "1804/01/02", "", "", ""),
        ),
        "a table",
        (f"{GOAT}.", f"{LOOM}."),
        ("", ""),
        authors=("Lovelace A", "Babbage C."),
        identifiers=("doi:10.5555/g", "pmid:1804"),
    ),
    Variety(
        "Dimensions with a line above the header",
        '"About the data: Exported on Jan 02, 1843."\n'
        + table(
            (
                "Rank",
                "Publication ID",
                "DOI",
                "PMID",
                "ArXiv ID",
                "Title",
                "Abstract",
                "Source title",
                "Authors (Raw Affiliation)",
                "PubYear",
            ),
            ("1", "pub.1", "10.5555/g", "", "", GOAT, GOATS, "J", "", "1843"),
            ("2", "pub.2", "", "", "1804.00001", LOOM, LOOMS, "J", "", "1804"),
        ),
        "a table",
        identifiers=("doi:10.5555/g", "arxiv:1804.00001"),
    ),
    Variety(
        "semicolons, quoted newlines, Windows-1252",
        f'Titre;Title;Abstract;Authors\r\nx;{GOAT};"{GOATS}\r\n\r\n“Élan” – fin.";Lovelace, Ada\r\ny;{LOOM};"{LOOMS}";J\r\n'.encode(
            "cp1252"
        ),
        "a table",
        abstracts=(f"{GOATS} “Élan” – fin.", LOOMS),
        authors=("Lovelace, Ada",),
    ),
    Variety(
        "tabs in UTF-16, as spreadsheets save Unicode text",
        f'Title\tAbstract\tYear\r\n{GOAT}\t"{GOATS}"\t1843\r\n{LOOM}\t"{LOOMS}"\t1804\r\n'.encode("utf-16"),
        "a table",
    ),
    Variety(
        "a table of a spreadsheet's separator",
        f"sep=;\nTitle;Abstract\n{GOAT};{GOATS}\n{LOOM};{LOOMS}\n",
        "a table",
    ),
    Variety(
        "ACM-like, lower case with underscores and an index",
        f',paper_title,paper_abstract,paper_url\n0,{GOAT},"{GOATS}",https://example.org/1\n1,{LOOM},"{LOOMS}",\n',
        "a table",
    ),
    Variety(
        "Semantic Scholar and OpenReview names",
        table(
            ("paperId", "TITLE", "AuthorNames", "Abstract Note", "forum"),
            ("1", GOAT, "Ada Lovelace; Charles Babbage", GOATS, "aaaa"),
            ("2", LOOM, "Joseph Jacquard", LOOMS, "bbbb"),
        ),
        "a table",
    ),
    Variety(
        "Publish or Perish and Lens names",
        table(
            ("Cites", "Authors", "Title", "Year", "Source", "ArticleURL", "DOI", "Abstract"),
            ("5", "A Lovelace, C Babbage", GOAT, "1843", "J", "https://example.org/1", "10.5555/g", GOATS),
            ("5", "J Jacquard", LOOM, "1804", "J", "https://example.org/2", "", LOOMS),
        ),
        "a table",
    ),
    Variety(
        "arXiv metadata with summary and a list of authors as code",
        table(
            ("titles", "summaries", "terms", "authors"),
            (GOAT, GOATS, "['cs.GT', 'cs.LG']", "['Ada Lovelace', 'Charles Babbage']"),
            (LOOM, LOOMS, "['cs.GT']", "['Joseph Jacquard']"),
        ),
        "a table",
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "only two columns, title and abstract, tabs and no quotes",
        f'title\tabstract\n{GOAT}\tThe "goat" is 5" tall.\n{LOOM}\t{LOOMS}\n',
        "a table",
        abstracts=('The "goat" is 5" tall.', LOOMS),
    ),
    Variety(
        "Embase by rows",
        f'"TITLE","{GOAT}"\n"AUTHOR NAMES","Lovelace A.","Babbage C."\n"ABSTRACT","{GOATS}"\n"DOI","10.5555/g"\n\n'
        f'"TITLE","{LOOM}"\n"AUTHOR NAMES","Jacquard J."\n"ABSTRACT","{LOOMS}"\n',
        "a table",
        authors=("Lovelace A.", "Babbage C."),
    ),
    Variety(
        "a pipe between the columns",
        f"id|title|abstract\n1|{GOAT}|{GOATS}\n2|{LOOM}|{LOOMS}\n",
        "a table",
    ),
)


@pytest.mark.parametrize("variety", TABLES, ids=str)
def test_a_table_under_other_headers_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
