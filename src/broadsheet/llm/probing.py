"""Asks a model server on this machine or network what it is, and how much a call to it may really hold.

Each kind says it in its own way: Ollama, LM Studio, llama.cpp's server, vLLM. What a server says is untrusted: anything
odd counts as not said, and nothing here raises.
"""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx2

USUAL = ("ollama", "lmstudio", "llamacpp", "vllm")
"""The backends of the shipped configuration that are servers of one's own."""
SECONDS = 1.0
_LARGEST = 4 << 20
_MOST_MODELS = 500
_LONGEST_NAME = 200
_OLLAMA_CONTEXT = re.compile(r"^num_ctx\s+(\d+)\s*$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Running:
    """A server that answers: its kind, its models, and of the one asked about the tokens that a call may hold.

    `context` is what the server gives a call, `most` what the model was made for; `None` where it does not say.
    """

    kind: str
    models: tuple[str, ...] = ()
    context: int | None = None
    most: int | None = None
    slots: int | None = None


def is_near(base_url: str) -> bool:
    """Whether an address is on this machine or in a private network: no other is asked what it is."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback


async def probe(base_url: str, model: str | None = None, *, seconds: float = SECONDS) -> Running | None:
    """What runs at an address, `None` where no server of a kind we know does; within so many seconds."""
    import httpx2

    if not is_near(base_url):
        return None
    root = base_url.rstrip("/").removesuffix("/v1")
    try:
        async with asyncio.timeout(seconds), httpx2.AsyncClient(timeout=seconds, trust_env=False) as client:
            return await _probe(_Asker(client, root), model)
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return None


async def _probe(ask: _Asker, model: str | None) -> Running | None:
    version, studio, props, listed = await asyncio.gather(
        ask.get("/api/version"), ask.get("/api/v0/models"), ask.get("/props"), ask.get("/v1/models")
    )
    if isinstance(version.get("version"), str) and "default_generation_settings" not in props:
        return await _ollama(ask, model)
    if rows := _rows(studio):
        return _lmstudio(rows, model)
    if "default_generation_settings" in props:
        return _llamacpp(props, _rows(listed), model)
    if any(row.get("owned_by") == "vllm" for row in _rows(listed)):
        return _vllm(_rows(listed), model)
    return None


async def _ollama(ask: _Asker, model: str | None) -> Running:
    tags, loaded = await asyncio.gather(ask.get("/api/tags"), ask.get("/api/ps"))
    models = tuple(name for row in _rows(tags, "models") if (name := _name(row, "name")))
    context = most = None
    if model:
        names = {model, f"{model}:latest"}
        context = next(
            (_size(row, "context_length") for row in _rows(loaded, "models") if _name(row, "name") in names), None
        )
        shown = await ask.post("/api/show", {"model": model})
        info = shown.get("model_info")
        told = (
            [value for key, value in info.items() if key.endswith(".context_length")] if isinstance(info, dict) else []
        )
        most = _size({"told": told[0]}, "told") if told else None
        set_to = _OLLAMA_CONTEXT.search(shown["parameters"]) if isinstance(shown.get("parameters"), str) else None
        context = context or (_size({"told": int(set_to[1][:9])}, "told") if set_to else None)
    return Running("Ollama", models, context, most)


def _lmstudio(rows: list[Mapping[str, Any]], model: str | None) -> Running:
    models = tuple(name for row in rows if row.get("type") in (None, "llm", "vlm") and (name := _name(row, "id")))
    row: Mapping[str, Any] = next((row for row in rows if _name(row, "id") == model), {})
    return Running("LM Studio", models, _size(row, "loaded_context_length"), _size(row, "max_context_length"))


def _llamacpp(props: Mapping[str, Any], rows: list[Mapping[str, Any]], model: str | None) -> Running:
    settings = props["default_generation_settings"]
    context = _size(settings, "n_ctx") if isinstance(settings, dict) else None
    row = next((row for row in rows if _name(row, "id") == model), rows[0] if rows else {})
    meta = row.get("meta")
    most = _size(meta, "n_ctx_train") if isinstance(meta, dict) else None
    models = tuple(name for row in rows if (name := _name(row, "id")))
    return Running("llama.cpp", models, context, most, _size(props, "total_slots"))


def _vllm(rows: list[Mapping[str, Any]], model: str | None) -> Running:
    row: Mapping[str, Any] = next((row for row in rows if _name(row, "id") == model), {})
    return Running("vLLM", tuple(name for row in rows if (name := _name(row, "id"))), _size(row, "max_model_len"))


class _Asker:
    """Gets JSON objects from one server; what is none is an empty one."""

    def __init__(self, client: httpx2.AsyncClient, root: str) -> None:
        self._client, self._root = client, root

    async def get(self, path: str) -> dict[str, Any]:
        return await self._ask("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        content = bytearray()
        async with self._client.stream(method, self._root + path, json=body) as response:
            if response.status_code != 200:
                return {}
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > _LARGEST:
                    return {}
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}


def _rows(told: Mapping[str, Any], key: str = "data") -> list[Mapping[str, Any]]:
    rows = told.get(key)
    return [row for row in rows[:_MOST_MODELS] if isinstance(row, dict)] if isinstance(rows, list) else []


def _name(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME else ""


def _size(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31 else None
