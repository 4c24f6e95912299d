"""Extracts the TL;DRs of many papers in several processes; of few, or where that cannot be, in this one.

A program that stays open may keep a process ready, for few papers too, and for those that nobody has asked for yet.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection

from broadsheet.injection.sanitise import SanitisedPaper, keep_as_is
from broadsheet.models import Paper, Summary
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
    if (ready := _READY.get()) is not None:
        return await ready.extract(papers, report)
    return tuple(_extract_here(papers, report))


def _extract_here(papers: Sequence[SanitisedPaper], report: Report) -> Iterator[Summary]:
    for count, paper in enumerate(papers, start=1):
        summary = extract_sanitised(paper)
        report(count, summary)
        yield summary


async def _extract_by(workers: int, papers: Sequence[SanitisedPaper], report: Report) -> tuple[Summary, ...]:
    pool = open_pool(workers)
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


_READY: contextvars.ContextVar[ReadyProcess | None] = contextvars.ContextVar("ready", default=None)


class ReadyProcess:
    """A process that waits for papers, and the TL;DRs that it was asked for ahead of time."""

    def __init__(self) -> None:
        """Starts it, and has it load what it needs; raises `OSError` where there can be none."""
        self._pipe, other = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        self._process = spawn.Process(target=_extract_those_sent, args=(other,), daemon=True)
        self._process.start()
        other.close()  # so that either hears when the other is gone
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="ready")
        self._ahead: dict[tuple[str, ...], Future[Summary | None]] = {}
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._process.pid

    def serve(self) -> None:
        """Takes part in what is extracted in this context from now on."""
        _READY.set(self)

    def begin(self, papers: Sequence[SanitisedPaper]) -> None:
        """Extracts the TL;DRs of the papers while nobody waits for them, and no longer those of others begun before."""
        if count_workers(len(papers)) > 1:
            return
        with self._lock:
            ahead = {_texts(paper): self._begun(paper) for paper in papers}
            for given_up in self._ahead.values():
                given_up.cancel()
            self._ahead = ahead

    async def extract(self, papers: Sequence[SanitisedPaper], report: Report) -> tuple[Summary, ...]:
        """`extract_all`, shared with this process, which takes the last of those that the other has not begun."""
        with self._lock:
            left = {at: self._begun(paper) for at, paper in enumerate(papers)}
        found: dict[int, Summary] = {}
        try:
            while left:
                last = max(left)
                settled = [at for at, future in left.items() if future.done() or (at == last and future.cancel())]
                for at in settled:
                    found[at] = _taken(left.pop(at), papers[at])
                    report(len(found), found[at])
                if not settled:
                    await asyncio.to_thread(wait, left.values(), return_when=FIRST_COMPLETED)
                await asyncio.sleep(0)
        finally:
            for future in left.values():
                future.cancel()
        return tuple(found[at] for at in range(len(papers)))

    def close(self) -> None:
        """Ends the process once it is done with its paper."""
        self._asking.shutdown(cancel_futures=True)
        self._pipe.close()
        self._process.join()

    def _begun(self, paper: SanitisedPaper) -> Future[Summary | None]:
        return self._ahead.pop(_texts(paper), None) or self._asking.submit(self._ask, paper)

    def _ask(self, paper: SanitisedPaper) -> Summary | None:
        # `None` once the process was killed. The error is not handed on: its frames hold the buffer of what was to be
        # sent, and a buffer that is in use when it is collected with them is an error of its own.
        with contextlib.suppress(EOFError, OSError):
            self._pipe.send(paper)
            summary: Summary = self._pipe.recv()
            return summary
        return None


def start_ready() -> ReadyProcess | None:
    """A process that is ready; `None` where there must be no other, or cannot be."""
    if not _may_spawn():
        return None
    try:
        return ReadyProcess()
    except OSError:
        return None


def _extract_those_sent(pipe: Connection) -> None:
    _leave_interrupts()
    extract_sanitised(keep_as_is(Paper(key="", title="On nets", abstract="We tie wet nets. They hold.")))  # loads
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(extract_sanitised(pipe.recv()))


def open_pool(workers: int) -> ProcessPoolExecutor:
    """So many processes, which end with this one."""
    # Spawned, for a fork copies locks that threads of this process hold.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin_process)


def _extract_chunk(papers: Sequence[SanitisedPaper]) -> list[Summary]:
    return [extract_sanitised(paper) for paper in papers]


def _texts(paper: SanitisedPaper) -> tuple[str, ...]:
    """What a TL;DR is extracted from, by which it is known again."""
    own, checked = paper.paper, paper.checked
    return own.key, own.title, own.abstract, checked.title, checked.abstract


def _taken(future: Future[Summary | None], paper: SanitisedPaper) -> Summary:
    """What the process made of a paper; this one makes it where it was taken from the other, or that was killed."""
    made = None if future.cancelled() else future.result()
    return made or extract_sanitised(paper)


def _begin_process() -> None:
    _leave_interrupts()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _leave_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the one that started the others answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end_with_parent() -> None:
    """Of a pool whose parent is killed each process holds both ends of the pipe on which it waits, for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def count_workers(papers: int) -> int:
    """The processes for so many papers, by the cores that this one may use; 1 where there must be no others.

    A spawned process imports the main module again. One that does not ask for its `__name__` would do its work again
    in each, and so would a process that is itself one of several.
    """
    if papers < FEWEST or not _may_spawn():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST, papers // _EACH)


def _may_spawn() -> bool:
    return multiprocessing.parent_process() is None and _is_guarded()


def _is_guarded() -> bool:
    """Whether the main module can be imported again: it has no file (a prompt, a notebook), or asks for its name."""
    try:
        return "__main__" in inspect.getsource(sys.modules["__main__"])
    except TypeError:
        return True
    except OSError:
        return False
