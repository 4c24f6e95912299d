"""Runs the desk's tools by standard input and output, or by streamable HTTP behind the desk's own guard."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import uvicorn

from broadsheet.web.desk.access import GuardedDesk, keep_token
from broadsheet.web.desk.mcp_tools import make_server
from broadsheet.web.desk.runs import Clock
from broadsheet.web.desk.server import PatientConnection
from broadsheet.web.desk.settings import configure
from broadsheet.web.listening import address_of, bind, bounded, ended_quietly

HOST = "127.0.0.1"


def run_mcp(
    state: Path, *, config: Path | None, clock: Clock, port: int | None, opened: Callable[[str, Path], None]
) -> None:
    """Serves until its input ends or, on a port, until it is stopped; HTTP asks for the desk's token as `Bearer`.

    `opened` gets the address, once it listens on one, and the file of the token.
    """
    server = make_server(state, configure=functools.partial(configure, config=config, state=state), clock=clock)
    if port is None:
        server.run("stdio")
        return
    key = state.with_name("desk-token")
    token = keep_token(key)
    with bind(HOST, port) as bound, ended_quietly():
        url = address_of(bound)
        app = GuardedDesk(server.streamable_http_app(), url=url, listens=HOST, token=token)
        opened(f"{url}/mcp", key)
        uvicorn.Server(bounded(app, lifespan="on", http=PatientConnection)).run(sockets=[bound])
