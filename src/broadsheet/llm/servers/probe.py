"""Detects which model server runs on this machine or private network, and the context length of its models.

Each kind reports this in its own way: Ollama, LM Studio, llama.cpp's server, vLLM. Answers are untrusted: unexpected
values count as missing, and nothing here raises.
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

from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import httpx2

SECONDS = 2.0
"""The limit for all requests to a server; one request gets less than half, so one that hangs leaves time for others."""
_LARGEST = 4 << 20
_MOST_MODELS = 500
_LONGEST_NAME = 200
_OLLAMA_CONTEXT = lazy_regex(r"^num_ctx\s+(\d+)\s*$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Running:
    """A server that answers: its kind, its models, and the context length of one model, in tokens.

    `context` is what the server gives a call, `most` what the model was trained for; `None` where it is not reported.
    """

    kind: str
    models: tuple[str, ...] = ()
    context: int | None = None
    most: int | None = None
    slots: int | None = None
    fixed: bool = False
    """Whether the model's own file sets `context`, so that no setting of the server changes it."""


def is_near(base_url: str) -> bool:
    """Whether an address is on this machine or in a private network; other addresses are never probed."""
    try:
        host = urlsplit(base_url).hostname or ""
        if host == "localhost":
            return True
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback


async def probe(base_url: str, model: str | None = None, *, key: str = "", seconds: float = SECONDS) -> Running | None:
    """What runs at an address, `None` where it is no known kind of server; takes at most `seconds`."""
    if not is_near(base_url):
        return None
    import httpx2  # 0.1 s, and only for a server near by

    root = base_url.rstrip("/").removesuffix("/v1")
    sealed = not base_url.startswith("http://")  # loading the CA certificates takes longer than the requests
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx2.AsyncClient(timeout=seconds, trust_env=False, headers=headers, verify=sealed) as client,
        ):
            return await _probe(_Asker(client, root, seconds=seconds * 0.45, broken=httpx2.HTTPError), model)
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return None


async def _probe(ask: _Asker, model: str | None) -> Running | None:
    """The kind of server, by an answer that no other kind gives: other programs may use the same ports."""
    tags, studio, props, listed = await asyncio.gather(
        ask.get("/api/tags"), ask.get("/api/v0/models"), ask.get("/props"), ask.get("/v1/models")
    )
    rows = [row for row in _rows(studio) if "max_context_length" in row or "state" in row]
    if isinstance(props.get("default_generation_settings"), dict):  # before Ollama, whose paths it serves too
        return _llamacpp(props, _rows(listed), model)
    if rows:
        return _lmstudio(rows, model)
    if isinstance(tags.get("models"), list):
        version = await ask.get("/api/version")
        return await _ollama(ask, _rows(tags, "models"), model) if isinstance(version.get("version"), str) else None
    if any(row.get("owned_by") == "vllm" for row in _rows(listed)):
        return _vllm(_rows(listed), model)
    return None


async def _ollama(ask: _Asker, tags: list[Mapping[str, Any]], model: str | None) -> Running:
    loaded = _rows(await ask.get("/api/ps"), "models")
    names = _names([*loaded, *tags], "name")
    written = {_name(row, "name") for row in tags}
    models = tuple(name for name in names if name in written and not _embeds(name))
    if not model:
        return Running("Ollama", models)
    shown = await ask.post("/api/show", {"model": model})
    info, parameters = shown.get("model_info"), shown.get("parameters")
    told = (
        {key: value for key, value in info.items() if key.endswith(".context_length")} if isinstance(info, dict) else {}
    )
    most = next((size for key in told if (size := _size(told, key))), None)
    set_to = _OLLAMA_CONTEXT.search(parameters) if isinstance(parameters, str) else None
    row: Mapping[str, Any] = next((row for row in loaded if _name(row, "name") in {model, f"{model}:latest"}), {})
    # A model that another program loaded with a longer context is reloaded for this run with its configured one: the
    # smaller value counts.
    given = [_size(row, "context_length"), _size({"set": int(set_to[1][:9])}, "set") if set_to else None]
    context = min((size for size in given if size), default=None)
    return Running("Ollama", models, context, most, fixed=given[1] is not None)


def _lmstudio(rows: list[Mapping[str, Any]], model: str | None) -> Running:
    writers = [row for row in rows if row.get("type") in (None, "llm", "vlm")]
    models = _names(sorted(writers, key=lambda row: row.get("state") != "loaded"), "id")
    row: Mapping[str, Any] = next((row for row in rows if _name(row, "id") == model), {})
    return Running("LM Studio", models, _size(row, "loaded_context_length"), _size(row, "max_context_length"))


def _llamacpp(props: Mapping[str, Any], rows: list[Mapping[str, Any]], model: str | None) -> Running:
    context = _size(props["default_generation_settings"], "n_ctx")
    row = next((row for row in rows if _name(row, "id") == model), rows[0] if rows else {})
    meta = row.get("meta")
    most = _size(meta, "n_ctx_train") if isinstance(meta, dict) else None
    return Running("llama.cpp", _names(rows, "id"), context, most, _size(props, "total_slots"))


def _vllm(rows: list[Mapping[str, Any]], model: str | None) -> Running:
    row: Mapping[str, Any] = next((row for row in rows if _name(row, "id") == model), {})
    return Running("vLLM", _names(rows, "id"), _size(row, "max_model_len"))


class _Asker:
    """Gets JSON objects from one server; anything else becomes an empty object."""

    def __init__(
        self, client: httpx2.AsyncClient, root: str, *, seconds: float, broken: type[httpx2.HTTPError]
    ) -> None:
        self._client, self._root, self._seconds, self._broken = client, root, seconds, broken

    async def get(self, path: str) -> dict[str, Any]:
        return await self._ask("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._seconds):
                told = json.loads(await self._body(method, path, body))
        except (TimeoutError, self._broken, OSError, ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    async def _body(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        """The body at a path; empty for an error status or a body above the size limit."""
        content = bytearray()
        async with self._client.stream(method, self._root + path, json=body) as response:
            if response.status_code != 200:
                return b""
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > _LARGEST:
                    return b""
        return bytes(content)


def _rows(told: Mapping[str, Any], key: str = "data") -> list[Mapping[str, Any]]:
    rows = told.get(key)
    return [row for row in rows[:_MOST_MODELS] if isinstance(row, dict)] if isinstance(rows, list) else []


def _name(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME else ""


def _names(rows: list[Mapping[str, Any]], key: str) -> tuple[str, ...]:
    """The names that the rows have, each once, in their order."""
    return tuple(dict.fromkeys(name for row in rows if (name := _name(row, key))))


def _embeds(name: str) -> bool:
    """Whether a model makes vectors and writes nothing, by the names that those go by."""
    return re.search(r"embed|minilm|\bbge\b", name, re.IGNORECASE) is not None


def _size(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31 else None
