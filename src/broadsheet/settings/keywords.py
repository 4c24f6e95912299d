"""Settings as keywords of a call: `digest(listing, model="ollama:qwen3:8b", themes=8)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict

from broadsheet.errors import UsageError
from broadsheet.settings.loading import Choice, Reading, Settings, Writing, load_settings, nearest
from broadsheet.settings.model import BUILTIN, LLM


class Keywords(TypedDict, total=False):
    """The settings that a digest depends on, under the last part of their key in `config.yaml`.

    `model` may name its backend as well, before a colon: `ollama:qwen3:8b`.
    """

    title: str
    language: str
    note: str
    backend: str
    model: str
    batch_size: int
    concurrency: int
    temperature: float
    max_cost: float
    max_calls: int
    max_run_tokens: int
    offline: bool
    retry: bool
    record: str | Path
    replay: str | Path
    audience: str
    length: int
    repairs: int
    hints: Literal["auto", "none", "first", "only"]
    judge: bool
    blurbs: Choice
    themes: Literal["auto"] | int | str | Sequence[str | Mapping[str, str]]
    grouping: Literal["auto", "builtin", "model"]
    sections: Choice
    embeddings: str | Path
    overview: Choice
    interests: str | Sequence[str]
    interests_from: str | Path
    top: int
    replacements: bool


_BRANCHES: Mapping[str, type[LLM | Writing | Reading]] = {"llm": LLM, "writing": Writing, "reading": Reading}


def settings_from_keywords(keywords: Mapping[str, Any]) -> Settings:
    """What `load_settings` finds with these on top; raises `UsageError` for one that is unknown or wrong."""
    known = list(Keywords.__annotations__)
    for name in keywords:
        if name not in known:
            meant = nearest(name, known) or f": known are {', '.join(known)}"
            raise UsageError(f"there is no setting `{name}`{meant}.")
    tree: dict[str, Any] = {}
    for name, value in _with_backend(keywords).items():
        branch = tree
        for part in path_of(name)[:-1]:
            branch = tree.setdefault(part, {})
        branch[name] = value
    return load_settings(flags=tree, spell=lambda path: f"`{path[-1]}`")


def path_of(name: str) -> tuple[str, ...]:
    """Where the setting of that name stands in the configuration."""
    branch = next((branch for branch, kind in _BRANCHES.items() if name in kind.model_fields), None)
    return (branch, name) if branch else (name,)


def _with_backend(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that say something, and the backend that a model's name begins with as one of its own."""
    said = {name: value for name, value in keywords.items() if value is not None}
    model = said.get("model")
    if not isinstance(model, str) or "backend" in said:
        return said
    settings = load_settings()
    name, colon, rest = model.partition(":")
    if colon and name in settings.backends:
        return said | {"backend": name, "model": rest}
    if settings.llm.backend == BUILTIN:
        known = list(settings.backends)
        raise UsageError(
            f"`model` {model!r} says no backend{nearest(name, known)}: write 'BACKEND:{rest or model}', with one of "
            f"{', '.join(known)}."
        )
    return said
