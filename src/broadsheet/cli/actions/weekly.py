"""What `broadsheet weekly` does."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.console import say
from broadsheet.cli.edition_summary import edition_account, edition_summary
from broadsheet.cli.group import given, show
from broadsheet.cli.lazy_commands import AT_STAKE
from broadsheet.cli.options import exclusion_tree, llm_tree
from broadsheet.cli.progress import show_progress
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.digests.writer import writer_of
from broadsheet.editions.run import (
    is_edition_due,
    open_edition,
    rebuild_archive,
    rehearse_edition,
    remake_edition,
    run_edition,
)
from broadsheet.editions.schedule import moment_of
from broadsheet.errors import MailError, UsageError
from broadsheet.rendering.formatting import count
from broadsheet.settings.edition import Schedule


def do_weekly(
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
    """Makes the edition of the week: collects what is new, digests it, keeps it, publishes it, sends it."""
    if sum((dry_run, again is not None, rebuild)) > 1:
        raise UsageError("--dry-run, --again and --rebuild do not go together: choose one of them.")
    ctx.meta[AT_STAKE] = "the next run completes the edition"
    standing = open_edition(config, given({"llm": llm_tree(flags), **exclusion_tree(flags)}))
    archive = standing.paths.archive
    guard_secrets(standing.settings)
    moment, days = _moment(now, standing.settings.schedule), (_day("--since", since), _day("--until", until))
    if rebuild:
        show([f"{count(rebuild_archive(standing, moment), 'edition')} in {archive}"])
        return
    with show_progress(quiet=quiet or as_json) as report:
        if dry_run:
            run = rehearse_edition(standing, moment, since=days[0], until=days[1])
        elif again is not None and not (if_due and not is_edition_due(standing, moment, send=not no_send)):
            run = remake_edition(standing, again, moment, report=report)
        else:
            run = run_edition(
                standing, moment, since=days[0], until=days[1], if_due=if_due, send=not no_send, report=report
            )
    if as_json:
        click.echo(json.dumps(edition_summary(run, archive=archive)))
    elif not quiet:
        show(edition_account(run, archive=archive))
    if run.sending and not run.sending.is_complete:
        said = " ".join(run.sending.errors) or "some mails wait to be tried again"
        say(f"broadsheet: {said}; `broadsheet send --resume` goes on.")
        ctx.exit(MailError.exit_code)
    for made in run.made:
        if made.digest is not None and not dry_run:
            failed = writer_of(standing.settings).find_failure(made.digest.summaries)
            if failed is not None:
                raise failed


def _moment(text: str | None, schedule: Schedule) -> dt.datetime:
    """The moment of the run: now, or the day named at the schedule's hour, or the moment named, perhaps in no zone."""
    if text is None:
        return dt.datetime.now(dt.UTC)
    try:
        if len(text) <= len("2026-11-20"):
            return moment_of(schedule, dt.date.fromisoformat(text))
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--now {text[:40]!r} is no day: write it as 2026-11-20, or 2026-11-20T07:00.") from error


def _day(flag: str, text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{flag} {text[:40] if text else ''!r} is no day: write it as 2026-11-20.") from error
