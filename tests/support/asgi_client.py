"""Asks an ASGI application in this process: one request, its body in pieces, and what came back."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Message, Scope


@dataclasses.dataclass(frozen=True)
class Reply:
    """A status, headers by small letters, a body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def scope_of(path: str, method: str = "GET", **headers: str) -> Scope:
    """A request for a path of a door at `127.0.0.1`, from loopback."""
    named = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }


def ask(app: ASGIApp, path: str, method: str = "GET", body: Iterable[bytes] = (), **headers: str) -> Reply:
    """What an application answers; after the body's pieces the client waits for the answer."""
    pieces = list(body) or [b""]
    sent: list[Message] = []

    async def receive() -> Message:
        if not pieces:
            await asyncio.Event().wait()
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await app(scope_of(path, method, **headers), receive, send)

    asyncio.run(run())
    start = next(message for message in sent if message["type"] == "http.response.start")
    said = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], said, b"".join(message.get("body", b"") for message in sent))
