"""One edition, step by step: collected, digested, published; each step is kept before the next one begins.

A run that is killed at any point is completed by the next under the same number, from what was collected then. Nothing
here reads a clock or asks a model: `now` is handed in, and so is the function that writes a digest.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import sqlite3
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from broadsheet import __version__
from broadsheet.editions.archive import publish_edition
from broadsheet.editions.collecting import Span, collect
from broadsheet.editions.date_ranges import OVERLAP, first_day
from broadsheet.editions.novelty import Shelf, names_and_marks, sort_listing
from broadsheet.editions.paths import EditionPaths
from broadsheet.editions.schedule import is_due
from broadsheet.errors import UsageError
from broadsheet.models import Account, Digest, Engine, Listing, Paper
from broadsheet.settings.loading import Settings
from broadsheet.store.editions import (
    Kept,
    Learnt,
    NewPaper,
    begin,
    edition_before,
    find_edition,
    find_seen,
    keep_digest,
    last_edition,
    mark_published,
    papers_before,
    unfinished_edition,
)

log = logging.getLogger(__name__)

_NOTHING = Listing()
SEEN = 2000
"""Papers of earlier editions that help to tell what is alike."""


@dataclasses.dataclass(frozen=True, slots=True)
class Earlier:
    """What the editions before hold: the digest of the last one that has papers, and the latest papers of all."""

    digest: Digest | None
    papers: tuple[Paper, ...]


Write = Callable[[Listing, Earlier, dt.datetime], Digest]
"""A listing, what the editions before hold, and when it is made -> its digest."""
Outcome = Literal["made", "completed", "again", "nothing new", "not due", "would make"]


@dataclasses.dataclass(frozen=True, slots=True)
class EditionJob:
    """What an edition is made with: the state, the settings, where its files are, and who writes."""

    db: sqlite3.Connection
    settings: Settings
    paths: EditionPaths
    write: Write


@dataclasses.dataclass(frozen=True, slots=True)
class EditionRequest:
    """When the run is, and which days a person asked for."""

    now: dt.datetime
    since: dt.date | None = None
    until: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ProspectiveEdition:
    """An edition that could be made: what was collected, and what the state would learn of it."""

    edition: Kept
    new: tuple[NewPaper, ...]
    learnt: tuple[Learnt, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it would tell of nothing."""
        return not self.edition.listing.papers and not self.edition.listing.returned


@dataclasses.dataclass(frozen=True, slots=True)
class EditionOutcome:
    """What became of a run: the edition it left behind or met, and the files that were written."""

    outcome: Outcome
    number: int | None = None
    digest: Digest | None = None
    listing: Listing = _NOTHING
    files: tuple[Path, ...] = ()


def make_edition(desk: EditionJob, wishes: EditionRequest) -> list[EditionOutcome]:
    """Completes what an earlier run left unfinished, and makes the edition that is due; what became of each.

    Run again in the same period it makes another edition only where there is something new.
    """
    db, settings, done = desk.db, desk.settings, []
    unfinished = unfinished_edition(db)
    if unfinished is not None:
        done.append(_finish(desk, unfinished, "completed"))
        if not is_due(settings.schedule, wishes.now, unfinished.created):
            return done
    last = last_edition(db)
    candidate = collect_new(db, settings, desk.paths.home, wishes)
    again = last is not None and not is_due(settings.schedule, wishes.now, last.created)
    if candidate.is_empty and (again or settings.when_empty == "skip"):
        return [*done, EditionOutcome("nothing new", last.number if last else None, None, candidate.edition.listing)]
    begin(db, candidate.edition, candidate.new, candidate.learnt)
    return [*done, _finish(desk, candidate.edition, "made")]


def make_again(desk: EditionJob, number: int) -> EditionOutcome:
    """Digests an edition anew from what was collected then, and publishes it under its number and date."""
    kept = find_edition(desk.db, number)
    if kept is None:
        raise UsageError(f"there is no edition {number} to make again: the archive lists those there are.")
    return _finish(desk, dataclasses.replace(kept, digest=None), "again")


