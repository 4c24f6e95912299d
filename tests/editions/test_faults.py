"""What an edition survives: a kill at every moment, two runs at once, a full disk, a folder that cannot be written."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broadsheet.errors import RunningAlready
from broadsheet.store.lock import only_run
from commands import PROCESS, run
from loopback import ModelServer, complete, refuse, write_faithfully
from month import FRIDAYS, broken_links, configure, edition, put, record, summary, title_of, titles, weekly
from places import SUPPORT

NOW = dt.datetime(2026, 11, 6, 6, tzinfo=dt.UTC)

Doomed = Callable[..., int]


@pytest.fixture(scope="module")
def doomed() -> Iterator[Doomed]:
    """Runs the command in a child of a warm process, which dies at the moment named; its exit code."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, str(SUPPORT / "doomed.py")], env=environment, **pipes)
    assert process.stdout.readline() == "ready\n"

    def run_it(moment: int, *command: str) -> int:
        process.stdin.write(json.dumps({"folder": str(Path.cwd()), "moment": moment, "command": command}) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield run_it
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def test_a_kill_at_any_moment_is_made_good_by_the_next_run(doomed, tmp_path):
    """The first edition stands; the second is killed at each moment in turn, and completed by a run after it."""
    configure(output={"formats": ["json"]})
    put("first.jsonl", *(record(number) for number in range(3)))
    summary(FRIDAYS[0])
    put("second.jsonl", *(record(number) for number in range(3, 6)))
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for name in ("weekly.sqlite", "site"):
        Path(name).rename(fresh / name)
    moments = 0
    while True:
        for name in ("weekly.sqlite", "site"):
            shutil.rmtree(name, ignore_errors=True)
            for old in Path().glob(f"{name}*"):
                old.unlink()
            source = fresh / name
            shutil.copytree(source, name) if source.is_dir() else shutil.copy(source, name)
        code = doomed(moments + 1, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[1], "--quiet")
        if code != -signal.SIGKILL:
            break
        moments += 1
        assert broken_links(Path("site")) == [], f"killed at moment {moments}"
        assert doomed(0, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[1], "--quiet") == 0
        assert sorted(file.name for file in Path("site/editions").iterdir()) == ["001", "002"]
        assert titles(1) == {title_of(number) for number in range(3)}
        assert titles(2) == {title_of(number) for number in range(3, 6)}
        assert broken_links(Path("site")) == []
        assert list(Path("site").rglob("*.part")) == []
        assert "No. 2," in Path("site/index.html").read_text()
    assert code == 0
    assert moments >= 10  # three of the state, and each file of the archive


def test_what_a_killed_run_had_collected_is_digested_though_its_source_is_gone(doomed):
    configure()
    put("first.jsonl", record(1), record(2))
    assert doomed(3, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0], "--quiet") == -signal.SIGKILL
    shutil.rmtree("inbox")
    said = summary(FRIDAYS[0])
    assert (said["edition"], said["outcome"], said["papers"]) == (1, "completed", 2)


def test_an_edition_left_unfinished_weeks_ago_is_completed_before_the_next(doomed):
    configure()
    put("first.jsonl", record(1))
    assert doomed(3, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0], "--quiet") == -signal.SIGKILL
    put("second.jsonl", record(2))
    said = summary(FRIDAYS[2])
    assert (said["completed"], said["edition"], said["outcome"]) == ([1], 2, "made")
    assert (titles(1), titles(2)) == ({title_of(1)}, {title_of(2)})
    assert edition(1)["created"][:10] == FRIDAYS[0]


def configure_model(server: ModelServer) -> None:
    backend = {"base_url": server.url, "model": "plain-8b", "context": 8192, "batch_size": 1}
    configure(llm={"backend": "near", "attempts": 1}, backends={"near": backend}, grouping="builtin")


def test_a_model_that_refuses_leaves_the_edition_for_the_next_run():
    put("first.jsonl", *(record(number) for number in range(4)))
    with ModelServer(lambda call: refuse(401, "no such key")) as server:
        configure_model(server)
        assert weekly(FRIDAYS[0]).exit_code == 7
        assert not Path("site").exists()
        server.reply = lambda call: complete(write_faithfully(call))
        said = summary(FRIDAYS[0])
    assert (said["edition"], said["outcome"], said["papers"]) == (1, "completed", 4)


