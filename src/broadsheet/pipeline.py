"""Papers -> Digest: summarise each, group them, keep the account. The picture of the house, in code."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Sequence

from broadsheet import __version__
from broadsheet.errors import NoPapers
from broadsheet.llm.backend import Client, find_address
from broadsheet.llm.dispatch import Dispatcher, Patience
from broadsheet.llm.tokens import token_counter
from broadsheet.models import Account, Digest, Engine, Listing, Paper, Period, Progress, Summary, Theme, Usage
from broadsheet.settings import Settings
from broadsheet.writing.headings import write_headings
from broadsheet.writing.summarise import Writer, summarise
from broadsheet.writing.themes import group_papers

Report = Callable[[Progress], None]


async def make_digest(listing: Listing, settings: Settings, *, now: dt.datetime, report: Report) -> Digest:
    """The digest of a listing; raises `NoPapers`, `ConfigError`, or a `BackendError` when the model said nothing."""
    if not listing.papers:
        raise NoPapers("there is no paper to digest: `broadsheet read` says what was found in the input.")
    began = time.monotonic()
    client = open_client(settings)
    try:
        writer = _writer(client, settings) if client else None
        told = _reporter("TL;DRs", len(listing.papers), writer, report)
        summaries = await summarise(listing.papers, writer, report=told)
        themes = await _group(listing.papers, summaries, settings, writer, report)
    finally:
        if client is not None:
            await client.close()
    usage = writer.dispatcher.usage if writer else Usage()
    return Digest(
        title=settings.title,
        created=now,
        language=settings.language if writer else "English",
        period=find_period(listing.papers),
        note=settings.note,
        themes=themes,
        summaries=summaries,
        papers=listing.papers,
        fragments=listing.fragments,
        sources=listing.sources,
        account=keep_account(listing, summaries),
        usage=usage.model_copy(update={"seconds": time.monotonic() - began}),
        engine=Engine(backend=settings.llm.backend, model=settings.model, version=__version__),
    )


def open_client(settings: Settings) -> Client | None:
    """The client of the chosen backend, `None` for the built-in engine; raises `ConfigError` or `BackendRefused`."""
    address, backend = find_address(settings), settings.backend
    if address is None or backend is None:
        return None
    return Client(address, backend, temperature=settings.llm.temperature, timeout=settings.llm.timeout)


def keep_account(listing: Listing, summaries: Sequence[Summary]) -> Account:
    """What came in and what became of it; the sums hold by construction."""
    methods = Counter(summary.method for summary in summaries)
    given_up = [summary for summary in summaries if summary.method == "extracted" and summary.asked]
    reasons = Counter(summary.why for summary in given_up)
    return Account(
        received=len(listing.papers) + len(listing.duplicates),
        duplicates=len(listing.duplicates),
        digested=len(summaries),
        unreadable=len(listing.fragments),
        written=methods["written"],
        repaired=sum(summary.method == "written" and summary.asked > 1 for summary in summaries),
        extracted=methods["extracted"],
        failed=len(given_up),
        without_abstract=methods["none"],
        why=tuple(_reason(why, count) for why, count in reasons.most_common()),
    )


def find_period(papers: Sequence[Paper]) -> Period | None:
    """The span of the papers' dates, `None` where none has one."""
    dates = [paper.published for paper in papers if paper.published is not None]
    return Period(first=min(dates), last=max(dates)) if dates else None


async def _group(
    papers: Sequence[Paper], summaries: Sequence[Summary], settings: Settings, writer: Writer | None, report: Report
) -> tuple[Theme, ...]:
    themes = group_papers(papers, count=None if settings.themes == "auto" else settings.themes)
    if writer is None or writer.dispatcher.stopped is not None:
        return themes
    return await write_headings(
        themes,
        {paper.key: paper for paper in papers},
        {summary.paper_key: summary for summary in summaries},
        writer,
        report=_reporter("themes", len(themes), writer, report),
    )


def _writer(client: Client, settings: Settings) -> Writer:
    backend, llm = settings.backend, settings.llm
    assert backend is not None  # noqa: S101 - there is a client, so there is a backend
    count = token_counter(client.address.model)
    dispatcher = Dispatcher(
        client,
        at_once=llm.concurrency or backend.concurrency,
        patience=Patience(attempts=llm.attempts, seconds=llm.patience),
        price=backend.price_of(client.address.model),
        count=count,
    )
    return Writer(dispatcher, backend=backend, settings=settings, resources=settings.resources, count=count)


def _reporter(task: str, total: int, writer: Writer | None, report: Report) -> Callable[[int], None]:
    def settled(done: int) -> None:
        usage = writer.dispatcher.usage if writer else Usage()
        report(Progress(task=task, done=done, total=total, usage=usage))

    return settled


def _reason(why: str, count: int) -> str:
    papers = "1 TL;DR was" if count == 1 else f"{count} TL;DRs were"
    return f"{papers} taken from the abstract: {why}."