def collect_new(db: sqlite3.Connection, settings: Settings, home: Path, wishes: EditionRequest) -> ProspectiveEdition:
    """What an edition would be made of now; keeps nothing."""
    last = last_edition(db)
    span = span_of(settings, wishes, last.created if last else None)
    days = max(settings.fetch.days, (span.until - span.since).days + 1)
    fetch = settings.fetch.model_copy(update={"days": days})
    listing = collect(settings.sources, home=home, fetch=fetch, span=span)
    outside = [paper for paper in listing.papers if not span.holds(paper)]
    if outside:
        log.warning("%d papers dated outside %s to %s wait for another edition.", len(outside), span.since, span.until)
        listing = _without(listing, {paper.key for paper in outside})
    number = last.number + 1 if last else settings.edition.first_number
    shelf = Shelf(find_seen(db, *names_and_marks(listing.papers)))
    found = sort_listing(listing, shelf, number=number, replacements=settings.reading.replacements)
    kept = Kept(number, "collected", wishes.now, span.since, span.until, _with_news(found.listing), None)
    return ProspectiveEdition(kept, found.new, found.learnt)


def span_of(settings: Settings, wishes: EditionRequest, last: dt.datetime | None) -> Span:
    """The days to ask about: since some days before the last edition, unless a person named them."""
    now = wishes.now.astimezone(zoneinfo.ZoneInfo(settings.schedule.timezone))
    until = wishes.until or now.date()
    since = wishes.since or first_day(last, now, days=settings.fetch.days)
    if wishes.until and not wishes.since and since > until:
        since = until - OVERLAP
    if since > until:
        raise UsageError(f"--since {since} is later than --until {until}: exchange them.")
    at = max(wishes.now.astimezone(dt.UTC), dt.datetime.combine(until, dt.time(), dt.UTC))
    return Span(since, until, at, strict=bool(wishes.since or wishes.until))


def edition_settings(settings: Settings) -> Settings:
    """The settings with the edition's own title and language in their places."""
    edition = settings.edition
    own = {"title": edition.title, "language": edition.language}
    return settings.model_copy(update={name: value for name, value in own.items() if value})


def _finish(desk: EditionJob, kept: Kept, outcome: Outcome) -> EditionOutcome:
    digest = kept.digest
    if digest is None:
        digest = _digest(desk, kept)
        keep_digest(desk.db, kept.number, digest)
    files = publish_edition(desk.db, kept.number, edition_settings(desk.settings), desk.paths.archive)
    mark_published(desk.db, kept.number)
    return EditionOutcome(outcome, kept.number, digest, kept.listing, tuple(files))


def _digest(desk: EditionJob, kept: Kept) -> Digest:
    listing, settings = kept.listing, desk.settings
    created = kept.created.astimezone(zoneinfo.ZoneInfo(settings.schedule.timezone))
    if listing.papers:
        before = edition_before(desk.db, kept.number)
        papers = papers_before(desk.db, kept.number, most=SEEN)
        digest = desk.write(listing, Earlier(before.digest if before else None, papers), created)
    else:
        digest = _nothing_new(listing, edition_settings(settings), created)
    account = digest.account
    seen = {"received": account.received + listing.seen, "seen": listing.seen}
    return digest.model_copy(
        update={
            "number": kept.number,
            "editor": settings.edition.editor,
            "created": created,
            "returned": listing.returned,
            "account": account.model_copy(update=seen),
        }
    )


def _nothing_new(listing: Listing, settings: Settings, created: dt.datetime) -> Digest:
    """The short edition that says that there is nothing new."""
    left, twice = len(listing.left_out), len(listing.duplicates)
    return Digest(
        title=settings.title,
        created=created,
        language="English",
        themes=(),
        summaries=(),
        papers=(),
        fragments=listing.fragments,
        sources=listing.sources,
        account=Account(received=left + twice, left_out=left, duplicates=twice, unreadable=len(listing.fragments)),
        engine=Engine(version=__version__),
    )


def _without(listing: Listing, keys: set[str]) -> Listing:
    papers = tuple(paper for paper in listing.papers if paper.key not in keys)
    duplicates = tuple(duplicate for duplicate in listing.duplicates if duplicate.kept not in keys)
    return listing.model_copy(update={"papers": papers, "duplicates": duplicates})


def _with_news(listing: Listing) -> Listing:
    """The listing without the fragments of files that hold nothing new: those were told of when they were new."""
    new = {paper.source for paper in listing.papers}
    fragments = tuple(fragment for fragment in listing.fragments if fragment.source in new)
    return listing.model_copy(update={"fragments": fragments})
