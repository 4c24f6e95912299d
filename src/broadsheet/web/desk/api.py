"""The desk's interface for programs, `/api/v1`; the page uses nothing else.

Answers are JSON, and problems documents of RFC 9457. Text from papers and models goes out as values only.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pydantic
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from broadsheet.digests.editing import EDIT, EDITS, edit_digest
from broadsheet.digests.estimate import estimate_digest
from broadsheet.digests.selection import select
from broadsheet.errors import ReadingError, UsageError
from broadsheet.models import Account, Digest, Listing
from broadsheet.reading.listing import named_paper, read_inputs, read_text, rename_sources
from broadsheet.reading.sources.query import is_live
from broadsheet.rendering.pages import FILE_NAMES, render_digest
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import (
    DeskRun,
    Star,
    delete_run,
    find_digest,
    find_run,
    give_star,
    keep_made,
    list_runs,
    list_stars,
    search_shelf,
    take_star,
)
from broadsheet.text.words import split_words
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.runs import RunQueue

MOST_FILES = 50
MOST_WORDS = 12
_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml",
    "feed": "application/feed+json",
    "csl": "application/vnd.citationstyles.csl+json",
}


class DeskApi:
    """The handlers of `/api/v1`."""

    def __init__(self, queue: RunQueue) -> None:
        self._queue = queue

    def routes(self) -> list[Route]:
        """The routes, below `/api/v1`."""
        return [
            Route("/read", self.read, methods=["POST"]),
            Route("/plan", self.plan, methods=["POST"]),
            Route("/digests", self.digests, methods=["GET"]),
            Route("/digests", self.submit, methods=["POST"]),
            Route("/digests/{id}", self.digest, methods=["GET"]),
            Route("/digests/{id}", self.edit, methods=["PATCH"]),
            Route("/digests/{id}", self.delete, methods=["DELETE"]),
            Route("/digests/{id}/events", self.events, methods=["GET"]),
            Route("/digests/{id}/stop", self.stop, methods=["POST"]),
            Route("/digests/{id}/files/{form}", self.file, methods=["GET"]),
            Route("/search", self.search, methods=["GET"]),
            Route("/stars", self.stars, methods=["GET"]),
            Route("/stars.bib", self.stars_as_bibtex, methods=["GET"]),
            Route("/stars/{paper_key:path}", self.star, methods=["PUT"]),
            Route("/stars/{paper_key:path}", self.unstar, methods=["DELETE"]),
        ]

    async def read(self, request: Request) -> Response:
        """What is understood of a text, of uploaded files, or of sources: the `Listing`."""
        return _json(await self._listing(await _body(request)))

    async def plan(self, request: Request) -> Response:
        """What a digest would take: papers, and with a model calls, tokens, money and seconds."""
        asked = await _body(request)
        settings = self._queue.configure(_chosen(asked))
        listing = await self._listing(asked)
        selection = await asyncio.to_thread(select, listing, settings)
        plan = None if settings.backend is None else await estimate_digest(selection.corpus, settings)
        figures = None if plan is None else dataclasses.asdict(plan)
        return JSONResponse({"papers": len(selection.listing.papers), "plan": figures})

    async def submit(self, request: Request) -> Response:
        """Puts a digest into the queue: 202, with its id and where its events are."""
        asked = await _body(request)
        settings = _chosen(asked)
        self._queue.configure(settings)
        run = await self._queue.submit(await self._listing(asked), settings)
        where = f"/api/v1/digests/{run.id}"
        return JSONResponse(_shown(run) | {"events": f"{where}/events"}, 202, headers={"Location": where})

    async def digests(self, request: Request) -> Response:
        """All runs, the newest first."""
        return JSONResponse([_shown(run) for run in await self._queue.do(list_runs)])

    async def digest(self, request: Request) -> Response:
        """How a run stands and, once it is done, its digest."""
        run = await self._run(request)
        if isinstance(run, Problem):
            return run.response()
        made = await self._queue.do(find_digest, run.id)
        digest = None if made is None else json.loads(made.model_dump_json())
        return JSONResponse(_shown(run) | {"digest": digest})

    async def edit(self, request: Request) -> Response:
        """Changes a digest: an edit as `digests/editing.py` describes them; answers the changed digest."""
        run, asked = request.path_params["id"], await _body(request)
        try:
            edit = EDIT.validate_python(asked)
        except pydantic.ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "edit"
            raise UsageError(f"`{where}` is not right in this edit; `edit` is one of {', '.join(EDITS)}.") from error
        made = await self._queue.do(find_digest, run)
        if made is None:
            return _missing().response()
        changed = await asyncio.to_thread(edit_digest, made, edit)
        await self._queue.do(keep_made, run, changed)
        return _json(changed)

    async def delete(self, request: Request) -> Response:
        """Deletes a run that is over, for good."""
        gone = await self._queue.do(delete_run, request.path_params["id"])
        return Response(status_code=204) if gone else _missing().response()

    async def stop(self, request: Request) -> Response:
        """Stops a run, which is finished with what is there."""
        run = await self._run(request)
        if isinstance(run, Problem):
            return run.response()
        await self._queue.stop(run.id)
        return Response(status_code=202)

    async def events(self, request: Request) -> Response:
        """What happens in a run, as server-sent events; `Last-Event-ID` goes on after one."""
        run = await self._run(request)
        if isinstance(run, Problem):
            return run.response()
        last = request.headers.get("last-event-id", "0")
        after = int(last) if last.isdecimal() and len(last) < 10 else 0

        async def stream() -> AsyncIterator[str]:
            yield "retry: 1000\n\n"
            async for event in self._queue.follow(run.id, after=after):
                yield f"id: {event.number}\nevent: {event.kind}\ndata: {event.data}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def file(self, request: Request) -> Response:
        """The digest in one of its forms, to be saved."""
        made = await self._queue.do(find_digest, request.path_params["id"])
        form = request.path_params["form"]
        settings = self._queue.configure({})
        if made is None or form not in FILE_NAMES:
            return _missing().response()
        text = await asyncio.to_thread(render_digest, made, form, resources=settings.resources)
        kind = _TYPES.get(form, "text/plain; charset=utf-8")
        name = f'attachment; filename="{FILE_NAMES[form]}"'
        return Response(text, media_type=kind, headers={"Content-Disposition": name})

    async def search(self, request: Request) -> Response:
        """Papers of kept digests that hold all the words of `q`."""
        words = split_words(request.query_params.get("q", "")[:500])[:MOST_WORDS]
        hits = await self._queue.do(search_shelf, words)
        return JSONResponse([dataclasses.asdict(hit) for hit in hits])

    async def stars(self, request: Request) -> Response:
        """All stars, the newest first."""
        return JSONResponse([_star(star) for star in await self._queue.do(list_stars)])

    async def stars_as_bibtex(self, request: Request) -> Response:
        """The starred papers as BibTeX, to save."""
        papers = tuple(star.paper for star in await self._queue.do(list_stars) if star.verdict == 1)
        digest = Digest(
            title="Stars", created=self._queue.clock(), papers=papers, themes=(), summaries=(), account=Account()
        )
        text = await asyncio.to_thread(render_digest, digest, "bib", resources=self._queue.configure({}).resources)
        return Response(text, media_type="application/x-bibtex")

    async def star(self, request: Request) -> Response:
        """Keeps what the reader thinks of a paper of a run: `{"run": …, "verdict": 1 or -1, "note": …}`."""
        asked, key = await _body(request), request.path_params["paper_key"]
        verdict, note = asked.get("verdict", 1), asked.get("note", "")
        if verdict not in (1, -1) or not isinstance(note, str):
            raise UsageError("`verdict` should be 1 or -1, and `note` a text.")
        made = await self._queue.do(find_digest, str(asked.get("run", "")))
        paper = next((paper for paper in made.papers if paper.key == key), None) if made else None
        if paper is None:
            return _missing().response()
        star = Star(paper, verdict, note[:2000], self._queue.clock())
        await self._queue.do(give_star, star)
        return JSONResponse(_star(star))

    async def unstar(self, request: Request) -> Response:
        """Takes a star away."""
        gone = await self._queue.do(take_star, request.path_params["paper_key"])
        return Response(status_code=204) if gone else _missing().response()

    async def _run(self, request: Request) -> DeskRun | Problem:
        return await self._queue.do(find_run, request.path_params["id"]) or _missing()

    async def _listing(self, asked: Mapping[str, Any]) -> Listing:
        """The listing of a request: one that was read before, or what there is to read, in a thread."""
        if "listing" in asked:
            try:
                return Listing.model_validate(asked["listing"])
            except pydantic.ValidationError as error:
                raise UsageError("`listing` should be what `/api/v1/read` answered.") from error
        return await asyncio.to_thread(read_asked, asked, self._queue.configure({}))


def read_asked(asked: Mapping[str, Any], settings: Settings) -> Listing:
    """Reads what was pasted or uploaded; a line of a text reads no file of this machine."""
    if files := asked.get("files"):
        return _read_files(files, settings)
    if isinstance(sources := asked.get("sources"), list):
        if wrong := [name for name in sources if not isinstance(name, str) or not _is_elsewhere(name)]:
            raise ReadingError(
                f"{str(wrong[0])[:200]}: is no live source, address or identifier; paste the text itself."
            )
        return read_inputs(sources, fetch=settings.fetch, language=settings.language)
    text = asked.get("text")
    if not isinstance(text, str):
        raise UsageError('there is nothing to read: send {"text": "…"}, {"sources": […]} or files.')
    line = text.strip()
    if "\n" not in line and _is_elsewhere(line):
        return read_inputs([line], fetch=settings.fetch, language=settings.language)
    return read_text(text, source="pasted", fetch=lambda: settings.fetch, language=settings.language)


def _read_files(files: Sequence[tuple[str, bytes]], settings: Settings) -> Listing:
    """Reads uploads from a folder of their own, which nothing that is said or kept names."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-desk-") as folder:
        paths = [str(_saved(Path(folder), number, name, data)) for number, (name, data) in enumerate(files)]

        def bare(text: str) -> str:
            return re.sub(rf"{re.escape(folder)}/\d+/", "", text)

        try:
            listing = read_inputs(paths, fetch=settings.fetch, language=settings.language)
        except ReadingError as error:
            raise type(error)(bare(str(error))) from error
        return rename_sources(listing, bare)


