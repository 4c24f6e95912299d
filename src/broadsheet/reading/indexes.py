"""How the indexes are asked: OpenAlex, Semantic Scholar, Crossref, PubMed. Pure."""

from __future__ import annotations

import datetime as dt
import re

from broadsheet.reading.plans import (
    Asker,
    Key,
    Page,
    PageFault,
    Plan,
    Refusal,
    Request,
    check_count,
    check_whole,
    number_of,
    read_object,
    rows_of,
)
from broadsheet.reading.sources import Query

OPENALEX_PAGE = 100
CROSSREF_PAGE = 200
PUBMED_PAGE = 200
PUBMED_DEEPEST = 9_999
"""How many ids PubMed's search gives at most."""
S2_FIELDS = "title,abstract,authors,venue,year,publicationDate,externalIds,url,openAccessPdf,fieldsOfStudy"

_FILTER = re.compile(r"[a-z][a-z_.-]*:[^\s:][^\s]*(?:,[a-z][a-z_.-]*:[^\s:][^\s]*)*")
_ARTICLE = re.compile(r"<Pubmed(?:Book)?Article[\s>]")


def plan_openalex(query: Query, ask: Asker) -> Plan:
    """Words to search for, or a filter of OpenAlex (`topics.id:T10028`); with dates the newest come first."""
    limit = ask.limit(query.limit)
    dates = _between(query, "from_publication_date", "to_publication_date")
    asked = {"per_page": str(min(limit, OPENALEX_PAGE))}
    if _FILTER.fullmatch(query.terms):
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
    nothing = _no_match("OpenAlex", query, ask)
    return Plan("openalex", "OpenAlex", first, nothing, limit, Key("param", "api_key"))


def _openalex_page(url: str, asked: dict[str, str], cursor: str, taken: int) -> Request:
    def look(text: str) -> Page:
        answer = read_object(text)
        rows, meta = rows_of(answer.get("results")), answer.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        total, after = number_of(meta.get("count")), meta.get("next_cursor")
        end = taken + len(rows)
        more = rows and isinstance(after, str) and (total is None or end < total)
        page = Page(len(rows), total, _openalex_page(url, asked, str(after), end) if more else None)
        check_count(len(rows), taken=taken, total=total, page=page)
        return page

    return Request(url, look, {**asked, "cursor": cursor})


def plan_s2(query: Query, ask: Asker) -> Plan:
    """Words to search for, in Semantic Scholar's own language (`+`, `|`, `-`, quotes); the newest first."""
    asked = {"query": query.terms, "fields": S2_FIELDS, "sort": "publicationDate:desc"}
    if query.dated:
        asked["publicationDateOrYear"] = f"{query.since or ''}:{query.until or ''}"
    first = _s2_page(ask.url("s2", "graph/v1/paper/search/bulk"), asked, None, 0)
    nothing = _no_match("Semantic Scholar", query, ask)
    return Plan("s2", "Semantic Scholar", first, nothing, ask.limit(query.limit), Key("header", "x-api-key"))


def _s2_page(url: str, asked: dict[str, str], token: str | None, taken: int) -> Request:
    """A page of up to 1,000 papers; `total` is an estimate there, so that only a missing token is the end."""

    def look(text: str) -> Page:
        answer = read_object(text)
        after = answer.get("token")
        total = number_of(answer.get("total"))
        rows = rows_of(answer.get("data", [] if total == 0 else None))
        if not isinstance(after, str) or not after:
            check_count(len(rows), taken=taken, total=total if taken == 0 else None)
            return Page(len(rows), None)
        end = taken + len(rows)
        if not rows:
            raise PageFault("it gave an empty page before the end", Page(0, total))
        return Page(len(rows), total, _s2_page(url, asked, after, end))

    return Request(url, look, {**asked, "token": token} if token else asked)


def plan_crossref(query: Query, ask: Asker) -> Plan:
    """Words to search for, or filters of Crossref (`issn:1234-5679`, `prefix:10.5555,type:journal-article`)."""
    limit = ask.limit(query.limit)
    asked = {"rows": str(min(limit, CROSSREF_PAGE))}
    filters = _between(query, "from-pub-date", "until-pub-date")
    if _FILTER.fullmatch(query.terms):
        filters.insert(0, query.terms)
    else:
        asked["query"] = query.terms
    if filters:
        asked["filter"] = ",".join(filters)
    if ask.fetch.mailto:
        asked["mailto"] = ask.fetch.mailto
    first = _crossref_page(ask.url("crossref", "works"), asked, "*", 0)
    return Plan("crossref", "Crossref", first, _no_match("Crossref", query, ask), limit)


