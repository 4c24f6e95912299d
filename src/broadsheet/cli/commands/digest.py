"""`broadsheet digest`: listings in, a digest out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from broadsheet import api
from broadsheet.cli.console import say
from broadsheet.cli.estimate_summary import wait_said
from broadsheet.cli.group import AT_STAKE, INTERRUPTED, given, show, sources_of, verbose_option
from broadsheet.cli.options import (
    config_option,
    interests_from_option,
    interests_option,
    language_option,
    llm_tree,
    replacements_option,
    spending_flags,
    themes_option,
    top_option,
    writer_flags,
)
from broadsheet.cli.progress import show_progress
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.cli.summary import digest_account
from broadsheet.digests.estimate import estimate_digest
from broadsheet.digests.preflight import check_before_work
from broadsheet.digests.previous import read_edition
from broadsheet.digests.selection import select
from broadsheet.errors import ReadingError
from broadsheet.models import Digest, Listing
from broadsheet.reading.listing import read_inputs
from broadsheet.rendering.page_set import INDEX, THEMES, render_files
from broadsheet.rendering.search_index import BEGINS
from broadsheet.rendering.write_files import clear_pages, write_files
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.tldr.summarise import nothing_written

LARGEST_NOTE = 1 << 20
LONG = 60.0
"""Seconds above which a run is said to take long, before it begins."""

log = logging.getLogger("broadsheet.cli")


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--out", metavar="DIR", help="The folder to write to (default: digest).")
@click.option(
    "--format", "formats", multiple=True, metavar="LIST", help="Any of md, html, txt, json, atom, feed, bib, ris."
)
@click.option("--style", metavar="NAME", help="How the page looks: broadsheet, journal, or your own.")
@click.option("--title", metavar="TEXT", help="The name at the head of the page.")
@click.option("--note", type=click.Path(path_type=Path), metavar="FILE", help="An editor's note, in Markdown.")
@click.option(
    "--last", type=click.Path(path_type=Path), metavar="FILE", help="Last edition's digest.json: go on with its themes."
)
@replacements_option
@themes_option
@interests_option
@interests_from_option
@top_option
@language_option
@writer_flags
@spending_flags
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress and no account: only errors.")
@verbose_option
@click.pass_context
def digest_command(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    config: Path | None,
    note: Path | None,
    last: Path | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Turns listings of papers into a digest.

    INPUT is a file, a folder, a pattern, a live source, an address, an identifier (arXiv id, DOI, PMID, PMCID), or -
    for standard input; without one, what is piped in is read. A file may list identifiers.

    \b
    broadsheet digest listing.txt --out friday
    broadsheet digest hf:daily arxiv:cs.CL --last friday/digest.json
    broadsheet digest 2401.01234 10.5555/xyz reading-list.txt
    broadsheet digest listing.txt --backend ollama --model qwen3:8b
    pbpaste | broadsheet digest --format html --themes 6
    """

    ctx.meta[AT_STAKE] = "no digest was written"
    sources = sources_of(inputs)
    settings = load_settings(config, _tree(flags, note))
    guard_secrets(settings)
    log.debug("backend %s, model %s", settings.llm.backend, settings.model)
    check_before_work(settings, settings.output.folder, forms=settings.output.formats)
    before = read_edition(last) if last else None
    interrupt = asyncio.Event()
    made = _digest(sources, settings, before, quiet=quiet, interrupt=interrupt)
    files = write_forms(made, settings)
    ctx.meta[AT_STAKE] = f"the digest is in {settings.output.folder}"
    if not quiet:
        show(digest_account(made, files))
    if interrupt.is_set():
        say("broadsheet: interrupted; the digest holds what was answered until then. Run it again for the rest.")
        ctx.exit(INTERRUPTED)
    if settings.backend is not None and (failed := nothing_written(made.summaries)) is not None:
        raise failed


def _digest(
    sources: list[str], settings: Settings, before: Digest | None, *, quiet: bool, interrupt: asyncio.Event
) -> Digest:
    """Reads and digests, beside the edition before; with a model, Ctrl-C ends the asking and not the run."""

    listing = read_inputs(sources, fetch=settings.fetch, language=settings.language)
    log.debug("read %d papers, %d fragments", len(listing.papers), len(listing.fragments))
    if not quiet:
        _foretell(listing, settings)
    with show_progress(quiet=quiet) as report:
        heeded = interrupt if settings.backend is not None else None
        return api.digest(listing, settings, report=report, interrupt=heeded, last=before)


def _foretell(listing: Listing, settings: Settings) -> None:
    """Says how long a model in this process will take, where that is longer than a reader waits by the screen."""

    backend, llm = settings.backend, settings.llm
    if backend is None or not backend.in_process or llm.offline or llm.replay is not None or not listing.papers:
        return

    plan = asyncio.run(estimate_digest(select(listing, settings).corpus, settings))
    if plan is not None and plan.seconds >= LONG:
        say(f"broadsheet: {wait_said(plan, ranked=bool(settings.interests))}")


def write_forms(made: Digest, settings: Settings) -> list[Path]:
    """Writes every form; of a page set, the front page alone is worth naming."""
    folder = settings.output.folder
    written = write_files(render_files(made, settings.output.formats, resources=settings.resources), folder)
    clear_pages(folder / THEMES, written, index=INDEX, begins=BEGINS)
    return [file for file in written if file.parent == folder]


def _tree(flags: Mapping[str, Any], note: Path | None) -> dict[str, Any]:
    """The flags that were given, as a tree like the configuration's."""
    forms = [form.strip() for formats in flags["formats"] for form in formats.split(",")]
    return given(
        {
            **{name: flags[name] for name in ("title", "language", "themes", "interests_from", "top")},
            "interests": list(flags["interests"]) or None,
            "note": None if note is None else _read_note(note),
            "llm": llm_tree(flags),
            "reading": given({"replacements": flags["replacements"]}),
            "output": given(
                {"folder": flags["out"], "formats": list(dict.fromkeys(forms)) or None, "style": flags["style"]}
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
