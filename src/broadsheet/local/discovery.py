"""Finds model files on this machine, also those of other programs, and the one that a name means."""

from __future__ import annotations

import dataclasses
import difflib
import importlib.util
import itertools
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_data_path

from broadsheet.errors import ConfigError
from broadsheet.local.catalogue import CATALOGUE, look_up
from broadsheet.settings.extras import package_command
from broadsheet.text.lazy_regex import lazy_regex

FETCHING = ".fetching"
"""The subfolder for downloads that are not complete or not checked yet."""
MOST_FILES = 2000
"""Files that are looked at in one place, at most; a model folder has few."""
_LARGEST_MANIFEST = 1 << 20
OLLAMA = "Ollama"
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_OLLAMA_HOME = Path(".ollama") / "models"
_OLLAMA_SERVICE = Path("/usr/share/ollama/.ollama/models")
"""Where it keeps them when it runs as a service on Linux."""
_DIGEST = lazy_regex(r"sha256:([0-9a-f]{64})\Z")
_LATER_PART = lazy_regex(r"-(?!00001)\d{5}-of-\d{5}\.gguf\Z")
_NO_MODEL = lazy_regex(r"mmproj|-embed|embedding", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Places:
    """The folders with models: that of `broadsheet models pull`, and those of other programs."""

    own: Path
    hub: Path | None = None
    llamacpp: Path | None = None
    lmstudio: tuple[Path, ...] = ()
    ollama: tuple[Path, ...] = ()
    packages: bool = True


@dataclasses.dataclass(frozen=True)
class Found:
    """A model file: the name for `--model`, its path, and the program it belongs to."""

    name: str
    path: Path
    place: str


def usual_places(own: Path | None = None) -> Places:
    """The usual folders with models; environment variables of the other programs are respected."""

    home, environ = Path.home(), os.environ
    hub = environ.get("HF_HUB_CACHE") or Path(environ.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    return Places(
        own=own or user_data_path("broadsheet") / "models",
        hub=Path(hub),
        llamacpp=Path(environ.get("LLAMA_CACHE") or user_cache_path("llama.cpp")),
        lmstudio=(home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"),
        ollama=(Path(theirs),) if (theirs := environ.get("OLLAMA_MODELS")) else (home / _OLLAMA_HOME, _OLLAMA_SERVICE),
    )


def find_models(places: Places) -> list[Found]:
    """Every model on this machine, each file once, those in Broadsheet's own folder first."""
    found: dict[Path, Found] = {}
    for one in _look(places):
        found.setdefault(one.path.resolve(), one)
    return list(found.values())


def find_model(name: str, places: Places) -> Path:
    """The file that a path or a name means; raises `ConfigError` with the nearest names where there is none."""
    path = Path(name).expanduser()
    if _is_path(name) and _is_file(path):
        return path
    models = find_models(places)
    meant = _meant(name, models)
    if not meant:
        raise ConfigError(_missing(name, path, models))
    if len({one.name for one in meant}) > 1:
        names = ", ".join(one.name for one in meant[:5])
        raise ConfigError(f"{name!r} may be any of {names}: name one of them with --model.")
    return meant[0].path


def _is_path(name: str) -> bool:
    """Ollama's files have no suffix; a name without one is a path only if it has a folder."""
    return name.lower().endswith(".gguf") or "/" in name or os.sep in name


def _meant(name: str, models: list[Found]) -> list[Found]:
    """The models that a name may mean, by the closest way of naming them that fits any."""
    if known := look_up(name):
        files = [one for one in models if one.path.name.lower() == known.file.lower()]
        return sorted(files, key=lambda one: one.path.stat().st_size != known.bytes)[:1]
    if name.lower().startswith("ollama:"):
        name, models = name[len("ollama:") :], [one for one in models if one.place == OLLAMA]
    wanted = name.lower()
    ways: tuple[Callable[[Found], bool], ...] = (
        lambda one: one.name.lower() == wanted,
        lambda one: one.place == OLLAMA and one.name.lower() == f"{wanted}:latest",
        lambda one: one.path.name.lower() == wanted,
        lambda one: len(wanted) > 3 and wanted in one.name.lower(),
    )
    return next((fits for way in ways if (fits := [one for one in models if way(one)])), [])


def _missing(name: str, path: Path, models: list[Found]) -> str:
    if path.is_absolute() or name.startswith(".") or (path.suffix == ".gguf" and len(path.parts) < 3):
        return f"{name}: there is no such file; name a model with --model PATH.gguf, or see `broadsheet models list`."
    known = [*(one.name for one in models), *(one.name for one in CATALOGUE)]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    meant = f" (did you mean {near[0]}?)" if near else ""
    one = look_up(name)
    fetch = package_command(one.package) if one and one.package else f"broadsheet models pull {name}"
    if one or name.count("/") >= 1:
        return f"the model {name} is not on this machine: fetch it with `{fetch}`, or give --model PATH.gguf."
    return f"there is no model {name!r}{meant}: see `broadsheet models list`, or give --model PATH.gguf."


def _look(places: Places) -> Iterator[Found]:
    yield from _files(places.own, "Broadsheet")
    if places.packages:
        yield from _packaged()
    yield from _hub(places.hub)
    yield from _files(places.llamacpp, "llama.cpp")
    for folder in places.lmstudio:
        yield from _files(folder, "LM Studio")
    for folder in places.ollama:
        yield from _ollama(folder)


def _files(folder: Path | None, place: str) -> Iterator[Found]:
    """The models below a folder, named by their relative path: mostly `OWNER/REPOSITORY/FILE`."""
    if folder is not None:
        yield from (Found(path.relative_to(folder).as_posix(), path, place) for path in _ggufs(folder))


def _hub(folder: Path | None) -> Iterator[Found]:
    """The hub's cache holds `models--OWNER--REPOSITORY/snapshots/COMMIT/FILE`."""
    for repository in _below(folder, "models--*--*") if folder else []:
        owner, _, rest = repository.name.removeprefix("models--").partition("--")
        for path in _ggufs(repository / "snapshots"):
            file = Path(*path.relative_to(repository / "snapshots").parts[1:]).as_posix()
            yield Found(f"{owner}/{rest}/{file}", path, "the hub's cache")


def _packaged() -> Iterator[Found]:
    for known in CATALOGUE:
        spec = importlib.util.find_spec(known.module) if known.module else None
        if spec is not None and spec.origin is not None:
            path = Path(spec.origin).with_name(known.file)
            if path.is_file():
                yield Found(known.name, path, known.package)


def _ollama(folder: Path) -> Iterator[Found]:
    """Ollama keeps `manifests/HOST/OWNER/NAME/TAG`, a JSON of layers, and each layer in `blobs/sha256-…`."""
    for manifest in _below(folder / "manifests", "*/*/*/*"):
        blob = _model_layer(manifest)
        if blob and _is_file(path := folder / "blobs" / f"sha256-{blob}"):
            owner, name, tag = manifest.parts[-3:]
            yield Found(f"{'' if owner == 'library' else owner + '/'}{name}:{tag}", path, OLLAMA)


def _model_layer(manifest: Path) -> str | None:
    try:
        if not manifest.is_file() or manifest.stat().st_size > _LARGEST_MANIFEST:
            return None
        told: Any = json.loads(manifest.read_text(encoding="utf-8"))
        for layer in told["layers"]:
            if layer["mediaType"] == _OLLAMA_MODEL and (digest := _DIGEST.match(layer["digest"])):
                return digest[1]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def _ggufs(folder: Path) -> list[Path]:
    """The models below a folder; of one in several parts the first, which loads the others."""
    return [
        path
        for path in _below(folder, "**/*.gguf")
        if is_model(path.name) and _is_file(path) and path.relative_to(folder).parts[0] != FETCHING
    ]


def _below(folder: Path, pattern: str) -> list[Path]:
    """The paths below a folder that match; none where it is missing or may not be read."""
    try:
        return sorted(itertools.islice(folder.glob(pattern), MOST_FILES))
    except OSError:
        return []


def is_model(name: str) -> bool:
    """Whether a file of that name is a model to load: no later part, no image projector, no embedding model."""
    return name.endswith(".gguf") and not _LATER_PART.search(name) and not _NO_MODEL.search(name)


def _is_file(path: Path) -> bool:
    """Whether a readable regular file is there; a broken or circular link is none."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False
