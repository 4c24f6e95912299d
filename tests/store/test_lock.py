"""One run at a time: who holds the lock is named, and nobody holds it once a run has ended, however it ended."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from broadsheet.errors import RunningAlready, StateError
from broadsheet.store.lock import only_run

NOW = dt.datetime(2026, 11, 6, 6, tzinfo=dt.UTC)
STATE = Path("kept/weekly.sqlite")


def test_a_second_run_is_refused_and_told_who_runs_since_when() -> None:
    with only_run(STATE, now=NOW):
        named = rf"another run \(process {os.getpid()}, since 2026-11-06T06:00:00\+00:00\) is making this edition"
        with pytest.raises(RunningAlready, match=named), only_run(STATE, now=NOW):
            pass


def test_a_holder_that_left_no_name_is_still_in_the_way() -> None:
    with only_run(STATE, now=NOW):
        STATE.with_name("weekly.sqlite.run").write_text("half a li", encoding="utf-8")
        with pytest.raises(RunningAlready, match=r"^another run is making"), only_run(STATE, now=NOW):
            pass


def test_a_run_that_breaks_off_leaves_the_way_free() -> None:
    with pytest.raises(KeyError), only_run(STATE, now=NOW):
        raise KeyError
    with only_run(STATE, now=NOW):
        assert STATE.with_name("weekly.sqlite.run").exists()
    assert not STATE.with_name("weekly.sqlite.run").exists()


def test_two_editions_do_not_wait_for_each_other() -> None:
    with only_run(STATE, now=NOW), only_run(STATE.with_name("other.sqlite"), now=NOW):
        pass


def test_a_folder_that_cannot_be_made_is_named() -> None:
    Path("kept").write_text("a file", encoding="utf-8")
    with pytest.raises(StateError, match=r"kept/weekly\.sqlite: cannot be locked"), only_run(STATE, now=NOW):
        pass
