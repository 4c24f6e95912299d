"""How Semantic Scholar is asked, and its answers are looked at. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from broadsheet.reading.sources.requests import (
    DATED,
    Asker,
    Key,
    LiveSource,
    PageFault,
    Query,
    Request,
    ResultPage,
    SourcePlan,
    check_count,
    number_of,
    parse_object,
    rows_of,
    say_no_match,
)

S2_FIELDS = "title,abstract,authors,venue,year,publicationDate,externalIds,url,openAccessPdf,fieldsOfStudy"


def plan_s2(query: Query, ask: Asker) -> SourcePlan:
    """Words to search for, in Semantic Scholar's own language (`+`, `|`, `-`, quotes); the newest first."""
    asked = {"query": query.terms, "fields": S2_FIELDS, "sort": "publicationDate:desc"}
    if query.dated:
        asked["publicationDateOrYear"] = f"{query.since or ''}:{query.until or ''}"
    first = _s2_page(ask.url("s2", "graph/v1/paper/search/bulk"), asked, None, 0)
    nothing = say_no_match("Semantic Scholar", query, ask)
    return SourcePlan("s2", "Semantic Scholar", first, nothing, ask.limit(query.limit), Key("header", "x-api-key"))


def plan_s2_paper(ids: Sequence[str], ask: Asker) -> SourcePlan:
    """The paper of this arXiv id."""
    url = ask.url("s2", f"graph/v1/paper/ARXIV:{quote(ids[0], safe='/')}")
    first = Request(url, _look_at_paper, {"fields": S2_FIELDS})
    nothing = "Semantic Scholar has no paper of that id"
    return SourcePlan("s2", "Semantic Scholar", first, nothing, 1, Key("header", "x-api-key"))


def _look_at_paper(text: str) -> ResultPage:
    if not parse_object(text).get("title"):
        raise PageFault("its answer has no paper")
    return ResultPage(1)


def _s2_page(url: str, asked: dict[str, str], token: str | None, taken: int) -> Request:
    """A page of up to 1,000 papers; `total` is an estimate there, so that only a missing token is the end."""

    def look(text: str) -> ResultPage:
        answer = parse_object(text)
        after = answer.get("token")
        total = number_of(answer.get("total"))
        rows = rows_of(answer.get("data", [] if total == 0 else None))
        if not isinstance(after, str) or not after:
            check_count(len(rows), taken=taken, total=total if taken == 0 else None)
            return ResultPage(len(rows), None)
        end = taken + len(rows)
        if not rows:
            raise PageFault("it gave an empty page before the end", ResultPage(0, total))
        return ResultPage(len(rows), total, _s2_page(url, asked, after, end))

    return Request(url, look, {**asked, "token": token} if token else asked)


SOURCE = LiveSource("s2:kettle physics", DATED, plan_s2, ("s2",), "semanticscholar.org", 1.0)
