"""`broadsheet weekly`: the standing edition, made unattended."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import sqlite3
import time
import zoneinfo
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from broadsheet import api
from broadsheet.cli.console import guard, say
from broadsheet.cli.edition_paths import beside, state_path
from broadsheet.cli.group import AT_STAKE, given, show, verbose_option
from broadsheet.cli.options import llm_tree, spending_flags, writer_flags
from broadsheet.cli.progress import show_progress
from broadsheet.cli.summary import edition_account, edition_summary
from broadsheet.digests.dry_run import dry_run_prompts, dry_run_templates
from broadsheet.digests.open_session import resolve_model
from broadsheet.editions.archive import rebuild
from broadsheet.editions.edition import (
    Earlier,
    EditionFolders,
    EditionJob,
    EditionOutcome,
    EditionRequest,
    collect_new,
    edition_settings,
    make_again,
    make_edition,
)
from broadsheet.editions.lock import only_run
from broadsheet.editions.schedule import is_due, moment_of, next_due
from broadsheet.errors import MailError, UsageError
from broadsheet.mailing.notify import notify_edition
from broadsheet.mailing.outbox import count_mails, unfinished
from broadsheet.mailing.send import send_edition
from broadsheet.models import Digest, Listing
from broadsheet.rendering.formatting import count
from broadsheet.rendering.write_files import check_folder
from broadsheet.rendering.write_site import ELSEWHERE
from broadsheet.settings.loading import Settings, find_config, load_settings
from broadsheet.store.editions import last_edition, unfinished_edition
from broadsheet.store.state import glance_at_state, opened_state

Report = Callable[[Any], None]

CONFIG_FLAG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration of the edition, such as weekly.yaml (default: ./config.yaml).",
)


@click.command()
@CONFIG_FLAG
@click.option("--now", metavar="DATE", help="Make it as if it were that day, or that moment; for rehearsals.")
@click.option("--since", metavar="DATE", help="Take nothing that is dated before (default: since the last edition).")
@click.option("--until", metavar="DATE", help="Take nothing that is dated after.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and write nothing.")
@click.option("--again", type=click.IntRange(min=0), metavar="N", help="Make edition N again, of what it was made of.")
@click.option("--rebuild", is_flag=True, help="Write the whole archive again, and make no edition.")
@click.option("--if-due", is_flag=True, help="Do nothing unless `schedule:` says that an edition is due.")
@click.option("--no-send", is_flag=True, help="Send no mail.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON in place of the account.")
@writer_flags
@spending_flags
@click.option("--quiet", is_flag=True, help="Print no progress and no account: only errors.")
@verbose_option
@click.pass_context
def weekly_command(
    ctx: click.Context,
    /,
    *,
    config: Path | None,
    now: str | None,
    since: str | None,
    until: str | None,
    dry_run: bool,
    again: int | None,
    rebuild: bool,
    if_due: bool,
    no_send: bool,
    as_json: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Makes the edition of the week: collects what is new, digests it, keeps it, publishes it, sends it.

    What is new is what stood in no earlier edition. A run that was cut short is completed by the next one; to run it
    twice makes one edition.

    \b
    broadsheet weekly --config weekly.yaml
    broadsheet weekly --config weekly.yaml --now 2026-11-20 --dry-run
    broadsheet weekly --config weekly.yaml --again 7
    """

    if sum((dry_run, again is not None, rebuild)) > 1:
        raise UsageError("--dry-run, --again and --rebuild do not go together: choose one of them.")
    ctx.meta[AT_STAKE] = "the next run completes the edition"
    settings = load_settings(config, given({"llm": llm_tree(flags)}))
    guard(settings.fetch.key_names())
    guard(filter(None, (settings.mail.transport.password_env, *settings.notify.url_envs)))
    guard(backend.key_env for backend in settings.backends.values() if backend.key_env)
    wishes = EditionRequest(_moment(now, settings), _day("--since", since), _day("--until", until))
    state, place = state_path(settings, config), _place(settings, config)
    with show_progress(quiet=quiet or as_json) as report:
        run = _Run(settings, place, state, wishes, report, sends=not no_send)
        if dry_run:
            made, sent = run.rehearse(), None
        elif rebuild:
            show([f"{count(run.rebuild(), 'edition')} in {place.archive}"])
            return
        elif if_due and not run.is_due():
            made, sent = run.not_due(), None
        else:
            made, sent = run.make(again)
    if as_json:
        click.echo(json.dumps(edition_summary(made, archive=place.archive, due=run.next_due(), sent=sent)))
    elif not quiet:
        show(edition_account(made, archive=place.archive, due=run.next_due(), sent=sent))
    if sent and (sent["error"] or sent["waiting"]):
        say(f"broadsheet: {sent['error'] or 'some mails wait to be tried again'}; `broadsheet send --resume` goes on.")
        ctx.exit(MailError.exit_code)


