"""Model servers of one's own: what they really give a call, in place of what the configuration assumes."""

from __future__ import annotations

import asyncio
from typing import Any

from broadsheet.llm.backend import Address
from broadsheet.llm.probing import USUAL, Running, probe
from broadsheet.model_settings import Backend
from broadsheet.resources import shipped_root
from broadsheet.settings import Settings
from broadsheet.yamlfile import read_yaml

LEAST_CONTEXT = 512


async def adapt(backend: Backend, address: Address) -> Backend:
    """The backend as its server says it is; one that is not usual here, or says nothing, stays as configured.

    What the reader wrote into the configuration is never raised: it may be meant as a bound.
    """
    if address.name not in USUAL:
        return backend
    running = await probe(address.base_url, address.model)
    return backend if running is None else fit_backend(backend, running, assumed_of(address.name))


def fit_backend(backend: Backend, running: Running, assumed: Backend | None) -> Backend:
    """The backend with the server's own figures, where they are smaller or the configured ones only assumed."""
    update: dict[str, Any] = {}
    if running.context is not None and running.context >= LEAST_CONTEXT:
        own = assumed is None or backend.context != assumed.context
        update["context"] = min(backend.context, running.context) if own else running.context
    if running.slots is not None:
        own = assumed is None or backend.concurrency != assumed.concurrency
        update["concurrency"] = min(backend.concurrency, running.slots) if own else running.slots
    return backend.model_copy(update=update)


def assumed_of(name: str) -> Backend | None:
    """What the shipped configuration assumes of a backend, `None` where it has none of that name."""
    told = read_yaml(shipped_root() / "config.yaml").data.get("backends", {}).get(name)
    return Backend(**told) if told else None


async def look_around(settings: Settings) -> dict[str, Running]:
    """The servers that run where they usually do, by the backend that asks them; all are tried at once."""
    names = [name for name in USUAL if name in settings.backends]
    found = await asyncio.gather(*(probe(settings.backends[name].base_url) for name in names))
    return {name: running for name, running in zip(names, found, strict=True) if running is not None}
