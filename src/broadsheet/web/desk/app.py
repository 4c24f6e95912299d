"""The desk's application: pages, their files, and `/api/v1`, behind the guard of `access.py`."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from broadsheet.errors import BroadsheetError
from broadsheet.settings.resources import Resources
from broadsheet.web.desk.access import GuardedDesk, cookie_of
from broadsheet.web.desk.api import DeskApi
from broadsheet.web.desk.openapi import BASE
from broadsheet.web.desk.pages import DeskPages
from broadsheet.web.desk.problems import Problem, problem_of
from broadsheet.web.desk.runs import RunQueue
from broadsheet.web.desk.sign_in import SignIn


def create_desk(  # noqa: PLR0913 - what it shows, and where and for whom
    queue: RunQueue,
    *,
    resources: Resources,
    url: str,
    listens: str,
    token: str,
    config: Path | None = None,
    password: str | None = None,
) -> GuardedDesk:
    """The ASGI application of a desk at an address; its lifespan begins and ends the queue's work.

    `password` is the hash of the one that a desk asks for that others reach.
    """
    secure = url.startswith("https:")
    door = SignIn(password, resources=resources, cookie=cookie_of(url), secure=secure) if password else None

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await queue.start()
        try:
            yield
        finally:
            await queue.close()

    failures: dict[Any, Any] = {HTTPException: _http, BroadsheetError: _failed, sqlite3.Error: _failed}
    app = Starlette(
        routes=desk_routes(queue, resources, config, reached=door is not None),
        exception_handlers=failures,
        lifespan=lifespan,
    )
    return GuardedDesk(app, url=url, listens=listens, token=token, door=door)


def desk_routes(
    queue: RunQueue, resources: Resources, config: Path | None, *, reached: bool = False
) -> list[BaseRoute]:
    """The interface, and the pages that use it; `reached` by others, they have a way to sign out."""
    pages = DeskPages(queue, resources, reached=reached)
    return [Mount(BASE, routes=DeskApi(queue, config).routes()), *pages.routes()]


async def _failed(request: Request, error: Exception) -> Response:
    return problem_of(error).response()


async def _http(request: Request, error: HTTPException) -> Response:
    return Problem(error.status_code, error.detail).response(dict(error.headers or {}))