class _Run:
    """One run of the command: what it works on, and what it does with it."""

    def __init__(
        self,
        settings: Settings,
        place: EditionFolders,
        state: Path,
        wishes: EditionRequest,
        report: Report,
        *,
        sends: bool,
    ) -> None:
        self._settings, self._place, self._state = settings, place, state
        self._wishes, self._now, self._report, self._sends = wishes, wishes.now, report, sends

    def make(self, again: int | None) -> tuple[list[EditionOutcome], Mapping[str, Any] | None]:
        """Makes what is to be made, alone, and sends it."""

        self._check()
        with only_run(self._state, now=self._wishes.now), opened_state(self._state) as db:
            desk = EditionJob(db, self._settings, self._place, self._write)
            if again is not None:
                return [make_again(desk, again)], None
            made = make_edition(desk, self._wishes)
            return made, self._send(db, made)

    def rehearse(self) -> list[EditionOutcome]:
        """What would be made; the state is looked at in memory, and nothing is written."""

        with self._glance() as db:
            candidate = collect_new(db, self._settings, self._place.home, self._wishes)
        return [EditionOutcome("would make", candidate.edition.number, None, candidate.edition.listing)]

    def rebuild(self) -> int:
        """Writes the archive anew from the state; how many editions it holds."""

        with only_run(self._state, now=self._wishes.now), opened_state(self._state) as db:
            return rebuild(db, edition_settings(self._settings), self._place.archive)

    def is_due(self) -> bool:
        """Whether an edition is due, or one was left unfinished or unsent."""

        with self._glance() as db:
            last = last_edition(db)
            owed = bool(unfinished_edition(db)) or self._owed(db) is not None
            return owed or is_due(self._settings.schedule, self._now, last.created if last else None)

    def not_due(self) -> list[EditionOutcome]:
        """That nothing was to be done."""

        with self._glance() as db:
            last = last_edition(db)
        return [EditionOutcome("not due", last.number if last else None)]

    def next_due(self) -> dt.datetime:
        """When the next edition is due, in the schedule's zone."""

        schedule = self._settings.schedule
        return next_due(schedule, self._wishes.now).astimezone(zoneinfo.ZoneInfo(schedule.timezone))

    def _glance(self) -> Any:

        return contextlib.closing(glance_at_state(self._state))

    def _check(self) -> None:
        """Finds what would fail later, before anything is read or paid for."""

        resources = self._settings.resources
        address, _ = resolve_model(self._settings)
        if resources.own_files("templates"):
            dry_run_templates(resources, (*self._settings.output.formats, "html"))
        if address is not None and resources.own_files("prompts"):
            dry_run_prompts(resources)
        check_folder(self._place.archive, elsewhere=ELSEWHERE)

    def _write(self, listing: Listing, earlier: Earlier, created: dt.datetime) -> Digest:
        """The digest of an edition; the themes of the one before go on.

        After Ctrl-C the calls under way are finished, their answers kept, and the next run goes on from there.
        """

        interrupt = asyncio.Event()
        heeded = interrupt if self._settings.backend is not None else None
        settings = edition_settings(self._settings)
        made = api.digest(
            listing,
            settings,
            now=created,
            report=self._report,
            interrupt=heeded,
            last=earlier.digest,
            seen=earlier.papers,
        )
        if interrupt.is_set():
            raise KeyboardInterrupt
        return made

    def _send(self, db: sqlite3.Connection, made: list[EditionOutcome]) -> Mapping[str, Any] | None:
        """Sends the edition that was made, or the one before it where its mails are not all out; what came of it."""
        number = made[-1].number if made[-1].outcome in ("made", "completed") else self._owed(db)
        if number is None or not self._sends_mail:
            return None

        settings = edition_settings(self._settings)
        try:
            done = send_edition(db, number, settings, now=_utc, sleep=time.sleep, report=self._report)
        except MailError as error:
            return {"now": 0, "waiting": None, "error": str(error)}
        _, failed = notify_edition(db, number, settings, environment=os.environ)
        states = {str(state): number for state, number in done.states.items()}
        return {"now": done.sent, **states, "waiting": done.waiting, "error": " ".join(failed)}

    @property
    def _sends_mail(self) -> bool:
        return self._sends and bool(self._settings.mail.sender)

    def _owed(self, db: sqlite3.Connection) -> int | None:
        """The last edition, where a run was killed before or while it sent it; the ledger knows who has it."""
        if not self._sends_mail:
            return None

        last = last_edition(db)
        if last is None or last.state != "published":
            return None
        begun = sum(count_mails(db, last.number).values())
        still = last.number in unfinished(db) if begun else not is_due(self._settings.schedule, self._now, last.created)
        return last.number if still else None


def _place(settings: Settings, config: Path | None) -> EditionFolders:

    own = find_config(config)
    return EditionFolders(own.parent if own else Path(), beside(settings.edition.archive, own))


def _moment(text: str | None, settings: Settings) -> dt.datetime:
    """The moment of the run: now, or the day named at the schedule's hour, or the moment named."""

    zone = zoneinfo.ZoneInfo(settings.schedule.timezone)
    if text is None:
        return dt.datetime.now(zone)
    try:
        if len(text) <= len("2026-11-20"):
            return moment_of(settings.schedule, dt.date.fromisoformat(text))
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--now {text[:40]!r} is no day: write it as 2026-11-20, or 2026-11-20T07:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _day(flag: str, text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{flag} {text[:40] if text else ''!r} is no day: write it as 2026-11-20.") from error
