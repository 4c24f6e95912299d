"""Calls through the openai SDK, each bounded in bytes and seconds; translates its exceptions into `BackendError`s.

Importing openai takes longer than many runs: this module is imported with the first call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx2
import openai

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BackendUnreachable, BadAnswer
from broadsheet.llm.client import Endpoint, without_secrets
from broadsheet.llm.replies import status_error

LARGEST_ANSWER = 8 << 20
LARGEST_REFUSAL = 64 << 10
UNREAD = {"X-Stainless-Raw-Response": "stream"}
"""Asks the SDK for the response before its body is read, so that its size can be bounded."""


class OpenAICalls:
    """The connections to one server; every method raises `BackendError` for what goes wrong."""

    def __init__(self, address: Endpoint, *, timeout: float) -> None:
        self._address, self._timeout = address, timeout
        self._sdk = openai.AsyncOpenAI(
            api_key=address.key,
            base_url=address.base_url,
            max_retries=0,  # ours know what a retry can cure; two layers of them multiply
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 15.0)),
            http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [stay_at(address), cap_body]}),
            default_headers={"Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._sdk.close()

    async def models(self) -> tuple[str, ...]:
        """The names of the models that the server offers."""
        async with _deadline(self._timeout, self._address), Translated(self._address):
            page = await self._sdk.models.list()
            return tuple(str(getattr(model, "id", model)) for model in (page.data or []))

    async def post(self, fields: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """One call's body and headers; bounded in bytes and, by a deadline round the whole, in seconds."""
        async with _deadline(self._timeout, self._address), Translated(self._address):
            # The SDK's own way for what it has no method for: its typed one costs twice the CPU of the whole call.
            response = await self._sdk.post(
                "/chat/completions", body=dict(fields), cast_to=httpx2.Response, options={"headers": UNREAD}
            )
            body = bytearray()
            try:
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST_ANSWER:
                        most = f"{LARGEST_ANSWER >> 20} MiB"
                        raise BadAnswer(f"{self._address.shown} sent more than {most} in one answer.")
            finally:
                await response.aclose()
            return bytes(body), response.headers


def stay_at(address: Endpoint) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Refuses to be sent on to another server: the papers would go where nobody has agreed to send them.

    On the same server, a status that turns a call into a request for a page is refused too: nobody would answer it.
    """

    async def look(response: httpx2.Response) -> None:
        if not response.has_redirect_location:
            return
        here, there = response.url, response.url.join(response.headers["location"])
        same = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
        if same and (response.status_code in (307, 308) or response.request.method == "GET"):
            return
        elsewhere = without_secrets(str(there))
        raise BackendRefused(
            f"{address.shown} sends calls on to {elsewhere}: if you "
            f"trust that address with your papers, name it in `backends.{address.name}.base_url`."
        )

    return look


class Translated:
    """Translates exceptions of the SDK and of HTTP into `BackendError`s."""

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
    where = address.shown
    if isinstance(error.__cause__, BackendError):
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
                f"{self._address.shown} took longer than {self._seconds:g} s for one call; "
                "try again, or raise `llm.timeout`."
            ) from timeout


async def cap_body(response: httpx2.Response) -> None:
    """Bounds what is read of a body, before anything reads it whole."""
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
