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
from broadsheet.web.desk.access import cookie_of, keep_token
from broadsheet.web.desk.app import create_desk
from broadsheet.web.desk.password import change_password, keep_password
from broadsheet.web.desk.runs import Clock, RunQueue
from broadsheet.web.desk.settings import configure
from broadsheet.web.desk.sign_in import SignIn
from broadsheet.web.listening import address_of, bind, bounded, ended_quietly, is_loopback

_ANY = ("0.0.0.0", "::")  # noqa: S104 - names of all of a machine's addresses


class PatientConnection(BoundedConnection):
    """A connection whose answer may go on for a day: events of a run that takes long, for each tab and program."""

    answer_seconds = 86_400.0
    at_once = 400


def run_desk(  # noqa: PLR0913 - where it listens, what it keeps, and whom it tells
    settings: Settings,
    *,
    config: Path | None,
    host: str,
    port: int,
    url: str | None,
    state: Path,
    clock: Clock,
    password: str | None,
    ask: Callable[[], str] | None,
    opened: Callable[[str, bool], None],
) -> None:
    """Serves until SIGTERM or an interrupt; `opened` gets the address to open, and whether it asks for a password.

    It does where others reach it: on a `host` that is not this machine's own, or under a `url` that a proxy passes on.
    The password is the one given, kept, or answered to `ask`. Raises `ConfigError` where it cannot listen or there is
    no password, and `StateError` where its files cannot be used.
    """
    reached = url is not None or not is_loopback(host)
    if reached and url is None and host in _ANY:
        raise ConfigError(f"--host {host}: name the address that others reach the desk at with --url.")
    file = state.with_name("desk-password")
    kept = keep_password(file, given=password, ask=ask) if reached else None
    token = keep_token(state.with_name("desk-token"))
    with bind(host, port) as bound:
        url = (url or address_of(bound)).rstrip("/")
        queue = RunQueue(state, configure=functools.partial(configure, config=config, state=state), clock=clock)
        door = kept and SignIn(
            kept,
            keep=functools.partial(change_password, file),
            resources=settings.resources,
            cookie=cookie_of(url),
            secure=url.startswith("https:"),
        )
        desk = create_desk(
            queue,
            resources=settings.resources,
            url=url,
            listens=host,
            token=token,
            config=config,
            door=door or None,
        )
        with ended_quietly():
            opened(url if reached else f"{url}/?token={token}", reached)
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(bounded(desk, lifespan="on", http=PatientConnection)).run(sockets=[bound])
