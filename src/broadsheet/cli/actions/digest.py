"""What `broadsheet digest` does."""

from __future__ import annotations

import asyncio
import logging
import time
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from broadsheet import api
from broadsheet.cli.clipboard import read_clipboard
from broadsheet.cli.console import say
from broadsheet.cli.estimate_summary import wait_said
from broadsheet.cli.group import given, show_account, sources_of
from broadsheet.cli.lazy_commands import AT_STAKE, INTERRUPTED
from broadsheet.cli.options import exclusion_tree, llm_tree
from broadsheet.cli.progress import Report, show_progress
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.cli.summary import digest_account
from broadsheet.cli.watching import changes, stamp, watched
from broadsheet.digests.preflight import check_before_work
from broadsheet.digests.previous import read_edition
from broadsheet.digests.writer import writer_of
from broadsheet.errors import BroadsheetError, ReadingError, UsageError
from broadsheet.models import Digest, Listing
from broadsheet.reading.listing import read_inputs, read_text
from broadsheet.rendering.formatting import count
from broadsheet.rendering.notes.folder import NOTES
from broadsheet.rendering.page_set import FRONT, INDEX, THEMES, render_files
from broadsheet.rendering.run_summary import CLIPBOARD
from broadsheet.rendering.search_index import BEGINS
from broadsheet.rendering.write_files import clear_pages, read_notes, write_files
from broadsheet.settings.loading import Settings, load_settings

LARGEST_NOTE = 1 << 20
LONG = 60.0
"""Seconds above which a run is said to take long, before it begins."""

log = logging.getLogger("broadsheet.cli")


def do_digest(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    config: Path | None,
    note: Path | None,
    last: Path | None,
    clipboard: bool,
    opened: bool,
    watch: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Turns listings of papers into a digest."""
    ctx.meta[AT_STAKE] = "no digest was written"
    if clipboard and inputs:
        raise UsageError("name inputs or --clipboard, not both.")
    sources = [] if clipboard else sources_of(inputs)
    files = watched(sources) if watch else []
    settings = load_settings(config, _tree(flags, note))
    guard_secrets(settings)
    log.debug("backend %s, model %s", settings.llm.backend, settings.model)
    check_before_work(settings, settings.output.folder, forms=settings.output.formats)
    if opened and "html" not in settings.output.formats:
        raise UsageError(f"--open shows {FRONT}: add html to --format.")
    if any(Path(name).expanduser().resolve() == settings.output.folder.resolve() for name in files):
        raise UsageError("--watch would see what it writes itself: choose another folder with --out.")
    before = read_edition(last) if last else None
    seen = stamp(files)
    _run(ctx, sources, settings, before, quiet=quiet, account=not quiet)
    if opened:
        _open(settings.output.folder / FRONT)
    tell = (lambda _: None) if quiet else say
    if watch:
        tell(f"broadsheet: watching {', '.join(files)}; Ctrl-C ends it.")
    for _ in changes(seen, lambda: stamp(files), time.sleep) if watch else ():
        try:
            made = _run(ctx, sources, settings, before, quiet=quiet, account=False)
            tell(f"broadsheet: renewed, {count(len(made.papers), 'paper')} in {count(len(made.themes), 'theme')}.")
        except BroadsheetError as error:
            say(f"broadsheet: {error}")


def _run(
    ctx: click.Context, sources: list[str], settings: Settings, before: Digest | None, *, quiet: bool, account: bool
) -> Digest:
    """Makes the digest and writes it, and tells its account; ends the command where that was interrupted."""
    interrupt = asyncio.Event()
    made = _digest(sources, settings, before, quiet=quiet, interrupt=interrupt)
    files = write_forms(made, settings)
    ctx.meta[AT_STAKE] = f"the digest is in {settings.output.folder}"
    if account:
        show_account(digest_account(made, files))
    if interrupt.is_set():
        say("broadsheet: interrupted; the digest holds what was answered until then. Run it again for the rest.")
        ctx.exit(INTERRUPTED)
    if (failed := writer_of(settings).find_failure(made.summaries)) is not None:
        raise failed
    return made


def _digest(
    sources: list[str], settings: Settings, before: Digest | None, *, quiet: bool, interrupt: asyncio.Event
) -> Digest:
    """Reads and digests, beside the edition before; with a model, Ctrl-C ends the asking and not the run."""

    with show_progress(quiet=quiet) as report:
        listing = _read(sources, settings, report)
        log.debug("read %d papers, %d fragments", len(listing.papers), len(listing.fragments))
        if not quiet:
            _foretell(listing, settings)
        heeded = interrupt if settings.backend is not None else None
        return api.digest(listing, settings, report=report, interrupt=heeded, last=before)


def _read(sources: list[str], settings: Settings, report: Report) -> Listing:
    """The listing of the inputs; of the clipboard where there are none."""
    if not sources:
        return read_text(read_clipboard(), source=CLIPBOARD, fetch=settings.fetch, language=settings.language)
    return read_inputs(sources, fetch=settings.fetch, language=settings.language, report=report)


def _open(page: Path) -> None:
    if not webbrowser.open(page.resolve().as_uri()):
        say(f"broadsheet: there is no browser to open here; the page is {page}.")


def _foretell(listing: Listing, settings: Settings) -> None:
    """Says how long a model in this process will take, where that is longer than a reader waits by the screen."""

    backend, llm = settings.backend, settings.llm
    if backend is None or not backend.in_process or llm.offline or llm.replay is not None or not listing.papers:
        return

    plan = asyncio.run(writer_of(settings).foresee(listing))
    if plan is not None and plan.seconds >= LONG:
        say(f"broadsheet: {wait_said(plan, ranked=bool(settings.interests))}")


def write_forms(made: Digest, settings: Settings) -> list[Path]:
    """Writes every form; of a page set, the front page alone is worth naming."""
    folder = settings.output.folder
    forms = settings.output.formats
    notes = read_notes(folder / NOTES) if "obsidian" in forms else None
    files = render_files(made, forms, resources=settings.resources, notes=notes, by=settings.output.by)
    written = write_files(files, folder)
    clear_pages(folder / THEMES, written, index=INDEX, begins=BEGINS)
    return [file for file in written if file.parent == folder] + ([folder / NOTES] if notes is not None else [])


def _tree(flags: Mapping[str, Any], note: Path | None) -> dict[str, Any]:
    """The flags that were given, as a tree like the configuration's."""
    forms = [form.strip() for formats in flags["formats"] for form in formats.split(",")]
    return given(
        {
            **{name: flags[name] for name in ("title", "language", "themes", "interests_from", "top")},
            "interests": list(flags["interests"]) or None,
            "note": None if note is None else _read_note(note),
            **exclusion_tree(flags),
            "llm": llm_tree(flags),
            "reading": given({"replacements": flags["replacements"]}),
            "output": given(
                {
                    "folder": flags["out"],
                    "formats": list(dict.fromkeys(forms)) or None,
                    "style": flags["style"],
                    "by": flags["by"],
                }
            ),
        }
    )


def _read_note(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_NOTE:
            raise ReadingError(f"{path}: larger than 1 MiB, too long for a note; give --note a shorter file.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadingError(f"{path}: cannot be read ({error.strerror}); give --note another file.") from error
    except UnicodeDecodeError as error:
        raise ReadingError(f"{path}: is not UTF-8 text; save the note as UTF-8.") from error
