"""The desk's application: pages, their files, and `/api/v1`, behind the guard of `access.py`."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from broadsheet.errors import BroadsheetError
from broadsheet.settings.resources import Resources
from broadsheet.web.desk.access import GuardedDesk
from broadsheet.web.desk.front_page import FrontPage
from broadsheet.web.desk.openapi import BASE
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
    door: SignIn | None = None,
) -> GuardedDesk:
    """The ASGI application of a desk at an address; its lifespan begins and ends the queue's work.

    A desk that others reach has a `door`, where they sign in.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await queue.start()
        try:
            yield
        finally:
            await queue.close()

    @functools.cache
    def warm_up() -> None:
        queue.ready = importlib.import_module("broadsheet.tldr.extractive.parallel").start_ready()
        rest.load()
        queue.warm_up()

    front = FrontPage(queue, resources, reached=door is not None, then=warm_up)

    def load() -> ASGIApp:
        api = importlib.import_module("broadsheet.web.desk.api").DeskApi(queue, config)
        pages = importlib.import_module("broadsheet.web.desk.pages").DeskPages(queue, front)
        return Router([Mount(BASE, routes=api.routes()), *pages.routes()])

    rest = _Late(load)
    failures: dict[Any, Any] = {HTTPException: _http, BroadsheetError: _failed, sqlite3.Error: _failed}
    app = Starlette(
        routes=[*front.routes(), Mount("/", app=rest)],
        exception_handlers=failures,
        lifespan=lifespan,
    )
    return GuardedDesk(app, url=url, listens=listens, token=token, door=door)


class _Late:
    """An application that is loaded once the first page is there, or when it is asked: its modules take a second."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None

    def load(self) -> ASGIApp:
        """The application; two threads at once may make it twice, which does no harm."""
        if self._app is None:
            self._app = self._make()
        return self._app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.to_thread(self.load) if self._app is None else self._app
        await app(scope, receive, send)


async def _failed(request: Request, error: Exception) -> Response:
    return problem_of(error).response()


async def _http(request: Request, error: HTTPException) -> Response:
    return Problem(error.status_code, error.detail).response(dict(error.headers or {}))
