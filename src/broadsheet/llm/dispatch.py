"""Carries calls to the model: how many at once, how often again, how long at most. The one place with concurrency."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BackendUnreachable, BadAnswer, ContextTooLong
from broadsheet.llm.prompt import Completion, Model, Prompt
from broadsheet.llm.throttle import Throttle
from broadsheet.llm.tokens import Counter
from broadsheet.models import Usage
from broadsheet.settings import Price

if TYPE_CHECKING:
    import tenacity

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds we follow a server that says when to come back; one that asks for more gets its last try then."""
FAILURES_IN_A_ROW = 8
"""Calls given up on, with none answered between, after which the server counts as gone."""
TRIES_FOR_NONSENSE = 2


@dataclasses.dataclass(frozen=True)
class Patience:
    """How often one call is tried, and how many seconds its tries and waits may take together."""

    attempts: int = 5
    seconds: float = 300.0


class Dispatcher:
    """Runs calls against one model and keeps the bill.

    `stopped` holds the reason once no further call is worth making; calls from then on raise it at once.
    """

    def __init__(  # noqa: PLR0913 - the clock and the sleep are passed in
        self,
        model: Model,
        *,
        at_once: int,
        patience: Patience = Patience(),
        price: Price | None = None,
        count: Counter = len,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._model, self._patience, self._price, self._count = model, patience, price, count
        self._clock, self._sleep = clock, sleep
        self._throttle = Throttle(at_once)
        self._room = asyncio.Condition()
        self._running = 0
        self._failures = 0
        self._began = clock()
        self.usage = Usage(money=0.0 if price else None)
        self.stopped: BackendError | None = None

    async def call(self, prompt: Prompt) -> Completion:
        """One answer, after as many tries as patience allows; raises the last `BackendError`."""
        import tenacity

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_curable),
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._patience.attempts),
                tenacity.stop_after_delay(self._patience.seconds),
            )
            | self._not_worth_it,
            wait=self._pause,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            completion: Completion = await retrying(self._try, prompt)
        except BackendError as error:
            self._gave_up(error)
            raise
        self._failures = 0
        return completion

    async def run_all(self, jobs: Iterable[Coroutine[None, None, None]]) -> None:
        """Runs jobs side by side to their end; what they call waits for its turn here."""
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)

    async def _try(self, prompt: Prompt) -> Completion:
        if self.stopped is not None:
            raise self.stopped
        await self._enter()
        started = self._clock()
        try:
            completion = await self._model.complete(prompt)
        except BackendBusy as error:
            pause = min(error.retry_after, LONGEST_PAUSE) if error.retry_after is not None else None
            self._throttle.was_refused(started=started, now=self._clock(), pause=pause)
            log.debug("busy: %s", error)
            raise
        else:
            self._throttle.went_well()
            self._settle(prompt, completion)
            return completion
        finally:
            await self._leave()

    async def _enter(self) -> None:
        async with self._room:
            await self._room.wait_for(lambda: self._running < self._throttle.window)
            self._running += 1
        pause = self._throttle.paused_until - self._clock()
        if pause > 0:
            await self._sleep(pause)
        if self.stopped is not None:
            await self._leave()
            raise self.stopped

    async def _leave(self) -> None:
        async with self._room:
            self._running -= 1
            self._room.notify_all()

    def _settle(self, prompt: Prompt, completion: Completion) -> None:
        """Adds a call to the bill; what the server did not count we do."""
        asked = completion.prompt_tokens or self._count(prompt.system) + self._count(prompt.user)
        said = completion.completion_tokens or self._count(completion.text)
        usage = self.usage
        money = usage.money
        if money is not None and self._price is not None:
            money += cost(self._price, asked, said, completion.cached_tokens)
        self.usage = Usage(
            calls=usage.calls + 1,
            prompt_tokens=usage.prompt_tokens + asked,
            completion_tokens=usage.completion_tokens + said,
            cached_tokens=usage.cached_tokens + completion.cached_tokens,
            money=money,
            seconds=self._clock() - self._began,
        )

    def _gave_up(self, error: BackendError) -> None:
        if isinstance(error, ContextTooLong):
            return
        self._failures += 1
        answered = self.usage.calls > 0
        hopeless = isinstance(error, BackendRefused) and error.status in (None, 401, 402, 403, 404, 429)
        if hopeless or self._failures >= FAILURES_IN_A_ROW or (isinstance(error, BackendUnreachable) and not answered):
            self.stopped = self.stopped or error

    def _not_worth_it(self, state: tenacity.RetryCallState) -> bool:
        """Whether another try is idle: the run has stopped, or the same nonsense came twice, or nobody is there."""
        error = state.outcome.exception() if state.outcome else None
        tries = state.attempt_number
        nobody = isinstance(error, BackendUnreachable) and self.usage.calls == 0
        nonsense = isinstance(error, BadAnswer) and tries >= TRIES_FOR_NONSENSE
        return self.stopped is not None or nonsense or (nobody and tries >= TRIES_FOR_NONSENSE)

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next try: what the server asked for, else exponential with full jitter."""
        error = state.outcome.exception() if state.outcome else None
        tries = state.attempt_number
        asked = getattr(error, "retry_after", None)
        if asked is not None:
            return float(min(asked, LONGEST_PAUSE)) + random.uniform(0, 0.1)
        return random.uniform(0.1, 0.5) * 2.0 ** (tries - 1)


def cost(price: Price, prompt: int, completion: int, cached: int = 0) -> float:
    """US dollars for a call: cached tokens are part of the prompt's and may be cheaper."""
    cached = min(cached, prompt)
    cheaper = price.prompt if price.cached is None else price.cached
    return ((prompt - cached) * price.prompt + cached * cheaper + completion * price.completion) / 1e6


def _curable(error: BaseException) -> bool:
    return isinstance(error, BackendBusy | BackendUnreachable | BadAnswer)
