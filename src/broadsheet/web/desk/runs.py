"""The queue of runs: one digest at a time, by the same pipeline as the command, in a thread of its own.

What happens is noted in the desk's file before anybody hears of it, so a listener who comes back misses nothing. A run
that a stop of the desk cut off begins again with the next start; answers that were paid for are in the answers' cache.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import datetime as dt
import functools
import secrets
import sqlite3
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import broadsheet
from broadsheet.errors import BroadsheetError
from broadsheet.models import Digest, Listing, Paper, Progress
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import (
    OVER,
    DeskRun,
    Event,
    Happened,
    State,
    add_events,
    add_run,
    begin_run,
    end_run,
    events_after,
    find_run,
    listing_of,
    next_run,
    open_desk,
    recover_mails,
)
from broadsheet.web.desk.problems import problem_of

if TYPE_CHECKING:
    from broadsheet.tldr.extractive.parallel import ReadyProcess  # loaded after the first page, as all of the engine

Clock = Callable[[], dt.datetime]
Configure = Callable[[Mapping[str, Any]], Settings]
"""Settings from the flags of a run, a tree like the configuration; raises `BroadsheetError`."""
Found = TypeVar("Found")
Given = ParamSpec("Given")
TOGETHER_SECONDS = 0.05
"""After events were noted, those of so long are noted together: each commit waits for the disk, and wakes listeners."""


class RunQueue:
    """Runs, their events, and the thread that works; opened and closed with the desk."""

    def __init__(self, state: Path, *, configure: Configure, clock: Clock) -> None:
        self.configure, self.clock = configure, clock
        self._state = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="desk-state")
        self._db = self._state.submit(open_desk, state).result()
        self._changed = weakref.WeakValueDictionary[str, asyncio.Event]()
        self._waiting = asyncio.Event()
        self._under_way: _Digesting | None = None
        self._worker: asyncio.Task[None] | None = None
        self.ready: ReadyProcess | None = None

    async def do(
        self, act: Callable[Concatenate[sqlite3.Connection, Given], Found], *given: Given.args, **named: Given.kwargs
    ) -> Found:
        """Runs a function with the database connection, and what else is given, in the thread that owns it."""
        work = functools.partial(act, self._db, *given, **named)
        return await asyncio.get_running_loop().run_in_executor(self._state, work)

    async def start(self) -> None:
        """Begins to work, first on what an earlier desk left unfinished."""
        await self.do(recover_mails)
        self._waiting.set()
        self._worker = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Stops working; a run under way is cut off, and begins again with the next start."""
        if self.ready is not None:
            self.ready.close()
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker
        await asyncio.get_running_loop().run_in_executor(self._state, self._db.close)
        self._state.shutdown()

    async def submit(self, listing: Listing, settings: Mapping[str, Any]) -> DeskRun:
        """Puts a digest into the queue; wrong settings raise `BroadsheetError` before."""
        title = self.configure(settings).title
        run = DeskRun(
            id=secrets.token_urlsafe(9),
            created=self.clock(),
            state="queued",
            title=title,
            papers=len(listing.papers),
            settings=settings,
            problem=None,
        )
        await self.do(add_run, run, listing)
        self._waiting.set()
        return run

    async def stop(self, run: str) -> None:
        """Stops a run: no model is asked any more, and the digest is finished with what is there."""
        if self._under_way is not None and self._under_way.run == run:
            self._under_way.stop()
            return
        found = await self.do(find_run, run)
        if found is not None and found.state == "queued":
            await self._end(run, "stopped", {"state": "stopped"})

    async def follow(self, run: str, *, after: int = 0) -> AsyncIterator[Sequence[Event]]:
        """What happened in a run since the event of a number, and then what happens, until it is over."""
        while True:
            changed = self._changed.setdefault(run, asyncio.Event())
            found, events = await self.do(_news, run, after)
            if events:
                yield events
                after = events[-1].number
            if found is None or found.state in OVER:
                return
            await changed.wait()

    def warm_up(self) -> None:
        """Loads what the first digest and its page would wait for, by making them of a few words."""
        kinds = ("wet", "dry", "hemp", "wool", "deep", "slow", "blue", "thin")
        papers = (
            Paper(key=kind, title=f"On {kind} nets", abstract=f"We tie {kind} nets. They hold. We count knots.")
            for kind in kinds
        )
        with contextlib.suppress(BroadsheetError):  # what is wrong is said to whoever asks for a digest
            settings = self.configure({"llm": {"backend": "builtin"}})
            broadsheet.render(broadsheet.digest(Listing(papers=tuple(papers)), settings), "html", settings)

    async def _work(self) -> None:
        while True:
            run = await self.do(next_run)
            if run is None:
                self._waiting.clear()
                await self._waiting.wait()
                continue
            await self.do(begin_run, run.id)
            telling = _Telling(self, run.id)
            telling.hear("started", {"papers": run.papers})
            try:
                digest, state = await self._digest(run, telling)
            except Exception as error:  # one run that fails, however it does, must not end the desk
                await self._end(run.id, "failed", problem_of(error).shown(), before=telling.untold())
            else:
                themes = [
                    ("theme", {"number": number, "title": theme.title, "paper_keys": theme.paper_keys})
                    for number, theme in enumerate(digest.themes)
                ]
                await self._end(run.id, state, {"state": state}, before=[*telling.untold(), *themes], digest=digest)
            finally:
                telling.close()

    async def _digest(self, run: DeskRun, telling: _Telling) -> tuple[Digest, State]:
        listing = await self.do(listing_of, run.id)
        assert listing is not None  # noqa: S101 - it was kept with the run
        loop = asyncio.get_running_loop()

        def report(progress: Progress) -> None:
            """Called in the digest's thread; what it schedules is noted in the same order."""
            kind = "usage" if progress.summary is None else "paper"
            told = progress.model_dump(mode="json", exclude={"summary": {"evidence", "findings"}})
            loop.call_soon_threadsafe(telling.hear, kind, told)

        work = _Digesting(run.id, listing, self.configure(run.settings), self.clock(), report, self.ready)
        self._under_way = work
        try:
            return await work.result(), "stopped" if work.stopped else "done"
        finally:
            self._under_way = None

    async def _end(
        self,
        run: str,
        state: State,
        told: Mapping[str, Any],
        *,
        before: Sequence[Happened] = (),
        digest: Digest | None = None,
    ) -> None:
        await self.do(end_run, run, state, told, before=before, digest=digest)
        self.wake(run)

    def wake(self, run: str) -> None:
        """Tells whoever follows a run that there is something new; followers of others sleep on."""
        if changed := self._changed.pop(run, None):
            changed.set()


