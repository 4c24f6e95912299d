"""The desk's pages: paste, a run as it goes on or as its digest, the shelf, the stars. A GET changes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from broadsheet.models import Digest
from broadsheet.rendering.pages import labels_of, render_note
from broadsheet.rendering.published import publish_digest
from broadsheet.rendering.text import Slugs
from broadsheet.rendering.view import view
from broadsheet.settings.resources import Resources
from broadsheet.store.desk import DeskRun, find_digest, find_run, list_runs, list_stars, listing_of, search_shelf
from broadsheet.text.words import split_words
from broadsheet.web.desk.api import MOST_WORDS
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.runs import RunQueue

FORMS = (
    ("html", "page"), ("md", "Markdown"), ("txt", "text"), ("json", "JSON"), ("bib", "BibTeX"), ("ris", "RIS"),
    ("csl", "CSL-JSON"),
)  # fmt: skip
RECENT = 8
_FILES = {"desk.css": "text/css", "desk.js": "text/javascript"}


class DeskPages:
    """The handlers of the pages and of their two files."""

    def __init__(self, queue: RunQueue, resources: Resources) -> None:
        self._queue, self._resources = queue, resources

    def routes(self) -> list[Route]:
        """The routes of the pages."""
        return [
            Route("/", self.paste, methods=["GET"]),
            Route("/runs/{id}", self.run, methods=["GET"]),
            Route("/shelf", self.shelf, methods=["GET"]),
            Route("/stars", self.stars, methods=["GET"]),
            Route("/desk/{name}", self.file, methods=["GET"]),
        ]

    async def paste(self, request: Request) -> Response:
        """The box to paste into, and the last runs."""
        settings = self._queue.configure({})
        backends = [{"name": name, "model": each.model or ""} for name, each in settings.backends.items()]
        return self._page(
            "paste",
            runs=await self._queue.do(list_runs, limit=RECENT),
            backends=backends,
            length=settings.writing.length,
            language=settings.language,
            interests=settings.interests,
            title=settings.title,
        )

    async def run(self, request: Request) -> Response:
        """A run: how far it is, why it failed, or its digest with the tools of its reader."""
        run = await self._queue.do(find_run, request.path_params["id"])
        if run is None:
            return Problem(404, "There is no such digest", "It may have been deleted.").response()
        made = await self._queue.do(find_digest, run.id)
        if made is not None:
            return await self._digest(run, made)
        listing = await self._queue.do(listing_of, run.id)
        papers = {paper.key: paper.title for paper in listing.papers} if listing else {}
        return self._page("run", run=run, page=None, papers=papers)

    async def _digest(self, run: DeskRun, made: Digest) -> Response:
        labels = labels_of(made.language)
        page = await asyncio.to_thread(view, publish_digest(made), labels, with_map=False)
        slugs = Slugs()
        return self._page(
            "run",
            run=run,
            page=page,
            labels=labels,
            note=render_note(page),
            forms=FORMS,
            papers={slugs.take(paper.key, prefix="paper"): paper.key for paper in made.papers},
            titles=[{"title": theme.title, "papers": theme.paper_keys} for theme in made.themes],
            stars={star.paper.key: star.verdict for star in await self._queue.do(list_stars)},
            href="#{}".format,
        )

    async def shelf(self, request: Request) -> Response:
        """All digests, or what a search finds in them."""
        asked = request.query_params.get("q", "")[:500].strip()
        hits = await self._queue.do(search_shelf, split_words(asked)[:MOST_WORDS]) if asked else []
        return self._page("shelf", asked=asked, hits=hits, runs=await self._queue.do(list_runs))

    async def stars(self, request: Request) -> Response:
        """What the reader starred, and wants less of."""
        return self._page("stars", stars=await self._queue.do(list_stars))

    async def file(self, request: Request) -> Response:
        """The style sheet or the script."""
        name = request.path_params["name"]
        if name not in _FILES:
            return Problem(404, "There is no such file").response()
        return Response(self._resources.render("templates", f"desk/{name}"), media_type=_FILES[name])

    def _page(self, name: str, **values: Any) -> Response:
        html = self._resources.render("templates", f"desk/{name}.html", here=name, **values)
        return Response(html, media_type="text/html; charset=utf-8")
