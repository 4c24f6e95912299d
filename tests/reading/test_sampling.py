"""A sample hangs on its seed and keeps the order."""

from __future__ import annotations

from broadsheet.reading.sampling import sample

ROWS = [f"paper {number}" for number in range(12)]


def test_a_sample_hangs_on_the_seed_and_keeps_the_order():
    some = sample(ROWS, limit=4, seed=1)
    assert some == sample(ROWS, limit=4, seed=1) != sample(ROWS, limit=4, seed=2)
    assert [ROWS.index(row) for row in some] == sorted(ROWS.index(row) for row in some)
    assert sample(ROWS, limit=99, seed=1) == sample(ROWS, limit=None, seed=1) == ROWS
