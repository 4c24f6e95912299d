"""What `broadsheet weekly` tells at its end: lines for a person, one object for a monitor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from broadsheet.cli.summary import aligned, digest_account, left_out_rows, optional_row, rows_missing
from broadsheet.editions.edition import EditionOutcome
from broadsheet.editions.run import EditionRun, Sending
from broadsheet.locale.dates import format_date

OUTCOMES = {
    "made": "Edition {number} is made.",
    "completed": "Edition {number}, which an earlier run left unfinished, is completed.",
    "again": "Edition {number} is made again.",
    "nothing new": "Nothing is new since edition {number}; no edition is made.",
    "not due": "No edition is due; the last one is {number}.",
    "would make": "Edition {number} would be made; nothing was written.",
}


def edition_account(run: EditionRun, *, archive: Path) -> list[str]:
    """The lines printed after `broadsheet weekly`: what became of it, and the account of each edition."""
    lines: list[str] = []
    for one in run.made:
        lines += [*_edition_lines(one), ""]
    front = archive / "index.html"
    rows = [
        *optional_row("Archive", str(front) if front.exists() else ""),
        *optional_row("Mail", _mails(run.sending)),
        ("Next due", f"{format_date(run.due.date())}, {run.due:%H:%M %Z}"),
    ]
    return [*lines, *aligned(rows)]


def edition_summary(run: EditionRun, *, archive: Path) -> dict[str, Any]:
    """The same for a monitor: one object, whose keys stay."""
    last = run.made[-1]
    digest, listing = last.digest, last.listing
    failed = [source.name for source in listing.sources if source.why]
    return {
        "edition": last.number,
        "outcome": last.outcome,
        "completed": [one.number for one in run.made if one.outcome == "completed"],
        "papers": len(digest.papers) if digest else len(listing.papers),
        "themes": len(digest.themes) if digest else 0,
        "returned": len(listing.returned),
        "seen": listing.seen,
        "sources": len(listing.sources),
        "incomplete_sources": failed,
        "calls": digest.usage.calls if digest else 0,
        "money": digest.usage.money if digest else 0.0,
        "archive": str(archive),
        "next_due": run.due.isoformat(timespec="minutes"),
        "sent": _sent(run.sending) if run.sending else None,
    }


def _mails(sending: Sending | None) -> str:
    if sending is None or sending.report is None or sending.errors:
        return ""
    return f"{sending.report.sent:,} sent, {sending.report.waiting:,} waiting"


def _sent(sending: Sending) -> dict[str, Any]:
    """How many mails went now, how many are in each state and wait, and what went wrong."""
    error = " ".join(sending.errors)
    if (report := sending.report) is None:
        return {"now": 0, "waiting": None, "error": error}
    states = {str(state): number for state, number in report.states.items()}
    return {"now": report.sent, **states, "waiting": report.waiting, "error": error}


def _edition_lines(made: EditionOutcome) -> list[str]:
    number = "none" if made.number is None else str(made.number)
    said = OUTCOMES[made.outcome].format(number=number)
    if made.outcome == "nothing new" and made.number is None:
        said = "There is no paper in any source; no edition is made."
    if made.digest is not None:
        return [said, "", *digest_account(made.digest, made.files)]
    if made.outcome == "not due":
        return [said]
    listing = made.listing
    new = len(listing.papers) + sum(one.kind != "replaced" for one in made.left_out)
    found = f"{new:,} new, {len(listing.returned):,} in a new version, {listing.seen:,} seen before"
    rows = [("Papers", found), *left_out_rows(made.left_out), *rows_missing(listing.sources)]
    return [said, "", *aligned(rows)]
