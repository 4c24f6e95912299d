"""How PubMed is asked, and its answers are looked at. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from broadsheet.reading.sources.requests import (
    DATED,
    Asker,
    Key,
    LiveSource,
    PageFault,
    Query,
    Refusal,
    Request,
    ResultPage,
    SourcePlan,
    check_count,
    check_whole,
    number_of,
    parse_object,
    rows_of,
    say_no_match,
)
from broadsheet.text.lazy_regex import lazy_regex

PUBMED_PAGE = 200


PUBMED_DEEPEST = 9_999
"""How many ids PubMed's search gives at most."""


_ARTICLE = lazy_regex(r"<Pubmed(?:Book)?Article[\s>]")


def plan_pubmed(query: Query, ask: Asker) -> SourcePlan:
    """PubMed ids, or a search in PubMed's own language; dates are those of entry into PubMed. The newest first."""
    limit = min(ask.limit(query.limit), PUBMED_DEEPEST)
    base = _base(ask)
    ids = re.split(r"[,\s]+", query.terms.strip(", "))
    key = Key("param", "api_key")
    efetch = ask.url("pubmed", "entrez/eutils/efetch.fcgi")
    if all(id.isascii() and id.isdigit() and len(id) < 10 for id in ids) and not query.dated:
        return plan_pubmed_papers(list(dict.fromkeys(ids)), ask)
    asked = {**base, "term": query.terms, "retmode": "json", "retmax": str(limit)}
    if query.dated:
        start, end = query.since or dt.date(1900, 1, 1), query.until or ask.today
        asked |= {"datetype": "edat", "mindate": f"{start:%Y/%m/%d}", "maxdate": f"{end:%Y/%m/%d}"}

    def look(text: str) -> ResultPage:
        found = parse_object(text).get("esearchresult")
        if not isinstance(found, dict):
            raise PageFault("its answer has no list of ids")
        if isinstance(said := found.get("ERROR"), str):
            raise Refusal(said[:300])
        total = number_of(found.get("count"))
        named = [id for id in rows_of(found.get("idlist")) if isinstance(id, str) and id.isdigit()]
        check_count(len(named), taken=0, total=total)
        return ResultPage(0, total, _pubmed_page(efetch, base, named, total) if named else None, listing=False)

    search = Request(ask.url("pubmed", "entrez/eutils/esearch.fcgi"), look, asked)
    return SourcePlan("pubmed", "PubMed", search, say_no_match("PubMed", query, ask), limit, key)


def plan_pubmed_papers(ids: Sequence[str], ask: Asker) -> SourcePlan:
    """These records, two hundred in a request."""
    first = _pubmed_page(ask.url("pubmed", "entrez/eutils/efetch.fcgi"), _base(ask), list(ids), len(ids))
    nothing = "PubMed has no paper of that id"
    return SourcePlan("pubmed", "PubMed", first, nothing, len(ids), Key("param", "api_key"), wanted=len(ids))


def plan_pmc_papers(pmcids: Sequence[str], ask: Asker) -> SourcePlan:
    """The PubMed records of articles of PubMed Central; which they are is asked first, for all of them together."""
    base = _base(ask)
    asked = {**base, "dbfrom": "pmc", "linkname": "pmc_pubmed", "retmode": "json"}

    def look(text: str) -> ResultPage:
        linked = [
            id
            for links in rows_of(parse_object(text).get("linksets"))
            for found in (links.get("linksetdbs") or () if isinstance(links, dict) else ())  # none for unknown ids
            if isinstance(found, dict) and found.get("linkname") == "pmc_pubmed"
            for id in map(str, rows_of(found.get("links")))
            if id.isdigit()
        ]
        efetch = ask.url("pubmed", "entrez/eutils/efetch.fcgi")
        return ResultPage(0, None, _pubmed_page(efetch, base, linked, None) if linked else None, listing=False)

    numbers = ",".join(pmcid.removeprefix("PMC") for pmcid in pmcids)
    first = Request(ask.url("pubmed", "entrez/eutils/elink.fcgi"), look, {**asked, "id": numbers})
    nothing = "PubMed has no paper of that PMC id"
    return SourcePlan("pubmed", "PubMed", first, nothing, len(pmcids), Key("param", "api_key"), wanted=len(pmcids))


def _base(ask: Asker) -> dict[str, str]:
    return {"db": "pubmed", "tool": "broadsheet", **({"email": ask.fetch.mailto} if ask.fetch.mailto else {})}


def _pubmed_page(url: str, base: dict[str, str], ids: list[str], total: int | None) -> Request:
    """The records of the next ids; one that was withdrawn is left out by PubMed without a word."""
    now, later = ids[:PUBMED_PAGE], ids[PUBMED_PAGE:]

    def look(text: str) -> ResultPage:
        check_whole(text, "PubmedArticleSet")
        papers = len(_ARTICLE.findall(text))
        page = ResultPage(papers, total, _pubmed_page(url, base, later, total) if later else None)
        if not papers and len(now) > 1:
            raise PageFault(f"it gave none of the {len(now)} records asked for", page)
        return page

    return Request(url, look, {**base, "id": ",".join(now), "retmode": "xml"})


SOURCE = LiveSource("pubmed:kettle burns", DATED, plan_pubmed, ("pubmed",), "ncbi.nlm.nih.gov", 0.34)
