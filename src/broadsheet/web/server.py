"""Opens the door: a socket, a server on it until it is told to end, and then whatever was promised is still done."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from broadsheet.errors import ConfigError
from broadsheet.mailing.subscribers import FREQUENCIES, Subscriber
from broadsheet.settings.loading import Settings
from broadsheet.web.app import AppContext, create_app
from broadsheet.web.confirmation import Letterhead, Send
from broadsheet.web.pages import Pages
from broadsheet.web.service import Clock, SubscriptionService

LARGEST_HEAD = 16 << 10
AT_ONCE = 200
"""Connections that are answered at once; more are told to come back."""
GRACE_SECONDS = 10
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OFTEN = {"day": 0, "week": 1, "month": 2}


@dataclasses.dataclass(frozen=True, slots=True)
class Files:
    """What the door reads and writes: the state, and the folder of the archive where there is one."""

    state: Path
    archive: Path | None


def run_server(settings: Settings, files: Files, *, send: Send, clock: Clock, opened: Callable[[str], None]) -> None:
    """Serves until SIGTERM or an interrupt, then answers what has come and posts what waits.

    `opened` is told the address once the door listens. Raises `ConfigError` where it cannot be opened as configured.
    """
    head = Letterhead.of(settings)
    with listening(settings) as bound:
        url = settings.door.url or _address_of(bound)

        def confirm(subscriber: Subscriber, link: str) -> None:
            send(head.confirming(subscriber, link, now=clock()))

        desk = SubscriptionService(files.state, settings.door, url=url, clock=clock, send=confirm)
        pages = Pages.of(head, url=url, archive=files.archive)
        offered = FREQUENCIES[_OFTEN[settings.schedule.every] :]
        app = create_app(
            AppContext(desk, pages, url, offered, settings.door.trust_proxy), files.archive, settings.door.host
        )
        try:
            with _ended_quietly():
                opened(_address_of(bound))
                uvicorn.Server(_bounded(app)).run(sockets=[bound])
        finally:
            desk.close()


def _bounded(app: ASGIApp) -> uvicorn.Config:
    """The server's own bounds; it logs nothing, since paths hold tokens and a client that speaks no HTTP is no news."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        http="h11",
        h11_max_incomplete_event_size=LARGEST_HEAD,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@contextlib.contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket on the host and port of the configuration; raises `ConfigError` where that is not ours to take."""
    host, port = settings.door.host, settings.door.port
    if host not in _LOOPBACK and not settings.door.url:
        raise ConfigError(
            f"door.host is {host}, which others reach, and door.url is not set: name the address they reach it at."
        )
    try:
        kind = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.create_server((host, port), family=kind, backlog=128)
    except OSError as error:
        raise ConfigError(
            f"{host}:{port} cannot be listened on ({error.strerror}); name another with --port."
        ) from error
    with contextlib.closing(bound):
        yield bound


@contextlib.contextmanager
def _ended_quietly() -> Iterator[None]:
    """The server raises a signal again once it has ended by it; told to end, it has done as it was told."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _address_of(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
