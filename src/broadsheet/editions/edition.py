"""The steps of one edition: collect, digest, publish; each is stored before the next one begins.

A run that is killed at any point is completed by the next one, under the same number and from the papers collected
then. The time and the function that makes a digest are parameters, so this module reads no clock and calls no model.
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
from broadsheet.digests.exclusions import exclude
from broadsheet.editions.archive import publish_edition
from broadsheet.editions.collecting import Span, collect
from broadsheet.editions.date_ranges import OVERLAP, first_day
from broadsheet.editions.novelty import Shelf, names_and_marks, sort_listing
from broadsheet.editions.paths import EditionPaths
from broadsheet.editions.schedule import is_due
from broadsheet.errors import EditionExists, SourceError, UsageError
from broadsheet.models import Account, Digest, Engine, LeftOut, Listing, Paper, Progress
from broadsheet.reading.deduplication import name_merged
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
    sources_with_papers,
    unfinished_edition,
)

log = logging.getLogger(__name__)

_NOTHING = Listing()
REMEMBERED = 12
"""Editions that are looked at for the sources that gave papers before."""
SEEN = 2000
"""The most papers of earlier editions that are added to the background model."""


@dataclasses.dataclass(frozen=True, slots=True)
class Earlier:
    """The last digest with papers, and the latest papers of all earlier editions."""

    digest: Digest | None
    papers: tuple[Paper, ...]


Write = Callable[[Listing, Earlier, dt.datetime], Digest]
"""Makes a digest from a listing, the earlier editions and the time of the edition."""
Outcome = Literal["made", "completed", "again", "nothing new", "not due", "would make"]


@dataclasses.dataclass(frozen=True, slots=True)
class EditionJob:
    """The inputs of an edition: the state, the settings, the paths, and the function that makes a digest.

    `report` is told whom a live source waits for.
    """

    db: sqlite3.Connection
    settings: Settings
    paths: EditionPaths
    write: Write
    report: Callable[[Progress], None] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class EditionRequest:
    """The time of the run, and the days that the user asked for, if any."""

    now: dt.datetime
    since: dt.date | None = None
    until: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ProspectiveEdition:
    """An edition before it is stored: the collected papers, and the changes to the papers known to the state."""

    edition: Kept
    new: tuple[NewPaper, ...]
    learnt: tuple[Learnt, ...]
    left_out: tuple[LeftOut, ...] = ()
    """The new papers that `never` names; they are in the edition's listing too."""

    @property
    def wanted(self) -> Listing:
        """The listing without what is left out."""
        gone = {one.paper_key for one in self.left_out}
        listing = self.edition.listing
        return listing.model_copy(update={"papers": tuple(one for one in listing.papers if one.key not in gone)})

    @property
    def is_empty(self) -> bool:
        """Whether it has no new papers to show and no new versions."""
        return not self.wanted.papers and not self.edition.listing.returned


