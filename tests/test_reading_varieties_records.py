"""JSON as services answer it and as people keep it, under the names that each uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, TIDES, Variety, check


def plain(**names: str) -> list[dict[str, str]]:
    """The goats and the looms under the given names for title and abstract."""
    return [{names["title"]: title, names["abstract"]: text} for title, text in ((GOAT, GOATS), (LOOM, LOOMS))]


def inverted(text: str) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        places.setdefault(word, []).append(place)
    return places


def jats(text: str) -> str:
    first, rest = text.split(". ", 1)
    return (
        f"<jats:title>Abstract</jats:title><jats:sec><jats:title>Background</jats:title><jats:p>{first}.</jats:p>"
        f"</jats:sec>\n<jats:sec><jats:title>Results</jats:title><jats:p>{rest.replace('<', '&lt;')}</jats:p></jats:sec>"
    )


def structured(text: str) -> str:
    first, rest = text.split(". ", 1)
    return f"Background {first}. Results {rest}"


MESSAGE = {
    "DOI": "10.5555/goats",
    "title": [GOAT],
    "abstract": jats(GOATS),
    "author": [{"given": "Ada", "family": "Lovelace"}],
}
NOTE_1 = {"id": "aaaa", "forum": "aaaa", "content": {"title": GOAT, "abstract": GOATS, "authors": ["Ada Lovelace"]}}
NOTE_2 = {
    "id": "bbbb",
    "forum": "bbbb",
    "content": {"title": {"value": LOOM}, "abstract": {"value": LOOMS}, "authors": {"value": ["J. Jacquard"]}},
}


def of(name: str, document: Any, **said: Any) -> Variety:
    return Variety(name, json.dumps(document, indent=1), "JSON", **said)


JSON = (
    of("Crossref: one message", {"status": "ok", "message": MESSAGE}, titles=(GOAT,), abstracts=(structured(GOATS),)),
    of(
        "Crossref: a bare work",
        MESSAGE,
        titles=(GOAT,),
        abstracts=(structured(GOATS),),
        identifiers=("doi:10.5555/goats",),
    ),
    of(
        "Crossref: a list, one work without title",
        {"status": "ok", "message": {"items": [MESSAGE, {"DOI": "10.5555/x"}, {"DOI": "10.5555/l", "title": [LOOM]}]}},
        abstracts=(structured(GOATS), ""),
        authors=("Ada Lovelace",),
    ),
    of(
        "OpenAlex with a work without title or abstract",
        {
            "meta": {"count": 3},
            "results": [
                {"id": "https://openalex.org/W1843", "title": GOAT, "abstract_inverted_index": inverted(GOATS)},
                {
                    "id": "https://openalex.org/W1844",
                    "title": None,
                    "display_name": None,
                    "abstract_inverted_index": None,
                },
                {"id": "https://openalex.org/W1845", "display_name": LOOM, "abstract_inverted_index": None},
            ],
            "group_by": [],
        },
        abstracts=(GOATS, ""),
        identifiers=("openalex:W1843", "openalex:W1845"),
    ),
    of(
        "OpenAlex: one work",
        {"id": "https://openalex.org/W1843", "title": GOAT, "abstract_inverted_index": inverted(GOATS)},
        titles=(GOAT,),
    ),
    of(
        "Semantic Scholar: data, an abstract that is null",
        {
            "total": 2,
            "offset": 0,
            "data": [
                {"paperId": "a" * 40, "title": GOAT, "abstract": None, "tldr": {"text": "Goats."}},
                {"paperId": "b" * 40, "title": LOOM, "abstract": LOOMS},
            ],
        },
        abstracts=("", LOOMS),
    ),
    of(
        "Semantic Scholar: a bare list with a hole",
        [
            {"paperId": "a" * 40, "title": GOAT, "abstract": GOATS},
            None,
            {"paperId": "b" * 40, "title": LOOM, "abstract": LOOMS},
        ],
    ),
    of("Semantic Scholar: recommendations", {"recommendedPapers": plain(title="title", abstract="abstract")}),
    of(
        "Semantic Scholar: citations",
        {"data": [{"contexts": [], "citingPaper": paper} for paper in plain(title="title", abstract="abstract")]},
    ),
    of("papers in an object of that name", {"date": "1843-01-02", "papers": plain(title="title", abstract="abstract")}),
    of(
        "bioRxiv",
        {
            "messages": [{"status": "ok", "count": 2}],
            "collection": [
                {**paper, "doi": f"10.1101/1843.01.0{n}", "authors": "Lovelace, A.; Babbage, C.", "date": "1843-01-02"}
                for n, paper in enumerate(plain(title="title", abstract="abstract"), 1)
            ],
        },
        authors=("Lovelace, A.", "Babbage, C."),
        identifiers=("doi:10.1101/1843.01.01", "doi:10.1101/1843.01.02"),
    ),
    of(
        "bioRxiv: published",
        {
            "messages": [],
            "collection": [
                {
                    "biorxiv_doi": "10.1101/1",
                    "published_doi": "10.5555/2",
                    "preprint_title": GOAT,
                    "preprint_abstract": GOATS,
                    "preprint_authors": "Lovelace, A.",
                }
            ],
        },
        titles=(GOAT,),
    ),
    of(
        "OpenReview, both interfaces",
        {"notes": [NOTE_1, NOTE_2], "count": 2},
        authors=("Ada Lovelace",),
        identifiers=("openreview:aaaa", "openreview:bbbb"),
    ),
    of("OpenReview: a bare list", [NOTE_2, NOTE_1], titles=(LOOM, GOAT)),
    of(
        "Papers with Code",
        {
            "count": 2,
            "next": None,
            "results": [
                {
                    "id": "goats",
                    "arxiv_id": "1843.00001",
                    "url_abs": "https://arxiv.org/abs/1843.00001",
                    **plain(title="title", abstract="abstract")[0],
                },
                {
                    "id": "looms",
                    "arxiv_id": None,
                    "url_abs": "https://example.org/looms",
                    **plain(title="title", abstract="abstract")[1],
                },
            ],
        },
    ),
    of(
        "Hugging Face daily",
        [
            {
                "paper": {
                    "id": "1843.00001",
                    "title": GOAT,
                    "summary": GOATS,
                    "authors": [{"name": "Ada Lovelace", "hidden": False}],
                    "upvotes": 3,
                },
                "publishedAt": "1843-01-02T00:00:00.000Z",
                "title": GOAT,
                "summary": GOATS[:40],
                "submittedBy": {"fullname": "C. Babbage"},
            },
            {"paper": {"id": "1843.00002", "title": LOOM, "summary": LOOMS, "authors": []}},
        ],
        authors=("Ada Lovelace",),
        identifiers=("arxiv:1843.00001", "arxiv:1843.00002"),
    ),
    of(
        "Hugging Face daily within an object",
        {
            "dailyPapers": [
                {"paper": {"id": "1843.00001", "title": GOAT, "summary": GOATS}},
                {"paper": {"id": "1843.00002", "title": LOOM, "summary": LOOMS}},
            ]
        },
    ),
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
        titles=(f"{GOAT}.", f"{LOOM}."),
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
def test_json_under_other_names_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
