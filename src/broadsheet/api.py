"""The Python API: `read`, then `digest` (or `await adigest`); the one place that starts an event loop."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, Unpack, get_args

from broadsheet.digests.pipeline import make_digest
from broadsheet.errors import UsageError
from broadsheet.models import Comparison, Digest, Listing, Paper, Progress
from broadsheet.reading.listing import named_paper, read_inputs, read_text
from broadsheet.reading.sources.query import is_live
from broadsheet.rendering.comparison import COMPARISON_FILES, render_comparison
from broadsheet.rendering.pages import FILE_NAMES, markdown_body, notebook_html, render_digest
from broadsheet.settings.keywords import Keywords, settings_from_keywords
from broadsheet.settings.loading import Arrangement, Fetch, Form, Settings, load_settings, nearest

Report = Callable[[Progress], None]
Made = TypeVar("Made")


def read(source: str | Path, settings: Settings | None = None) -> Listing:
    """The papers of a file, of a live source (`arxiv:cs.CL`), address or identifier, or of a text.

    Live sources are asked, identifiers looked up, and the reader's language chosen where a record has several, as the
    settings say; without any, those `load_settings` finds count. Raises `ReadingError`.
    """

    def fetch() -> Fetch:
        return (settings or load_settings()).fetch

    def language() -> str:
        return (settings or load_settings()).language

    if isinstance(source, Path) or _names_a_source(source) or _names_a_file(source):
        return read_inputs([str(source)], fetch=fetch, language=language)
    return read_text(source, source="text", fetch=fetch, language=language)


async def adigest(  # noqa: PLR0913 - what comes in, how, and what it stands beside
    listing: Listing,
    settings: Settings | None = None,
    *,
    now: dt.datetime | None = None,
    report: Report | None = None,
    interrupt: asyncio.Event | None = None,
    last: Digest | None = None,
    seen: Sequence[Paper] = (),
    **keywords: Unpack[Keywords],
) -> Digest:
    """The digest of a listing; without settings, those `load_settings` finds, with the keywords on top.

    `model="ollama:qwen3:8b", themes=8`: a keyword that is unknown or wrong raises `UsageError`.
    With the digest of the edition before as `last`, themes that continue keep their names and places;
    papers `seen` before help to tell what is alike.
    Once `interrupt` is set no model is asked any more, and the digest is finished with what is there.
    """

    return await make_digest(
        listing,
        _settings(settings, keywords),
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
    **keywords: Unpack[Keywords],
) -> Digest:
    """`adigest` for programs without an event loop; raises `UsageError` where one runs already.

    With an `interrupt`, the first Ctrl-C sets it and the second raises `KeyboardInterrupt`.
    """
    work = adigest(listing, settings, now=now, report=report, interrupt=interrupt, last=last, seen=seen, **keywords)
    return _run(work, interrupt, instead="await broadsheet.adigest(listing)")


async def acompare(  # noqa: PLR0913 - as `adigest`, and the sample
    listing: Listing,
    writers: Mapping[str, Settings],
    *,
    limit: int | None = None,
    seed: int = 0,
    blind: bool = False,
    now: dt.datetime | None = None,
    report: Report | None = None,
    interrupt: asyncio.Event | None = None,
) -> Comparison:
    """The TL;DRs of several writers for the papers of a listing, or for `limit` of them that are drawn by the seed.

    `writers` are settings by the name that a page shows: other backends or models, or one model with other prompts.
    """
    from broadsheet.digests.comparison import make_comparison  # brings all that asks a model, which a digest may not

    return await make_comparison(
        listing,
        writers,
        limit=limit,
        seed=seed,
        blind=blind,
        now=now or dt.datetime.now().astimezone(),
        report=report or (lambda progress: None),
        interrupt=interrupt,
    )


def compare(  # noqa: PLR0913 - as `acompare`
    listing: Listing,
    writers: Mapping[str, Settings],
    *,
    limit: int | None = None,
    seed: int = 0,
    blind: bool = False,
    now: dt.datetime | None = None,
    report: Report | None = None,
    interrupt: asyncio.Event | None = None,
) -> Comparison:
    """`acompare` for programs without an event loop, as `digest` is `adigest`."""

    work = acompare(listing, writers, limit=limit, seed=seed, blind=blind, now=now, report=report, interrupt=interrupt)
    return _run(work, interrupt, instead="await broadsheet.acompare(listing, writers)")


def _settings(settings: Settings | None, keywords: Keywords) -> Settings:
    if settings is None:
        return settings_from_keywords(keywords) if keywords else load_settings()
    if keywords:
        raise UsageError(f"give settings or keywords, not both: {', '.join(keywords)} can stand in the settings.")
    return settings


def _run(work: Coroutine[None, None, Made], interrupt: asyncio.Event | None, *, instead: str) -> Made:
    """Runs the work in an event loop of its own; raises `UsageError` where one runs already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_heeding(interrupt, work))
    work.close()
    raise UsageError(f"an event loop runs here already: write `{instead}`.")


async def _heeding(interrupt: asyncio.Event | None, work: Coroutine[None, None, Made]) -> Made:
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


def render(
    made: Digest | Comparison, form: Form = "md", settings: Settings | None = None, *, by: Arrangement | None = None
) -> str:
    """A digest in one of the forms of `settings.Form`, through the user's templates where the settings name some.

    Page, Markdown and text have its papers under their theme, author or venue, as `by` or the settings say. A
    comparison has four forms: `md`, `html`, `txt`, `json`; the others raise `UsageError`.
    """

    settings = settings or load_settings()
    resources = settings.resources
    by = by or settings.output.by
    if by not in get_args(Arrangement):
        raise UsageError(f"papers cannot stand `by` {by!r}: choose one of {', '.join(get_args(Arrangement))}.")
    if isinstance(made, Digest) and form in FILE_NAMES:
        return render_digest(made, form, resources=resources, by=by)
    if isinstance(made, Comparison):
        for own in COMPARISON_FILES:
            if form == own:
                return render_comparison(made, own, resources=resources)
    kind, forms = ("digest", FILE_NAMES) if isinstance(made, Digest) else ("comparison", COMPARISON_FILES)
    raise UsageError(f"a {kind} has no form {form!r}{nearest(form, list(forms))}: choose one of {', '.join(forms)}.")


Digest.in_notebooks.update(
    html=lambda made: notebook_html(made, load_settings().resources),
    markdown=lambda made: markdown_body(made, load_settings().resources),
)
