"""JSON as services answer it, under the names that each uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, Variety, check, of, plain


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
)


@pytest.mark.parametrize("variety", JSON, ids=str)
def test_the_json_of_a_service_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
