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
import pydantic_core
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from broadsheet.digests.editing import EDIT, EDITS, AnyEdit, edit_digest
from broadsheet.digests.estimate import estimate_digest
from broadsheet.digests.selection import foresee_selection
from broadsheet.errors import ReadingError, UsageError
from broadsheet.models import Account, Digest, Listing
from broadsheet.reading.listing import named_paper, read_inputs, read_text, rename_sources
from broadsheet.reading.sources.query import is_live
from broadsheet.rendering.pages import FILE_NAMES, render_digest
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import (
    DeskRun,
    Hit,
    Star,
    delete_run,
    find_digest,
    find_noted,
    find_run,
    give_star,
    keep_made,
    list_runs,
    list_stars,
    take_star,
)
from broadsheet.web.desk.delivery import keep_as_edition, mail_digest
from broadsheet.web.desk.messages import (
    EditionAsked,
    KeptEdition,
    Made,
    MailAsked,
    Plan,
    ReadRequest,
    SentMail,
    StarGiven,
    StarShown,
    Submitted,
    check_request,
)
from broadsheet.web.desk.openapi import BASE, JSON, Operation, describe_interface
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.runs import RunQueue
from broadsheet.web.desk.shelf import SEARCHED, DeskShelf, find_hits, read_search

MOST_FILES = 50
Files = Sequence[tuple[str, bytes]]
"""Uploads: names and bytes."""
_PLAIN, _BIBTEX = "text/plain; charset=utf-8", "application/x-bibtex"
_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml; charset=utf-8",
    "feed": "application/feed+json",
    "csl": "application/vnd.citationstyles.csl+json",
}


class DeskApi:
    """The handlers of `/api/v1`."""

    def __init__(self, queue: RunQueue, config: Path | None) -> None:
        self._queue, self._config = queue, config

    def routes(self) -> list[Operation]:
        """The routes, below `/api/v1`."""
        runs, run = "/digests", "/digests/{id}"
        return [
            Operation("POST", "/read", self.read, asks=ReadRequest, answers=Listing, form=True),
            Operation("POST", "/plan", self.plan, asks=ReadRequest, answers=Plan, form=True),
            Operation("GET", runs, self.digests, answers=list[DeskRun]),
            Operation("POST", runs, self.submit, asks=ReadRequest, answers=Submitted, status=202, form=True),
            Operation("GET", run, self.digest, answers=Made),
            Operation("PATCH", run, self.edit, asks=AnyEdit, answers=Digest),
            Operation("DELETE", run, self.delete, status=204),
            Operation("GET", f"{run}/events", self.events, kinds=["text/event-stream"]),
            Operation("POST", f"{run}/stop", self.stop, status=202),
            Operation("POST", f"{run}/mail", self.mail, asks=MailAsked, answers=SentMail),
            Operation("POST", f"{run}/edition", self.keep_edition, asks=EditionAsked, answers=KeptEdition, status=201),
            Operation("GET", f"{run}/files/{{form}}", self.file, kinds=sorted({*_TYPES.values(), _PLAIN})),
            Operation("GET", "/search", self.search, answers=list[Hit], queries=SEARCHED),
            Operation("GET", "/stars", self.stars, answers=list[StarShown]),
            Operation("GET", "/stars.bib", self.stars_as_bibtex, kinds=[_BIBTEX]),
            Operation("PUT", "/stars/{paper_key:path}", self.star, asks=StarGiven, answers=StarShown),
            Operation("DELETE", "/stars/{paper_key:path}", self.unstar, status=204),
            *DeskShelf(self._queue).routes(),
            Operation("GET", "/openapi.json", self.describe, kinds=[JSON]),
        ]

    async def read(self, request: Request) -> Response:
        """What is understood of a text, of uploaded files, or of sources: the `Listing`."""
        return _json(await self._listing(*await _reading(request)))

    async def plan(self, request: Request) -> Response:
        """What a digest would take and leave out: papers, and with a model calls, tokens, money and seconds."""
        asked, files = await _reading(request)
        settings = self._queue.configure(asked.settings)
        listing = await self._listing(asked, files)
        selection = await asyncio.to_thread(foresee_selection, listing, settings)
        plan = None if settings.backend is None else await estimate_digest(selection.corpus, settings)
        if plan is None and self._queue.ready is not None:
            self._queue.ready.begin(selection.corpus.papers)  # while the reader looks at the plan
        return _json(Plan(len(selection.listing.papers), selection.left_out, plan))

    async def submit(self, request: Request) -> Response:
        """Puts a digest into the queue: 202, with its id and where its events are."""
        asked, files = await _reading(request)
        self._queue.configure(asked.settings)
        run = await self._queue.submit(await self._listing(asked, files), asked.settings)
        where = f"{BASE}/digests/{run.id}"
        return _json(Submitted(**dataclasses.asdict(run), events=f"{where}/events"), 202, headers={"Location": where})

    async def digests(self, request: Request) -> Response:
        """All runs, the newest first."""
        return _json(await self._queue.do(list_runs))

    async def digest(self, request: Request) -> Response:
        """How a run stands and, once it is done, its digest."""
        run = await self._run(request)
        if isinstance(run, Problem):
            return run.response()
        return _json(Made(**dataclasses.asdict(run), digest=await self._queue.do(find_digest, run.id)))

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
            async for events in self._queue.follow(run.id, after=after):
                yield "".join(f"id: {each.number}\nevent: {each.kind}\ndata: {each.data}\n\n" for each in events)

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def mail(self, request: Request) -> Response:
        """Sends the digest as it stands to the reader's own address, once; `to` is one of those configured."""
        run, asked = request.path_params["id"], await _body(request)
        made = await self._queue.do(find_digest, run)
        if made is None:
            return _missing().response()
        sent = await mail_digest(self._queue, run, made, to=check_request(MailAsked, asked).to)
        return _json(SentMail(sent.address, sent.message_id, sent.at))

    async def keep_edition(self, request: Request) -> Response:
        """Makes the digest as it stands the next edition of the configured weekly; `number` says which is expected."""
        run, asked = request.path_params["id"], await _body(request)
        made, number = await self._queue.do(find_digest, run), check_request(EditionAsked, asked).number
        if made is None:
            return _missing().response()
        return _json(KeptEdition(await keep_as_edition(self._queue, self._config, run, made, number=number)), 201)

    async def file(self, request: Request) -> Response:
        """The digest in one of its forms, with the reader's notes, to be saved."""
        made = await self._queue.do(find_noted, request.path_params["id"])
        form = request.path_params["form"]
        settings = self._queue.configure({})
        if made is None or form not in FILE_NAMES:
            return _missing().response()
        text = await asyncio.to_thread(render_digest, made, form, resources=settings.resources)
        kind = _TYPES.get(form, _PLAIN)
        name = f'attachment; filename="{FILE_NAMES[form]}"'
        return Response(text, media_type=kind, headers={"Content-Disposition": name})

    async def search(self, request: Request) -> Response:
        """Papers of kept digests that hold all the words of `q`, as `read_search` narrows it, but those of `never`."""
        words, narrowed = read_search(request.query_params)
        hits, _ = await self._queue.do(find_hits, words, self._queue.configure({}), narrowed=narrowed)
        return _json(hits)

    async def stars(self, request: Request) -> Response:
        """All stars, the newest first."""
        return _json([StarShown.of(star) for star in await self._queue.do(list_stars)])

    async def stars_as_bibtex(self, request: Request) -> Response:
        """The starred papers as BibTeX, to save."""
        papers = tuple(star.paper for star in await self._queue.do(list_stars) if star.verdict == 1)
        digest = Digest(
            title="Stars", created=self._queue.clock(), papers=papers, themes=(), summaries=(), account=Account()
        )
        text = await asyncio.to_thread(render_digest, digest, "bib", resources=self._queue.configure({}).resources)
        return Response(text, media_type=_BIBTEX)

    async def star(self, request: Request) -> Response:
        """Keeps what the reader thinks of a paper of a digest."""
        asked, key = check_request(StarGiven, await _body(request)), request.path_params["paper_key"]
        made = await self._queue.do(find_digest, asked.run)
        paper = next((paper for paper in made.papers if paper.key == key), None) if made else None
        if paper is None:
            return _missing().response()
        star = Star(paper, asked.verdict, asked.note[:2000], self._queue.clock())
        await self._queue.do(give_star, star)
        return _json(StarShown.of(star))

    async def unstar(self, request: Request) -> Response:
        """Takes a star away."""
        gone = await self._queue.do(take_star, request.path_params["paper_key"])
        return Response(status_code=204) if gone else _missing().response()

    async def describe(self, request: Request) -> Response:
        """This interface, as an OpenAPI document."""
        return _json(describe_interface(self.routes()))

    async def _run(self, request: Request) -> DeskRun | Problem:
        return await self._queue.do(find_run, request.path_params["id"]) or _missing()

    async def _listing(self, asked: ReadRequest, files: Files) -> Listing:
        """The listing of a request: one that was read before, or what there is to read, in a thread."""
        if asked.listing is not None:
            return asked.listing
        return await asyncio.to_thread(read_asked, asked, self._queue.configure({}), files)


