"""A socket to listen on, and uvicorn's limits: what the site of a weekly and the desk share."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from broadsheet.errors import ConfigError
from broadsheet.web.connections import BoundedConnection

LARGEST_HEAD = 16 << 10
"""The most bytes of a request before its body."""
GRACE_SECONDS = 10
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
        limit_concurrency=http.at_once,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


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
