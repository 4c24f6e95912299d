"""How a source is asked for everything since a day: `hf:daily` is a list for each day, `arxiv:cs.CL` a search. Pure."""

from __future__ import annotations

import datetime as dt
import re

from broadsheet.reading.sources.fetcher import Fetcher
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.query import is_address, is_live, parse_source

OVERLAP = dt.timedelta(days=7)
"""How far before the last edition sources are asked: some learn of a paper days after it is out."""
_IDS = re.compile(r"10\.\d{4,9}/.*|[\d,\s]+")
"""Papers that bioRxiv or PubMed are asked for by name."""
MOST_LISTS = 62
"""Lists of single days or weeks that one source is asked for at most."""


def first_day(last: dt.datetime | None, now: dt.datetime, *, days: int) -> dt.date:
    """From which day on live sources are asked: some days before the last edition, or `days` before the first one."""
    if last is None or last > now:  # a clock that was ahead once
        return (now - dt.timedelta(days=days - 1)).date()
    return (last - OVERLAP).date()


def questions(source: str, since: dt.date, until: dt.date) -> tuple[str, ...]:
    """The names to ask for so that nothing of these days is missed; a source that names its own days stays as it is.

    Raises `UsageError` for a name that means nothing.
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
    """`hf:daily` and its like without a moment: one list for each of the days, weeks or months."""
    kind = terms.strip().lower()
    form = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m"}.get(kind)
    if form is None:
        return (source,)
    service, _, tail = source.partition(":")
    options = tail[len(terms) :]
    days = (until - since).days
    moments = [(until - dt.timedelta(days=back)).strftime(form) for back in range(max(0, days) + 1)]
    return tuple(f"{service}:{kind}:{moment}{options}" for moment in dict.fromkeys(moments))[:MOST_LISTS]
