"""Mails are kept apart as a provider wants them, by whatever the clock says."""

from __future__ import annotations

from broadsheet.mailing.rate_limit import MailRateLimit


def test_a_pace_keeps_mails_apart_and_a_clock_put_back_delays_nobody() -> None:
    times = iter([0.0, 0.5, 2.0, -3600.0, -3599.5])
    slept: list[float] = []
    pace = MailRateLimit(60, clock=lambda: next(times), sleep=slept.append)
    for _ in range(5):
        pace.wait()
    assert slept == [0.5, 0.5]
