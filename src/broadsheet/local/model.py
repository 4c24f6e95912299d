"""A model in this process behind the interface `Model`: loaded with the first prompt, unloaded after the run."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from broadsheet.errors import ConfigError
from broadsheet.llm.client import Client, Endpoint
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.local.discovery import find_model, usual_places
from broadsheet.local.engine import LlamaServer, check_extra, start_engine
from broadsheet.local.gguf import read_header
from broadsheet.local.machine import look_at_machine
from broadsheet.local.memory_fit import Fit, fit_model
from broadsheet.local.speed import MeasuredSpeed
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import IN_PROCESS, Backend

LONGEST_CALL = 1800.0
"""The least timeout of a call in seconds: a model in this process may be slow, but it is not gone."""


@dataclasses.dataclass(frozen=True)
class InProcessModel:
    """A model file that was found and fits this machine; nothing is loaded yet."""

    name: str
    path: Path
    fit: Fit

    @property
    def address(self) -> Endpoint:
        """The name of the model for the cache and for its measured speed, independent of its folder."""
        return Endpoint("local", IN_PROCESS, f"{self.path.name} {self.path.stat().st_size}", "none")

    def backend(self, backend: Backend, *, slots: int | None) -> Backend:
        """The backend with what this model and machine can do in place of what is only assumed."""
        update = {"context": self.fit.context, "concurrency": slots or self.fit.slots}
        return backend.model_copy(update=update)


def find_in_process_model(settings: Settings) -> InProcessModel:
    """The chosen model's file, if it is here and fits; raises `ConfigError` with what to do about it."""
    name, local = settings.model, settings.local
    if not name:
        raise ConfigError(
            "the backend local names no model: add --model PATH.gguf or a name from `broadsheet models list`."
        )
    check_extra()
    path = find_model(name, usual_places(local.folder))
    return InProcessModel(name, path, fit_model(read_header(path), look_at_machine(), local))


class LocalModel:
    """The model of a run; it answers through the same `Client` as every server."""

    def __init__(self, in_process: InProcessModel, backend: Backend, settings: Settings) -> None:
        self._model, self._backend, self._settings = in_process, backend, settings
        self._loading = asyncio.Lock()
        self._engine: LlamaServer | None = None
        self._client: Client | None = None

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer; the first one loads the model, and raises `ConfigError` where it cannot be loaded."""
        return await (await self.client()).complete(prompt)

    async def client(self) -> Client:
        """The client of the running model."""
        async with self._loading:
            if self._client is None:
                engine = await self.engine()
                llm = self._settings.llm
                address = Endpoint("local", engine.base_url, self._model.name, engine.key)
                self._client = Client(
                    address, self._backend, temperature=llm.temperature, timeout=max(llm.timeout, LONGEST_CALL)
                )
        return self._client

    async def engine(self) -> LlamaServer:
        """The running model itself."""
        if self._engine is None:
            in_process, layers = self._model, self._settings.local.gpu_layers
            self._engine = await asyncio.to_thread(start_engine, in_process.path, in_process.fit, gpu_layers=layers)
        return self._engine

    async def measure(self) -> MeasuredSpeed:
        """The model's speed on this machine, measured with one short prompt."""
        async with self._loading:
            engine = await self.engine()
        return await asyncio.to_thread(MeasuredSpeed.of, engine, self._model.fit.slots)

    async def close(self) -> None:
        """Closes the connections, then unloads the model."""
        if self._client is not None:
            await self._client.close()
        if self._engine is not None:
            await asyncio.to_thread(self._engine.close)