def _is_elsewhere(name: str) -> bool:
    return (
        len(name) <= 2000 and not name.lower().startswith("file:") and (is_live(name) or named_paper(name) is not None)
    )


def _saved(folder: Path, number: int, name: str, data: bytes) -> Path:
    """An upload under the last part of its own name, which says what it is."""
    plain = "".join(sign for sign in name.replace("\\", "/") if sign.isprintable())
    own = PurePosixPath(plain).name.lstrip(".")[:60] or "upload"  # 60 signs are 240 bytes at most
    place = folder / str(number)
    place.mkdir()
    (place / own).write_bytes(data)
    return place / own


async def _body(request: Request) -> dict[str, Any]:
    """The fields of a request: a JSON object, or a form whose files are in `files` as pairs of name and bytes."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=MOST_FILES, max_fields=20, max_part_size=64 << 20) as form:
            files = [
                (each.filename or "", await each.read())
                for _, each in form.multi_items()
                if isinstance(each, UploadFile)
            ]
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        chosen = {"settings": _object(fields.pop("settings", "{}"))}
        return {**fields, **chosen, "files": files} if files else {**fields, **chosen}
    asked = _object(await request.body() or b"{}")
    asked.pop("files", None)  # those of a form alone have bytes
    return asked


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f"the request is no JSON ({error}).") from error
    if not isinstance(found, dict):
        raise UsageError("the request should be a JSON object.")
    return found


def _chosen(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings of a request."""
    chosen = asked.get("settings") or {}
    if not isinstance(chosen, dict):
        raise UsageError("`settings` should be a JSON object.")
    return chosen


def _json(model: pydantic.BaseModel) -> Response:
    return Response(model.model_dump_json(), media_type="application/json")


def _shown(run: DeskRun) -> dict[str, Any]:
    return dataclasses.asdict(run) | {"created": run.created.isoformat()}


def _star(star: Star) -> dict[str, Any]:
    return {
        "paper_key": star.paper.key,
        "title": star.paper.title,
        "verdict": star.verdict,
        "note": star.note,
        "given": star.given.isoformat(),
    }


def _missing() -> Problem:
    return Problem(404, "There is no such thing here", "It may have been deleted.")
