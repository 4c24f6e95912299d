"""Connections are bounded: whoever is slow is closed in time, and makes room for whoever is not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
import uvicorn
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from broadsheet.web.connections import BoundedConnection

Found = TypeVar("Found")
ASK = b"GET / HTTP/1.1\r\nHost: door.example\r\nConnection: close\r\n\r\n"
PIECE, PIECES = b"x" * (64 << 10), 128
PATIENCE = 30


class Door:
    """A server with these limits, whose answer at /long is more than any buffer holds."""

    def __init__(self, **limits: float) -> None:
        self.kind = type("Quick", (BoundedConnection,), limits)
        self.ended = asyncio.Event()
        """Whether an answer at /long was sent, or given up."""
        self._bound = socket.create_server(("127.0.0.1", 0))
        self._opened: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Door:
        plain = {"interface": "asgi3", "lifespan": "off", "log_config": None, "ws": "none"}
        self._server = uvicorn.Server(uvicorn.Config(self.answer, http=self.kind, **plain))
        self._running = asyncio.create_task(self._server._serve([self._bound]))
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self._opened:
            writer.transport.abort()
        self._server.should_exit = True
        await self._running

    async def connect(self, said: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self._bound.getsockname())
        self._opened.append(writer)
        writer.write(said)
        return reader, writer

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        long = scope["path"] == "/long"
        response = StreamingResponse(iter([PIECE] * PIECES)) if long else PlainTextResponse("ok")
        await response(scope, receive, send)
        if long:
            self.ended.set()


async def closed(reader: asyncio.StreamReader) -> bool:
    """Whether the other side closes without a word."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


def tried(door: Callable[[], Awaitable[Found]]) -> Found:
    return asyncio.run(asyncio.wait_for(door(), PATIENCE))


@pytest.mark.parametrize("said", [b"", b"GET /", ASK[:-2], b"GET / HTTP/1.1\r\nX: " + b"y" * 3000])
def test_a_request_that_does_not_come_whole_is_closed(said: bytes) -> None:
    async def half() -> bool:
        async with Door(head_seconds=0.05) as door:
            reader, _ = await door.connect(said)
            return await closed(reader)

    assert tried(half)


def test_drops_buy_no_time() -> None:
    async def dripping() -> bool:
        async with Door(head_seconds=0.1) as door:
            reader, writer = await door.connect(b"GET / HTTP/1.1\r\n")
            ended = asyncio.create_task(closed(reader))
            while not ended.done():
                writer.write(b"X: y\r\n")
                await asyncio.wait([ended], timeout=0.01)
            return ended.result()

    assert tried(dripping)


def test_a_second_request_that_does_not_come_whole_is_closed() -> None:
    async def second() -> bool:
        async with Door(head_seconds=0.1) as door:
            reader, writer = await door.connect(ASK.replace(b"close", b"keep-alive"))
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200 OK")
            writer.write(b"GET / HT")
            return await closed(reader)

    assert tried(second)


def test_who_takes_no_answer_is_closed() -> None:
    async def untaken() -> int:
        async with Door(answer_seconds=0.1) as door:
            reader, writer = await door.connect(ASK.replace(b"/", b"/long", 1))
            writer.transport.pause_reading()
            await door.ended.wait()
            writer.transport.resume_reading()
            with contextlib.suppress(ConnectionResetError):
                return len(await reader.read())
            return 0

    assert tried(untaken) < len(PIECE) * PIECES


def test_half_open_requests_shut_the_door_to_nobody() -> None:
    async def asked() -> list[bytes]:
        async with Door(at_once=8) as door:
            for _ in range(20):
                await door.connect(b"GET / HTTP/1.1\r\n")
            return [(await (await door.connect(ASK))[0].read())[:15] for _ in range(20)]

    assert tried(asked) == [b"HTTP/1.1 200 OK"] * 20


def test_an_answer_under_way_stays_where_others_only_wait() -> None:
    async def asked() -> int:
        async with Door(at_once=4) as door:
            reader, _ = await door.connect(ASK.replace(b"/", b"/long", 1))
            await reader.readexactly(12)
            for _ in range(10):
                await door.connect()
            return (await reader.read()).count(PIECE) * len(PIECE)

    assert tried(asked) == len(PIECE) * PIECES
