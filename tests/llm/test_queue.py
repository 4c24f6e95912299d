"""The queue in front of a server: what has begun ends first, then first come first served, and nobody passes a cap."""

from __future__ import annotations

import asyncio

import pytest

from broadsheet.errors import BackendRefused, Stopped
from broadsheet.llm.budget import Amount, Budget, Caps
from broadsheet.llm.concurrency_limit import Throttle
from broadsheet.llm.queue import CallQueue, CallTurn
from broadsheet.llm.rate_limit import CallRateLimit

ONE = Amount(calls=1)


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def queue_of(caps: Caps | None = None, *, at_once: int = 1, clock: Clock | None = None) -> CallQueue:
    clock = clock or Clock()
    return CallQueue(Throttle(at_once), Budget(caps or Caps(), None), CallRateLimit(), clock=clock, sleep=clock.sleep)


async def call(queue: CallQueue, name: str, ended: list[str]) -> None:
    await queue.enter(ONE, {"again": CallTurn.AGAIN, "early": CallTurn.EARLY}.get(name, CallTurn.LATE))
    ended.append(name)
    queue.leave(ONE, ONE)


async def in_line(queue: CallQueue, ended: list[str], *names: str) -> list[asyncio.Task[None]]:
    """Calls that stand in the queue in this order, one called `again` or `early` with that rank."""
    tasks = []
    for name in names:
        tasks.append(asyncio.ensure_future(call(queue, name, ended)))
        await asyncio.sleep(0)
    return tasks


def test_calls_go_in_the_order_in_which_they_came():
    async def run() -> list[str]:
        queue, ended = queue_of(), []
        await queue.enter(ONE)
        tasks = await in_line(queue, ended, "first", "second", "third")
        queue.leave(ONE, ONE)
        await asyncio.gather(*tasks)
        return ended

    assert asyncio.run(run()) == ["first", "second", "third"]


def test_calls_that_come_again_go_first_and_early_ones_before_the_others():
    async def run() -> list[str]:
        queue, ended = queue_of(), []
        await queue.enter(ONE)
        tasks = await in_line(queue, ended, "first", "second", "early", "again")
        queue.leave(ONE, ONE)
        await asyncio.gather(*tasks)
        return ended

    assert asyncio.run(run()) == ["again", "early", "first", "second"]


def test_no_more_are_let_in_at_once_than_the_window_holds():
    async def run() -> tuple[int, int]:
        queue, ended = queue_of(at_once=2), []
        for _ in range(2):
            await queue.enter(ONE)
        tasks = await in_line(queue, ended, "third")
        waiting = len(ended)
        queue.leave(ONE, ONE)
        await asyncio.gather(*tasks)
        return waiting, len(ended)

    assert asyncio.run(run()) == (0, 1)


def test_a_place_that_is_held_after_its_call_is_given_to_nobody():
    async def run() -> tuple[list[str], list[str]]:
        queue, ended = queue_of(), []
        await queue.enter(ONE)
        tasks = await in_line(queue, ended, "second")
        queue.leave(ONE, ONE)
        with queue.hold_place():
            for _ in range(5):
                await asyncio.sleep(0)
            meanwhile = list(ended)
        await asyncio.gather(*tasks)
        return meanwhile, ended

    assert asyncio.run(run()) == ([], ["second"])


def test_a_call_waits_while_the_cap_may_hold_it_and_is_sent_home_once_it_cannot():
    async def run() -> list[BaseException | None]:
        queue, ended = queue_of(Caps(calls=1), at_once=5), []
        await queue.enter(ONE)
        tasks = await in_line(queue, ended, "second", "third")
        assert not any(task.done() for task in tasks)
        queue.leave(ONE, ONE)
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(end) for end in asyncio.run(run())] == [Stopped, Stopped]


def test_a_call_that_took_nothing_leaves_its_place_to_the_next():
    async def run() -> list[str]:
        queue, ended = queue_of(Caps(calls=1), at_once=5), []
        await queue.enter(ONE)
        tasks = await in_line(queue, ended, "second")
        queue.leave(ONE, Amount())
        await asyncio.gather(*tasks)
        return ended

    assert asyncio.run(run()) == ["second"]


def test_once_it_is_stopped_nobody_gets_in_and_the_first_reason_stays():
    async def run() -> tuple[list[BaseException | None], CallQueue]:
        queue, ended = queue_of(), []
        await queue.enter(ONE)
        tasks = await in_line(queue, ended, "second")
        queue.stop(BackendRefused("no key"))
        queue.stop(Stopped("later"))
        with pytest.raises(BackendRefused):
            await queue.enter(ONE)
        return await asyncio.gather(*tasks, return_exceptions=True), queue

    ends, queue = asyncio.run(run())
    assert [str(end) for end in ends] == ["no key"]
    assert str(queue.stopped) == "no key"


def test_nobody_starts_while_the_server_wants_to_be_left_alone():
    async def run() -> float:
        clock = Clock()
        queue = queue_of(clock=clock)
        queue.throttle.pause_until(40.0)
        await queue.enter(ONE)
        return clock.now

    assert 40.0 <= asyncio.run(run()) <= 42.0


def test_a_pause_ends_with_the_run():
    async def run() -> None:
        queue = CallQueue(
            Throttle(1),
            Budget(Caps(), None),
            CallRateLimit(),
            clock=lambda: 0.0,
            sleep=lambda _: asyncio.Event().wait(),
        )
        waiting = asyncio.ensure_future(queue.pause(3600))
        await asyncio.sleep(0)
        queue.stop(Stopped("interrupted"))
        await asyncio.wait_for(waiting, 10)

    asyncio.run(run())


@pytest.mark.parametrize("steps", range(6))
def test_a_caller_that_is_cancelled_at_any_moment_leaves_its_place_to_the_next(steps):
    async def run() -> None:
        queue = CallQueue(
            Throttle(1),
            Budget(Caps(calls=1), None),
            CallRateLimit(),
            clock=lambda: 0.0,
            sleep=lambda _: asyncio.sleep(9),
        )
        queue.throttle.pause_until(3600.0)
        first = asyncio.ensure_future(queue.enter(ONE))
        for _ in range(steps):
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        queue.throttle.paused_until = 0.0
        await asyncio.wait_for(queue.enter(ONE), 10)

    asyncio.run(run())
