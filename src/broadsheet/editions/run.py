"""The programming interface for recurring editions: a run from collecting to sending, as `broadsheet weekly` does it.

The steps of an edition are in `edition.py`. Side effects are parameters: the time, the clock and sleep function for
sending, the environment with the keys, and the progress callback.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import os
import sqlite3
import time
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from broadsheet import api
from broadsheet.digests.preflight import check_before_work
from broadsheet.digests.selection import foresee_selection
from broadsheet.editions.archive import rebuild
from broadsheet.editions.edition import (
    Earlier,
    EditionJob,
    EditionOutcome,
    EditionRequest,
    Write,
    collect_new,
    edition_settings,
    make_again,
    make_edition,
    publish_made,
)
from broadsheet.editions.mail_preflight import check_sending
from broadsheet.editions.paths import EditionPaths
from broadsheet.editions.schedule import is_due, next_due
from broadsheet.errors import ConfigError, MailError, UsageError
from broadsheet.mailing.notify import notify_edition
from broadsheet.mailing.outbox import count_mails, unfinished
from broadsheet.mailing.send import SendReport, send_edition
from broadsheet.models import Digest, Listing, Progress
from broadsheet.rendering.write_files import ELSEWHERE_ARCHIVE, check_folder
from broadsheet.settings.edition import Edition
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.store.editions import last_edition, unfinished_edition
from broadsheet.store.lock import only_run
from broadsheet.store.state import glance_at_state, opened_state

Report = Callable[[Progress], None]


@dataclasses.dataclass(frozen=True, slots=True)
class StandingEdition:
    """The settings and paths of a recurring edition."""

    settings: Settings
    paths: EditionPaths


@dataclasses.dataclass(frozen=True, slots=True)
class Sending:
    """The result of sending an edition: mails, notified chat rooms (`told`), and `errors` as sentences.

    `report` counts the mails by state; `None` where the mail server accepted none, and the next run tries again.
    """

    edition: int
    report: SendReport | None
    told: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the next run has nothing left to send."""
        return self.report is not None and not self.report.waiting and not self.errors


@dataclasses.dataclass(frozen=True, slots=True)
class EditionRun:
    """The result of a run: an outcome for each edition, and the result of sending (`None` if nothing was sent).

    `due` is the time of the next edition, in the schedule's time zone.
    """

    made: tuple[EditionOutcome, ...]
    due: dt.datetime
    sending: Sending | None = None


def open_edition(config: str | Path | None = None, flags: Mapping[str, Any] | None = None) -> StandingEdition:
    """The recurring edition of a configuration file; without a path, of the file that `load_settings` finds.

    `flags` has the structure of the configuration and overrides it. Raises `ConfigError` for an invalid file.
    """
    path = None if config is None else Path(config)
    settings = load_settings(path, flags)
    return StandingEdition(settings, EditionPaths.of(settings, path))


def run_edition(  # noqa: PLR0913 - all but two have a default that is right outside of tests
    standing: StandingEdition,
    now: dt.datetime,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    if_due: bool = False,
    send: bool = True,
    report: Report = lambda progress: None,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    sleep: Callable[[float], None] = time.sleep,
    environment: Mapping[str, str] = os.environ,
) -> EditionRun:
    """Makes, publishes and sends the edition that is due `now`; completes first what an earlier run left unfinished.

    With `if_due` nothing is done unless the schedule says so, or a run left something. A `now` without a zone is in
    the schedule's. Mails go out at the moments of the `clock`, where the configuration names a sender and `send` says
    so. Whatever happens, what was done is kept, and the next run goes on from there.

    Raises, before anything is read or begun, what `check_before_work` and, where mail is sent, `check_sending` raise,
    `UsageError` inside of an event loop and `RunningAlready` beside another run; then `SourceError` where every source
    failed, and what `broadsheet.digest` raises. Mails that the server does not take are told in the result.
    """
    request = _request(standing, now, since, until)
    if if_due and not is_edition_due(standing, now, send=send):
        return _result(standing, request, _not_due(standing))
    sends = send and bool(standing.settings.mail.sender)
    if sends:
        check_sending(edition_settings(standing.settings), environment=environment)
    with _alone(standing, request) as db:
        made = make_edition(_job(db, standing, report), request)
        number = made[-1].number if made[-1].outcome in ("made", "completed") else _owed(db, standing, request.now)
        sending = None
        if sends and number is not None:
            sending = _send(db, number, standing, clock=clock, sleep=sleep, report=report, environment=environment)
    return dataclasses.replace(_result(standing, request, *made), sending=sending)


def remake_edition(
    standing: StandingEdition, number: int, now: dt.datetime, *, report: Report = lambda progress: None
) -> EditionRun:
    """Makes an edition again of what it was made of, under its number and date, and sends nothing.

    Raises `UsageError` for a number that no edition has, and what `run_edition` raises.
    """
    request = _request(standing, now)
    with _alone(standing, request) as db:
        made = make_again(_job(db, standing, report), number)
    return _result(standing, request, made)


def keep_edition(
    standing: StandingEdition, listing: Listing, digest: Digest, now: dt.datetime, *, number: int | None = None
) -> int:
    """Makes a digest of a listing the next edition, as it stands, and publishes it; returns its number.

    No mail is sent: `broadsheet send` sends it, as does a run of `broadsheet weekly` in the same period.

    Raises `ConfigError` where no recurring edition is configured, `EditionExists` where the digest or the `number` is
    an edition, and what `run_edition` raises.
    """
    if not standing.settings.sources and standing.settings.edition == Edition():
        raise ConfigError(
            "no weekly is configured: name its `sources:` or `edition:` in config.yaml, or open the desk with the "
            "configuration of one, `broadsheet desk --config weekly.yaml`."
        )
    paths = standing.paths
    check_folder(paths.archive, elsewhere=ELSEWHERE_ARCHIVE)
    with only_run(paths.state, now=_request(standing, now).now), _open(standing) as db:
        return publish_made(_job(db, standing, lambda progress: None), listing, digest, now, number=number)


