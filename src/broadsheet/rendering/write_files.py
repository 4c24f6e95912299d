"""Renderings -> files below a folder, all of them or none, as far as a file system can promise that."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from broadsheet.errors import OutputError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}
_LARGEST_NOTE = 4 << 20
ELSEWHERE = "choose another with --out"
ELSEWHERE_ARCHIVE = "choose another under `edition.archive`"


def check_folder(folder: Path, *, elsewhere: str = ELSEWHERE) -> None:
    """Raises `OutputError` where `folder` cannot be made or written to; makes nothing and leaves nothing.

    Asking the permissions is not enough (root, read-only mounts, /proc), so a nameless file is written to the
    folder, or to the nearest one above it that exists.
    """
    try:
        existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        if not existing.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(existing))
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(b".")
    except OSError as error:
        raise OutputError(_explain(error, folder, elsewhere)) from error


def write_files(
    renderings: Mapping[str, str | Iterator[str]], folder: Path, *, elsewhere: str = ELSEWHERE
) -> list[Path]:
    """Writes each rendering, whole or in parts, to the file of its path below `folder`; returns the files in order.

    Each is first written whole to a temporary file beside its target; only when all are on the disk do they
    take their names, in order, so what comes later may link to what came before. On any failure the temporary files
    are removed and `OutputError` is raised, which says how to write them `elsewhere`.
    """
    waiting: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in renderings.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
            waiting[target] = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
            _write(waiting[target], text)
        for target, temporary in waiting.items():
            temporary.replace(target)
        for place in {target.parent for target in waiting}:
            _settle(place)
    except OSError as error:
        raise OutputError(_explain(error, folder, elsewhere)) from error
    finally:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return list(waiting)


def read_notes(folder: Path) -> dict[str, str | None]:
    """What lies in a folder of notes, by path below it: the text of each note, `None` for all else that has a name.

    Text comes as it is, with its newlines; hidden folders, such as an editor's own, are passed over. A file that is
    larger than a note ever is, or no UTF-8, only has a name. Raises `OutputError` where the folder cannot be read.
    """
    kept: dict[str, str | None] = {}
    try:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(folder)
            if not any(part.startswith(".") for part in name.parts):
                kept[name.as_posix()] = _text_of_note(path)
    except OSError as error:
        raise OutputError(_explain(error, folder, ELSEWHERE)) from error
    return kept


def _text_of_note(path: Path) -> str | None:
    if path.suffix.lower() != ".md" or not path.is_file() or path.stat().st_size > _LARGEST_NOTE:
        return None
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return None


def _write(path: Path, text: str | Iterator[str]) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.writelines([text] if isinstance(text, str) else text)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Asks for the new names to reach the disk too; not every system can, and the files are safe without."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _explain(error: OSError, folder: Path, elsewhere: str) -> str:
    """One sentence: what cannot be written, why, and what to do."""
    if error.errno in _FULL:
        return f"there is no room for the digest in {folder}: free some space, or {elsewhere}."
    if error.errno in _FORBIDDEN:
        return f"you may not write to the output folder {folder}: {elsewhere}."
    if error.errno in _NO_FOLDER and folder.is_dir():
        return f"{error.filename} is a file where a folder should be made: move it, or {elsewhere}."
    if error.errno in _NO_FOLDER:
        where = "is a file" if folder.exists() else "lies below a file"
        return f"the output folder {folder} {where}: {elsewhere}."
    if error.errno == errno.EISDIR:
        return f"{error.filename} is a folder where a file should be written: move it, or {elsewhere}."
    reason = error.strerror or type(error).__name__
    return f"the output folder {folder} cannot be written ({reason}): {elsewhere}."


def clear_editions(folder: Path, editions: set[str]) -> None:
    """Takes editions out of an archive that are none of these, and what killed runs left half written there."""
    with contextlib.suppress(OSError):
        for part in folder.rglob(".*.part"):
            part.unlink(missing_ok=True)
        for place in (folder / "editions").iterdir():
            if place.name.isdigit() and f"editions/{place.name}" not in editions:
                shutil.rmtree(place, ignore_errors=True)


def clear_pages(folder: Path, kept: Iterable[Path], *, index: str, begins: str) -> None:
    """Takes away numbered pages and the index that an earlier run wrote to a folder and this one has not `kept`.

    They are ours where the index `begins` as ours do; in any other folder nothing is touched.
    """
    with contextlib.suppress(OSError, UnicodeDecodeError):
        with (folder / index).open(encoding="utf-8") as file:
            if file.read(len(begins)) != begins:
                return
        for page in {*folder.glob("[0-9][0-9][0-9][0-9].html"), folder / index} - {*kept}:
            page.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
