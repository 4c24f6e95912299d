"""How many calls may run at once: half of them after a refusal, one more after a round that went well."""

from __future__ import annotations

from broadsheet.llm.concurrency_limit import Throttle


def test_the_window_halves_once_for_calls_under_way_together_and_grows_back():
    throttle = Throttle(64)
    for _ in range(50):
        throttle.was_refused(started=0.0, now=1.0, pause=None)
    assert throttle.window == 32
    throttle.was_refused(started=1.5, now=2.0, pause=3.0)
    assert (throttle.window, throttle.paused_until) == (16, 5.0)
    for _ in range(17):
        throttle.went_well()
    assert throttle.window == 17
    for _ in range(10):
        throttle.was_refused(started=9e9, now=1e9, pause=None)
    assert throttle.window >= 1
