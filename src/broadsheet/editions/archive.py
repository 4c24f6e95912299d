"""Writes the archive as a static site from the state alone: a page for each edition, and the pages that list them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from broadsheet import __version__
from broadsheet.editions.trends import strands_until
from broadsheet.models import Digest
from broadsheet.rendering.archive import IN_FEED, Archive, ArchiveFront, Outline, edition_name, folder_of, outline
from broadsheet.rendering.pages import FILE_NAMES, labels_of, render_digest
from broadsheet.rendering.view import Neighbours
from broadsheet.rendering.write_files import ELSEWHERE_ARCHIVE, clear_editions, write_files
from broadsheet.settings.loading import Settings
from broadsheet.store.editions import digest_of, forget_outlines, keep_outline, kept_outline, published_numbers

_OUTLINE = TypeAdapter(Outline)


def publish_edition(db: sqlite3.Connection, number: int, settings: Settings, folder: Path) -> list[Path]:
    """Writes an edition into the archive, then the pages that link to it; returns its files and the front page.

    The front page is last, so that its links never lead nowhere. Raises `OutputError` for a folder that cannot be
    written.
    """
    numbers = sorted({*published_numbers(db), number})
    at = numbers.index(number)
    mine = _edition_files(db, number, numbers, settings)
    beside = [numbers[other] for other in (at - 1, at + 1) if 0 <= other < len(numbers)]
    files = dict(mine)
    for other in beside:
        files |= _page(db, other, _digest_of(db, other), numbers, settings)
    written = write_files(files | _front_files(db, numbers, settings), folder, elsewhere=ELSEWHERE_ARCHIVE)
    clear_editions(folder, {folder_of(one) for one in numbers})
    return [*written[: len(mine)], folder / "index.html"]


def rebuild(db: sqlite3.Connection, settings: Settings, folder: Path) -> int:
    """Writes the whole archive again and removes old files; returns the number of editions."""
    forget_outlines(db)
    numbers = published_numbers(db)
    for number in numbers:
        write_files(_edition_files(db, number, numbers, settings), folder, elsewhere=ELSEWHERE_ARCHIVE)
    write_files(_front_files(db, numbers, settings), folder, elsewhere=ELSEWHERE_ARCHIVE)
    clear_editions(folder, {folder_of(number) for number in numbers})
    return len(numbers)


def _edition_files(db: sqlite3.Connection, number: int, numbers: Sequence[int], settings: Settings) -> dict[str, str]:
    """The contents of an edition's files by their paths in the archive; the HTML page is always one of them."""
    digest = _digest_of(db, number)
    forms = [form for form in settings.output.single_files if form != "html"]
    where = folder_of(number)
    files = {f"{where}/{FILE_NAMES[form]}": render_digest(digest, form, resources=settings.resources) for form in forms}
    return files | _page(db, number, digest, numbers, settings)


def _page(
    db: sqlite3.Connection, number: int, digest: Digest, numbers: Sequence[int], settings: Settings
) -> dict[str, str]:
    """The HTML page of an edition, with links to the editions before and after it, by its path."""
    at, labels = numbers.index(number), labels_of(digest.language)
    earlier, later = (
        (_beside(other), edition_name(_digest_of(db, other), labels)) if other is not None else ("", "")
        for other in (numbers[at - 1] if at else None, numbers[at + 1] if at + 1 < len(numbers) else None)
    )
    page = render_digest(
        digest,
        "html",
        resources=settings.resources,
        neighbours=Neighbours("../../index.html", *earlier, *later),
        strands=strands_until(db, number, numbers),
    )
    return {f"{folder_of(number)}/index.html": page}


def _front_files(db: sqlite3.Connection, numbers: Sequence[int], settings: Settings) -> dict[str, str]:
    door = settings.door.url
    archive = Archive(
        ArchiveFront(
            settings.title,
            settings.language,
            settings.edition.editor,
            settings.edition.url,
            subscribe=f"{door.rstrip('/')}/subscribe" if door else "",
        ),
        [
            _outline_of(db, number, settings.language, in_feed=at < IN_FEED)
            for at, number in enumerate(reversed(numbers))
        ],
        forms=[form for form in settings.output.single_files if form != "html"],
        strands=strands_until(db, numbers[-1], numbers) if numbers else (),
    )
    return archive.files(settings.resources)


def _outline_of(db: sqlite3.Connection, number: int, language: str, *, in_feed: bool) -> Outline:
    """How the archive tells of an edition: found once and kept, for two hundred digests take seconds to read.

    One that was kept in another shape is made again.
    """
    kind = f"{__version__} {language}{' in feed' if in_feed else ''}"
    kept = kept_outline(db, number, kind)
    if kept is not None:
        with contextlib.suppress(ValidationError):
            return _OUTLINE.validate_json(kept)
    told = outline(_digest_of(db, number), labels_of(language), in_feed=in_feed)
    keep_outline(db, number, kind, _OUTLINE.dump_json(told).decode())
    return told


def _digest_of(db: sqlite3.Connection, number: int) -> Digest:
    digest = digest_of(db, number)
    assert digest is not None  # noqa: S101 - the number came from the state, and what is published is digested
    return digest


def _beside(number: int) -> str:
    return f"../{folder_of(number).rpartition('/')[2]}/index.html"
