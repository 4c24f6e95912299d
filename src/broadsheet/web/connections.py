"""Connections that end: each request and each answer has its time, and whoever is slow makes room for whoever is not.

uvicorn bounds the size of a request's head and the pause between two requests, but waits without end for a head that
comes in drops, or for a reader who takes no answer: a few hundred of those would shut the door to everybody.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""The most seconds until a request has come up to its body, from the connection or from the answer before on."""
ANSWER_SECONDS = 120.0
"""The most seconds until a request is answered and its answer taken."""
AT_ONCE = 200
"""The most concurrent connections; for another one, the one that is slowest is closed."""


class BoundedConnection(H11Protocol):
    """uvicorn's connection, with a time for each request, and a place as long as there is room."""

    head_seconds = HEAD_SECONDS
    answer_seconds = ANSWER_SECONDS
    at_once = AT_ONCE
    _answers: bool
    _since: float
    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Waits for a request, in the place of the slowest connection where there is none left."""
        super().connection_made(transport)
        self._begin(answers=False)
        if len(self.connections) >= self.at_once:
            others = (each for each in self.connections if isinstance(each, BoundedConnection) and each is not self)
            slowest = min(others, key=lambda each: (each._answers, each._since))
            slowest.transport.abort()
            self.connections.discard(slowest)  # and not only once the loop comes to it

    def data_received(self, data: bytes) -> None:
        """Ends the time of a request with its head, and begins that of its answer."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._begin(answers=True)

    def on_response_complete(self) -> None:
        """Waits for the answer to be taken, or for the next request, which may have come already."""
        before = self.cycle
        self._begin(answers=self.transport.get_write_buffer_size() > 0)
        super().on_response_complete()
        if self.cycle is not before:
            self._begin(answers=True)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends what was waited for."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)

    def _begin(self, *, answers: bool) -> None:
        if self._end is not None:
            self._end.cancel()
        self._answers, self._since = answers, self.loop.time()
        seconds = self.answer_seconds if answers else self.head_seconds
        self._end = self.loop.call_later(seconds, self.transport.abort)
