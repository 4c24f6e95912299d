"""Turns: one at a time and with a pause, in one process and between several."""

from __future__ import annotations

import itertools
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from broadsheet.errors import SourceError
from broadsheet.reading.sources.rate_limit import SourceRateLimit
from site_of_ours import NOW, Clock, Said, Site

ASKING = """
import sys, time
from pathlib import Path
from broadsheet.reading.sources.http import HttpClient
from broadsheet.reading.sources.rate_limit import SourceRateLimit
from broadsheet.settings.loading import Fetch
folder, url, who = sys.argv[1:]
pace = SourceRateLimit(Path(folder), now=time.time, sleep=time.sleep, patience=60)
client = HttpClient(Fetch())
for number in range(3):
    with pace.turn("arxiv", 0.3):
        client.get(f"{url}/{who}{number}", {})
client.close()
"""


def make_pace(clock: Clock, folder: str = "pace", patience: float = 60) -> SourceRateLimit:
    return SourceRateLimit(Path(folder), now=clock.now, sleep=clock.sleep, patience=patience)


def take(pace: SourceRateLimit, name: str = "arxiv", pause: float = 3.0) -> None:
    with pace.turn(name, pause):
        pass


def test_the_first_turn_waits_for_nothing_and_the_next_for_what_is_left_of_the_pause():
    clock = Clock()
    pace = make_pace(clock)
    take(pace)
    clock.at += 1
    take(pace)
    clock.at += 5
    take(pace)
    assert clock.slept == [2.0]


def test_a_pause_begins_when_the_one_before_is_done():
    clock = Clock()
    pace = make_pace(clock)
    with pace.turn("arxiv", 3.0):
        clock.at += 10
    take(pace)
    assert clock.slept == [3.0]


def test_services_do_not_wait_for_one_another():
    clock = Clock()
    pace = make_pace(clock)
    take(pace, "arxiv")
    take(pace, "pubmed")
    assert clock.slept == []


def test_another_run_keeps_the_pace_of_the_last():
    clock = Clock()
    take(make_pace(clock))
    take(make_pace(clock))
    assert clock.slept == [3.0]


def test_a_turn_that_fails_counts_as_one():
    clock = Clock()
    pace = make_pace(clock)
    with pytest.raises(ValueError, match="down"), pace.turn("arxiv", 3.0):
        raise ValueError("down")
    take(pace)
    assert clock.slept == [3.0]


def test_a_clock_that_was_set_back_waits_one_pause_and_a_broken_file_none():
    clock = Clock()
    pace = make_pace(clock)
    take(pace)
    clock.at = NOW - 1_000_000
    take(pace)
    assert clock.slept == [3.0]
    Path("pace/arxiv.last").write_text("kettle")
    take(pace)
    assert clock.slept == [3.0]


def test_whoever_holds_a_turn_too_long_is_told_of():
    Path("pace").mkdir()
    with (
        FileLock("pace/arxiv.lock"),
        pytest.raises(SourceError, match="another run of Broadsheet has been asking arxiv"),
    ):
        take(make_pace(Clock(), patience=0.05))


def test_a_folder_that_cannot_be_is_done_without_and_the_pace_kept(caplog):
    Path("pace").write_text("a file")
    clock = Clock()
    pace = make_pace(clock)
    take(pace)
    take(pace)
    assert clock.slept == [3.0]
    assert "other runs are not waited for" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_files_are_the_users_alone():
    take(make_pace(Clock()))
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in Path("pace").iterdir()} == {
        "arxiv.lock": 0,
        "arxiv.last": 0,
    }


def test_two_processes_ask_in_turn_with_the_pause_between():
    arrivals: list[float] = []
    under_way: list[int] = [0]
    most: list[int] = [0]

    def answer(call: object) -> Said:
        arrivals.append(time.monotonic())
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.05)  # a server takes its time; two at once would meet here
        under_way[0] -= 1
        return Said("kettles")

    with Site(answer) as site:
        runs = [subprocess.Popen([sys.executable, "-c", ASKING, "pace", site.url, who]) for who in "ab"]
        assert [run.wait(timeout=60) for run in runs] == [0, 0]
    gaps = [later - earlier for earlier, later in itertools.pairwise(arrivals)]
    assert len(arrivals) == 6
    assert min(gaps) >= 0.3
    assert most == [1]
    assert {path[1] for path in site.asked} == {"a", "b"}
