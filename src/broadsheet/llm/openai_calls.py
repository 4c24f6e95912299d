"""Calls in the form of OpenAI's chat completions, each bounded in bytes and seconds, whatever breaks a `BackendError`.

Without the openai SDK: to import it takes .7 s of CPU before the first call, and its layers twice that of a bare call.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx2

from broadsheet import __version__
from broadsheet.errors import BackendBusy, BackendRefused, BackendUnreachable, BadAnswer
from broadsheet.llm.client import Endpoint, without_secrets
from broadsheet.llm.replies import status_error

LARGEST_ANSWER = 8 << 20
LARGEST_REFUSAL = 64 << 10
_LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)
_OWN_HEADERS = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}
"""By environment variable, as OpenAI's own clients read it, the header that tells who pays."""


class OpenAICalls:
    """The connections to one server; every method raises `BackendError` for what goes wrong."""

    def __init__(self, address: Endpoint, *, timeout: float) -> None:
        self._address, self._timeout = address, timeout
        own = {header: value for name, header in _OWN_HEADERS.items() if (value := os.environ.get(name))}
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 15.0)),
            limits=_LIMITS,
            follow_redirects=True,
            event_hooks={"response": [stay_at(address), cap_body]},
            headers={
                "Authorization": f"Bearer {address.key}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"Broadsheet/{__version__}",
                **own,
            },
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def models(self) -> tuple[str, ...]:
        """The names of the models that the server offers."""
        body, _ = await self._send("GET", "/models")
        with translated(self._address):
            data = json.loads(body)
            listed = data.get("data") if isinstance(data, dict) else data
            rows = listed if isinstance(listed, list) else []
            return tuple(str(row.get("id", row) if isinstance(row, dict) else row) for row in rows)

    async def post(self, fields: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """One call's body and headers; bounded in bytes and, by a deadline round the whole, in seconds."""
        return await self._send("POST", "/chat/completions", dict(fields))

    async def _send(self, method: str, path: str, fields: Any = None) -> tuple[bytes, Mapping[str, str]]:
        address = self._address
        async with _deadline(self._timeout, address):
            with translated(address):
                request = self._http.build_request(method, f"{address.base_url.rstrip('/')}{path}", json=fields)
                response = await self._http.send(request, stream=True)
                try:
                    body = bytearray()
                    async for piece in response.aiter_bytes():
                        body += piece
                finally:
                    await response.aclose()
        if not response.is_success:
            said, encoding = bytes(body), response.charset_encoding or "utf-8"
            raise status_error(
                response.status_code,
                _decode(said, encoding),
                headers=response.headers,
                backend=address.name,
                model=address.model,
            )
        return bytes(body), response.headers


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, errors="replace")
    except LookupError:  # in no encoding at all
        return body.decode(errors="replace")


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


@contextlib.contextmanager
def translated(address: Endpoint) -> Iterator[None]:
    """Translates exceptions of HTTP into `BackendError`s."""
    try:
        yield
    except Exception as error:
        if (ours := translate(error, address)) is error:
            raise
        raise ours from error


def translate(error: Exception, address: Endpoint) -> Exception:
    """The `BackendError` for an exception of HTTP; any other is given back."""
    where = address.shown
    if isinstance(error, httpx2.TimeoutException):
        return BackendBusy(f"{where} did not answer in time; try again, or raise `llm.timeout`.")
    if isinstance(error, httpx2.ConnectError):
        return BackendUnreachable(
            f"nobody answers at {where} ({error}): start the server, or correct `backends.{address.name}.base_url`."
        )
    if isinstance(error, httpx2.HTTPError | httpx2.StreamError):
        return BackendBusy(f"the connection to {where} broke ({type(error).__name__}); try again.")
    if isinstance(error, ValueError | RecursionError | httpx2.InvalidURL):
        return BadAnswer(f"{where} did not answer as an OpenAI-compatible server does ({type(error).__name__}).")
    return error


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