def _crossref_page(url: str, asked: dict[str, str], cursor: str, taken: int) -> Request:
    """A page; Crossref names a next cursor even at the end, so that the count tells."""

    def look(text: str) -> Page:
        message = read_object(text).get("message")
        if not isinstance(message, dict):
            raise PageFault("its answer has no list of papers")
        rows, total = rows_of(message.get("items")), number_of(message.get("total-results"))
        after, end = message.get("next-cursor"), taken + len(rows)
        more = rows and isinstance(after, str) and (total is None or end < total)
        page = Page(len(rows), total, _crossref_page(url, asked, str(after), end) if more else None)
        check_count(len(rows), taken=taken, total=total, page=page)
        return page

    return Request(url, look, {**asked, "cursor": cursor})


def plan_pubmed(query: Query, ask: Asker) -> Plan:
    """PubMed ids, or a search in PubMed's own language; dates are those of entry into PubMed. The newest first."""
    limit = min(ask.limit(query.limit), PUBMED_DEEPEST)
    base = {"db": "pubmed", "tool": "broadsheet", **({"email": ask.fetch.mailto} if ask.fetch.mailto else {})}
    ids = re.split(r"[,\s]+", query.terms.strip(", "))
    key = Key("param", "api_key")
    efetch = ask.url("pubmed", "entrez/eutils/efetch.fcgi")
    if all(id.isascii() and id.isdigit() and len(id) < 10 for id in ids) and not query.dated:
        ids = list(dict.fromkeys(ids))
        first = _pubmed_page(efetch, base, ids, len(ids))
        return Plan("pubmed", "PubMed", first, "PubMed has no paper of that id", len(ids), key, wanted=len(ids))
    asked = {**base, "term": query.terms, "retmode": "json", "retmax": str(limit)}
    if query.dated:
        start, end = query.since or dt.date(1900, 1, 1), query.until or ask.today
        asked |= {"datetype": "edat", "mindate": f"{start:%Y/%m/%d}", "maxdate": f"{end:%Y/%m/%d}"}

    def look(text: str) -> Page:
        found = read_object(text).get("esearchresult")
        if not isinstance(found, dict):
            raise PageFault("its answer has no list of ids")
        if isinstance(said := found.get("ERROR"), str):
            raise Refusal(said[:300])
        total = number_of(found.get("count"))
        named = [id for id in rows_of(found.get("idlist")) if isinstance(id, str) and id.isdigit()]
        check_count(len(named), taken=0, total=total)
        return Page(0, total, _pubmed_page(efetch, base, named, total) if named else None, listing=False)

    search = Request(ask.url("pubmed", "entrez/eutils/esearch.fcgi"), look, asked)
    return Plan("pubmed", "PubMed", search, _no_match("PubMed", query, ask), limit, key)


def _pubmed_page(url: str, base: dict[str, str], ids: list[str], total: int | None) -> Request:
    """The records of the next ids; one that was withdrawn is left out by PubMed without a word."""
    now, later = ids[:PUBMED_PAGE], ids[PUBMED_PAGE:]

    def look(text: str) -> Page:
        check_whole(text, "PubmedArticleSet")
        papers = len(_ARTICLE.findall(text))
        page = Page(papers, total, _pubmed_page(url, base, later, total) if later else None)
        if not papers and len(now) > 1:
            raise PageFault(f"it gave none of the {len(now)} records asked for", page)
        return page

    return Request(url, look, {**base, "id": ",".join(now), "retmode": "xml"})


def _between(query: Query, first: str, last: str) -> list[str]:
    dates = [f"{first}:{query.since}"] if query.since else []
    return [*dates, f"{last}:{query.until}"] if query.until else dates


def _no_match(title: str, query: Query, ask: Asker) -> str:
    span = ask.span_said(query.since, query.until)
    wider = "; try fewer words" + (" or more days" if span else "")
    return f"{title} has no match for {query.terms[:100]!r}{span}{wider}"
