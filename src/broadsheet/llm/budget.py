"""Keeps a run under its caps: the most a call may cost is reserved before it and settled after it. Pure."""

from __future__ import annotations

import dataclasses

from broadsheet.errors import Stopped
from broadsheet.settings.model import Price


@dataclasses.dataclass(frozen=True)
class Caps:
    """What a run may take at most: US dollars, calls (every try is one), tokens both ways; `None` is no cap."""

    money: float | None = None
    calls: int | None = None
    tokens: int | None = None


@dataclasses.dataclass(frozen=True)
class Amount:
    """What a call takes, or may take."""

    money: float = 0.0
    calls: int = 0
    tokens: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.money + other.money, self.calls + other.calls, self.tokens + other.tokens)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.money - other.money, self.calls - other.calls, self.tokens - other.tokens)


class Budget:
    """What is spent and what is reserved; their sum never exceeds a cap."""

    def __init__(self, caps: Caps, price: Price | None) -> None:
        self._caps, self._price = caps, price
        self.spent = Amount()
        self.reserved = Amount()

    def may_take(self, prompt: int, completion: int) -> Amount:
        """The most a call of these tokens can take."""
        money = cost(self._price, prompt, completion) if self._price else 0.0
        return Amount(money=money, calls=1, tokens=prompt + completion)

    def reserve(self, most: Amount) -> bool:
        """Sets an amount aside; false when it only fits once calls under way settle, `Stopped` when it never will."""
        # What is spent never becomes less, so this call can never fit. Reservations do become less: most calls take
        # less than they may, so a call that does not fit beside them may fit later.
        if passed := self._passed(self.spent + most):
            raise Stopped(f"the run stopped at {passed}")
        if self._passed(self.spent + self.reserved + most):
            return False
        self.reserved += most
        return True

    def settle(self, most: Amount, taken: Amount) -> None:
        """Replaces a reservation by what the call really took."""
        self.reserved -= most
        self.spent += taken

    def _passed(self, amount: Amount) -> str:
        caps = self._caps
        # The margin covers rounding in sums of floating-point numbers.
        if caps.money is not None and amount.money > caps.money + 1e-12:
            return f"the cap of ${caps.money:g}"
        if caps.calls is not None and amount.calls > caps.calls:
            return f"the cap of {caps.calls:,} calls"
        if caps.tokens is not None and amount.tokens > caps.tokens:
            return f"the cap of {caps.tokens:,} tokens"
        return ""


def cost(price: Price, prompt: int, completion: int, cached: int = 0) -> float:
    """US dollars for a call: cached tokens are part of the prompt's and may be cheaper."""
    cached = min(cached, prompt)
    cheaper = price.prompt if price.cached is None else price.cached
    return ((prompt - cached) * price.prompt + cached * cheaper + completion * price.completion) / 1e6
