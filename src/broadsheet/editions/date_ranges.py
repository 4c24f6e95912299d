"""Expands a source into queries for a range of days: `hf:daily` to a list a day, `arxiv:cs.CL` to a search. Pure."""

from __future__ import annotations

import datetime as dt

from broadsheet.reading.sources.fetcher import Fetcher
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.query import is_address, is_live, parse_source
from broadsheet.text.lazy_regex import lazy_regex

OVERLAP = dt.timedelta(days=7)
"""How long before the last edition a query starts: some sources list a paper days after its publication."""
_IDS = lazy_regex(r"10\.\d{4,9}/.*|[\d,\s]+")
"""Source names that list single papers of bioRxiv or PubMed by identifier."""
MOST_LISTS = 62
"""The most lists of single days, weeks or months for one source."""


def first_day(last: dt.datetime | None, now: dt.datetime, *, days: int) -> dt.date:
    """The first day to query: `OVERLAP` before the last edition, or `days` days in all for the first edition."""
    if last is None or last > now:  # a clock that was ahead once
        return (now - dt.timedelta(days=days - 1)).date()
    return (last - OVERLAP).date()


def questions(source: str, since: dt.date, until: dt.date) -> tuple[str, ...]:
    """The source names that together cover the days; a source with its own dates stays as it is.

    Raises `UsageError` for an invalid source name.
    """
    if not is_live(source) or is_address(source):
        return (source,)
    query = parse_source(source, today=until)
    if query.service == "hf":
        return _lists(source, query.terms, since, until)
    if query.dated or "since" not in LIVE_SOURCES[query.service].options or _IDS.fullmatch(query.terms):
        return (source,)
    mark = "&" if source.endswith(f"?limit={query.limit}") else "?"
    dated = f"{source}{mark}since={since}&until={until}"
    if query.service != "arxiv":
        return (dated,)
    plan = Fetcher(at=dt.datetime.combine(until, dt.time(), dt.UTC)).plan(source)
    if plan.wanted:
        return (source,)
    return (source, dated) if plan.service == "arxiv_feed" else (dated,)


def _lists(source: str, terms: str, since: dt.date, until: dt.date) -> tuple[str, ...]:
    """The lists of `hf:daily`, `hf:weekly` or `hf:monthly` without a date: one for each day, week or month."""
    kind = terms.strip().lower()
    form = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m"}.get(kind)
    if form is None:
        return (source,)
    service, _, tail = source.partition(":")
    options = tail[len(terms) :]
    days = (until - since).days
    moments = [(until - dt.timedelta(days=back)).strftime(form) for back in range(max(0, days) + 1)]
    return tuple(f"{service}:{kind}:{moment}{options}" for moment in dict.fromkeys(moments))[:MOST_LISTS]
