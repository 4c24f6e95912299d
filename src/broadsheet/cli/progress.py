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
from broadsheet.rendering.formatting import about_time, count, format_money
from broadsheet.rendering.text import truncate

if TYPE_CHECKING:
    from rich.progress import Task, TaskID
    from rich.text import Text

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
        with contextlib.ExitStack() as stack:
            bar: list[Report] = []  # nothing is loaded or drawn for what never reports

            def report(now: Progress) -> None:
                if not bar:
                    bar.append(stack.enter_context(_live_bar(rated=rated)))
                bar[0](now)

            yield report
    else:
        yield Lines(say, clock, rated=rated)


class Lines:
    """A line at the end of a task, and every few seconds while one goes on."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float], *, rated: bool = False) -> None:
        self._say, self._clock, self._rated = say, clock, rated
        self._first: dict[str, tuple[float, int]] = {}
        self._last = self._began = clock()
        self._begun: set[str] = set()
        self._ended: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        now = self._clock()
        ended = 0 < progress.total <= progress.done and not progress.waiting
        first = bool(progress.waiting) and progress.task not in self._begun  # nobody knows how long that will take
        self._begun.add(progress.task)
        since, before = self._first.setdefault(progress.task, (now, progress.done))
        if progress.task in self._ended or not (first or ended or now - self._last >= QUIET_SECONDS):
            return
        if ended:
            self._ended.add(progress.task)
            if not progress.usage.calls and now - self._began < QUIET_SECONDS:
                return  # nobody was asked, and nobody has waited
        self._last = now
        rate = pace(progress, now - since, before) if self._rated else ""
        self._say(" · ".join(filter(None, [describe(progress), rate, spent(progress.usage)])))


def describe(progress: Progress) -> str:
    """`TL;DRs: 40 of 109`; without a total, where nobody knows it; `arxiv:cs.CL: waiting for arXiv`."""
    return f"{progress.task}: {_waits(progress) or _counted(progress)}"


def _waits(progress: Progress) -> str:
    return f"waiting {progress.waiting}" if progress.waiting else ""


def _counted(progress: Progress) -> str:
    return f"{progress.done:,} of {progress.total:,}" if progress.total else f"{progress.done:,}"


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


def bar_width(columns: int) -> int:
    """The columns of the bar itself on a terminal of so many: what stands beside it takes some fifty."""
    return max(4, min(30, columns - 50))


@contextlib.contextmanager
def _live_bar(*, rated: bool) -> Iterator[Report]:
    from rich import console, progress  # 60 ms, and only a terminal has a bar

    class Time(progress.TimeRemainingColumn):
        """What is left; what has gone by while somebody is waited for."""

        def render(self, task: Task) -> Text:
            return progress.TimeElapsedColumn().render(task) if task.fields["waits"] else super().render(task)

    screen = console.Console(stderr=True, highlight=False, soft_wrap=True)  # `say` breaks lines between words
    columns: list[Any] = [
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(bar_width=bar_width(screen.width)),
        progress.TextColumn("{task.fields[count]}", markup=False),
        progress.TextColumn("{task.fields[more]}", markup=False, style="dim"),
        Time(compact=True, elapsed_when_finished=True),
    ]
    with progress.Progress(*columns, console=screen, transient=True, speed_estimate_period=300) as bar:
        tasks: dict[str, TaskID] = {}
        began: dict[str, tuple[float, int]] = {}

        def report(now: Progress) -> None:
            if now.task not in tasks:
                name = truncate(now.task, max(12, screen.width - 48))
                tasks[now.task] = bar.add_task(name, total=None, count="", more="", waits=False)
                began[now.task] = time.monotonic(), now.done
            since, before = began[now.task]
            rate = pace(now, time.monotonic() - since, before) if rated else ""
            bar.update(
                tasks[now.task],
                completed=now.done,
                total=now.total or None,
                count="" if now.waiting else _counted(now),
                more=_waits(now) or " · ".join(filter(None, [rate, spent(now.usage)])),
                waits=bool(now.waiting),
            )

        yield report
