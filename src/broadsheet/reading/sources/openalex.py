"""How OpenAlex is asked, and its answers are looked at. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from broadsheet.reading.sources.requests import (
    DATED,
    FILTER_SYNTAX,
    Asker,
    Key,
    LiveSource,
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

OPENALEX_PAGE = 100


def plan_openalex(query: Query, ask: Asker) -> SourcePlan:
    """Words to search for, or a filter of OpenAlex (`topics.id:T10028`); with dates the newest come first."""
    limit = ask.limit(query.limit)
    dates = date_filters(query, "from_publication_date", "to_publication_date")
    asked = {"per_page": str(min(limit, OPENALEX_PAGE))}
    if FILTER_SYNTAX.fullmatch(query.terms):
        filters = [query.terms, *dates]
    else:
        filters, asked["search"] = dates, query.terms
    if filters:
        asked["filter"] = ",".join(filters)
    if query.dated:
        asked["sort"] = "publication_date:desc"
    if ask.fetch.mailto:
        asked["mailto"] = ask.fetch.mailto
    first = _openalex_page(ask.url("openalex", "works"), asked, "*", 0)
    nothing = say_no_match("OpenAlex", query, ask)
    return SourcePlan("openalex", "OpenAlex", first, nothing, limit, Key("param", "api_key"))


def plan_openalex_in(source: str, query: Query, ask: Asker) -> SourcePlan:
    """The same search among the works of one of OpenAlex's sources."""
    plan = plan_openalex(query, ask)
    filters = [f"locations.source.id:{source}", *date_filters(query, "from_publication_date", "to_publication_date")]
    asked = {**plan.first.params, "search": query.terms, "filter": ",".join(filters)}
    asked.pop("cursor")
    return dataclasses.replace(plan, first=_openalex_page(plan.first.url, asked, "*", 0))


def plan_openalex_papers(dois: Sequence[str], ask: Asker) -> SourcePlan:
    """The works of these DOIs in one request, a hundred at most."""
    plain = [doi for doi in dois if not re.search(r"[,|]", doi)] or dois  # these two would end a value
    asked = {"filter": f"doi:{'|'.join(plain)}", "per_page": str(OPENALEX_PAGE)}
    if ask.fetch.mailto:
        asked["mailto"] = ask.fetch.mailto
    first = Request(ask.url("openalex", "works"), _look_at_works, asked)
    return SourcePlan(
        "openalex", "OpenAlex", first, "OpenAlex has no work of that DOI", len(dois) * 2, Key("param", "api_key")
    )


def _look_at_works(text: str) -> ResultPage:
    return ResultPage(len(rows_of(parse_object(text).get("results"))))


def _openalex_page(url: str, asked: dict[str, str], cursor: str, taken: int) -> Request:
    def look(text: str) -> ResultPage:
        answer = parse_object(text)
        rows, meta = rows_of(answer.get("results")), answer.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        total, after = number_of(meta.get("count")), meta.get("next_cursor")
        end = taken + len(rows)
        more = rows and isinstance(after, str) and (total is None or end < total)
        page = ResultPage(len(rows), total, _openalex_page(url, asked, str(after), end) if more else None)
        check_count(len(rows), taken=taken, total=total, page=page)
        return page

    return Request(url, look, {**asked, "cursor": cursor})


SOURCE = LiveSource("openalex:kettle physics", DATED, plan_openalex, ("openalex",), "openalex.org", 0.1)