def _news(db: sqlite3.Connection, run: str, after: int) -> tuple[DeskRun | None, list[Event]]:
    """How a run stands, and what happened in it: in this order, for one that is over has no more events."""
    return find_run(db, run), events_after(db, run, after)


class _Telling:
    """What happens in a run: noted at once or, where they come fast, several together."""

    def __init__(self, queue: RunQueue, run: str) -> None:
        self._queue, self._run = queue, run
        self._heard: list[Happened] = []
        self._noting: asyncio.Task[None] | None = None

    def hear(self, kind: str, data: Mapping[str, Any]) -> None:
        """Takes an event, to be noted unless whoever ends the run does so before."""
        self._heard.append((kind, data))
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note())

    def untold(self) -> list[Happened]:
        """What was heard and is not noted yet, for whoever notes it now."""
        heard, self._heard = self._heard, []
        return heard

    def close(self) -> None:
        """Notes nothing more."""
        if self._noting is not None:
            self._noting.cancel()

    async def _note(self) -> None:
        while heard := self.untold():
            await self._queue.do(add_events, self._run, heard)
            self._queue.wake(self._run)
            await asyncio.sleep(TOGETHER_SECONDS)


@dataclasses.dataclass
class _Digesting:
    """A digest that is being made in a thread with an event loop of its own: checks and grouping would block ours."""

    run: str
    listing: Listing
    settings: Settings
    now: dt.datetime
    report: Callable[[Progress], None]
    ready: ReadyProcess | None
    stopped: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _interrupt: asyncio.Event | None = None

    async def result(self) -> Digest:
        """The digest; cancelled, it ends the asking and leaves the thread to finish."""
        ended: concurrent.futures.Future[Digest] = concurrent.futures.Future()

        def work() -> None:
            try:
                made = asyncio.run(self._make())
            except BaseException as error:  # carried to whoever waits, whatever it is
                with contextlib.suppress(concurrent.futures.InvalidStateError):  # nobody waits any more
                    ended.set_exception(error)
            else:
                with contextlib.suppress(concurrent.futures.InvalidStateError):
                    ended.set_result(made)

        threading.Thread(target=work, name="desk-digest", daemon=True).start()
        try:
            return await asyncio.wrap_future(ended)
        except asyncio.CancelledError:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the asking; the digest is finished with what is there."""
        self.stopped = True
        if self._loop is not None and self._interrupt is not None:
            with contextlib.suppress(RuntimeError):  # it has just ended
                self._loop.call_soon_threadsafe(self._interrupt.set)

    async def _make(self) -> Digest:
        self._loop, self._interrupt = asyncio.get_running_loop(), asyncio.Event()
        if self.stopped:
            self._interrupt.set()
        make = functools.partial(broadsheet.adigest, self.listing, self.settings, now=self.now)
        if self.ready is not None:
            self.ready.serve()
        return await make(report=self.report, interrupt=self._interrupt)
