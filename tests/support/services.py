"""The services that Broadsheet asks, each answering as itself from a site on loopback; and faults in their answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from broadsheet.errors import SourceError
from broadsheet.reading.sources.fetcher import Fetched
from site_of_ours import Call, Clock, Said, Site, atom, fetcher, json_of, papers

Answer = Callable[[Call], Said]

FEED = (
    '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>cs.CL updates</title>'
    "{items}<skipDays><day>Saturday</day></skipDays></channel></rss>"
)
ITEM = "<item><title>Kettles whistle late</title><description>We boiled kettles.</description></item>"
ARTICLES = '<?xml version="1.0"?>\n<PubmedArticleSet>{}</PubmedArticleSet>\n'


def fetch(site: Site, name: str, clock: Clock | None = None, **fields: object) -> Fetched:
    with fetcher(site, clock, **fields) as source:
        return source.fetch(name)


def failure(site: Site, name: str, clock: Clock | None = None, **fields: object) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(site, name, clock, **fields)
    return str(caught.value)


def faulty(answer: Answer, *faults: Said | None) -> Answer:
    """An answer with faults in its place: the first call gets the first of them, `None` what is right."""
    left = list(faults)

    def answered(call: Call) -> Said:
        fault = left.pop(0) if left else None
        return answer(call) if fault is None else fault

    return answered


def arxiv(count: int) -> Answer:
    """arXiv's search over that many papers."""

    def answer(call: Call) -> Said:
        start, size = int(call.query["start"]), int(call.query["max_results"])
        return atom(start, max(0, min(size, count - start)), count)

    return answer


def biorxiv(count: int, size: int = 30) -> Answer:
    """bioRxiv's details of that many preprints."""

    def answer(call: Call) -> Said:
        start = int(call.path.rpartition("/")[2])
        rows = papers(start, max(0, min(size, count - start)))
        message = {"status": "ok", "count": len(rows), "total": str(count)} if rows else {"status": "no posts found"}
        return json_of({"messages": [message], "collection": rows})

    return answer


def openreview(count: int) -> Answer:
    """OpenReview's notes of a venue with that many papers."""

    def answer(call: Call) -> Said:
        start, size = int(call.query["offset"]), int(call.query["limit"])
        return json_of({"notes": papers(start, max(0, min(size, count - start))), "count": count})

    return answer


def openalex(count: int) -> Answer:
    """OpenAlex's works, paged by a cursor."""

    def answer(call: Call) -> Said:
        start = 0 if call.query["cursor"] == "*" else int(call.query["cursor"])
        rows = papers(start, max(0, min(int(call.query["per_page"]), count - start)))
        return json_of(
            {"meta": {"count": count, "next_cursor": str(start + len(rows)) if rows else None}, "results": rows}
        )

    return answer


def crossref(count: int) -> Answer:
    """Crossref's works; there is a next cursor even at the end."""

    def answer(call: Call) -> Said:
        start = 0 if call.query["cursor"] == "*" else int(call.query["cursor"])
        rows = papers(start, max(0, min(int(call.query["rows"]), count - start)))
        message = {"total-results": count, "items": rows, "next-cursor": str(start + len(rows))}
        return json_of({"status": "ok", "message": message})

    return answer


def s2(count: int) -> Answer:
    """Semantic Scholar's search, whose total is an estimate."""

    def answer(call: Call) -> Said:
        start = int(call.query.get("token", "0"))
        rows = papers(start, max(0, min(1000, count - start)))
        end = start + len(rows)
        return json_of({"total": count + 7, "token": str(end) if end < count else None, "data": rows})

    return answer


def pubmed(count: int) -> Answer:
    """PubMed's search, and the records of its ids."""

    def answer(call: Call) -> Said:
        if call.path.endswith("esearch.fcgi"):
            ids = [str(number) for number in range(1, min(count, int(call.query["retmax"])) + 1)]
            return json_of({"esearchresult": {"count": str(count), "idlist": ids}})
        return Said(ARTICLES.format("<PubmedArticle></PubmedArticle>" * (call.query["id"].count(",") + 1)))

    return answer
