"""The desk's application: pages, their files, and `/api/v1`, behind the guard of `access.py`."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from broadsheet.errors import BroadsheetError
from broadsheet.settings.resources import Resources
from broadsheet.web.desk.access import GuardedDesk
from broadsheet.web.desk.api import DeskApi
from broadsheet.web.desk.pages import DeskPages
from broadsheet.web.desk.problems import Problem, problem_of
from broadsheet.web.desk.runs import RunQueue
from broadsheet.web.desk.shelf import DeskShelf


def create_desk(queue: RunQueue, *, resources: Resources, url: str, listens: str, token: str) -> GuardedDesk:
    """The ASGI application of a desk at an address; its lifespan begins and ends the queue's work."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await queue.start()
        try:
            yield
        finally:
            await queue.close()

    failures: dict[Any, Any] = {HTTPException: _http, BroadsheetError: _failed, sqlite3.Error: _failed}
    app = Starlette(
        routes=[
            Mount("/api/v1", routes=[*DeskShelf(queue).routes(), *DeskApi(queue).routes()]),
            *DeskPages(queue, resources).routes(),
        ],
        exception_handlers=failures,
        lifespan=lifespan,
    )
    return GuardedDesk(app, url=url, listens=listens, token=token)


async def _failed(request: Request, error: Exception) -> Response:
    return problem_of(error).response()


async def _http(request: Request, error: HTTPException) -> Response:
    return Problem(error.status_code, error.detail).response(dict(error.headers or {}))
