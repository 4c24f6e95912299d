"""The desk's other pages: a run as it goes on or as its digest, the shelf, the stars. A GET changes nothing."""

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
from broadsheet.store.desk import (
    DeskRun,
    find_noted,
    find_run,
    list_runs,
    list_stars,
    listing_of,
)
from broadsheet.web.desk.front_page import FrontPage
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.runs import RunQueue
from broadsheet.web.desk.shelf import SEARCHED, changes_between, find_hits, read_search

FORMS = (
    ("html", "page"), ("md", "Markdown"), ("txt", "text"), ("json", "JSON"), ("bib", "BibTeX"), ("ris", "RIS"),
    ("csl", "CSL-JSON"),
)  # fmt: skip


class DeskPages:
    """The handlers of the pages."""

    def __init__(self, queue: RunQueue, front: FrontPage) -> None:
        self._queue, self._front = queue, front

    def routes(self) -> list[Route]:
        """The routes of the pages."""
        return [
            Route("/runs/{id}", self.run, methods=["GET"]),
            Route("/shelf", self.shelf, methods=["GET"]),
            Route("/changes", self.changes, methods=["GET"]),
            Route("/stars", self.stars, methods=["GET"]),
        ]

    async def run(self, request: Request) -> Response:
        """A run: how far it is, why it failed, or its digest with the tools of its reader."""
        run = await self._queue.do(find_run, request.path_params["id"])
        if run is None:
            return Problem(404, "There is no such digest", "It may have been deleted.").response()
        made = await self._queue.do(find_noted, run.id)
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
            addresses=self._queue.configure({}).mail.to,
            notes=made.notes,
            href="#{}".format,
        )

    async def shelf(self, request: Request) -> Response:
        """All digests, or what a search finds in them."""
        asked = {name: request.query_params.get(name, "")[:500].strip() for name in SEARCHED}
        words, narrowed = read_search(asked)
        hits, hidden = await self._queue.do(find_hits, words, self._queue.configure({}), narrowed=narrowed)
        return self._page("shelf", asked=asked, hits=hits, hidden=hidden, runs=await self._queue.do(list_runs))

    async def changes(self, request: Request) -> Response:
        """What changed from one digest to another."""
        names = [request.query_params.get(name, "") for name in ("before", "after")]
        runs = [await self._queue.do(find_run, name) for name in names]
        if (found := await changes_between(self._queue, *names)) is None:
            return Problem(404, "There is no such digest", "It may have been deleted.").response()
        return self._page("changes", runs=runs, changes=found)

    async def stars(self, request: Request) -> Response:
        """What the reader starred, and wants less of."""
        return self._page("stars", stars=await self._queue.do(list_stars))

    def _page(self, name: str, **values: Any) -> Response:
        return self._front.page(name, **values)
