"""Extracts the TL;DRs of many papers in several processes; of few, or where that cannot be, in this one."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from broadsheet.injection.sanitise import SanitisedPaper
from broadsheet.models import Summary
from broadsheet.tldr.extractive.sanitised import extract_sanitised

FEWEST = 500
"""The papers from which on processes are worth their start, which takes each about half a second."""
_EACH = 250
_MOST = 8
"""The most processes: each takes some 100 MB."""
_CHUNK = 32


Report = Callable[[int, Summary], None]
"""Told of each TL;DR as it comes, and how many there are by then."""


async def extract_all(
    papers: Sequence[SanitisedPaper], report: Report = lambda count, summary: None
) -> tuple[Summary, ...]:
    """`extract_sanitised` of each paper, in their order; the answers do not depend on the number of processes.

    The papers are with the processes before this first awaits something, so that a caller can work on meanwhile.
    """
    workers = count_workers(len(papers))
    if workers > 1:
        # A system without semaphores or room for more processes, or one of them was killed: then this one does it.
        with contextlib.suppress(BrokenProcessPool, OSError, NotImplementedError):
            return await _extract_by(workers, papers, report)
    return tuple(_extract_here(papers, report))


def _extract_here(papers: Sequence[SanitisedPaper], report: Report) -> Iterator[Summary]:
    for count, paper in enumerate(papers, start=1):
        summary = extract_sanitised(paper)
        report(count, summary)
        yield summary


async def _extract_by(workers: int, papers: Sequence[SanitisedPaper], report: Report) -> tuple[Summary, ...]:
    # Spawned, for a fork copies locks that threads of this process hold.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_interrupts)
    try:
        loop = asyncio.get_running_loop()
        chunks = [papers[begin : begin + _CHUNK] for begin in range(0, len(papers), _CHUNK)]
        futures = [loop.run_in_executor(pool, _extract_chunk, chunk) for chunk in chunks]
        whole = asyncio.gather(*futures, return_exceptions=True)  # hears the errors of those not waited for
        count = 0
        for settled in asyncio.as_completed(futures):
            for summary in await settled:
                count += 1
                report(count, summary)
        await whole
    finally:
        # At Ctrl-C only the chunks under way are still done: some 0.3 s.
        pool.shutdown(wait=False, cancel_futures=True)
    return tuple(summary for future in futures for summary in future.result())


def _extract_chunk(papers: Sequence[SanitisedPaper]) -> list[Summary]:
    return [extract_sanitised(paper) for paper in papers]


def _leave_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the one that started the others answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def count_workers(papers: int) -> int:
    """The processes for so many papers, by the cores that this one may use; 1 where there must be no others.

    A spawned process imports the main module again. One that does not ask for its `__name__` would do its work again
    in each, and so would a process that is itself one of several.
    """
    if papers < FEWEST or multiprocessing.parent_process() is not None or not _is_guarded():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST, papers // _EACH)


def _is_guarded() -> bool:
    """Whether the main module can be imported again: it has no file (a prompt, a notebook), or asks for its name."""
    try:
        return "__main__" in inspect.getsource(sys.modules["__main__"])
    except TypeError:
        return True
    except OSError:
        return False
