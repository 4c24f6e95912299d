"""A queue of calls, first in, first out in each of its ranks, bounded by concurrency, the rate limit and the budget."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import dataclasses
import enum
import itertools
import random
from collections.abc import Awaitable, Callable, Iterator

from broadsheet.errors import BackendError
from broadsheet.llm.budget import Amount, Budget
from broadsheet.llm.concurrency_limit import Throttle
from broadsheet.llm.rate_limit import CallRateLimit


class CallTurn(enum.IntEnum):
    """The ranks of calls that wait, the first one first."""

    AGAIN = 0
    """Tries again after a failure: work that has begun ends first."""
    EARLY = 1
    """May have to be asked again after its check, and should not then wait behind what comes last anyway."""
    LATE = 2


@dataclasses.dataclass(frozen=True)
class _Waiting:
    place: tuple[int, int]
    """Its rank, and how many came before it."""
    most: Amount
    turn: asyncio.Future[None]

    @property
    def has_turn(self) -> bool:
        """Whether a place is taken for it."""
        return self.turn.done() and not self.turn.cancelled() and self.turn.exception() is None


class CallQueue:
    """The queue in front of a server; `stop` ends every wait in it with the reason."""

    def __init__(
        self,
        throttle: Throttle,
        budget: Budget,
        pace: CallRateLimit,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.throttle, self.budget = throttle, budget
        self._pace, self._clock, self._sleep = pace, clock, sleep
        self._queue: list[_Waiting] = []
        self._numbers = itertools.count()
        self._running = 0
        self._over = asyncio.Event()
        self.stopped: BackendError | None = None

    async def enter(self, most: Amount, turn: CallTurn = CallTurn.LATE) -> None:
        """Waits for a turn; raises what stopped the run. A caller that gets a turn must call `leave`."""
        if self.stopped is not None:
            raise self.stopped
        waiting = _Waiting((turn, next(self._numbers)), most, asyncio.get_running_loop().create_future())
        bisect.insort(self._queue, waiting, key=lambda other: other.place)
        self._advance()
        try:
            await waiting.turn
            await self.pause(self._pace.book(self._clock(), most.tokens))
            while self.stopped is None and (wait := self.throttle.paused_until - self._clock()) > 0:
                await self.pause(wait * random.uniform(1.0, 1.05))  # not all at the same moment
            if self.stopped is not None:
                raise self.stopped
        except BaseException:  # also where the caller is cancelled, with its turn just given or in a pause
            if waiting.has_turn:
                self.leave(most, Amount())
            raise

    def has_waiting(self, turn: CallTurn) -> bool:
        """Whether a call of this rank waits for its turn."""
        return any(waiting.place[0] == turn for waiting in self._queue)

    def leave(self, most: Amount, taken: Amount) -> None:
        """Frees the place of a call and settles its reservation with what it took."""
        self._running -= 1
        self.budget.settle(most, taken)
        # A moment later, so that who called may hold the place on.
        asyncio.get_running_loop().call_soon(self._advance)

    @contextlib.contextmanager
    def hold_place(self) -> Iterator[None]:
        """Takes the place that was just left once more, whoever waits for it, and without a call."""
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._advance()

    def stop(self, reason: BackendError) -> None:
        """Gives no more turns; running calls continue to their end, waits end at once."""
        self.stopped = self.stopped or reason
        self._over.set()
        self._advance()

    async def pause(self, seconds: float) -> None:
        """Sleeps, but not past the end of the run."""
        if seconds <= 0 or self._over.is_set():
            return
        # Two tasks race, so that a stopped run does not wait for a long pause to end.
        naps = {asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._over.wait())}
        try:
            await asyncio.wait(naps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for nap in naps:
                nap.cancel()

    def _advance(self) -> None:
        while self._queue and (self.stopped is not None or self._running < self.throttle.window):
            # Strictly in order: if the first call must wait for budget, no smaller one passes it, or it might wait for
            # ever.
            waiting = self._queue[0]
            if not waiting.turn.done() and not self._let_in(waiting):
                return
            del self._queue[0]

    def _let_in(self, waiting: _Waiting) -> bool:
        """Gives the first in the queue a turn or a refusal; false when it must wait for calls under way to settle."""
        try:
            if self.stopped is not None:
                raise self.stopped
            if not self.budget.reserve(waiting.most):
                return False
        except BackendError as reason:
            self.stopped = self.stopped or reason
            self._over.set()
            waiting.turn.set_exception(reason)
            return True
        self._running += 1
        waiting.turn.set_result(None)
        return True
