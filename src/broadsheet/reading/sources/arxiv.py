"""How arXiv is asked: its feed of the last announcement, its search, and papers by their ids. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote

from broadsheet.errors import UsageError
from broadsheet.reading.sources.openalex import plan_openalex_in, plan_openalex_papers
from broadsheet.reading.sources.requests import (
    DATED,
    DAYS,
    THROTTLED,
    Asker,
    LiveSource,
    PageFault,
    Query,
    Refusal,
    Request,
    ResultPage,
    SourcePlan,
    check_whole,
)
from broadsheet.text.lazy_regex import lazy_regex

PAGE = 500
"""Papers on a page: arXiv allows 2,000, and gives smaller pages more reliably."""
DEEPEST = 30_000
"""How far arXiv lets a search be paged through."""
IDS = 100
_ONE_ANNOUNCEMENT = dt.timedelta(days=3)
_ARXIV_IN_OPENALEX = "S4306400194"
"""arXiv as a source of OpenAlex."""

_ARCHIVES = (
    "astro-ph|cond-mat|cs|econ|eess|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|nlin|nucl-ex|nucl-th|physics"
    "|q-bio|q-fin|quant-ph|stat"
)
_CATEGORY = lazy_regex(rf"({_ARCHIVES})(?:\.([a-z]{{2}}|[a-z]{{2,5}}-[a-z]{{2,5}}|optics|other|soft))?", re.IGNORECASE)
_ARXIV_ID = lazy_regex(r"(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[a-z]{2})?/\d{7}(?:v\d+)?)", re.IGNORECASE)
_FIELDED = lazy_regex(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate|lastUpdatedDate):|\b(?:AND|OR|ANDNOT)\b")
_WORD = lazy_regex(r"\"[^\"]+\"|[^\s\"]+")
_TOTAL = lazy_regex(r"<(?:opensearch:)?totalResults[^<>]*>\s*(\d{1,9})\s*<")
_ENTRY = lazy_regex(r"<entry[\s>]")
_ITEM = lazy_regex(r"<item[\s>]")
_API_ERROR = lazy_regex(r"<id>\s*https?://arxiv\.org/api/errors[^<]*</id>.{0,2000}?<summary[^<>]*>([^<]{1,300})", re.S)
_CLOCK = dt.timezone(dt.timedelta(hours=-5))
"""The hours of arXiv, where a day of announcements begins and ends."""


def plan_arxiv(query: Query, ask: Asker) -> SourcePlan:
    """Ids, one or several categories, or words and fields of arXiv's own search; the newest first.

    A category without dates is what arXiv announced last, read from its feed.
    """
    ids = _arxiv_ids(query.terms)
    if ids:
        if query.dated:
            raise UsageError(f"{query.name[:200]}: papers named by their ids take no dates; leave them out.")
        other = plan_openalex_papers([f"10.48550/arxiv.{id.partition('v')[0].lower()}" for id in ids], ask)
        return dataclasses.replace(plan_arxiv_papers(ids, ask), instead=other)
    categories = _categories(query.terms)
    limit = ask.limit(query.limit)
    if categories and not query.dated:
        feed = Request(ask.url("arxiv_feed", f"rss/{quote('+'.join(categories), safe='+')}"), _look_at_feed)
        nothing = _no_announcement(categories, ask.now)
        return SourcePlan("arxiv_feed", "arXiv", feed, nothing, limit, instead=_announced(categories, ask, limit))
    words = " OR ".join(map(_category_term, categories)) if categories else _search_terms(query.terms)
    if query.dated:
        start, end = query.since or dt.date(1991, 1, 1), query.until or ask.today
        words = f"({words}) AND submittedDate:[{start:%Y%m%d}0000 TO {end:%Y%m%d}2359]"
    search = {"search_query": words, "sortBy": "submittedDate", "sortOrder": "descending"}
    first = _Search(ask.url("arxiv", "api/query"), search, min(limit, PAGE)).page(0)
    plain = not categories and not _FIELDED.search(query.terms)
    nothing = f"arXiv knows no paper for {query.terms[:100]!r}{ask.span_said(query.since, query.until)}"
    nothing = f"{nothing}; its search learns of a paper a day after it is announced"
    instead = plan_openalex_in(_ARXIV_IN_OPENALEX, query, ask) if plain else None
    return SourcePlan("arxiv", "arXiv", first, nothing, limit, instead=instead)


def _announced(categories: list[str], ask: Asker, limit: int) -> SourcePlan:
    """What was submitted in the last days to categories, by arXiv's search: where its feed is shut."""
    words = " OR ".join(map(_category_term, categories))
    since = ask.today - _ONE_ANNOUNCEMENT
    words = f"({words}) AND submittedDate:[{since:%Y%m%d}0000 TO {ask.today:%Y%m%d}2359]"
    search = {"search_query": words, "sortBy": "submittedDate", "sortOrder": "descending"}
    first = _Search(ask.url("arxiv", "api/query"), search, min(limit, PAGE)).page(0)
    nothing = f"arXiv knows no paper of {'+'.join(categories)} since {since}"
    return SourcePlan("arxiv", "arXiv's search", first, nothing, limit)


