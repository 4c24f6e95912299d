"""The client of an OpenAI-compatible server, hosted or local: the model a run uses, and how it is called."""

from __future__ import annotations

import dataclasses
import functools
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.errors import BackendError, BackendRefused, BackendUnreachable, ConfigError
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.replies import read_completion
from broadsheet.llm.servers.capabilities import Abilities, may_be_cured
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import Backend

if TYPE_CHECKING:
    from broadsheet.llm.openai_calls import OpenAICalls


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """The address, the model and the key of calls; `key` never appears in a `repr`, a log or a message."""

    name: str
    base_url: str
    model: str
    key: str = dataclasses.field(repr=False)

    @property
    def shown(self) -> str:
        """The address as it may be printed: without a user's name, a password or a key in it."""
        return without_secrets(self.base_url)

    @property
    def who(self) -> str:
        """The server and its model in one line: the name under which their speed is kept."""
        return f"{self.shown} {self.model}"


def find_endpoint(settings: Settings, *, with_key: bool = True) -> Endpoint | None:
    """The chosen backend's address, `None` for the built-in engine; raises `ConfigError` for what is missing."""
    backend, name = settings.backend, settings.llm.backend
    if backend is None:
        return None
    if backend.in_process:
        return Endpoint(name=name, base_url=backend.base_url, model=settings.model or "", key="none")
    base_url = base_url_of(backend)
    if "YOUR-RESOURCE" in base_url:
        raise ConfigError(
            f"the backend {name} needs your own address: set {backend.base_url_env} or `backends.{name}.base_url`."
        )
    if not base_url.startswith(("http://", "https://")):
        shown = without_secrets(base_url)
        raise ConfigError(f"`backends.{name}.base_url` is {shown!r}: it must begin with http:// or https://.")
    model = settings.model
    if not model:
        raise ConfigError(f"the backend {name} names no model: add --model NAME or `backends.{name}.model`.")
    key = os.environ.get(backend.key_env, "") if backend.key_env else "none"
    if with_key and not key.strip():
        raise BackendRefused(f"the backend {name} needs a key: set the environment variable {backend.key_env}.")
    return Endpoint(name=name, base_url=base_url, model=model, key=key.strip())


def without_secrets(base_url: str) -> str:
    """An address without what stands before its host's name and without its query, which may hold keys."""
    scheme, mark, rest = base_url.rpartition("://")
    return scheme + mark + re.split(r"[?#]", rest.rpartition("@")[2], maxsplit=1)[0]


def base_url_of(backend: Backend) -> str:
    """Where a backend's server is: what its variable says, else its configuration."""
    return os.environ.get(backend.base_url_env or "") or backend.base_url


@dataclasses.dataclass(frozen=True)
class Probe:
    """The result of probing a server: whether it answers, its models, and what went wrong in a sentence."""

    reachable: bool
    models: tuple[str, ...] = ()
    detail: str = ""


class Client:
    """Calls one model at one address; a field that the server refuses is left out of later calls."""

    def __init__(self, address: Endpoint, backend: Backend, *, temperature: float | None, timeout: float) -> None:
        self.address = address
        self.abilities = Abilities(backend, temperature=temperature)
        self._timeout = timeout
        self._answered = False

    @functools.cached_property
    def _calls(self) -> OpenAICalls:
        from broadsheet.llm.openai_calls import OpenAICalls  # 0.6 s: longer than a run that is all in the cache

        return OpenAICalls(self.address, timeout=self._timeout)

    async def close(self) -> None:
        """Closes the connections, if there are any."""
        if "_calls" in self.__dict__:
            await self._calls.close()

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer; raises `BackendError`, whose subclasses say whether a retry can help."""
        # Each repetition sends a weaker call, so this ends (see `Abilities.do_without`).
        while True:
            abilities = self.abilities
            fields = abilities.fields(prompt, model=self.address.model)
            try:
                completion = await self._ask(fields)
            except BackendRefused as refusal:
                if self.abilities.do_without(refusal, fields) or abilities is not self.abilities:
                    continue
                if self._answered or not may_be_cured(refusal):
                    raise
                return await self._ask_for_less(prompt, refusal)
            self._answered = True
            return completion

    async def _ask(self, fields: Mapping[str, Any]) -> Completion:
        body, headers = await self._calls.post(fields)
        return read_completion(body, where=self.address.shown, headers=headers)

    async def _ask_for_less(self, prompt: Prompt, refusal: BackendRefused) -> Completion:
        """After an objection in words nobody knows, to a server that has answered nothing yet: what it may take.

        What it takes counts from then on; where it takes nothing, it has something against the prompt.
        """
        for abilities in self.abilities.weaker():
            try:
                completion = await self._ask(abilities.fields(prompt, model=self.address.model))
            except BackendRefused:
                continue
            if not self._answered:
                self.abilities, self._answered = abilities, True
            return completion
        raise refusal

    async def models(self) -> tuple[str, ...]:
        """The names of the models the server offers; raises `BackendError`."""
        return await self._calls.models()

    async def probe(self) -> Probe:
        """Asks for the list of models: the cheapest way to check that the server answers and accepts the key."""
        try:
            return Probe(reachable=True, models=await self.models())
        except BackendUnreachable as error:
            return Probe(reachable=False, detail=str(error))
        except BackendError as error:
            return Probe(reachable=True, detail=str(error))
