"""Keeps mails apart, so that no more of them leave in a minute than a provider allows."""

from __future__ import annotations

from collections.abc import Callable


class MailRateLimit:
    """At most `rate` mails a minute, evenly; `None` is as fast as it goes. `clock` is in seconds."""

    def __init__(self, rate: float | None, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._gap = 60 / rate if rate else 0.0
        self._clock, self._sleep = clock, sleep
        self._last: float | None = None

    def wait(self) -> None:
        """Waits until the next mail may leave; a clock that was put back makes nobody wait longer than one gap."""
        if not self._gap:
            return
        at = self._clock()
        if self._last is not None and 0 <= (passed := at - self._last) < self._gap:
            self._sleep(self._gap - passed)
            at = self._last + self._gap
        self._last = at