def rehearse_edition(
    standing: StandingEdition, now: dt.datetime, *, since: dt.date | None = None, until: dt.date | None = None
) -> EditionRun:
    """The edition that a run would make: reads the sources and a copy of the state in memory, and writes nothing."""
    request = _request(standing, now, since, until)
    _check_work(standing)
    with _glance(standing) as db:
        candidate = collect_new(db, standing.settings, standing.paths.home, request)
    listing, left_out = candidate.wanted, candidate.left_out
    if listing.papers:
        selection = foresee_selection(candidate.edition.listing, edition_settings(standing.settings))
        listing, left_out = selection.listing, selection.left_out
    number = candidate.edition.number
    return _result(standing, request, EditionOutcome("would make", number, listing=listing, left_out=left_out))


def rebuild_archive(standing: StandingEdition, now: dt.datetime) -> int:
    """Writes the archive again from the state; returns the number of editions."""
    paths = standing.paths
    with only_run(paths.state, now=_request(standing, now).now), _open(standing) as db:
        return rebuild(db, edition_settings(standing.settings), paths.archive)


def is_edition_due(standing: StandingEdition, now: dt.datetime, *, send: bool = True) -> bool:
    """Whether an edition is due or unfinished or, with `send`, not sent yet."""
    moment = _request(standing, now).now
    with _glance(standing) as db:
        last = last_edition(db)
        if unfinished_edition(db) or (send and _owed(db, standing, moment) is not None):
            return True
        return is_due(standing.settings.schedule, moment, last.created if last else None)


def _request(
    standing: StandingEdition, now: dt.datetime, since: dt.date | None = None, until: dt.date | None = None
) -> EditionRequest:
    zone = zoneinfo.ZoneInfo(standing.settings.schedule.timezone)
    return EditionRequest(now.astimezone(zone) if now.tzinfo else now.replace(tzinfo=zone), since, until)


def _result(standing: StandingEdition, request: EditionRequest, *made: EditionOutcome) -> EditionRun:
    schedule = standing.settings.schedule
    return EditionRun(made, next_due(schedule, request.now).astimezone(zoneinfo.ZoneInfo(schedule.timezone)))


@contextlib.contextmanager
def _alone(standing: StandingEdition, request: EditionRequest) -> Iterator[sqlite3.Connection]:
    """Checks what the run will need, then opens the state under the lock."""
    _check_no_loop()
    _check_work(standing)
    paths = standing.paths
    with only_run(paths.state, now=request.now), _open(standing) as db:
        yield db


def _check_work(standing: StandingEdition) -> None:
    settings = standing.settings
    forms = dict.fromkeys((*settings.output.formats, "html"))
    check_before_work(settings, standing.paths.archive, forms=forms, elsewhere=ELSEWHERE_ARCHIVE)


def _check_no_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise UsageError("an event loop runs here already: write `await asyncio.to_thread(run_edition, …)`.")


def _glance(standing: StandingEdition) -> contextlib.AbstractContextManager[sqlite3.Connection]:
    return glance_at_state(standing.paths.state, archive=standing.paths.archive)


def _open(standing: StandingEdition) -> contextlib.AbstractContextManager[sqlite3.Connection]:
    return opened_state(standing.paths.state, archive=standing.paths.archive)


def _job(db: sqlite3.Connection, standing: StandingEdition, report: Report) -> EditionJob:
    return EditionJob(db, standing.settings, standing.paths, _writer(standing.settings, report), report)


def _writer(settings: Settings, report: Report) -> Write:
    """The function that makes the digest of an edition, with themes tracked from the previous one.

    After Ctrl-C the calls under way are finished and their answers cached, for the next run to use.
    """

    def write(listing: Listing, earlier: Earlier, created: dt.datetime) -> Digest:
        interrupt = asyncio.Event()
        made = api.digest(
            listing,
            edition_settings(settings),
            now=created,
            report=report,
            interrupt=interrupt if settings.backend is not None else None,
            last=earlier.digest,
            seen=earlier.papers,
        )
        if interrupt.is_set():
            raise KeyboardInterrupt
        return made

    return write


def _not_due(standing: StandingEdition) -> EditionOutcome:
    with _glance(standing) as db:
        last = last_edition(db)
    return EditionOutcome("not due", last.number if last else None)


def _owed(db: sqlite3.Connection, standing: StandingEdition, now: dt.datetime) -> int | None:
    """The number of the last edition if a run was killed before it had sent all mails; `None` otherwise."""
    last = last_edition(db)
    if not standing.settings.mail.sender or last is None or last.state != "published":
        return None

    begun = sum(count_mails(db, last.number).values())
    still = last.number in unfinished(db) if begun else not is_due(standing.settings.schedule, now, last.created)
    return last.number if still else None


def _send(  # noqa: PLR0913 - what `send_edition` takes
    db: sqlite3.Connection,
    number: int,
    standing: StandingEdition,
    *,
    clock: Callable[[], dt.datetime],
    sleep: Callable[[float], None],
    report: Report,
    environment: Mapping[str, str],
) -> Sending:
    """Sends the edition to all subscribers who do not have it yet, and notifies the configured chat rooms."""
    settings = edition_settings(standing.settings)
    try:
        done = send_edition(db, number, settings, now=clock, sleep=sleep, report=report, environment=environment)
    except MailError as error:
        return Sending(number, None, errors=(str(error),))
    told, failed = notify_edition(db, number, settings, environment=environment)
    return Sending(number, done, tuple(told), tuple(failed))
