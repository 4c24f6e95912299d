"""When a call may start, so that no minute holds more than a server allows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.llm.rate_limit import CallRateLimit


def test_a_pace_spreads_calls_over_the_minute():
    pace = CallRateLimit(requests=60, burst=0)
    assert [pace.book(0.0, 500) for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]
    by_tokens = CallRateLimit(tokens=6000, burst=0)
    assert [by_tokens.book(0.0, 1000) for _ in range(3)] == [0.0, 10.0, 20.0]
    assert CallRateLimit().book(0.0, 10**6) == 0.0


def test_some_seconds_worth_may_go_at_once_before_the_pace_counts():
    pace = CallRateLimit(requests=60, burst=5.0)
    assert [pace.book(0.0, 1) for _ in range(8)] == [0.0] * 6 + [1.0, 2.0]


def test_a_long_silence_saves_up_no_more_than_the_burst():
    pace = CallRateLimit(requests=60, burst=2.0)
    pace.book(0.0, 1)
    assert [pace.book(3600.0, 1) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 3000)), max_size=60))
def test_no_minute_holds_more_than_its_limit(calls):
    pace, now, starts = CallRateLimit(tokens=6000, burst=5.0), 0.0, []
    for gap, tokens in calls:
        now += gap
        starts.append((now + pace.book(now, tokens), tokens))
    for begin, _ in starts:
        within = sum(tokens for start, tokens in starts if begin <= start < begin + 60)
        assert within <= 6000 + 500 + 3000
