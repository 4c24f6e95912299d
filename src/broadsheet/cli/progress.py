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
from broadsheet.rendering.text import truncate

if TYPE_CHECKING:
    from rich.progress import Task, TaskID
    from rich.text import Text

Report = Callable[[Progress], None]

QUIET_SECONDS = 5.0
"""How long a run without a terminal says nothing while a task goes on."""


@contextlib.contextmanager
def show_progress(*, quiet: bool, clock: Callable[[], float] = time.monotonic) -> Iterator[Report]:
    """A function to report progress to: a live bar on a terminal, a line now and then elsewhere, or nothing."""
    if quiet:
        yield lambda progress: None
    elif sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with contextlib.ExitStack() as stack:
            bar: list[Report] = []  # nothing is loaded or drawn for what never reports

            def report(now: Progress) -> None:
                if not bar:
                    bar.append(stack.enter_context(_live_bar()))
                bar[0](now)

            yield report
    else:
        yield Lines(say, clock)


class Lines:
    """A line at the end of a task, and every few seconds while one goes on."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say, self._clock = say, clock
        self._last = self._began = clock()
        self._begun: set[str] = set()
        self._ended: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        now, ended = self._clock(), progress.done >= progress.total and not progress.waiting
        first = bool(progress.waiting) and progress.task not in self._begun  # nobody knows how long that will take
        self._begun.add(progress.task)
        if progress.task in self._ended or not (first or ended or now - self._last >= QUIET_SECONDS):
            return
        if ended:
            self._ended.add(progress.task)
            if not progress.usage.calls and now - self._began < QUIET_SECONDS:
                return  # nobody was asked, and nobody has waited
        self._last = now
        self._say(" · ".join(filter(None, [describe(progress), spent(progress.usage)])))


def describe(progress: Progress) -> str:
    """`TL;DRs: 40 of 109`; `arxiv:cs.CL: waiting for arXiv`."""
    return f"{progress.task}: {_waits(progress) or _counted(progress)}"


def _waits(progress: Progress) -> str:
    return f"waiting {progress.waiting}" if progress.waiting else ""


def _counted(progress: Progress) -> str:
    return f"{progress.done:,} of {progress.total:,}"


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
def _live_bar() -> Iterator[Report]:
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

        def report(now: Progress) -> None:
            if now.task not in tasks:
                name = truncate(now.task, max(12, screen.width - 48))
                tasks[now.task] = bar.add_task(name, total=None, count="", more="", waits=False)
            bar.update(
                tasks[now.task],
                completed=now.done,
                total=now.total or None,
                count="" if now.waiting else _counted(now),
                more=_waits(now) or spent(now.usage),
                waits=bool(now.waiting),
            )

        yield report
