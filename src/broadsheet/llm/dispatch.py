"""Sends calls to the model: concurrency, retries, time limits, accounting. The one module with concurrency."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import logging
import random
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from broadsheet.errors import (
    BackendBusy,
    BackendError,
    BackendRefused,
    BackendUnreachable,
    BadAnswer,
    BroadsheetError,
    ContextTooLong,
    Stopped,
)
from broadsheet.llm.budget import Amount, Budget, Caps, cost
from broadsheet.llm.cache import AnswerCache, NoCache
from broadsheet.llm.concurrency_limit import Throttle
from broadsheet.llm.prompt import Completion, Model, Prompt
from broadsheet.llm.queue import CallQueue, CallTurn
from broadsheet.llm.rate_limit import CallRateLimit
from broadsheet.llm.thinking import ROOMS, UNTHINKING, Thinking, is_cut_in_thought, next_room
from broadsheet.llm.tokens import Counter
from broadsheet.models import Usage
from broadsheet.settings.model import Price
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import tenacity  # with the first call: a run that is all in the cache makes none

log = logging.getLogger(__name__)

FAILURES_IN_A_ROW = 8
"""Failed calls in a row after which the server counts as down."""
FAILURES_IN_SILENCE = 3
"""The same for a server that has not answered at all yet: each such call has cost several timeouts."""
TRIES_FOR_NONSENSE = 2
TRIES_FOR_ROOM = 4
"""How often a call is made whose answer is cut off, each time with more room."""
NO_CAPS = Caps()


@dataclasses.dataclass(frozen=True)
class Patience:
    """How often one call is tried, and how many seconds its tries and waits may take together."""

    attempts: int = 5
    seconds: float = 300.0


@dataclasses.dataclass
class _Spent:
    """The seconds of a call's tries; those in the queue do not count, or the last calls of a long run get one try."""

    seconds: float = 0.0


