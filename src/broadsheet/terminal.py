"""What a person sees while a command works: one line of an error, the log, and how far a run is; all on stderr."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import TaskID

    from broadsheet.models import Progress, Usage

Report = Callable[["Progress"], None]

QUIET_SECONDS = 5.0
"""How long a run without a terminal says nothing while a task goes on."""

_SECRET = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def say(text: str) -> None:
    """One message on stderr, without secrets and without anything that steers a terminal."""
    click.echo(_CONTROLS.sub(" ", redact(text)), err=True)


def redact(text: str) -> str:
    """Text without the value of any variable whose name says that it is a secret, or that a backend calls its key."""
    for name, value in os.environ.items():
        if len(value.strip()) >= 6 and (_SECRET.search(name) or name in _KEY_NAMES):
            text = text.replace(value.strip(), f"<{name}>")
    return text


_KEY_NAMES: set[str] = set()


def guard(names: Iterable[str]) -> None:
    """Remembers further variables whose values must not be shown."""
    _KEY_NAMES.update(names)


def open_log(*, verbose: bool) -> Callable[[], None]:
    """Sends our own log to stderr, all of it if `verbose`, and warnings otherwise; returns how to end that."""
    logger, handler = logging.getLogger("broadsheet"), _StderrLog()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)

    def close() -> None:
        logger.removeHandler(handler)
        logger.setLevel(before)

    return close


class _StderrLog(logging.Handler):
    """Writes to whatever stderr is at that moment: a live bar puts itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            say(self.format(record))


@contextlib.contextmanager
def show_progress(*, quiet: bool, clock: Callable[[], float] = time.monotonic) -> Iterator[Report]:
    """A function to report progress to: a live bar on a terminal, a line now and then elsewhere, or nothing."""
    if quiet:
        yield lambda progress: None
    elif sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _live_bar() as report:
            yield report
    else:
        yield Lines(say, clock)


class Lines:
    """A line at the end of a task, and every few seconds while one goes on."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say, self._clock = say, clock
        self._last = clock()
        self._ended: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        now, ended = self._clock(), progress.done >= progress.total
        if progress.task in self._ended or not (ended or now - self._last >= QUIET_SECONDS):
            return
        if ended:
            self._ended.add(progress.task)
        self._last = now
        self._say(" · ".join(filter(None, [describe(progress), spent(progress.usage)])))


def describe(progress: Progress) -> str:
    """`TL;DRs: 40 of 109`."""
    return f"{progress.task}: {progress.done:,} of {progress.total:,}"


def spent(usage: Usage) -> str:
    """`12,345 tokens · $0.0123`; nothing before the first call, no money where no price is known."""
    if usage.calls == 0:
        return ""
    from broadsheet.rendering.figures import count, format_money

    tokens = count(usage.prompt_tokens + usage.completion_tokens, "token")
    return tokens if usage.money is None else f"{tokens} · {format_money(usage.money)}"


@contextlib.contextmanager
def _live_bar() -> Iterator[Report]:
    from rich import progress as rich
    from rich.console import Console

    columns: list[Any] = [
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(bar_width=30),
        rich.TextColumn("{task.completed:,.0f} of {task.total:,.0f}", markup=False),
        rich.TextColumn("{task.fields[spent]}", markup=False, style="dim"),
        rich.TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    ]
    console = Console(stderr=True, highlight=False)
    with rich.Progress(*columns, console=console, transient=True, speed_estimate_period=300) as bar:
        tasks: dict[str, TaskID] = {}

        def report(progress: Progress) -> None:
            if progress.task not in tasks:
                tasks[progress.task] = bar.add_task(progress.task, total=progress.total, spent="")
            bar.update(tasks[progress.task], completed=progress.done, total=progress.total, spent=spent(progress.usage))

        yield report