def read_asked(asked: ReadRequest, settings: Settings, files: Files = ()) -> Listing:
    """Reads what was pasted or uploaded; a line of a text reads no file of this machine."""
    if files:
        return _read_files(files, settings)
    if asked.sources is not None:
        if wrong := [name for name in asked.sources if not _is_elsewhere(name)]:
            raise ReadingError(f"{wrong[0][:200]}: is no live source, address or identifier; paste the text itself.")
        return read_inputs(asked.sources, fetch=settings.fetch, language=settings.language)
    if asked.text is None:
        raise UsageError('there is nothing to read: send {"text": "…"}, {"sources": […]} or files.')
    line = asked.text.strip()
    if "\n" not in line and _is_elsewhere(line):
        return read_inputs([line], fetch=settings.fetch, language=settings.language)
    return read_text(asked.text, source="pasted", fetch=lambda: settings.fetch, language=settings.language)


def _read_files(files: Files, settings: Settings) -> Listing:
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


async def _reading(request: Request) -> tuple[ReadRequest, Files]:
    """What there is to read: a JSON object, or a form whose files have names and bytes."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return check_request(ReadRequest, await _body(request)), ()
    async with request.form(max_files=MOST_FILES, max_fields=20, max_part_size=64 << 20) as form:
        sent = form.multi_items()
        files = [(each.filename or "", await each.read()) for _, each in sent if isinstance(each, UploadFile)]
        fields = {name: value for name, value in sent if isinstance(value, str)}
    return check_request(ReadRequest, {**fields, "settings": _object(fields.get("settings", "{}"))}), files


async def _body(request: Request) -> dict[str, Any]:
    return _object(await request.body() or b"{}")


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f"the request is no JSON ({error}).") from error
    if not isinstance(found, dict):
        raise UsageError("the request should be a JSON object.")
    return found


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(pydantic_core.to_json(value), status, headers=headers, media_type=JSON)


def _missing() -> Problem:
    return Problem(404, "There is no such thing here", "It may have been deleted.")
