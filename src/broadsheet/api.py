"""The Python API: `read`, then `digest` (or `await adigest`); the one place that starts an event loop."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from broadsheet.digests.pipeline import make_digest
from broadsheet.errors import UsageError
from broadsheet.models import Digest, Listing, Paper, Progress
from broadsheet.reading.listing import named_paper, read_inputs, read_text
from broadsheet.reading.sources.query import is_live
from broadsheet.rendering.pages import render_digest as render_page
from broadsheet.settings.loading import Fetch, Form, Settings, load_settings

Report = Callable[[Progress], None]


def read(source: str | Path, settings: Settings | None = None) -> Listing:
    """The papers of a file, of a live source (`arxiv:cs.CL`), address or identifier, or of a text.

    Live sources are asked, and identifiers looked up, as the settings say; without any, those `load_settings` finds
    count. Raises `ReadingError`.
    """

    def fetch() -> Fetch:
        return (settings or load_settings()).fetch

    if isinstance(source, Path) or _names_a_source(source) or _names_a_file(source):
        return read_inputs([str(source)], fetch=fetch)
    return read_text(source, source="text", fetch=fetch)


async def adigest(  # noqa: PLR0913 - what comes in, how, and what it stands beside
    listing: Listing,
    settings: Settings | None = None,
    *,
    now: dt.datetime | None = None,
    report: Report | None = None,
    interrupt: asyncio.Event | None = None,
    last: Digest | None = None,
    seen: Sequence[Paper] = (),
) -> Digest:
    """The digest of a listing; without settings, those `load_settings` finds.

    With the digest of the edition before as `last`, themes that continue keep their names and places;
    papers `seen` before help to tell what is alike.
    Once `interrupt` is set no model is asked any more, and the digest is finished with what is there.
    """

    return await make_digest(
        listing,
        settings or load_settings(),
        now=now or dt.datetime.now().astimezone(),
        report=report or (lambda progress: None),
        interrupt=interrupt,
        last=last,
        seen=seen,
    )


def digest(  # noqa: PLR0913 - as `adigest`
    listing: Listing,
    settings: Settings | None = None,
    *,
    now: dt.datetime | None = None,
    report: Report | None = None,
    interrupt: asyncio.Event | None = None,
    last: Digest | None = None,
    seen: Sequence[Paper] = (),
) -> Digest:
    """`adigest` for programs without an event loop; raises `UsageError` where one runs already.

    With an `interrupt`, the first Ctrl-C sets it and the second raises `KeyboardInterrupt`.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work = adigest(listing, settings, now=now, report=report, interrupt=interrupt, last=last, seen=seen)
        return asyncio.run(_heeding(interrupt, work))
    raise UsageError("an event loop runs here already: write `await broadsheet.adigest(listing)`.")


async def _heeding(interrupt: asyncio.Event | None, work: Coroutine[None, None, Digest]) -> Digest:
    """Does the work while Ctrl-C goes to the interrupt, where signals can be had: in the main thread."""
    if interrupt is None or threading.current_thread() is not threading.main_thread():
        return await work
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    twice = False

    def heed() -> None:
        nonlocal twice
        if interrupt.is_set():
            twice = True
            task.cancel()
        interrupt.set()

    try:
        loop.add_signal_handler(signal.SIGINT, heed)
    except NotImplementedError:  # Windows: Ctrl-C ends the run
        return await task
    try:
        return await task
    except asyncio.CancelledError:
        if twice:
            raise KeyboardInterrupt from None
        raise
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _names_a_source(text: str) -> bool:
    """Whether a string is one line that names a live source or a paper, or is an address."""

    return len(text) <= 2000 and "\n" not in text and (is_live(text) or named_paper(text) is not None)


def _names_a_file(text: str) -> bool:
    """Whether a string is a path: one short line that exists, or that ends like a file name."""
    if len(text) > 1000 or "\n" in text:
        return False
    try:
        return Path(text).is_file() or (" " not in text and Path(text).suffix != "")
    except (OSError, ValueError):
        return False


def render(digest: Digest, form: Form = "md", settings: Settings | None = None) -> str:
    """A digest in one of the forms of `settings.Form`, through the user's templates where the settings name some."""

    return render_page(digest, form, resources=(settings or load_settings()).resources)
