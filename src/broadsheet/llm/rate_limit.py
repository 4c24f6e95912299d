"""Decides when a call may start under limits a minute: a token bucket as a schedule (GCRA, ITU-T I.371). Pure."""

from __future__ import annotations

MINUTE = 60.0


class CallRateLimit:
    """Books the start of calls so that requests and tokens stay under what a server allows in a minute."""

    def __init__(self, *, requests: int | None = None, tokens: int | None = None, burst: float = 5.0) -> None:
        """`burst` is how many seconds' worth may go at once before the pace counts."""
        self._per_request = MINUTE / requests if requests else 0.0
        self._per_token = MINUTE / tokens if tokens else 0.0
        self._burst = burst
        self._next = float("-inf")

    def book(self, now: float, tokens: int) -> float:
        """Seconds from now until a call of these tokens may start; it counts from then on."""
        takes = max(self._per_request, tokens * self._per_token)
        if takes == 0.0:
            return 0.0
        self._next = max(self._next, now) + takes
        return max(0.0, self._next - takes - self._burst - now)
