"""The files that a bulk run reads: here or, by fsspec, elsewhere; opened as what they hold, unpacked."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import hashlib
import io
import json
import lzma
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import fsspec
import pyarrow as pa

from broadsheet.errors import NoPapers, ReadingError
from broadsheet.models import Noun
from broadsheet.reading.input import files_of

UNREADABLE = (OSError, EOFError, ImportError, ValueError, lzma.LZMAError, zlib.error, pa.ArrowException)
"""What libraries raise for a file that is not there, is damaged, or is none of theirs."""


def unreadable(name: str) -> tuple[type[Exception], ...]:
    """What may be raised while a file is looked at or read; at an address it is whatever fsspec's libraries have."""
    return (Exception,) if "://" in name else UNREADABLE


class InputFile(Noun):
    """One file by its path or address, and what changes when it does: size and time, or what its server tells."""

    name: str
    stamp: str

    def unread(self) -> InputFile:
        """As it is noted where it could not be read: without a stamp at an address, which may answer another time."""
        return self.model_copy(update={"stamp": ""}) if "://" in self.name else self


def find_inputs(names: Sequence[str]) -> tuple[InputFile, ...]:
    """The files of all names, in the order of these; those of a folder or a pattern in the order of theirs.

    Raises `ReadingError` for an address that cannot be asked, and `NoPapers` for a name that stands for no file.
    """
    return tuple(InputFile(name=file, stamp=_stamp(file)) for name in names for file in _files(name))


@contextlib.contextmanager
def open_unpacked(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where they are compressed by gzip, zstd, bzip2 or xz; raises `unreadable`."""
    with contextlib.ExitStack() as stack:
        # Buffered here: files of fsspec take no length for a line, and streams of it cannot be read again.
        raw = io.BufferedReader(stack.enter_context(_open(name)))
        head = raw.peek(6)
        if head.startswith(b"\x28\xb5\x2f\xfd"):
            unpacked = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
            yield cast("BinaryIO", stack.enter_context(io.BufferedReader(unpacked)))
        elif head.startswith(b"\x1f\x8b"):
            yield cast("BinaryIO", stack.enter_context(gzip.open(raw)))
        elif head.startswith(b"BZh"):
            yield cast("BinaryIO", stack.enter_context(bz2.open(raw)))
        elif head.startswith(b"\xfd7zXZ"):
            yield cast("BinaryIO", stack.enter_context(lzma.open(raw)))
        else:
            yield cast("BinaryIO", raw)


def _open(name: str) -> contextlib.AbstractContextManager[io.RawIOBase]:
    if "://" not in name:
        return Path(name).expanduser().open("rb", buffering=0)
    return cast("contextlib.AbstractContextManager[io.RawIOBase]", fsspec.open(name, "rb"))


def _files(name: str) -> list[str]:
    if "://" in name:
        return _remote_files(name)
    files = files_of(name)
    if files is None:
        if not Path(name).expanduser().exists():
            raise ReadingError(f"there is no file {name}: check the path.")
        return [name]
    if not files:
        raise NoPapers(f"no file matches {name}: name a folder or a pattern that has some.")
    return files


def _remote_files(name: str) -> list[str]:
    try:
        system, path = fsspec.url_to_fs(name)
        found = system.glob(path) if any(sign in path for sign in "*?[") else [path]
        if found == [path] and system.isdir(path):
            found = [one for one in system.ls(path, detail=False) if not system.isdir(one)]
    except unreadable(name) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise ReadingError(f"{name} cannot be looked at ({said}): check the address and what it needs.") from error
    if not found:
        raise NoPapers(f"no file matches {name}: check the pattern.")
    return sorted(system.unstrip_protocol(one) for one in found)


def _stamp(name: str) -> str:
    """Names the state of a file; one that cannot be looked at has none, and its failure is told when it is read."""
    try:
        if "://" not in name:
            told = Path(name).expanduser().stat()
            return f"{told.st_size} {told.st_mtime_ns}"
        system, path = fsspec.url_to_fs(name)
        info = json.dumps(system.info(path), sort_keys=True, default=str)
        return hashlib.sha256(info.encode()).hexdigest()[:16]
    except unreadable(name):
        return ""
