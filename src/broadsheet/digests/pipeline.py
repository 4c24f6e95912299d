"""The pipeline from a listing to a digest: select, summarise, group, write the overview, account for every paper."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from broadsheet import __version__
from broadsheet.digests.exclusions import count_kinds, say_crowded
from broadsheet.digests.interests import MATCH
from broadsheet.digests.open_session import open_session
from broadsheet.digests.read_first import choose_first
from broadsheet.digests.selection import Selection, select
from broadsheet.digests.themes_and_overview import (
    Cap,
    ThemesAndOverview,
    arrange_with_model,
    arrange_without_model,
    propose_within,
)
from broadsheet.errors import NoPapers, Stopped
from broadsheet.injection.sanitise import SanitisedPaper
from broadsheet.llm.session import Session
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import Account, Digest, Engine, LeftOut, Listing, Paper, Period, Progress, Summary, Usage
from broadsheet.reading.deduplication import name_merged
from broadsheet.settings.loading import Settings
from broadsheet.themes.llm_grouping import Proposed
from broadsheet.themes.projection import draw_map
from broadsheet.themes.tracking import PreviousEdition
from broadsheet.tldr.summarise import Settled, summarise

Report = Callable[[Progress], None]

log = logging.getLogger(__name__)


async def make_digest(  # noqa: PLR0913 - what comes in, how, and what it stands beside
    listing: Listing,
    settings: Settings,
    *,
    now: dt.datetime,
    report: Report,
    interrupt: asyncio.Event | None = None,
    last: Digest | None = None,
    seen: Sequence[Paper] = (),
    written: Mapping[str, Summary] | None = None,
    kept: Sequence[Sequence[str]] = (),
) -> Digest:
    """The digest of a listing; raises `NoPapers`, `ConfigError`, or a `BackendError` when the model gave no answer.

    With the previous edition as `last`, themes that continue keep their titles and order. Papers `seen` before in the
    same field improve the similarities. Where all summaries are `written` already, by their papers' keys, none is made.
    Papers of a group `kept` from an earlier run, by keys, stay in one theme of the built-in engine. Once `interrupt` is
    set no further call is made: the digest is finished with the answers so far, and says so.
    """
    if not listing.papers:
        raise NoPapers("there is no paper to digest: `broadsheet read` says what was found in the input.")
    began = time.monotonic()
    selection = await asyncio.to_thread(select, listing, settings, seen=seen)
    async with open_session(settings) as session:
        with stop_in_time(session, settings.llm.deadline, interrupt):
            summaries, front = await _write(selection, settings, session, report, last=last, written=written, kept=kept)
    if front.crowded:
        selection = selection.without(say_crowded(front.crowded, front.themes, selection.listing.papers))
    listing = selection.listing
    usage = session.dispatcher.usage if session else Usage()
    return Digest(
        title=settings.title,
        created=now,
        language=settings.language,
        period=find_period(listing.papers),
        note=settings.note,
        overview=front.overview,
        highlights=choose_first(
            selection.corpus, front.themes, summaries, selection.reader.matches, chosen=front.highlights
        ),
        interests=settings.interests,
        matches=selection.reader.matches,
        themes=front.themes,
        vanished=front.vanished,
        map=draw_map(selection.corpus, front.themes),
        summaries=summaries,
        papers=listing.papers,
        fragments=listing.fragments,
        sources=listing.sources,
        left_out=selection.left_out,
        account=keep_account(listing, summaries, (*front.why, *_unmatched(selection)), left_out=selection.left_out),
        usage=usage.model_copy(update={"seconds": time.monotonic() - began}),
        engine=Engine(backend=settings.llm.backend, model=settings.model_shown, version=__version__),
    )


def keep_account(
    listing: Listing, summaries: Sequence[Summary], why: Sequence[str] = (), *, left_out: Sequence[LeftOut] = ()
) -> Account:
    """Counts every paper of a listing by what became of it; `why` adds reasons. The sums hold by construction."""
    kinds = count_kinds(left_out)
    methods = Counter(summary.method for summary in summaries)
    given_up = [summary for summary in summaries if summary.method == "extracted" and summary.why]
    reasons = Counter(summary.why for summary in given_up)
    return Account(
        received=len(listing.papers) + len(listing.duplicates) + len(left_out),
        duplicates=len(listing.duplicates),
        left_out=len(left_out),
        excluded=kinds["excluded"],
        capped=kinds["capped"],
        outranked=kinds["outranked"],
        digested=len(summaries),
        unreadable=len(listing.fragments),
        written=methods["written"],
        repaired=sum(summary.method == "written" and summary.asked > 1 for summary in summaries),
        extracted=methods["extracted"],
        failed=len(given_up),
        without_abstract=methods["none"],
        why=(
            *(_reason(*one) for one in reasons.most_common()),
            *_bare(summaries),
            *_trimmed(summaries),
            *why,
            *name_merged(listing),
        ),
    )


def find_period(papers: Sequence[Paper]) -> Period | None:
    """The first and last date of the papers; `None` where none has a date."""
    dates = [paper.published for paper in papers if paper.published is not None]
    return Period(first=min(dates), last=max(dates)) if dates else None


async def _write(  # noqa: PLR0913 - as `make_digest`
    selection: Selection,
    settings: Settings,
    session: Session | None,
    report: Report,
    *,
    last: Digest | None,
    written: Mapping[str, Summary] | None,
    kept: Sequence[Sequence[str]],
) -> tuple[tuple[Summary, ...], ThemesAndOverview]:
    """Makes the summaries, and themes and overview, concurrently: these use the abstracts and not the TL;DRs.

    With a cap on themes the papers are grouped first, so that no TL;DR is paid for that is not shown.
    """
    corpus, reader, count = selection.corpus, selection.reader, settings.theme_count
    before = PreviousEdition.of(last) if last else None
    cap = Cap.of(settings, selection.always)
    if session is None:

        def arrange() -> ThemesAndOverview:
            return arrange_without_model(
                corpus,
                count=count,
                named=settings.named_themes,
                sections=settings.sections,
                reader=reader,
                last=before,
                cap=cap,
                kept=kept,
            )

        if cap is not None:  # which papers stay is known when the themes are
            front = arrange()
            papers = corpus.without(front.crowded).papers
            return await _summarise(papers, None, report_tldrs(None, report, len(papers)), written), front
        told = report_tldrs(None, report, len(corpus.papers))
        writing = asyncio.ensure_future(_summarise(corpus.papers, None, told, written))
        try:
            front = await asyncio.to_thread(arrange)  # other processes write meanwhile, and this one hears of it
            return await writing, front
        finally:
            writing.cancel()

    def naming(done: int, total: int) -> None:
        report(Progress(task="themes", done=done, total=total, usage=session.dispatcher.usage))

    proposed: Proposed | None = None
    crowded: Mapping[str, str] = {}
    if cap is not None:
        proposed, crowded = await propose_within(corpus, session, cap, count=count, reader=reader, last=before)
        corpus, reader = corpus.without(crowded), reader.without(crowded)
    fronting = asyncio.ensure_future(
        arrange_with_model(corpus, session, count=count, reader=reader, last=before, proposed=proposed, report=naming)
    )
    told = report_tldrs(session, report, len(corpus.papers))
    try:
        summaries, front = await _summarise(corpus.papers, session, told, written), await fronting
        return summaries, dataclasses.replace(front, crowded=crowded)
    finally:
        fronting.cancel()


async def _summarise(
    papers: Sequence[SanitisedPaper], session: Session | None, told: Settled, written: Mapping[str, Summary] | None
) -> tuple[Summary, ...]:
    if written is None:
        return await summarise(papers, session, report=told)
    return tuple(written[paper.key] for paper in papers)


@contextlib.contextmanager
def stop_in_time(session: Session | None, deadline: float | None, interrupt: asyncio.Event | None) -> Iterator[None]:
    """Stops further calls after `deadline` seconds or at the interrupt, whichever comes first, while the block runs."""
    if session is None:
        yield
        return
    watches = [asyncio.ensure_future(_stop_when_set(session, interrupt))] if interrupt else []
    if deadline is not None:
        watches.append(asyncio.ensure_future(_stop_after(session, deadline)))
    try:
        yield
    finally:
        for watch in watches:
            watch.cancel()


async def _stop_when_set(session: Session, interrupt: asyncio.Event) -> None:
    if not interrupt.is_set():  # else an earlier writer of a comparison has said so
        await interrupt.wait()
        log.warning("Finishing the calls under way; press Ctrl-C again to stop at once.")
    session.dispatcher.stop(Stopped("the run was interrupted before it was asked for"))


async def _stop_after(session: Session, seconds: float) -> None:
    await asyncio.sleep(seconds)
    session.dispatcher.stop(Stopped(f"the run's {seconds:g} seconds were over"))


def report_tldrs(session: Session | None, report: Report, total: int) -> Settled:
    """What `summarise` tells of each TL;DR that is settled, as progress of the run with what it has taken so far."""

    def settled(done: int, summary: Summary) -> None:
        usage = session.dispatcher.usage if session else Usage()
        report(Progress(task="TL;DRs", done=done, total=total, usage=usage, summary=summary))

    return settled


def _unmatched(selection: Selection) -> tuple[str, ...]:
    matches = selection.reader.matches
    if not matches or any(match.score >= MATCH for match in matches):
        return ()
    return (f"{AccountLabels.unmatched}.",)


def _trimmed(summaries: Sequence[Summary]) -> tuple[str, ...]:
    count = sum(finding.kind == "trimmed" for summary in summaries for finding in summary.findings)
    if not count:
        return ()
    abstracts = "1 abstract is" if count == 1 else f"{count} abstracts are"
    return (f"{abstracts} longer than the model's context: it saw the first sentences.",)


def _bare(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """Reasons why papers with an abstract have no TL;DR, a sentence each."""
    reasons = Counter(summary.why for summary in summaries if summary.method == "none" and summary.why)
    have = ("1 paper has" if count == 1 else f"{count} papers have" for count in reasons.values())
    return tuple(f"{papers} no TL;DR: {why}." for papers, why in zip(have, reasons, strict=True))


def _reason(why: str, count: int) -> str:
    said = AccountLabels.one_taken if count == 1 else AccountLabels.taken
    return f"{said.format(number=count, why=why.rstrip('.'))}."
