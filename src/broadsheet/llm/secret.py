"""The secret of an installation: random bytes in a file that only its owner can read, created on first use."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from platformdirs import user_data_path

log = logging.getLogger(__name__)

SIZE = 32


def installation_secret(folder: Path | None = None) -> bytes:
    """The secret in a folder, by default the user's data folder; runs that begin at the same time get the same one.

    Where it cannot be written, each run has a new one: no stored data depends on it.
    """
    if folder is None:
        folder = user_data_path("broadsheet")
    path = folder / "secret"
    try:
        return _read(path) or _make(path)
    except OSError as error:
        log.debug("%s: %s; this run has a secret of its own.", path, error)
        return secrets.token_bytes(SIZE)


def _read(path: Path) -> bytes | None:
    """The secret in the file, `None` where there is none or it is not whole."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    return found if len(found) == SIZE else None


def _make(path: Path) -> bytes:
    """Writes a secret to a temporary file and renames it; of two runs at once, the first one's secret stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    made = secrets.token_bytes(SIZE)
    try:
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(made)
        if path.exists() and _read(path) is None:  # cut short once, and no use to anybody
            aside.replace(path)
        else:  # a file that is there by now is whole: it got its name only then
            _place(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return _read(path) or made


def _place(aside: Path, path: Path) -> None:
    """Gives the file its name unless another run has just done so; some file systems know no second names."""
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    except OSError:
        aside.replace(path)