class Dispatcher:
    """Runs calls to one model and counts their usage.

    `stopped` holds the reason once no further call is worth making; calls from then on raise it at once.
    """

    def __init__(  # noqa: PLR0913 - the clock and the sleep are passed in
        self,
        model: Model,
        *,
        at_once: int,
        patience: Patience = Patience(),
        price: Price | None = None,
        caps: Caps = NO_CAPS,
        pace: CallRateLimit | None = None,
        count: Counter = len,
        memory: AnswerCache | None = None,
        context: int | None = None,
        learned: Callable[[Thinking], None] = lambda thinking: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._model, self._patience, self._count = model, patience, count
        self.price = price
        self._clock = clock
        self._gate = CallQueue(
            Throttle(at_once), Budget(caps, price), pace or CallRateLimit(), clock=clock, sleep=sleep
        )
        self._context, self._learned = context, learned
        # What a call may take is told in tokens where something is measured by them.
        self._foresees = price is not None or caps.tokens is not None or (pace is not None and pace.by_tokens)
        self._thoughts = [UNTHINKING]  # one, which the dispatchers beside this one share
        self._told = False
        self._failures = 0
        self._began = clock()
        self.memory = memory or NoCache()
        self.usage = Usage(money=0.0 if price else None)

    @property
    def thinking(self) -> Thinking:
        """What was found out in this run: the room is beside that which prompts have already."""
        return self._thoughts[0]

    def beside(self) -> Dispatcher:
        """A dispatcher under the same limits and caps, for the same model, that counts its own usage alone."""
        other = copy.copy(self)
        other.usage = Usage(money=0.0 if self.price else None)
        return other

    @property
    def stopped(self) -> BackendError | None:
        """Why no call is made any more, `None` while calls are made."""
        return self._gate.stopped

    @property
    def spent(self) -> Amount:
        """What counts against the caps: every try, and in full where a call broke off that may have been billed."""
        return self._gate.budget.spent

    def count(self, taken: Amount) -> None:
        """Counts against the caps what others have taken of them, or may take."""
        self._gate.budget.spent += taken

    def stop(self, reason: BackendError) -> None:
        """Makes no further call; those under way are paid for and go on to their end."""
        self._gate.stop(reason)

    async def call(self, prompt: Prompt, *, partial: bool = False, early: bool = False) -> Completion:
        """One answer, after as many tries as patience allows; raises the last `BackendError`.

        An `early` call has its turn before all that are not: more may have to be asked after it.

        An answer that the server cut off is asked for again with more room. `partial` takes one that was cut off in
        its text, not in the model's thoughts; otherwise one that stays cut off is a `BadAnswer`.
        """
        for _ in range(TRIES_FOR_ROOM):
            room = self.thinking.room
            wider = dataclasses.replace(prompt, max_tokens=prompt.max_tokens + room)
            completion = await self._answer(wider, early)
            if completion.finish != "length":
                self._learn(room, completion)
                return completion
            if is_cut_in_thought(completion):
                if not self._widen(room, prompt):
                    break
            elif partial:
                break
            else:
                prompt = dataclasses.replace(prompt, max_tokens=2 * prompt.max_tokens)
        if partial:
            return completion
        raise BadAnswer("the answer was cut off, however much room it had.")

    async def _answer(self, prompt: Prompt, early: bool) -> Completion:
        import tenacity  # with the first call: a run that is all in the cache makes none

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_curable),
            stop=self._enough,
            wait=self._pause,
            sleep=self._gate.pause,
            reraise=True,
        )
        try:
            completion: Completion = await retrying(self._try, prompt, _Spent(), early)
        except BackendError as error:
            self._gave_up(error)
            raise
        self._failures = 0
        return completion

    def _widen(self, room: int, prompt: Prompt) -> bool:
        """Gives all further calls more room to think; false where this call had the most there is."""
        if self.thinking.room == room:  # no other call has done so meanwhile
            most = ROOMS[-1]
            if self._context is not None:
                most = self._context - self._tokens_of(prompt) - prompt.max_tokens
            self._thoughts[0] = dataclasses.replace(self.thinking, room=next_room(room, most))
        return self.thinking.room > room

    def _learn(self, room: int, completion: Completion) -> None:
        """Notes how much of the room that was found an answer's thoughts took."""
        if not room:
            return
        took = completion.thinking_tokens or completion.completion_tokens - self._count(completion.text)
        if took > self.thinking.tokens or not self._told:  # written once, and again only where it grows
            self._thoughts[0] = dataclasses.replace(self.thinking, tokens=max(took, self.thinking.tokens))
            self._told = True
            self._learned(self.thinking)

    @property
    def has_waiting(self) -> bool:
        """Whether an early call waits for its turn, so that another one would be made no sooner than after it."""
        return self._gate.has_waiting(CallTurn.EARLY)

    def hold_place(self) -> AbstractContextManager[None]:
        """The place of the call that was just answered, kept from others until what it brought is settled."""
        return self._gate.hold_place()

    async def run_all(self, jobs: Iterable[Coroutine[None, None, None]]) -> None:
        """Runs jobs side by side to their end; what they call waits for its turn here.

        Raises the first error of a job as it is, and not the group of them: it has its sentence and exit code.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for job in jobs:
                    group.create_task(job)
        except ExceptionGroup as failed:
            ours = failed.subgroup(BroadsheetError) or failed
            raise ours.exceptions[0] from None

    async def _try(self, prompt: Prompt, spent: _Spent, early: bool) -> Completion:
        asked = self._tokens_of(prompt) if self._foresees else 0
        most = self._gate.budget.may_take(asked, prompt.max_tokens)
        await self._gate.enter(
            most, CallTurn.AGAIN if spent.seconds > 0 else CallTurn.EARLY if early else CallTurn.LATE
        )
        started = self._clock()
        taken = most  # until we know better: a call that broke off may have been billed
        try:
            completion = await self._model.complete(prompt)
            taken = self._settle(asked, prompt, completion)
        except BackendError as error:
            # Without a status the connection broke: the server may have computed and billed the answer, so the
            # reservation is spent in full. A refusal with a status is a call without tokens.
            taken = most if error.status is None and isinstance(error, BackendBusy) else Amount(calls=1)
            if isinstance(error, BackendBusy):
                self._slow_down(error, started)
            raise
        finally:
            spent.seconds += self._clock() - started
            self._gate.leave(most, taken)
        self._keep_pace(completion)
        self.memory.log_reply(prompt, completion, self._clock() - started)
        return completion

    def _slow_down(self, error: BackendBusy, started: float) -> None:
        pause = min(error.retry_after, self._patience.seconds) if error.retry_after is not None else None
        self._gate.throttle.was_refused(started=started, now=self._clock(), pause=pause)
        log.debug("busy: %s", error)

    def _keep_pace(self, completion: Completion) -> None:
        """Widens the window after an answer; pauses all calls if the server's headers say that a limit is used up."""
        self._gate.throttle.went_well()
        if completion.allowance is None:
            return
        wait = completion.allowance.wait_for(completion.prompt_tokens + completion.completion_tokens)
        if wait > 0:
            self._gate.throttle.pause_until(self._clock() + min(wait, self._patience.seconds))

    def _tokens_of(self, prompt: Prompt) -> int:
        return self._count(prompt.system) + self._count(prompt.user)

    def _settle(self, asked: int, prompt: Prompt, completion: Completion) -> Amount:
        """Adds a call to the usage; tokens that the server does not report are counted here."""
        asked = completion.prompt_tokens or asked or self._tokens_of(prompt)
        said = completion.completion_tokens or self._count(completion.text)
        paid = cost(self.price, asked, said, completion.cached_tokens) if self.price else 0.0
        usage = self.usage
        self.usage = Usage(
            calls=usage.calls + 1,
            prompt_tokens=usage.prompt_tokens + asked,
            completion_tokens=usage.completion_tokens + said,
            cached_tokens=usage.cached_tokens + completion.cached_tokens,
            money=None if usage.money is None else usage.money + paid,
            seconds=self._clock() - self._began,
        )
        return Amount(money=paid, calls=1, tokens=asked + said)

    def _gave_up(self, error: BackendError) -> None:
        # These say nothing about the server.
        if isinstance(error, ContextTooLong | Stopped) or _is_filtered(error):
            return
        self._failures += 1
        answered = self.usage.calls > 0
        # No retry and no other prompt cures a wrong key, a missing model or an empty account: the run stops at once. A
        # server that never answered is given up early, one that has answered only after several failures in a row.
        hopeless = isinstance(error, BackendRefused) and error.status in (None, 401, 402, 403, 404, 429)
        silent = isinstance(error, BackendBusy) and error.status is None and not answered
        most = FAILURES_IN_SILENCE if silent else FAILURES_IN_A_ROW
        if hopeless or self._failures >= most or (isinstance(error, BackendUnreachable) and not answered):
            self._gate.stop(error)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        """Whether to stop retrying: attempts or seconds are used up, or another try is pointless.

        Pointless is a try after the run has stopped, after two unreadable answers, or at a server that is unreachable.
        """
        error = state.outcome.exception() if state.outcome else None
        tries, spent = state.attempt_number, state.args[1].seconds + state.idle_for
        if tries >= self._patience.attempts or spent >= self._patience.seconds:
            return True
        nobody = isinstance(error, BackendUnreachable) and self.usage.calls == 0
        nonsense = isinstance(error, BadAnswer) and tries >= TRIES_FOR_NONSENSE
        return self.stopped is not None or nonsense or (nobody and tries >= TRIES_FOR_NONSENSE)

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next try: what the server asked for, within patience, else exponential with jitter."""
        error = state.outcome.exception() if state.outcome else None
        tries = state.attempt_number
        asked: float | None = getattr(error, "retry_after", None)
        if asked is not None:
            left: float = self._patience.seconds - state.args[1].seconds - state.idle_for
            return max(0.0, min(asked, left)) + random.uniform(0, 0.1)
        # 0.1 to 0.5 s after the first try, twice as much after each further one. The random part keeps calls that were
        # refused together from coming back together.
        return random.uniform(0.1, 0.5) * 2.0 ** (tries - 1)


_FILTERED = lazy_regex(r"content.{0,3}(?:filter|polic|management)|\bfiltered\b|\bsafety\b", re.IGNORECASE)


def _is_filtered(error: BackendError) -> bool:
    """Whether a filter of the server's has something against one prompt, in its words."""
    return isinstance(error, BackendRefused) and error.status in (400, 422) and bool(_FILTERED.search(str(error)))


def _curable(error: BaseException) -> bool:
    return isinstance(error, BackendBusy | BackendUnreachable | BadAnswer)
