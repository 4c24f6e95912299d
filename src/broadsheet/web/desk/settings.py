"""The settings that a reader may choose on the desk: nothing among them names a file, an address or a key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broadsheet.errors import UsageError
from broadsheet.settings.loading import Settings, load_settings

CHOSEN: Mapping[str, Any] = {
    "title": None,
    "language": None,
    "themes": None,
    "interests": None,
    "top": None,
    "never": {"words": None, "authors": None, "sources": None},
    "always": {"authors": None},
    "at_most": {"theme": None, "source": None},
    "note": None,
    "llm": {"backend": None, "model": None, "max_cost": None, "max_calls": None, "max_run_tokens": None},
    "writing": {"length": None, "audience": None},
    "reading": {"replacements": None},
}
"""The keys, like those of the configuration; addresses, folders and names of keys are the configuration's alone."""


def configure(chosen: Mapping[str, Any], *, config: Path | None, state: Path | None = None) -> Settings:
    """The configuration with what a reader chose on top, ranked by the stars of the desk whose file is `state`.

    Raises `UsageError` or `ConfigError` in one sentence.
    """
    _check(chosen, CHOSEN, ())
    settings = load_settings(config, dict(chosen))
    for interest in settings.interests if "interests" in chosen else ():
        if _names_a_file(interest, settings):
            raise UsageError(f"{interest}: an interest on the desk is a phrase, and no file; star its papers instead.")
    if settings.backend is not None and settings.backend.in_process and "/" in (settings.llm.model or ""):
        raise UsageError("llm.model: a model file is named in config.yaml, and not on the desk.")
    return settings.model_copy(update={"interests_from": state}) if state is not None and state.is_file() else settings


def _check(chosen: Mapping[str, Any], allowed: Mapping[str, Any], above: tuple[str, ...]) -> None:
    for key, value in chosen.items():
        path = (*above, str(key))
        if key not in allowed:
            raise UsageError(f"`{'.'.join(path)}` cannot be chosen on the desk: set it in config.yaml.")
        below = allowed[key]
        if isinstance(below, Mapping):
            if not isinstance(value, Mapping):
                raise UsageError(f"`{'.'.join(path)}` should be a group of settings.")
            _check(value, below, path)


def _names_a_file(text: str, settings: Settings) -> bool:
    folders = [Path(), *([settings.folder] if settings.folder else [])]
    try:
        return any((folder / Path(text).expanduser()).exists() for folder in folders)
    except (OSError, ValueError, RuntimeError):
        return False
