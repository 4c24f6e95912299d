"""A kill at any step of a run on a batch endpoint, or of its cancelling: nothing is lost, doubled, or paid for twice.

Here at some of the steps; `benchmarks/batch_kills.py` goes through all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from batch_kills import Doomed, deaths, play


@pytest.fixture(scope="module")
def doomed() -> Iterator[Doomed]:
    with Doomed() as process:
        yield process


@pytest.mark.parametrize(("cancel", "stride"), [(False, 61), (True, 13)], ids=["run", "cancel"])
def test_a_kill_at_any_step_is_made_good_by_the_next_run(doomed, cancel, stride):
    whole = play(doomed, cancel=cancel, death=None)
    assert whole.is_right
    assert not whole.killed
    killed = 0
    for death, tally in deaths(doomed, cancel=cancel, stride=stride):
        assert tally.is_right, (death, tally)
        assert tally.rows == whole.rows, death
        killed += 1
    assert killed >= 4
