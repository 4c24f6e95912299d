"""The part of `/api/v1` about what is kept: notes on papers, what changed between digests, what narrows a search."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from broadsheet.digests.changes import Changes, find_shown_changes
from broadsheet.digests.exclusions import hidden_keys
from broadsheet.errors import UsageError
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import (
    Hit,
    Narrowing,
    find_digest,
    find_notes,
    find_run,
    is_on_shelf,
    keep_note,
    search_shelf,
    take_note,
)
from broadsheet.text.words import split_words
from broadsheet.web.desk.messages import NoteAsked, NoteKept, check_request
from broadsheet.web.desk.openapi import Operation
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.runs import RunQueue

MOST_WORDS = 12
MOST_HITS, MOST_LOOKED_AT = 50, 200
"""Papers that a search tells of, and those among which it looks for them where some are never shown."""
SEARCHED = ("q", "author", "venue", "since", "until", "starred")
"""What a search may be asked with."""


class DeskShelf:
    """The handlers of notes and changes."""

    def __init__(self, queue: RunQueue) -> None:
        self._queue = queue

    def routes(self) -> list[Operation]:
        """The routes, below `/api/v1`."""
        note = "/notes/{paper_key:path}"
        return [
            Operation("GET", "/digests/{id}/changes", self.changes, answers=Changes, queries=["since"]),
            Operation("GET", "/notes", self.notes, answers=dict[str, str]),
            Operation("PUT", note, self.note, asks=NoteAsked, answers=NoteKept),
            Operation("DELETE", note, self.forget, status=204),
        ]

    async def changes(self, request: Request) -> Response:
        """What is new, gone and moved in a digest since the one that `since` names."""
        before, after = request.query_params.get("since", ""), request.path_params["id"]
        if (found := await changes_between(self._queue, before, after)) is None:
            return _missing()
        return Response(found.model_dump_json(), media_type="application/json")

    async def notes(self, request: Request) -> Response:
        """All notes, by the keys of their papers."""
        return JSONResponse(await self._queue.do(find_notes))

    async def note(self, request: Request) -> Response:
        """Keeps a note on a paper of the shelf, `{"note": …}`, in place of an earlier one; an empty one is none."""
        key = request.path_params["paper_key"]
        try:
            asked = json.loads(await request.body())
        except ValueError as error:
            raise UsageError(f"the request is no JSON ({error}).") from error
        text = check_request(NoteAsked, asked if isinstance(asked, dict) else {}).note
        if not await self._queue.do(is_on_shelf, key):
            return _missing()
        await self._queue.do(keep_note, key, text.strip(), self._queue.clock())
        return JSONResponse({"paper_key": key, "note": text.strip()})

    async def forget(self, request: Request) -> Response:
        """Takes a note away."""
        gone = await self._queue.do(take_note, request.path_params["paper_key"])
        return Response(status_code=204) if gone else _missing()


async def changes_between(queue: RunQueue, before: str, after: str) -> Changes | None:
    """What changed from one run's digest to another's, by the exclusions of now and of that one, or `None`."""
    run = await queue.do(find_run, after)
    earlier, later = [await queue.do(find_digest, name) for name in (before, after)]
    if run is None or earlier is None or later is None:
        return None
    chosen = {key: run.settings[key] for key in ("never", "always") if key in run.settings}
    return await asyncio.to_thread(find_shown_changes, earlier, later, [queue.configure({}), queue.configure(chosen)])


def find_hits(
    db: sqlite3.Connection, words: list[str], settings: Settings, *, narrowed: Narrowing | None = None
) -> tuple[list[Hit], int]:
    """What a search of the shelf finds, and how many papers it leaves out since `never` names them by now."""
    found = search_shelf(db, words, narrowed=narrowed or Narrowing(), limit=MOST_LOOKED_AT)
    if any(settings.never.model_dump().values()):
        runs = {hit.run: find_digest(db, hit.run) for hit in found}
        hidden = {run: hidden_keys(made.papers, [settings]) for run, made in runs.items() if made}
    else:
        hidden = {}
    shown = [hit for hit in found if hit.paper_key not in hidden.get(hit.run, ())]
    return shown[:MOST_HITS], len(found) - len(shown)


def read_search(asked: Mapping[str, str]) -> tuple[list[str], Narrowing]:
    """The words of a search and what narrows it: `q`, `author`, `venue`, `since`, `until`, `starred`.

    Raises `UsageError` for a date that is none.
    """
    words, authors, venue = (split_words(asked.get(name, "")[:500])[:MOST_WORDS] for name in ("q", "author", "venue"))
    starred = asked.get("starred", "").lower() in ("1", "true", "on", "yes")
    since, until = _day("since", asked), _day("until", asked)
    return words, Narrowing(tuple(authors), tuple(venue), since, until, starred)


def _day(name: str, asked: Mapping[str, str]) -> dt.date | None:
    text = asked.get(name, "").strip()
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{name} {text[:40]!r} is no day: write it as 2026-11-20.") from error


def _missing() -> Response:
    return Problem(404, "There is no such thing here", "It may have been deleted.").response()
