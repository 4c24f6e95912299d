"""How Crossref is asked, and its answers are looked at. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from broadsheet.reading.sources.requests import (
    DATED,
    FILTER_SYNTAX,
    Asker,
    LiveSource,
    PageFault,
    Query,
    Request,
    ResultPage,
    SourcePlan,
    check_count,
    date_filters,
    number_of,
    parse_object,
    rows_of,
    say_no_match,
)

CROSSREF_PAGE = 200


def plan_crossref(query: Query, ask: Asker) -> SourcePlan:
    """Words to search for, or filters of Crossref (`issn:1234-5679`, `prefix:10.5555,type:journal-article`)."""
    limit = ask.limit(query.limit)
    asked = {"rows": str(min(limit, CROSSREF_PAGE))}
    filters = date_filters(query, "from-pub-date", "until-pub-date")
    if FILTER_SYNTAX.fullmatch(query.terms):
        filters.insert(0, query.terms)
    else:
        asked["query"] = query.terms
    if filters:
        asked["filter"] = ",".join(filters)
    if ask.fetch.mailto:
        asked["mailto"] = ask.fetch.mailto
    first = _crossref_page(ask.url("crossref", "works"), asked, "*", 0)
    return SourcePlan("crossref", "Crossref", first, say_no_match("Crossref", query, ask), limit)


def plan_crossref_papers(dois: Sequence[str], ask: Asker) -> SourcePlan:
    """The works of these DOIs in one request: filters of one name are alternatives; a comma would end a filter."""
    mailto = {"mailto": ask.fetch.mailto} if ask.fetch.mailto else {}
    if len(dois) == 1:
        first = Request(ask.url("crossref", f"works/{quote(dois[0], safe='')}"), _look_at_work, mailto)
    else:
        named = ",".join(f"doi:{doi}" for doi in dois)
        first = Request(
            ask.url("crossref", "works"), _look_at_works, {"filter": named, "rows": str(len(dois)), **mailto}
        )
    return SourcePlan("crossref", "Crossref", first, "Crossref has no work of that DOI", len(dois))


def _look_at_work(text: str) -> ResultPage:
    if not isinstance(parse_object(text).get("message"), dict):
        raise PageFault("its answer has no work")
    return ResultPage(1)


def _look_at_works(text: str) -> ResultPage:
    message = parse_object(text).get("message")
    if not isinstance(message, dict):
        raise PageFault("its answer has no list of papers")
    return ResultPage(len(rows_of(message.get("items"))))


def _crossref_page(url: str, asked: dict[str, str], cursor: str, taken: int) -> Request:
    """A page; Crossref names a next cursor even at the end, so that the count tells."""

    def look(text: str) -> ResultPage:
        message = parse_object(text).get("message")
        if not isinstance(message, dict):
            raise PageFault("its answer has no list of papers")
        rows, total = rows_of(message.get("items")), number_of(message.get("total-results"))
        after, end = message.get("next-cursor"), taken + len(rows)
        more = rows and isinstance(after, str) and (total is None or end < total)
        page = ResultPage(len(rows), total, _crossref_page(url, asked, str(after), end) if more else None)
        check_count(len(rows), taken=taken, total=total, page=page)
        return page

    return Request(url, look, {**asked, "cursor": cursor})


SOURCE = LiveSource("crossref:kettle physics", DATED, plan_crossref, ("crossref",), "crossref.org", 1.0)
