"""Replaces assumed limits of a backend by those that a local model server reports."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from broadsheet.llm.client import Endpoint, base_url_of
from broadsheet.llm.servers.probe import Running, is_near, probe
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import Backend
from broadsheet.settings.resources import shipped_root
from broadsheet.settings.yaml_lines import read_yaml

LEAST_CONTEXT = 512


async def adapt(backend: Backend, address: Endpoint) -> Backend:
    """The backend with the limits its server reports; unchanged for a remote server or one that reports none.

    A value that the user configured is never raised: it may be meant as a bound.
    """
    running = await ask_server(backend, address)
    return backend if running is None else fit_backend(backend, running, assumed_of(address.name, backend))


async def ask_server(backend: Backend, address: Endpoint) -> Running | None:
    """What runs at a backend's address, for the chosen model; `None` where it is remote or unknown."""
    return await probe(address.base_url, address.model, key=address.key if backend.key_env else "")


async def adapt_settings(settings: Settings, address: Endpoint | None) -> Settings:
    """The settings with the limits that the chosen backend's server reports."""
    backend = settings.backend
    if backend is None or address is None:
        return settings
    return with_backend(settings, await adapt(backend, address))


def with_backend(settings: Settings, backend: Backend) -> Settings:
    """The settings with another chosen backend under the same name."""
    return settings.model_copy(update={"backends": {**settings.backends, settings.llm.backend: backend}})


def fit_backend(backend: Backend, running: Running, assumed: Collection[str]) -> Backend:
    """The backend with the server's limits, where they are lower or the configured ones are defaults."""
    update: dict[str, Any] = {}
    if running.context is not None and running.context >= LEAST_CONTEXT:
        own = "context" not in assumed
        update["context"] = min(backend.context, running.context) if own else running.context
    elif running.most is not None and running.most >= LEAST_CONTEXT:
        update["context"] = min(backend.context, running.most)
    if running.slots is not None:
        own = "concurrency" not in assumed
        update["concurrency"] = min(backend.concurrency, running.slots) if own else running.slots
    return backend.model_copy(update=update)


def assumed_of(name: str, backend: Backend) -> frozenset[str]:
    """The fields with shipped defaults: those equal to `config.yaml`, or unset in a backend of the user's own."""
    told = read_yaml(shipped_root() / "config.yaml").data.get("backends", {}).get(name)
    if told is None:
        return frozenset(Backend.model_fields) - backend.model_fields_set
    shipped = Backend(**told)
    return frozenset(field for field in Backend.model_fields if getattr(backend, field) == getattr(shipped, field))


async def look_around(settings: Settings) -> dict[str, Running]:
    """The local servers that answer at a backend's address, by the backend's name; probed concurrently."""
    addresses: dict[str, str] = {}
    for name, backend in settings.backends.items():
        address = base_url_of(backend)
        if is_near(address) and address not in addresses.values():
            addresses[name] = address
    found = await asyncio.gather(*(probe(address) for address in addresses.values()))
    return {name: running for name, running in zip(addresses, found, strict=True) if running is not None}