def plan_arxiv_papers(ids: Sequence[str], ask: Asker) -> SourcePlan:
    """These papers, a hundred in a request."""
    first = _arxiv_by_id(ask.url("arxiv", "api/query"), list(ids))
    return SourcePlan("arxiv", "arXiv", first, "arXiv has no paper of that id", len(ids), wanted=len(ids))


def _arxiv_ids(terms: str) -> list[str]:
    found = [_ARXIV_ID.fullmatch(part) for part in re.split(r"[,\s]+", terms.strip(", "))]
    return list(dict.fromkeys(match[1] for match in found if match)) if all(found) else []


def _categories(terms: str) -> list[str]:
    """`cs.CL`, `cs.CL+cs.LG` or `cs.CL, stat`, spelled as arXiv spells them; nothing where one is no category."""
    found = [_CATEGORY.fullmatch(part) for part in re.split(r"[+,\s]+", terms.strip("+, "))]
    if not all(found):
        return []
    spelled = []
    for match in filter(None, found):
        archive, subject = match[1].lower(), match[2]
        if subject is None:
            spelled.append(archive)
        else:
            lower = archive in ("physics", "cond-mat")
            spelled.append(f"{archive}.{subject.lower() if lower else subject.upper()}")
    return list(dict.fromkeys(spelled))


def _category_term(category: str) -> str:
    """A category of arXiv's search; a whole archive is a pattern there, unless it has no subjects."""
    divided = category in ("astro-ph", "cond-mat", "cs", "econ", "eess", "math", "nlin", "physics")
    divided = divided or category in ("q-bio", "q-fin", "stat")
    return f"cat:{category}.*" if divided else f"cat:{category}"


def _search_terms(terms: str) -> str:
    """A search in arXiv's own language as it is; plain words must all occur, a quoted phrase as it stands."""
    if _FIELDED.search(terms):
        return terms
    words = _WORD.findall(terms)
    if not words:
        raise UsageError(f"arxiv:{terms[:80]} has no word to look for: write `arxiv:graph networks`.")
    return " AND ".join(f"all:{word}" for word in words)


@dataclasses.dataclass(frozen=True, slots=True)
class _Search:
    """A search that is paged through."""

    url: str
    asked: Mapping[str, str]
    size: int

    def page(self, start: int, known: int = 0) -> Request:
        """The request for the papers from `start` on; `known` is how many there were in all a page before."""
        numbers = {"start": str(start), "max_results": str(self.size)}
        return Request(self.url, partial(self._look, start, known), {**self.asked, **numbers})

    def _look(self, start: int, known: int, text: str) -> ResultPage:
        papers, said = _look_at_atom(text)
        total = max(said, known)  # a page that forgets the total is no end
        expected, end = max(0, min(self.size, total - start)), start + papers
        more = papers > 0 and end < min(total, DEEPEST)
        page = ResultPage(papers, total, self.page(end, total) if more else None)
        if papers < expected:
            raise PageFault(f"it gave {papers:,} of the {expected:,} papers of a page", page)
        return page


def _arxiv_by_id(url: str, ids: list[str]) -> Request:
    now, later = ids[:IDS], ids[IDS:]

    def look(text: str) -> ResultPage:
        papers, total = _look_at_atom(text)
        page = ResultPage(papers, None, _arxiv_by_id(url, later) if later else None)
        if papers < min(total, len(now)):
            raise PageFault(f"it gave {papers:,} of the {total:,} papers it has", page)
        return page

    return Request(url, look, {"id_list": ",".join(now), "start": "0", "max_results": str(len(now))})


def _look_at_atom(text: str) -> tuple[int, int]:
    """How many papers an answer of arXiv's search holds, and how many there are in all."""
    check_whole(text, "feed")
    if error := _API_ERROR.search(text):
        if THROTTLED.search(error[1]):
            raise PageFault(f"it throttles ({error[1].strip()})")
        raise Refusal(error[1].strip())
    total = _TOTAL.search(text)
    if total is None:
        raise PageFault("its answer does not say how many papers there are")
    return len(_ENTRY.findall(text)), int(total[1])


def _look_at_feed(text: str) -> ResultPage:
    check_whole(text, "rss", "(?:rdf:)?RDF", "feed")
    return ResultPage(len(_ITEM.findall(text)) + len(_ENTRY.findall(text)))


def _no_announcement(categories: list[str], now: dt.datetime) -> str:
    day = now.astimezone(_CLOCK)
    named = "+".join(categories)
    since = (day - dt.timedelta(days=3)).date()
    if day.weekday() >= 5:
        why = f"arXiv announces nothing on Saturdays and Sundays, and it is {DAYS[day.weekday()]}"
    else:
        said = f"{DAYS[day.weekday()]} {day.date()}"
        why = f"arXiv announced nothing in {named} on {said}: a holiday, or no such category"
    return f'{why}; "arxiv:{named}?since={since}" asks for days before'


SOURCE = LiveSource("arxiv:cs.CL", DATED, plan_arxiv, ("arxiv", "arxiv_feed"), "arxiv.org", 3.0)
