"""Decides when a call may start under limits per minute: a token bucket in its virtual-scheduling form. Pure.

The algorithm is GCRA, the generic cell rate algorithm (ITU-T I.371).
"""

from __future__ import annotations

MINUTE = 60.0


class CallRateLimit:
    """Schedules calls so that requests and tokens stay under a server's limits per minute; times are in seconds."""

    def __init__(self, *, requests: int | None = None, tokens: int | None = None, burst: float = 5.0) -> None:
        """`burst` is the tolerance in seconds: calls for so much time may start at once. `None` is no limit."""
        self._per_request = MINUTE / requests if requests else 0.0
        self._per_token = MINUTE / tokens if tokens else 0.0
        self._burst = burst
        # GCRA's theoretical arrival time: when the next call is due if calls come exactly at the rate.
        self._next = float("-inf")

    @property
    def by_tokens(self) -> bool:
        """Whether tokens are limited, so that those of a call must be known."""
        return self._per_token > 0

    def book(self, now: float, tokens: int) -> float:
        """Seconds from now until a call of these tokens may start; it counts from then on."""
        # The emission interval of this call, by the limit that is tighter for it: both limits then hold.
        takes = max(self._per_request, tokens * self._per_token)
        if takes == 0.0:
            return 0.0
        # Unused time is not saved up beyond `burst`: after a pause the schedule begins again at `now`.
        self._next = max(self._next, now) + takes
        return max(0.0, self._next - takes - self._burst - now)