@dataclasses.dataclass(frozen=True, slots=True)
class EditionOutcome:
    """The outcome of a run for one edition, and the files that were written."""

    outcome: Outcome
    number: int | None = None
    digest: Digest | None = None
    listing: Listing = _NOTHING
    files: tuple[Path, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """Where no digest was made: the new papers that one would leave out; they are not in the `listing`."""


def make_edition(desk: EditionJob, wishes: EditionRequest) -> list[EditionOutcome]:
    """Completes an edition that an earlier run left unfinished, makes the one that is due, and returns the outcomes.

    A second run in the same period makes another edition only if there are new papers.
    """
    db, settings, done = desk.db, desk.settings, []
    unfinished = unfinished_edition(db)
    if unfinished is not None:
        done.append(_finish(desk, unfinished, "completed"))
        if not is_due(settings.schedule, wishes.now, unfinished.created):
            return done
    last = last_edition(db)
    candidate = collect_new(db, settings, desk.paths.home, wishes, desk.report)
    again = last is not None and not is_due(settings.schedule, wishes.now, last.created)
    if candidate.is_empty and (again or settings.when_empty == "skip"):
        number = last.number if last else None
        return [*done, EditionOutcome("nothing new", number, listing=candidate.wanted, left_out=candidate.left_out)]
    begin(db, candidate.edition, candidate.new, candidate.learnt)
    return [*done, _finish(desk, candidate.edition, "made")]


def make_again(desk: EditionJob, number: int) -> EditionOutcome:
    """Makes an edition again from the papers collected for it, with the same number and date.

    Raises `UsageError` for an unknown number.
    """
    kept = find_edition(desk.db, number)
    if kept is None:
        raise UsageError(f"there is no edition {number} to make again: the archive lists those there are.")
    return _finish(desk, dataclasses.replace(kept, digest=None), "again")


def publish_made(
    desk: EditionJob, listing: Listing, digest: Digest, now: dt.datetime, *, number: int | None = None
) -> int:
    """Makes the next edition of a digest that stands already, as it is, and publishes it; returns its number.

    Its papers count as seen from then on. Raises `EditionExists` where `number` is taken or none of the papers is new,
    and `UsageError` where it is not the next number, or an earlier edition is unfinished.
    """
    db, settings = desk.db, desk.settings
    last, unfinished = last_edition(db), unfinished_edition(db)
    if unfinished is not None:
        raise UsageError(f"edition {unfinished.number} is unfinished: complete it with `broadsheet weekly` first.")
    following = last.number + 1 if last else settings.edition.first_number
    if number is not None and number != following:
        if find_edition(db, number) is not None:
            raise EditionExists(f"there is an edition {number} already: the next one is {following}.")
        raise UsageError(f"edition {number} cannot be kept: the next one is {following}.")
    shelf = Shelf(find_seen(db, *names_and_marks(listing.papers)))
    found = sort_listing(listing, shelf, number=following, replacements=True)
    if not found.listing.papers:
        raise EditionExists("every paper of this digest stood in an earlier edition, so it is not kept as another one.")
    created = now.astimezone(zoneinfo.ZoneInfo(settings.schedule.timezone))
    edition = {"number": following, "editor": settings.edition.editor, "created": created}
    made = digest.model_copy(update=edition | {"title": settings.edition.title or digest.title})
    kept = Kept(following, "digested", created, None, None, listing, made)
    begin(db, kept, found.new, found.learnt)
    _finish(desk, kept, "made")
    return following


def collect_new(
    db: sqlite3.Connection,
    settings: Settings,
    home: Path,
    wishes: EditionRequest,
    report: Callable[[Progress], None] | None = None,
) -> ProspectiveEdition:
    """Collects the papers of the next edition, without a change to the state.

    Raises what `collect` raises, and `SourceError` where nothing is new and a source failed: what it had is not known.
    """
    last = last_edition(db)
    span = span_of(settings, wishes, last.created if last else None)
    days = max(settings.fetch.days, (span.until - span.since).days + 1)
    fetch = settings.fetch.model_copy(update={"days": days})
    collected = collect(
        settings.sources,
        home=home,
        fetch=fetch,
        span=span,
        gave=lambda: sources_with_papers(db, most=REMEMBERED),
        language=edition_settings(settings).language,
        report=report,
    )
    listing = collected.listing
    outside = [paper for paper in listing.papers if not span.holds(paper)]
    if outside:
        log.warning("%d papers dated outside %s to %s wait for another edition.", len(outside), span.since, span.until)
        listing = _without(listing, {paper.key for paper in outside})
    number = last.number + 1 if last else settings.edition.first_number
    shelf = Shelf(find_seen(db, *names_and_marks(listing.papers)))
    unwanted = {one.paper_key for one in exclude(listing.papers, settings)[1]}
    found = sort_listing(listing, shelf, number=number, replacements=settings.reading.replacements, unwanted=unwanted)
    kept = Kept(number, "collected", wishes.now, span.since, span.until, _with_news(found.listing), None)
    candidate = ProspectiveEdition(kept, found.new, found.learnt, exclude(found.listing.papers, settings)[1])
    if candidate.is_empty and collected.failures:
        raise SourceError(
            f"nothing is new, and not every source could be read, so no edition was made: {collected.failures[0]}"
        )
    return candidate


def span_of(settings: Settings, wishes: EditionRequest, last: dt.datetime | None) -> Span:
    """The days to query: from `OVERLAP` before the last edition to today, or those that the user named.

    Raises `UsageError` for a first day after the last.
    """
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
    """The settings with title and language replaced by those of the edition, where it has its own."""
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
    wanted, excluded = exclude(listing.papers, settings)
    if wanted:
        before = edition_before(desk.db, kept.number)
        papers = papers_before(desk.db, kept.number, most=SEEN)
        digest = desk.write(listing, Earlier(before.digest if before else None, papers), created)
    else:
        digest = _nothing_new(listing, excluded, edition_settings(settings), created)
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


def _nothing_new(listing: Listing, excluded: tuple[LeftOut, ...], settings: Settings, created: dt.datetime) -> Digest:
    """The digest of an edition without new papers, or with none but those that `never` names."""
    left, twice = len(listing.left_out) + len(excluded), len(listing.duplicates)
    return Digest(
        title=settings.title,
        created=created,
        language=settings.language,
        themes=(),
        summaries=(),
        papers=(),
        fragments=listing.fragments,
        sources=listing.sources,
        left_out=excluded,
        account=Account(
            received=left + twice,
            left_out=left,
            excluded=len(excluded),
            duplicates=twice,
            unreadable=len(listing.fragments),
            why=tuple(name_merged(listing)),
        ),
        engine=Engine(version=__version__),
    )


def _without(listing: Listing, keys: set[str]) -> Listing:
    papers = tuple(paper for paper in listing.papers if paper.key not in keys)
    duplicates = tuple(duplicate for duplicate in listing.duplicates if duplicate.kept not in keys)
    return listing.model_copy(update={"papers": papers, "duplicates": duplicates})


def _with_news(listing: Listing) -> Listing:
    """The listing without fragments from files without new papers: an earlier edition has reported them."""
    new = {paper.source for paper in listing.papers}
    fragments = tuple(fragment for fragment in listing.fragments if fragment.source in new)
    return listing.model_copy(update={"fragments": fragments})
