"""The files of an archive: each is written aside and takes its place whole, and what is no part of it goes."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from broadsheet.rendering.write_files import write_files

ELSEWHERE = "choose another under `edition.archive`"


def write_site(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Writes files by their paths below `folder`, folder by folder in their order; raises `OutputError`.

    The files of one folder take their names together, so what comes later may link to what came before.
    """
    written: list[Path] = []
    parts: dict[Path, dict[str, str]] = {}
    for path, text in files.items():
        where, _, name = path.rpartition("/")
        parts.setdefault(folder / where, {})[name] = text
    for place, renderings in parts.items():
        written += write_files(renderings, place, elsewhere=ELSEWHERE)
    return written


def clear_site(folder: Path, editions: set[str]) -> None:
    """Takes away editions that are none of these, and what killed runs left half written; other files stay."""
    with contextlib.suppress(OSError):
        for part in folder.rglob(".*.part"):
            part.unlink(missing_ok=True)
        for place in (folder / "editions").iterdir():
            if place.name.isdigit() and f"editions/{place.name}" not in editions:
                shutil.rmtree(place, ignore_errors=True)
