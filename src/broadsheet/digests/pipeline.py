"""The pipeline from a listing to a digest: select, summarise, group, write the overview, account for every paper."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from broadsheet import __version__
from broadsheet.digests.exclusions import count_kinds, say_crowded
from broadsheet.digests.interests import MATCH
from broadsheet.digests.read_first import choose_first
from broadsheet.digests.selection import Selection, select
from broadsheet.digests.writer import writer_of
from broadsheet.errors import NoPapers
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import Account, Digest, Engine, LeftOut, Listing, Paper, Period, Progress, Summary
from broadsheet.reading.deduplication import name_merged
from broadsheet.settings.loading import Settings
from broadsheet.themes.projection import draw_map
from broadsheet.themes.tracking import PreviousEdition

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
    manuscript = await writer_of(settings).write(
        selection,
        report=report,
        interrupt=interrupt,
        last=PreviousEdition.of(last) if last else None,
        written=written,
        kept=kept,
    )
    summaries, front = manuscript.summaries, manuscript.front
    if front.crowded:
        selection = selection.without(say_crowded(front.crowded, front.themes, selection.listing.papers))
    listing = selection.listing
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
        usage=manuscript.usage.model_copy(update={"seconds": time.monotonic() - began}),
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
