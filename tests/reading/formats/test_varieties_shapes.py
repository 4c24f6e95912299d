"""JSON and JSON Lines as people keep them: other names, other shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, TIDES, Variety, check, of, plain

JSON = (
    of("other names", plain(title="paper_title", abstract="Abstract")),
    of("other names in capitals", {"Papers": plain(title="TITLE", abstract="SUMMARY")}),
    of("names of a form", plain(title="Paper Title", abstract="Paper Abstract")),
    of("names in camel case", plain(title="paperTitle", abstract="abstractText")),
    of(
        "headline and description of linked data",
        {
            "@graph": [
                {
                    "@type": "ScholarlyArticle",
                    "headline": GOAT,
                    "abstract": GOATS,
                    "author": [{"@type": "Person", "name": "Ada Lovelace"}],
                },
                {"@type": "ScholarlyArticle", "headline": LOOM, "description": LOOMS},
            ]
        },
        authors=("Ada Lovelace",),
    ),
    of("name and abstract", plain(title="name", abstract="abstract")),
    of(
        "an object by id",
        {
            "1843.00001": plain(title="title", abstract="abstract")[0],
            "1843.00002": plain(title="title", abstract="abstract")[1],
        },
        identifiers=("arxiv:1843.00001", "arxiv:1843.00002"),
    ),
    of("an object of one by id", {"1843.00001": plain(title="title", abstract="abstract")[0]}, titles=(GOAT,)),
    of(
        "lists by topic",
        {"cs.GT": plain(title="title", abstract="abstract"), "cs.LO": [{"title": TIDE, "abstract": TIDES}]},
        titles=(GOAT, LOOM, TIDE),
    ),
    of(
        "lists by day and topic",
        {
            "1843-01-02": {"cs.GT": plain(title="title", abstract="abstract")},
            "1843-01-03": {"cs.GT": [{"title": TIDE, "abstract": TIDES}]},
        },
        titles=(GOAT, LOOM, TIDE),
    ),
    of(
        "lists of lists",
        [plain(title="title", abstract="abstract"), [{"title": TIDE, "abstract": TIDES}]],
        titles=(GOAT, LOOM, TIDE),
    ),
    of("pages of answers", [{"results": [paper]} for paper in plain(title="title", abstract="abstract")]),
    of("deep in an answer", {"response": {"body": {"docs": plain(title="title", abstract="abstract")}}}),
    of(
        "OpenSearch hits",
        {
            "hits": {
                "total": 2,
                "hits": [{"_id": "1", "_source": paper} for paper in plain(title="title", abstract="abstract")],
            }
        },
    ),
    of(
        "GraphQL edges",
        {"data": {"search": {"edges": [{"node": paper} for paper in plain(title="title", abstract="abstract")]}}},
    ),
    of(
        "Scopus",
        {
            "search-results": {
                "opensearch:totalResults": "2",
                "entry": [
                    {
                        "dc:title": GOAT,
                        "dc:description": GOATS,
                        "dc:creator": "Lovelace A.",
                        "prism:doi": "10.5555/g",
                        "prism:coverDate": "1843-01-02",
                    },
                    {"dc:title": LOOM, "dc:description": LOOMS, "dc:creator": "Jacquard J."},
                ],
            }
        },
        authors=("Lovelace A.",),
    ),
    of(
        "DataCite",
        {
            "data": [
                {
                    "id": "10.5555/g",
                    "attributes": {
                        "doi": "10.5555/g",
                        "titles": [{"title": GOAT}],
                        "descriptions": [{"descriptionType": "Abstract", "description": GOATS}],
                        "creators": [{"name": "Lovelace, Ada"}],
                    },
                }
            ]
        },
        titles=(GOAT,),
        authors=("Lovelace, Ada",),
        identifiers=("doi:10.5555/g",),
    ),
    of(
        "NASA ADS",
        {
            "response": {
                "numFound": 2,
                "docs": [
                    {
                        "bibcode": "1",
                        "title": [GOAT],
                        "abstract": GOATS,
                        "author": ["Lovelace, A."],
                        "doi": ["10.5555/g"],
                    },
                    {"bibcode": "2", "title": [LOOM], "abstract": LOOMS},
                ],
            }
        },
        authors=("Lovelace, A.",),
    ),
    of(
        "INSPIRE",
        {
            "hits": {
                "hits": [
                    {
                        "id": "1",
                        "metadata": {
                            "titles": [{"title": GOAT}],
                            "abstracts": [{"source": "arXiv", "value": GOATS}],
                            "authors": [{"full_name": "Lovelace, Ada"}],
                            "arxiv_eprints": [{"value": "1843.00001"}],
                        },
                    }
                ]
            }
        },
        titles=(GOAT,),
        identifiers=("arxiv:1843.00001",),
    ),
    of(
        "PubMed summaries",
        {
            "header": {},
            "result": {
                "uids": ["1843", "1804"],
                "1843": {"uid": "1843", "title": GOAT, "pubdate": "1843 Jan 2", "authors": [{"name": "Lovelace A"}]},
                "1804": {"uid": "1804", "title": LOOM},
            },
        },
        abstracts=("", ""),
    ),
    of(
        "IEEE",
        {
            "total_records": 2,
            "articles": [
                {
                    "title": GOAT,
                    "abstract": GOATS,
                    "authors": {"authors": [{"full_name": "A. Lovelace"}]},
                    "doi": "10.5555/g",
                },
                {"title": LOOM, "abstract": LOOMS},
            ],
        },
        authors=("A. Lovelace",),
    ),
    of(
        "Springer",
        {
            "records": [
                {"title": GOAT, "abstract": GOATS, "creators": [{"creator": "Lovelace, Ada"}], "doi": "10.5555/g"}
            ]
        },
        titles=(GOAT,),
        authors=("Lovelace, Ada",),
    ),
    of(
        "DBLP",
        {
            "result": {
                "hits": {
                    "hit": [
                        {"info": {"title": f"{GOAT}.", "authors": {"author": [{"text": "Ada Lovelace"}]}}},
                        {"info": {"title": f"{LOOM}.", "authors": {"author": {"text": "J. Jacquard"}}}},
                    ]
                }
            }
        },
        titles=(GOAT, LOOM),
        abstracts=("", ""),
        authors=("Ada Lovelace",),
    ),
    of(
        "CSL",
        [
            {
                "type": "article-journal",
                "title": GOAT,
                "abstract": GOATS,
                "issued": {"date-parts": [[1843, 1, 2]]},
                "author": [{"family": "Lovelace", "given": "Ada"}],
            },
            {"type": "book", "title": LOOM, "abstract": LOOMS},
        ],
    ),
    of(
        "Zotero",
        {
            "items": [
                {
                    "key": "A",
                    "data": {
                        "itemType": "journalArticle",
                        "title": GOAT,
                        "abstractNote": GOATS,
                        "creators": [{"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"}],
                    },
                },
                {"key": "B", "data": {"itemType": "attachment", "title": "Full Text PDF"}},
                {"key": "C", "data": {"itemType": "preprint", "title": LOOM, "abstractNote": LOOMS}},
            ]
        },
    ),
    of(
        "an abstract in parts",
        [{"title": GOAT, "abstract": [GOATS[:50], GOATS[51:]]}],
        titles=(GOAT,),
        abstracts=(f"{GOATS[:50]} {GOATS[51:]}",),
    ),
    of(
        "an abstract by sections",
        [{"title": GOAT, "abstract": {"Background": GOATS[:50], "Results": GOATS[51:]}}],
        titles=(GOAT,),
        abstracts=(f"Background: {GOATS[:50]} Results: {GOATS[51:]}",),
    ),
    of(
        "an abstract in sections with labels",
        [
            {
                "title": GOAT,
                "abstract": [{"label": "BACKGROUND", "text": GOATS[:50]}, {"label": "RESULTS", "text": GOATS[51:]}],
            }
        ],
        titles=(GOAT,),
        abstracts=(f"BACKGROUND: {GOATS[:50]} RESULTS: {GOATS[51:]}",),
    ),
    of(
        "a summary by a machine beside the abstract",
        [
            {"title": GOAT, "summary": "Goats.", "abstract": GOATS},
            {"title": LOOM, "description": "Looms.", "abstract": LOOMS},
        ],
    ),
    of("columns instead of rows", {"title": [GOAT, LOOM], "abstract": [GOATS, LOOMS]}),
    of("columns with an index", {"title": {"0": GOAT, "1": LOOM}, "abstract": {"0": GOATS, "1": LOOMS}}),
)


def lines(*objects: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in objects)


LINES = (
    Variety("arXiv's own snapshot", lines(
        {"id": "1843.00001", "title": GOAT.replace(" on ", "\n  on "), "abstract": f"  {GOATS}\n", "authors": "Ada Lovelace and C. Babbage", "versions": [{"version": "v1", "created": "Mon, 2 Jan 1843 00:00:00 GMT"}]},
        {"id": "1843.00002", "title": LOOM, "abstract": f"  {LOOMS}\n"}), "JSON Lines", authors=("Ada Lovelace", "C. Babbage"), identifiers=("arxiv:1843.00001", "arxiv:1843.00002")),
    Variety("S2ORC", lines({"corpusid": 1, "title": GOAT, "abstract": GOATS}, {"corpusid": 2, "title": LOOM, "abstract": LOOMS}), "JSON Lines"),
    Variety("lines of wrapped papers", lines({"type": "paper", "data": {"title": GOAT, "abstract": GOATS}}, {"type": "paper", "data": {"title": LOOM, "abstract": LOOMS}}), "JSON Lines"),
    Variety("one line", lines({"title": GOAT, "abstract": GOATS}), "JSON", (GOAT,)),
    Variety("lines with blank ones between, CRLF and a mark", ("\ufeff" + lines({"Title": GOAT, "Abstract": GOATS}).replace("\n", "\r\n\r\n") + lines({"Title": LOOM, "Abstract": LOOMS})).encode(), "JSON Lines"),
    Variety("lines of lists", json.dumps([{"title": GOAT, "abstract": GOATS}]) + "\n" + json.dumps([{"title": LOOM, "abstract": LOOMS}]) + "\n", "JSON"),
    Variety("objects one after another", json.dumps({"title": GOAT, "abstract": GOATS}, indent=1) + "\n" + json.dumps({"title": LOOM, "abstract": LOOMS}, indent=1) + "\n", "JSON"),
    Variety("lines with commas behind", ",\n".join(json.dumps({"title": title, "abstract": text}) for title, text in ((GOAT, GOATS), (LOOM, LOOMS))) + ",\n", "JSON Lines"),
)  # fmt: skip


@pytest.mark.parametrize("variety", [*JSON, *LINES], ids=str)
def test_json_of_another_shape_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
