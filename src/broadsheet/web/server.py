"""Runs the web server on a socket until it is stopped, and then finishes the accepted work."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from broadsheet.errors import ConfigError
from broadsheet.mailing.subscribers import FREQUENCIES, Subscriber
from broadsheet.settings.loading import Settings
from broadsheet.store.state import check_kept
from broadsheet.web.app import AppContext, create_app
from broadsheet.web.confirmation import ConfirmationMail, Send
from broadsheet.web.listening import address_of, bind, bounded, ended_quietly, is_loopback
from broadsheet.web.pages import Pages
from broadsheet.web.service import Clock, SubscriptionService

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
