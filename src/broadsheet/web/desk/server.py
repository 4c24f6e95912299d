"""Runs a desk on a socket of this machine until it is stopped."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path

import uvicorn

from broadsheet.errors import ConfigError
from broadsheet.settings.loading import Settings
from broadsheet.web.connections import BoundedConnection
from broadsheet.web.desk.access import keep_token
from broadsheet.web.desk.app import create_desk
from broadsheet.web.desk.runs import Clock, RunQueue
from broadsheet.web.desk.settings import configure
from broadsheet.web.server import address_of, bind, bounded, ended_quietly, is_loopback


class PatientConnection(BoundedConnection):
    """A connection whose answer may go on for a day: events of a run that takes long."""

    answer_seconds = 86_400.0


def run_desk(  # noqa: PLR0913 - where it listens, what it keeps, and whom it tells
    settings: Settings,
    *,
    config: Path | None,
    host: str,
    port: int,
    state: Path,
    clock: Clock,
    opened: Callable[[str, str], None],
) -> None:
    """Serves until SIGTERM or an interrupt; `opened` gets the address with the token, and the token.

    Raises `ConfigError` where it cannot listen, and `StateError` where its file cannot be used.
    """
    if not is_loopback(host):
        raise ConfigError(f"{host}: a desk is for one reader on this machine, and listens to 127.0.0.1 alone.")
    token = keep_token(state.with_name("desk-token"))
    with bind(host, port) as bound:
        url = address_of(bound)
        queue = RunQueue(state, configure=functools.partial(configure, config=config, state=state), clock=clock)
        desk = create_desk(queue, resources=settings.resources, url=url, listens=host, token=token, config=config)
        with ended_quietly():
            opened(f"{url}/?token={token}", token)
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(bounded(desk, lifespan="on", http=PatientConnection)).run(sockets=[bound])
