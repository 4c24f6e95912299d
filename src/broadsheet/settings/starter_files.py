"""Copies the shipped configuration, prompts and templates into a folder of the user's, to be edited there."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from broadsheet.errors import OutputError
from broadsheet.settings.resources import shipped_root


@dataclasses.dataclass(frozen=True)
class Starter:
    """What became of each file, by its path below the folder: `wrote` is new or replaced, `left` was there."""

    wrote: tuple[Path, ...]
    left: tuple[Path, ...]


def copy_starter(folder: Path, *, force: bool = False) -> Starter:
    """Copies what is shipped into `folder`; an existing file is left as it is, unless `force`."""
    root, wrote, left = shipped_root(), [], []
    for name in _shipped_files(root):
        target = folder / name
        if target.exists() and not force:
            left.append(name)
            continue
        _copy(root / name, target)
        wrote.append(name)
    return Starter(wrote=tuple(wrote), left=tuple(left))


def _shipped_files(root: Path) -> Iterator[Path]:
    yield Path("config.yaml")
    for room in ("prompts", "templates"):
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(root)


def _copy(source: Path, target: Path) -> None:
    """Writes aside and renames, so that a full disk or a kill leaves no half of a file behind."""
    aside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(source.read_bytes())
        aside.chmod(0o666 & ~_umask())
        aside.replace(target)
    except OSError as error:
        if aside is not None:
            aside.unlink(missing_ok=True)
        raise OutputError(
            f"{target} cannot be written ({error.strerror or error}): free it, or name another folder."
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
