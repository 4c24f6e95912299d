"""The client of an OpenAI-compatible server: one class for hosted and local ones, and the one door for its errors."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import os
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BackendUnreachable, BadAnswer, ConfigError
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.replies import read_completion, status_error
from broadsheet.llm.servers.capabilities import Abilities
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import Backend

if TYPE_CHECKING:
    import httpx2
    import openai

LARGEST_ANSWER = 8 << 20
LARGEST_REFUSAL = 64 << 10
UNREAD = {"X-Stainless-Raw-Response": "stream"}
"""Asks the SDK for the response before its body is read, so that we can bound what we read of it."""


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """Where calls go and as whom; `key` never appears in a `repr`, a log or a message."""

    name: str
    base_url: str
    model: str
    key: str = dataclasses.field(repr=False)

    @property
    def who(self) -> str:
        """The server and its model in one line, to know their speed by."""
        return f"{self.base_url} {self.model}"


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
        raise ConfigError(f"`backends.{name}.base_url` is {base_url!r}: it must begin with http:// or https://.")
    model = settings.model
    if not model:
        raise ConfigError(f"the backend {name} names no model: add --model NAME or `backends.{name}.model`.")
    key = os.environ.get(backend.key_env, "") if backend.key_env else "none"
    if with_key and not key.strip():
        raise BackendRefused(f"the backend {name} needs a key: set the environment variable {backend.key_env}.")
    return Endpoint(name=name, base_url=base_url, model=model, key=key.strip())


def base_url_of(backend: Backend) -> str:
    """Where a backend's server is: what its variable says, else its configuration."""
    return os.environ.get(backend.base_url_env or "") or backend.base_url


@dataclasses.dataclass(frozen=True)
class Probe:
    """What a server said for itself: whether it answers, the models it has, and what went wrong in a sentence."""

    reachable: bool
    models: tuple[str, ...] = ()
    detail: str = ""


class Client:
    """Asks one model at one address; learns what the server cannot do and does without it from then on."""

    def __init__(self, address: Endpoint, backend: Backend, *, temperature: float | None, timeout: float) -> None:
        self.address = address
        self.abilities = Abilities(backend, temperature=temperature)
        self._timeout = timeout

    @functools.cached_property
    def _openai(self) -> openai.AsyncOpenAI:
        """Made with the first call: importing openai takes longer than a run that is all in the cache."""
        import httpx2
        import openai

        return openai.AsyncOpenAI(
            api_key=self.address.key,
            base_url=self.address.base_url,
            max_retries=0,  # ours know what a retry can cure; two layers of them multiply
            timeout=httpx2.Timeout(self._timeout, connect=min(self._timeout, 15.0)),
            http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [_cap_body]}),
            default_headers={"Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Closes the connections, if there are any."""
        if "_openai" in self.__dict__:
            await self._openai.close()

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer; raises `BackendError`: see there which kinds another try can cure."""
        while True:
            fields = self.abilities.fields(prompt, model=self.address.model)
            try:
                body, headers = await self._post(fields)
            except BackendRefused as refusal:
                if not self.abilities.do_without(refusal, fields):
                    raise
                continue
            return read_completion(body, where=self.address.base_url, headers=headers)

    async def models(self) -> tuple[str, ...]:
        """The names of the models the server offers; raises `BackendError`."""
        async with _deadline(self._timeout, self.address), _Translated(self.address):
            page = await self._openai.models.list()
            return tuple(str(getattr(model, "id", model)) for model in (page.data or []))

    async def probe(self) -> Probe:
        """Asks for the list of models: the cheapest sign of life, and whether the key counts."""
        try:
            return Probe(reachable=True, models=await self.models())
        except BackendUnreachable as error:
            return Probe(reachable=False, detail=str(error))
        except BackendError as error:
            return Probe(reachable=True, detail=str(error))

    async def _post(self, fields: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """One call's body and headers; bounded in bytes and, by a deadline round the whole, in seconds."""
        import httpx2

        async with _deadline(self._timeout, self.address), _Translated(self.address):
            # The SDK's own door for what it has no method for: its typed one costs twice the CPU of the whole call.
            response = await self._openai.post(
                "/chat/completions", body=dict(fields), cast_to=httpx2.Response, options={"headers": UNREAD}
            )
            body = bytearray()
            try:
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST_ANSWER:
                        most = f"{LARGEST_ANSWER >> 20} MiB"
                        raise BadAnswer(f"{self.address.base_url} sent more than {most} in one answer.")
            finally:
                await response.aclose()
            return bytes(body), response.headers


class _Translated:
    """The door through which foreign exceptions become ours."""

    def __init__(self, address: Endpoint) -> None:
        self._address = address

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        translated = _translate(error, self._address)
        if translated is not error:
            raise translated from error


def _translate(error: Exception, address: Endpoint) -> Exception:
    import httpx2
    import openai

    where = address.base_url
    if isinstance(error.__cause__, BadAnswer):
        return error.__cause__
    if isinstance(error, openai.APIStatusError):
        return status_error(
            error.status_code,
            _body_of(error),
            headers=error.response.headers,
            backend=address.name,
            model=address.model,
        )
    if isinstance(error, openai.APITimeoutError):
        return BackendBusy(f"{where} did not answer in time; try again, or raise `llm.timeout`.")
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__
        if isinstance(cause, httpx2.ConnectError):
            return BackendUnreachable(
                f"nobody answers at {where} ({cause}): start the server, or correct `backends.{address.name}.base_url`."
            )
        return BackendBusy(f"the connection to {where} broke ({type(cause).__name__}); try again.")
    if isinstance(error, httpx2.HTTPError | httpx2.StreamError):
        return BackendBusy(f"the connection to {where} broke ({type(error).__name__}); try again.")
    if isinstance(error, openai.OpenAIError | ValueError | RecursionError | httpx2.InvalidURL):
        return BadAnswer(f"{where} did not answer as an OpenAI-compatible server does ({type(error).__name__}).")
    return error


def _body_of(error: openai.APIStatusError) -> str:
    try:
        return error.response.text
    except Exception:  # a body that was never read, or is in no encoding at all
        return str(error.body or "")


class _deadline:  # noqa: N801 - reads as a function
    """A bound on the whole of a call: a server that drips a byte a second keeps every smaller timeout from firing."""

    def __init__(self, seconds: float, address: Endpoint) -> None:
        self._limit = asyncio.timeout(seconds)
        self._seconds, self._address = seconds, address

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        try:
            await self._limit.__aexit__(*error)
        except TimeoutError as timeout:
            raise BackendBusy(
                f"{self._address.base_url} took longer than {self._seconds:g} s for one call; "
                "try again, or raise `llm.timeout`."
            ) from timeout


async def _cap_body(response: httpx2.Response) -> None:
    """Bounds what is read of a body, before anything reads it whole."""
    import httpx2

    limit = LARGEST_ANSWER if response.status_code < 400 else LARGEST_REFUSAL
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        return
    body = response.stream

    class Capped(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            seen = 0
            async for piece in body:
                seen += len(piece)
                if seen > limit and response.status_code < 400:
                    raise BadAnswer(f"{response.url.host} sent more than {limit >> 20} MiB in one answer.")
                yield piece
                if seen > limit:
                    return

        async def aclose(self) -> None:
            await body.aclose()

    response.stream = Capped()