def test_what_a_killed_run_was_answered_is_not_paid_for_again(doomed):
    put("first.jsonl", *(record(number) for number in range(4)))
    with ModelServer() as server:
        configure_model(server)
        code = doomed(3, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0], "--quiet")
        assert code == -signal.SIGKILL  # before the digest is kept
        paid = len(server.calls)
        said = summary(FRIDAYS[0])
    assert (said["edition"], said["outcome"], said["calls"]) == (1, "completed", 0)
    assert len(server.calls) == paid >= 4
    assert edition(1)["account"]["written"] == 4


def test_a_second_run_names_the_first_and_touches_nothing():
    configure()
    put("first.jsonl", record(1))
    with only_run(Path("weekly.sqlite"), now=NOW):
        done = subprocess.run(
            [*PROCESS, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0]],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 11
    assert done.stderr == (
        f"broadsheet: another run (process {os.getpid()}, since 2026-11-06T06:00:00+00:00) is making this edition: "
        "wait until it ends, or stop it.\n"
    )
    assert not Path("site").exists()
    assert summary(FRIDAYS[0])["outcome"] == "made"
    assert not Path("weekly.sqlite.run").exists()


def test_two_runs_that_begin_together_make_one_edition():
    configure()
    put("first.jsonl", record(1), record(2))
    command = [*PROCESS, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0], "--quiet"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in running]
    codes = sorted(process.returncode for process in running)
    assert codes in ([0, 0], [0, 11]), said  # the second came while the first worked, or after it
    assert [file.name for file in Path("site/editions").iterdir()] == ["001"]
    assert titles(1) == {title_of(1), title_of(2)}


def test_the_lock_of_a_killed_run_is_nobodys(doomed):
    configure()
    put("first.jsonl", record(1))
    assert doomed(1, "weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0], "--quiet") == -signal.SIGKILL
    assert Path("weekly.sqlite.run").exists()
    with only_run(Path("weekly.sqlite"), now=NOW):
        named = pytest.raises(RunningAlready, match="2026-11-06T06")
        with named, only_run(Path("weekly.sqlite"), now=NOW):
            pass


def test_a_folder_for_the_archive_that_is_a_file_is_found_out_before_anything_is_read():
    configure(edition={"archive": "weekly.yaml"})
    put("first.jsonl", record(1))
    done = weekly(FRIDAYS[0])
    assert done.exit_code == 9
    assert done.stderr == (
        "broadsheet: the output folder weekly.yaml is a file: choose another under `edition.archive`.\n"
    )
    assert not Path("weekly.sqlite").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing may be mounted here: a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_full_leaves_the_edition_for_a_run_with_room(small_disk):
    configure(edition={"title": "Kitchen weekly", "archive": str(small_disk / "site")})
    put("first.jsonl", *(record(number) for number in range(3)))
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (2**20 - 60_000))
    done = weekly(FRIDAYS[0])
    assert done.exit_code == 9
    assert "there is no room for the digest in" in done.stderr
    assert "under `edition.archive`" in done.stderr
    assert not (small_disk / "site/index.html").exists()
    filler.unlink()
    said = summary(FRIDAYS[0])
    assert (said["edition"], said["outcome"]) == (1, "completed")
    assert broken_links(small_disk / "site") == []


def test_a_disk_that_is_full_under_the_state_says_so(small_disk):
    configure(edition={"archive": "site", "state": str(small_disk / "kept.sqlite")})
    put("first.jsonl", *(record(number, abstract=os.urandom(400_000).hex()) for number in range(2)))
    done = weekly(FRIDAYS[0])
    assert done.exit_code == 10, done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("site").exists()


def test_a_state_that_is_damaged_is_named_and_left():
    configure()
    Path("weekly.sqlite").write_bytes(b"no state at all, whatever it is called" * 100)
    assert weekly(FRIDAYS[0]).exit_code == 10
    assert run("store", "check", "--config", "weekly.yaml").exit_code == 10
