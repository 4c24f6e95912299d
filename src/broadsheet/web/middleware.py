"""Middleware for every request: checks of the host, limits on the size and time of the body, security headers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.web.security import LARGEST_BODY, headers_for, knows_host

BODY_SECONDS = 10.0
"""The most seconds for the body of a request to arrive."""
METHODS = ("GET", "HEAD", "POST")


class BoundedApplication:
    """ASGI middleware with these checks; paths are accepted with the site's base path and without it."""

    def __init__(self, app: ASGIApp, *, url: str, base: str, listens: str) -> None:
        self._app, self._url, self._base, self._listens = app, url, base, listens
        self._headers = headers_for(url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        dressed = with_headers(send, self._headers)
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] == "POST":
            body = await _body(scope, receive)
            if body is None:
                refusal = PlainTextResponse("too large, or too slow\n", 413, headers={"Connection": "close"})
            else:
                receive = _replayed(body, receive)
        await (refusal or self._app)(self._placed(scope), receive, dressed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if scope["method"] not in METHODS:
            return PlainTextResponse("no such method\n", 405, headers={"Allow": ", ".join(METHODS)})
        host = Headers(scope=scope).get("host", "")
        if not scope["path"].endswith("/health") and not knows_host(host, url=self._url, listens=self._listens):
            return PlainTextResponse("this door has another name\n", 421)
        return None

    def _placed(self, scope: Scope) -> Scope:
        path: str = scope["path"]
        below = self._base and (path == self._base or path.startswith(f"{self._base}/"))
        return {**scope, "root_path": self._base} if below else scope


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """An ASGI `send` whose answers have these headers, unless they say otherwise themselves."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = MutableHeaders(scope=message)
            for name, value in headers.items():
                own.setdefault(name, value)
        await send(message)

    return dressed


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The complete body; `None` for one that is too large or too slow."""
    said = Headers(scope=scope).get("content-length", "0")
    if not said.isdigit() or int(said) > LARGEST_BODY:
        return None
    body: bytes = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += bytes(message.get("body", b""))
                if len(body) > LARGEST_BODY:
                    return None
                if not message.get("more_body", False):
                    return body
    except TimeoutError:
        return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """An ASGI `receive` that returns the body already read, and then later messages."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay
