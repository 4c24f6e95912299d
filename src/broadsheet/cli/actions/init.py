"""What `broadsheet init` does."""

from __future__ import annotations

from pathlib import Path

from broadsheet.cli.group import show
from broadsheet.cli.summary import aligned
from broadsheet.settings.starter_files import copy_starter


def do_init(folder: Path, force: bool) -> None:
    """Copies the files you may edit."""
    starter = copy_starter(folder, force=force)
    rows = [("Wrote" if number == 0 else "", str(folder / path)) for number, path in enumerate(starter.wrote)]
    rows += [("Left" if number == 0 else "", str(folder / path)) for number, path in enumerate(starter.left)]
    show(aligned(rows))
    if starter.left:
        show(["", "What was left is as it was; --force replaces it."])
    if starter.wrote:
        show(["", "Delete what you do not change: the shipped file counts then, and grows with new versions."])
