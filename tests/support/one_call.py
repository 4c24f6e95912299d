"""One call by the client over a real socket, to a server that sends any bytes at all."""

from __future__ import annotations

import asyncio

import pytest

from broadsheet.errors import BackendError
from broadsheet.llm.client import Client, Endpoint
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.settings.model import Backend
from scripted import RawServer

PROMPT = Prompt(system="Be brief.", user="Say hello.", schema={"type": "object"}, max_tokens=50)
KEY = "sk-invented-000000000000"


def ask(*script: bytes | None, timeout: float = 5.0, **abilities: object) -> tuple[Completion, RawServer]:
    async def run() -> tuple[Completion, RawServer]:
        async with RawServer(script).running() as server:
            backend = Backend(base_url=server.url, **abilities)
            client = Client(Endpoint("test", server.url, "m", KEY), backend, temperature=0, timeout=timeout)
            try:
                return await client.complete(PROMPT), server
            finally:
                await client.close()

    return asyncio.run(run())


def error_of(*script: bytes | None, **options: object) -> BackendError:
    with pytest.raises(BackendError) as caught:
        ask(*script, **options)
    assert KEY not in f"{caught.value}{caught.value.evidence}{caught.value!r}"
    return caught.value
