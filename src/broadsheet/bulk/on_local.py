"""`--on local`: shards in processes of this machine, and in each through one session where a model is asked."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
import multiprocessing
import os
import signal
from collections.abc import Iterator, MutableSequence, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from broadsheet.bulk.folder import read_state
from broadsheet.bulk.progress import BulkReport
from broadsheet.bulk.run import BulkRequest
from broadsheet.bulk.shard import ShardTask, is_done, run_shard
from broadsheet.digests.open_session import open_session, resolve_model, stop_in_time
from broadsheet.errors import BackendError, Stopped
from broadsheet.llm.budget import Amount
from broadsheet.llm.servers.adapt import adapt_settings, with_backend
from broadsheet.models import Progress, Usage
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import LLM, Backend

_MOST = 64
_LOOK = 0.5
"""Seconds between two looks at how far processes are that ask a model."""
_TOLD = 5
"""Numbers by which a process tells that: papers, calls, tokens in and out, money, which is NaN where it is unknown."""
_NOTHING = Amount()


@dataclasses.dataclass(frozen=True)
class _Asked:
    """The tasks that a session left, why it did, and what it has taken of the caps."""

    left: tuple[ShardTask, ...]
    error: BackendError | None = None
    taken: Amount = _NOTHING


def work_on_local(tasks: Sequence[ShardTask], settings: Settings, *, request: BulkRequest, report: BulkReport) -> None:
    """Does the tasks; raises the first error, with everything on the disk that was answered until then."""
    if settings.backend is None:
        _extract_in_processes(tasks, request.workers or cores(), report)
        return
    asked = _Asked(tuple(tasks))
    if request.workers is not None and request.workers > 1:
        asked = _ask_in_processes(tasks, settings, request, report)
    over = asked.error is not None and settings.llm.deadline is not None
    if asked.left and not over:
        # What was counted of tasks that others began is counted again.
        report.add(sum(map(_papers, set(tasks).difference(asked.left))) - report.done)
        asked = asyncio.run(_ask(asked.left, settings, request.rows, report, asked.taken))
    if asked.error is not None:
        raise asked.error


def _papers(done: ShardTask) -> int:
    papers: int = read_state(done.folder.manifest(done.shard))["papers"]
    return papers


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
    under_way: set[Future[int]] = set()
    with _pool(workers, []) as pool:
        for task in tasks:
            under_way.add(pool.submit(_extract, task))
            if len(under_way) > workers:  # tens of thousands of tasks are not queued at once
                under_way = _settle(under_way, report)
        while under_way:
            under_way = _settle(under_way, report)


@contextlib.contextmanager
def _pool(workers: int, told: MutableSequence[float]) -> Iterator[ProcessPoolExecutor]:
    """Processes that can tell numbers while they work; after an error or Ctrl-C in the block nobody waits for them, for
    what they have answered is on the disk."""
    before = multiprocessing.active_children()
    # Spawned, for a fork copies locks that threads of this process hold.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, initializer=_begin, initargs=(told,))
    try:
        yield pool
    except BaseException:
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


_told: list[MutableSequence[float]] = []
"""In a process of the pool, where it tells how far it is."""


def _begin(told: MutableSequence[float]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _told.append(told)


def _ask_in_processes(
    tasks: Sequence[ShardTask], settings: Settings, request: BulkRequest, report: BulkReport
) -> _Asked:
    """Asks from several processes, each with its share of what may be taken; returns what is left for one alone.

    That is everything where there can be no more than one, and what one process left as its share of a cap was used
    up. Raises `Stopped` where a process was killed and there is a cap: nobody knows what its last calls have taken.
    """
    llm = settings.llm
    address, in_process = resolve_model(settings)
    alone = in_process is not None or llm.offline or llm.record or llm.replay
    backend = None if alone else asyncio.run(adapt_settings(settings, address)).backend
    if backend is None or multiprocessing.parent_process() is not None:
        return _Asked(tuple(tasks))
    workers = min(
        request.workers or 1, len(tasks), _MOST, *(most for most in _limits(settings, backend) if most is not None)
    )
    if workers < 2:
        return _Asked(tuple(tasks))
    try:
        return _ask_by(workers, tasks, _share(settings, backend, workers), request.rows, report)
    except (BrokenProcessPool, OSError, NotImplementedError) as error:
        if (llm.max_cost, llm.max_calls, llm.max_run_tokens) != (None, None, None):
            raise Stopped(
                "a process of this run was killed or could not begin, and nobody knows what it has taken of the cap; "
                "what was answered is kept: run it again to go on."
            ) from error
        return _Asked(tuple(task for task in tasks if task.retry or not is_done(task)))


def _ask_by(workers: int, tasks: Sequence[ShardTask], settings: Settings, rows: int, report: BulkReport) -> _Asked:
    told = multiprocessing.get_context("spawn").RawArray("d", _TOLD * workers)
    hears = [report.of(-1 - number) for number in range(workers)]
    counted = [0] * workers
    others = _held_by_others(settings.llm, workers)
    asked: list[_Asked] = []
    with _pool(workers, told) as pool:
        under_way = {
            pool.submit(_ask_there, number, tasks[number::workers], settings, rows, others) for number in range(workers)
        }
        while under_way:
            done, under_way = wait(under_way, timeout=_LOOK, return_when=FIRST_COMPLETED)
            for number, hear in enumerate(hears):
                papers, usage = _read_told(told, number)
                hear(papers - counted[number], usage)
                counted[number] = papers
            for future in done:
                asked.append(future.result())
                if asked[-1].error is not None and not isinstance(asked[-1].error, Stopped):
                    raise asked[-1].error
    return _Asked(
        left=tuple(task for one in asked for task in one.left),
        error=next((one.error for one in asked if one.error is not None), None),
        taken=sum((one.taken for one in asked), _NOTHING),
    )


def _ask_there(number: int, tasks: Sequence[ShardTask], settings: Settings, rows: int, others: Amount) -> _Asked:
    """Does tasks in a process of its own, and tells by the numbers of its place how far it is."""
    (told,) = _told

    def tell(progress: Progress) -> None:
        usage = progress.usage
        money = math.nan if usage.money is None else usage.money
        numbers = (progress.done, usage.calls, usage.prompt_tokens, usage.completion_tokens, money)
        told[_TOLD * number : _TOLD * (number + 1)] = numbers

    asked = asyncio.run(_ask(tasks, settings, rows, BulkReport(0, tell), others))
    return dataclasses.replace(asked, taken=asked.taken - others)


def _read_told(told: Sequence[float], number: int) -> tuple[int, Usage]:
    papers, calls, prompt, completion, money = told[_TOLD * number : _TOLD * (number + 1)]
    usage = Usage(
        calls=int(calls),
        prompt_tokens=int(prompt),
        completion_tokens=int(completion),
        money=None if math.isnan(money) else money,
    )
    return int(papers), usage


def _share(settings: Settings, backend: Backend, workers: int) -> Settings:
    """The settings of one of several processes, which together make no more calls at once and a minute than asked."""
    at_once, calls, tokens = _limits(settings, backend)
    less = settings.llm.model_copy(update={"concurrency": at_once // workers})
    pace = {
        "requests_per_minute": calls and calls // workers,
        "tokens_per_minute": tokens and tokens // workers,
    }
    return with_backend(settings.model_copy(update={"llm": less}), backend.model_copy(update=pace))


def _limits(settings: Settings, backend: Backend) -> tuple[int, int | None, int | None]:
    """Calls at once, and calls and tokens a minute, where these have a limit."""
    at_once = settings.llm.concurrency or backend.concurrency
    return at_once, backend.requests_per_minute, backend.tokens_per_minute


def _held_by_others(llm: LLM, workers: int) -> Amount:
    """What all processes but one may take of the caps."""
    money, calls, tokens = llm.max_cost or 0.0, llm.max_calls or 0, llm.max_run_tokens or 0
    return Amount(money - money / workers, calls - calls // workers, tokens - tokens // workers)


async def _ask(tasks: Sequence[ShardTask], settings: Settings, rows: int, report: BulkReport, taken: Amount) -> _Asked:
    """Several shards at a time through one session, whose caps are less what is `taken`; once the model is not asked
    any more, all of them end."""
    left, ended = iter(tasks), dict[ShardTask, BackendError]()
    async with open_session(settings) as session:
        if session is None:
            return _Asked(())
        session.dispatcher.count(taken)

        async def work() -> None:
            for task in left:
                try:
                    await run_shard(task, session, report.of(task.shard))
                except BackendError as error:
                    ended[task] = error
                    return

        with stop_in_time(session, settings.llm.deadline, None):
            # As many side by side as have papers for all calls at once, and one more for the last calls of another.
            shards = 2 + session.at_once * session.most_items // rows
            await session.dispatcher.run_all(work() for _ in range(shards))
        return _Asked((*ended, *left), next(iter(ended.values()), None), session.dispatcher.spent)
