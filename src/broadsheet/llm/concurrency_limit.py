"""Decides how many calls may run at once: additive increase, multiplicative decrease (Chiu and Jain 1989). Pure."""

from __future__ import annotations


class Throttle:
    """The number of calls that may run at once, from 1 to the ceiling; times are seconds of a monotonic clock."""

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._window = float(ceiling)
        self._cut_at = float("-inf")
        self.paused_until = float("-inf")

    @property
    def window(self) -> int:
        """How many calls may run at once."""
        return int(self._window)

    def went_well(self) -> None:
        """A call was answered: the window grows by one call a round."""
        # 1/window an answer is about 1 a window of answers, as in TCP's congestion avoidance.
        self._window = min(self._ceiling, self._window + 1 / self._window)

    def was_refused(self, *, started: float, now: float, pause: float | None) -> None:
        """A call was refused by a busy server: the window halves, once for all calls that ran at the same time."""
        # Calls that began before the last cut were sent under the larger window: their refusals say nothing new.
        if started >= self._cut_at:
            self._window = max(1.0, self._window / 2)
            self._cut_at = now
        if pause is not None:
            self.pause_until(now + pause)

    def pause_until(self, moment: float) -> None:
        """Lets no call start before that moment; a pause is never shortened."""
        self.paused_until = max(self.paused_until, moment)
