"""The desk's first page, where listings are pasted, and the files of all; it loads nothing that makes a digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from broadsheet.settings.resources import Resources
from broadsheet.store.desk import list_runs
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.runs import RunQueue

RECENT = 8
_FILES = {"desk.css": "text/css", "desk.js": "text/javascript"}


class FrontPage:
    """The handlers of the first page, and of the style sheet and the script."""

    def __init__(self, queue: RunQueue, resources: Resources, *, reached: bool, then: Callable[[], object]) -> None:
        """`reached` says whether others reach the desk, so that its reader signs out; `then` follows the first page."""
        self._queue, self._resources, self._reached, self._then = queue, resources, reached, then

    def routes(self) -> list[Route]:
        """The routes of the page and of the files."""
        return [
            Route("/", self.paste, methods=["GET"]),
            Route("/desk/{name}", self.file, methods=["GET"]),
        ]

    async def paste(self, request: Request) -> Response:
        """The box to paste into, and the last runs."""
        settings = self._queue.configure({})
        backends = [{"name": name, "model": each.model or ""} for name, each in settings.backends.items()]
        page = self.page(
            "paste",
            runs=await self._queue.do(list_runs, limit=RECENT),
            backends=backends,
            length=settings.writing.length,
            language=settings.language,
            interests=settings.interests,
            never=settings.never,
            always=settings.always,
            at_most=settings.at_most,
            title=settings.title,
        )
        page.background = BackgroundTask(self._then)
        return page

    async def file(self, request: Request) -> Response:
        """The style sheet or the script."""
        name = request.path_params["name"]
        if name not in _FILES:
            return Problem(404, "There is no such file").response()
        return Response(self._resources.render("templates", f"desk/{name}"), media_type=_FILES[name])

    def page(self, name: str, **values: Any) -> Response:
        """A page from `templates/desk/`."""
        html = self._resources.render("templates", f"desk/{name}.html", here=name, reached=self._reached, **values)
        return Response(html, media_type="text/html; charset=utf-8")
