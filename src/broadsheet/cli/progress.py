"""How far a run is, while it works: a live bar on a terminal, a line now and then elsewhere; all on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from broadsheet.cli.console import say
from broadsheet.cli.estimate_summary import about_time
from broadsheet.models import Progress, Usage
from broadsheet.rendering.formatting import count, format_money

if TYPE_CHECKING:
    from rich.progress import TaskID

Report = Callable[[Progress], None]

QUIET_SECONDS = 5.0
"""How long a run without a terminal says nothing while a task goes on."""


@contextlib.contextmanager
def show_progress(*, quiet: bool, rated: bool = False, clock: Callable[[], float] = time.monotonic) -> Iterator[Report]:
    """A function to report progress to: a live bar on a terminal, a line now and then elsewhere, or nothing.

    `rated` says how many are done a second, and how long the rest will take.
    """
    if quiet:
        yield lambda progress: None
    elif sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _live_bar(rated=rated) as report:
            yield report
    else:
        yield Lines(say, clock, rated=rated)


class Lines:
    """A line at the end of a task, and every few seconds while one goes on."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float], *, rated: bool = False) -> None:
        self._say, self._clock, self._rated = say, clock, rated
        self._first: dict[str, tuple[float, int]] = {}
        self._last = self._began = clock()
        self._ended: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        now, ended = self._clock(), progress.total > 0 and progress.done >= progress.total
        since, before = self._first.setdefault(progress.task, (now, progress.done))
        if progress.task in self._ended or not (ended or now - self._last >= QUIET_SECONDS):
            return
        if ended:
            self._ended.add(progress.task)
            if not progress.usage.calls and now - self._began < QUIET_SECONDS:
                return  # nobody was asked, and nobody has waited
        self._last = now
        rate = pace(progress, now - since, before) if self._rated else ""
        self._say(" · ".join(filter(None, [describe(progress), rate, spent(progress.usage)])))


def describe(progress: Progress) -> str:
    """`TL;DRs: 40 of 109`; without a total, where nobody knows it."""
    of = f" of {progress.total:,}" if progress.total else ""
    return f"{progress.task}: {progress.done:,}{of}"


def pace(progress: Progress, seconds: float, before: int) -> str:
    """`312/s, 2 min left`: what was done in so many seconds, without what was there `before`; empty at first."""
    done = progress.done - before
    if seconds <= 0 or done <= 0:
        return ""
    left = (progress.total - progress.done) * seconds / done
    return f"{done / seconds:,.0f}/s" + (f", {about_time(left)} left" if left > 0 else "")


def spent(usage: Usage) -> str:
    """`12,345 tokens · $0.0123`; nothing before the first call, no money where no price is known."""
    if usage.calls == 0:
        return ""

    tokens = count(usage.prompt_tokens + usage.completion_tokens, "token")
    return tokens if usage.money is None else f"{tokens} · {format_money(usage.money)}"


@contextlib.contextmanager
def _live_bar(*, rated: bool) -> Iterator[Report]:
    from rich import console, progress  # 60 ms, and only a terminal has a bar

    columns: list[Any] = [
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(bar_width=30),
        progress.TextColumn("{task.fields[done]}", markup=False),
        progress.TextColumn("{task.fields[spent]}", markup=False, style="dim"),
        progress.TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    ]
    screen = console.Console(stderr=True, highlight=False, soft_wrap=True)  # `say` breaks lines between words
    with progress.Progress(*columns, console=screen, transient=True, speed_estimate_period=300) as bar:
        tasks: dict[str, TaskID] = {}
        began: dict[str, tuple[float, int]] = {}

        def report(now: Progress) -> None:
            if now.task not in tasks:
                tasks[now.task] = bar.add_task(now.task, total=now.total or None, spent="", done="")
                began[now.task] = time.monotonic(), now.done
            since, before = began[now.task]
            rate = pace(now, time.monotonic() - since, before) if rated else ""
            told = " · ".join(filter(None, [rate, spent(now.usage)]))
            done = describe(now).removeprefix(f"{now.task}: ")
            bar.update(tasks[now.task], completed=now.done, total=now.total or None, spent=told, done=done)

        yield report
