"""`--on local`: shards in processes of this machine for the built-in engine, side by side through one session else."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from broadsheet.bulk.progress import BulkReport
from broadsheet.bulk.run import BulkRequest
from broadsheet.bulk.shard import ShardTask, is_done, run_shard
from broadsheet.digests.open_session import open_session
from broadsheet.digests.pipeline import stop_in_time
from broadsheet.errors import BackendError
from broadsheet.settings.loading import Settings

_MOST = 64


def work_on_local(tasks: Sequence[ShardTask], settings: Settings, *, request: BulkRequest, report: BulkReport) -> None:
    """Does the tasks; raises the first error, with everything on the disk that was answered until then."""
    if settings.backend is None:
        _extract_in_processes(tasks, request.workers or cores(), report)
    else:
        asyncio.run(_ask(tasks, settings, request, report))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _extract_in_processes(tasks: Sequence[ShardTask], workers: int, report: BulkReport) -> None:
    workers = min(workers, len(tasks), _MOST)
    if workers > 1 and multiprocessing.parent_process() is None:
        # A system without semaphores or room for more processes, or one of them was killed: then this one does it.
        with contextlib.suppress(BrokenProcessPool, OSError, NotImplementedError):
            _extract_by(workers, tasks, report)
            return
        tasks = [task for task in tasks if not is_done(task)]
    for task in tasks:
        asyncio.run(run_shard(task, None, report.of(task.shard)))


def _extract_by(workers: int, tasks: Sequence[ShardTask], report: BulkReport) -> None:
    before = multiprocessing.active_children()
    # Spawned, for a fork copies locks that threads of this process hold.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_interrupts)
    under_way: set[Future[int]] = set()
    try:
        for task in tasks:
            under_way.add(pool.submit(_extract, task))
            if len(under_way) > workers:  # tens of thousands of tasks are not queued at once
                under_way = _settle(under_way, report)
        while under_way:
            under_way = _settle(under_way, report)
    except BaseException:
        # After an error or Ctrl-C nobody waits for the shards under way: what they have answered is on the disk.
        for process in multiprocessing.active_children():
            if process not in before:
                process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _settle(under_way: set[Future[int]], report: BulkReport) -> set[Future[int]]:
    done, waiting = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        report.add(future.result())
    return waiting


def _extract(task: ShardTask) -> int:
    """Does a shard in a process of its own; returns how many papers it has."""
    told: list[int] = []
    asyncio.run(run_shard(task, None, lambda more, usage: told.append(more)))
    return sum(told)


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def _ask(tasks: Sequence[ShardTask], settings: Settings, request: BulkRequest, report: BulkReport) -> None:
    """Several shards at a time through one session; once the model is not asked any more, all of them end."""
    left, ended = iter(tasks), list[BackendError]()
    async with open_session(settings) as session:
        if session is None:
            return

        async def work() -> None:
            for task in left:
                try:
                    await run_shard(task, session, report.of(task.shard))
                except BackendError as error:
                    ended.append(error)
                    return

        with stop_in_time(session, settings.llm.deadline, None):
            # As many side by side as have papers for all calls at once, and one more for the last calls of another.
            shards = 2 + session.at_once * session.most_items // request.rows
            await session.dispatcher.run_all(work() for _ in range(shards))
    if ended:
        raise ended[0]
