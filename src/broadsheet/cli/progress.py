"""How far a run is, while it works: a live bar on a terminal, a line now and then elsewhere; all on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from broadsheet.cli.console import say
from broadsheet.models import Progress, Usage
from broadsheet.rendering.formatting import count, format_money

if TYPE_CHECKING:
    from rich.progress import TaskID

Report = Callable[[Progress], None]

QUIET_SECONDS = 5.0
"""How long a run without a terminal says nothing while a task goes on."""


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
        self._last = self._began = clock()
        self._ended: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        now, ended = self._clock(), progress.done >= progress.total
        if progress.task in self._ended or not (ended or now - self._last >= QUIET_SECONDS):
            return
        if ended:
            self._ended.add(progress.task)
            if not progress.usage.calls and now - self._began < QUIET_SECONDS:
                return  # nobody was asked, and nobody has waited
        self._last = now
        self._say(" · ".join(filter(None, [describe(progress), spent(progress.usage)])))


def describe(progress: Progress) -> str:
    """`TL;DRs: 40 of 109`."""
    return f"{progress.task}: {progress.done:,} of {progress.total:,}"


def spent(usage: Usage) -> str:
    """`12,345 tokens · $0.0123`; nothing before the first call, no money where no price is known."""
    if usage.calls == 0:
        return ""

    tokens = count(usage.prompt_tokens + usage.completion_tokens, "token")
    return tokens if usage.money is None else f"{tokens} · {format_money(usage.money)}"


@contextlib.contextmanager
def _live_bar() -> Iterator[Report]:
    from rich import console, progress  # 60 ms, and only a terminal has a bar

    columns: list[Any] = [
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(bar_width=30),
        progress.TextColumn("{task.completed:,.0f} of {task.total:,.0f}", markup=False),
        progress.TextColumn("{task.fields[spent]}", markup=False, style="dim"),
        progress.TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    ]
    screen = console.Console(stderr=True, highlight=False, soft_wrap=True)  # `say` breaks lines between words
    with progress.Progress(*columns, console=screen, transient=True, speed_estimate_period=300) as bar:
        tasks: dict[str, TaskID] = {}

        def report(now: Progress) -> None:
            if now.task not in tasks:
                tasks[now.task] = bar.add_task(now.task, total=now.total, spent="")
            bar.update(tasks[now.task], completed=now.done, total=now.total, spent=spent(now.usage))

        yield report
