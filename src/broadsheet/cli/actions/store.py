"""What `broadsheet store` does."""

from __future__ import annotations

from pathlib import Path

from broadsheet.cli.edition_state import open_standing
from broadsheet.cli.group import show
from broadsheet.cli.summary import aligned
from broadsheet.errors import StateError, UsageError
from broadsheet.rendering.formatting import count
from broadsheet.store.desk import DESK, OVER, check_desk, list_runs, list_stars, opened_desk, take_all_stars
from broadsheet.store.editions import last_edition, published_numbers
from broadsheet.store.state import back_up, check_state


def do_check(config: Path | None, desk: bool, state: Path | None) -> None:
    """Says whether the state is sound, and what it holds; ends with code 10 where it is not."""
    if desk or state:
        _check_desk(state or DESK)
        return
    with open_standing(config) as (_, paths, db):
        if wrong := check_state(db):
            raise _damaged(paths.state, wrong)
        last, numbers = last_edition(db), published_numbers(db)
        papers = db.execute("SELECT count(*) FROM papers").fetchone()[0]
    unfinished = last is not None and last.state != "published"
    rows = [
        ("File", str(paths.state)),
        ("State", "sound"),
        ("Editions", f"{len(numbers):,} published" + (f", {last.number} unfinished" if unfinished and last else "")),
        ("Papers", f"{papers:,} seen"),
    ]
    show(aligned(rows))


def do_backup(file: Path, config: Path | None, desk: bool, state: Path | None) -> None:
    """Copies the whole state, as it is at one moment, to FILE; a run may go on meanwhile."""
    if desk or state:
        whose = state or DESK
        with opened_desk(whose) as db:
            back_up(db, file)
    else:
        with open_standing(config) as (_, paths, db):
            whose = paths.state
            back_up(db, file)
    show([f"{whose} is copied to {file}"])


def do_unstar(desk: bool, state: Path | None) -> None:
    """Takes all stars of a desk away, and what was dismissed, for good; its page saves them as BibTeX before."""
    if not (desk or state):  # nothing brings them back, so whose they are is said
        raise UsageError("name the desk whose stars go: --desk for your own, or --state FILE.")
    file = state or DESK
    with opened_desk(file) as db:
        gone = take_all_stars(db)
    show([f"{file}: {count(gone, 'star')} taken away"])


def _check_desk(file: Path) -> None:
    with opened_desk(file) as db:
        if wrong := check_desk(db):
            raise _damaged(file, wrong)
        runs, stars = list_runs(db, limit=-1), len(list_stars(db))
    waiting = sum(run.state not in OVER for run in runs)
    kept = f"{len(runs) - waiting:,} kept" + (f", {waiting:,} unfinished" if waiting else "")
    show(aligned([("File", str(file)), ("State", "sound"), ("Digests", kept), ("Stars", f"{stars:,}")]))


def _damaged(file: Path, wrong: list[str]) -> StateError:
    return StateError(f"{file}: is damaged ({'; '.join(wrong[:3])}); put back a copy of it.")
