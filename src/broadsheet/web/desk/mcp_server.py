"""Runs the desk's tools by standard input and output, or by streamable HTTP behind the desk's own guard."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from broadsheet.web.desk.access import GuardedDesk, keep_token
from broadsheet.web.desk.mcp_tools import make_server
from broadsheet.web.desk.runs import Clock, Configure
from broadsheet.web.desk.server import PatientConnection
from broadsheet.web.desk.settings import configure
from broadsheet.web.server import address_of, bind, bounded, ended_quietly

__all__ = ["configure", "run_mcp"]
HOST = "127.0.0.1"


def run_mcp(state: Path, *, configure: Configure, clock: Clock, port: int | None) -> None:
    """Serves until its input ends or, on a port, until it is stopped; HTTP asks for the desk's token as `Bearer`."""
    server = make_server(state, configure=configure, clock=clock)
    if port is None:
        server.run("stdio")
        return
    token = keep_token(state.with_name("desk-token"))
    with bind(HOST, port) as bound, ended_quietly():
        url = address_of(bound)
        app = GuardedDesk(server.streamable_http_app(), url=url, listens=HOST, token=token)
        sys.stderr.write(f"{url}/mcp is open, for a program that sends the token of {state.with_name('desk-token')}\n")
        uvicorn.Server(bounded(app, lifespan="on", http=PatientConnection)).run(sockets=[bound])
