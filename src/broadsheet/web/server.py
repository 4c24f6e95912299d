"""Runs the web server on a socket until it is stopped, and then finishes the accepted work."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from broadsheet.errors import ConfigError
from broadsheet.mailing.subscribers import FREQUENCIES, Subscriber
from broadsheet.settings.loading import Settings
from broadsheet.store.state import check_kept
from broadsheet.web.app import AppContext, create_app
from broadsheet.web.confirmation import ConfirmationMail, Send
from broadsheet.web.connections import AT_ONCE, BoundedConnection
from broadsheet.web.pages import Pages
from broadsheet.web.service import Clock, SubscriptionService

LARGEST_HEAD = 16 << 10
"""The most bytes of a request before its body."""
GRACE_SECONDS = 10
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OFTEN = {"day": 0, "week": 1, "month": 2}


@dataclasses.dataclass(frozen=True, slots=True)
class Files:
    """The files of the web application: the state, and the folder of the archive if there is one."""

    state: Path
    archive: Path | None


def run_server(settings: Settings, files: Files, *, send: Send, clock: Clock, opened: Callable[[str], None]) -> None:
    """Serves until SIGTERM or an interrupt, then finishes open requests and sends waiting mails.

    `opened` gets the address once the server listens. Raises `ConfigError` where it cannot start as configured,
    and `StateError` where the state is lost or damaged.
    """
    head = ConfirmationMail.of(settings)
    check_kept(files.state, files.archive)
    with listening(settings) as bound:
        url = settings.door.url or address_of(bound)

        def confirm(subscriber: Subscriber, link: str) -> None:
            send(head.confirming(subscriber, link, now=clock()))

        desk = SubscriptionService(files.state, settings.door, url=url, clock=clock, send=confirm)
        pages = Pages.of(head, url=url, archive=files.archive)
        offered = FREQUENCIES[_OFTEN[settings.schedule.every] :]
        app = create_app(
            AppContext(desk, pages, url, offered, settings.door.trust_proxy), files.archive, settings.door.host
        )
        try:
            with ended_quietly():
                opened(address_of(bound))
                uvicorn.Server(bounded(app)).run(sockets=[bound])
        finally:
            desk.close()


def bounded(
    app: ASGIApp, *, lifespan: Literal["on", "off"] = "off", http: type[BoundedConnection] = BoundedConnection
) -> uvicorn.Config:
    """The limits of uvicorn; it logs nothing, since paths contain tokens."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan=lifespan,
        ws="none",
        http=http,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@contextlib.contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket on the configured host and port; raises `ConfigError` where they cannot be used."""
    host, port = settings.door.host, settings.door.port
    if not is_loopback(host) and not settings.door.url:
        raise ConfigError(
            f"door.host is {host}, which others reach, and door.url is not set: name the address they reach it at."
        )
    with bind(host, port) as bound:
        yield bound


def is_loopback(host: str) -> bool:
    """Whether a host is reached from this machine alone."""
    return host in _LOOPBACK


@contextlib.contextmanager
def bind(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on a host and a port, 0 for any that is free; raises `ConfigError` where they cannot be used."""
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
def ended_quietly() -> Iterator[None]:
    """Ignores the signal that uvicorn raises again after its shutdown."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def address_of(bound: socket.socket) -> str:
    """The address at which a socket is reached from this machine."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
