"""Every fault of the machine: nothing paid for is lost or paid for twice, and what cannot be done is said.

24 clock jump        test_a_clock_that_jumps…, test_answers_from_the_future…
25 disk full         test_a_disk_that_is_full…, test_an_output_folder_that_goes_away…, test_a_folder_nobody_may_write…
26 cache             test_a_broken_cache…, test_a_cache_damaged_inside…, test_a_cache_that_cannot_be_written…,
                     test_a_cache_that_another_process_holds…
27 SIGKILL           test_a_kill_at_any_moment…
28 SIGINT            test_an_interrupt_at_any_moment…
29 two runs at once  test_two_runs_at_once…
30 inputs            test_an_input_that_is_no_text…, test_any_encoding…
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet import api
from broadsheet.llm import answer_store as answers
from broadsheet.models import Digest
from commands import digest_json, run, write
from faulty import Call, FaultyServer, check, in_background, listing_of, listing_text, settings_for, truth, well
from places import SUPPORT

COUNT = 12
CACHE = Path("kept/answers.sqlite")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with in_background(FaultyServer()) as running:
        yield running


def digest(server: FaultyServer, *, count: int = COUNT) -> tuple[Digest, list[str]]:
    """A checked digest, and the topics that were asked for."""
    before, listing = len(server.calls), listing_of(count)
    made = api.digest(listing, settings_for(server.url))
    check(listing, made)
    return made, [topic for call in server.calls[before:] for topic in call.topics]


def configure(server: FaultyServer, **backend: Any) -> None:
    fields = {"base_url": server.url, "model": "plain-8b", "batch_size": 2, "concurrency": 2, **backend}
    tree = {"llm": {"backend": "faulty"}, "backends": {"faulty": fields}, "cache": {"folder": "kept"}}
    write(json.dumps(tree | {"overview": False}), "config.yaml")


# 24: the clock


def test_a_clock_that_jumps_about_changes_nothing(server, monkeypatch):
    jumps = random.Random(24)
    monkeypatch.setattr(time, "time", lambda: jumps.choice([0.0, 1e9, 4e9, -1e9]))
    made, asked = digest(server)
    assert made.account.written == COUNT == len(asked)
    assert 0 <= made.usage.seconds < 60
    assert digest(server)[1] == []


def test_answers_from_the_future_are_answers_and_are_shown(server):
    configure(server)
    digest(server)
    with contextlib.closing(sqlite3.connect(CACHE)) as db, db:
        db.execute("UPDATE answers SET at = at + 9e9")
        db.execute("UPDATE replies SET at = 9e99")
    assert digest(server)[1] == []
    write(listing_text(COUNT), "listing.txt")
    for command in ("cache info", "cache prune --days 1", "plan listing.txt"):
        done = run(*command.split())
        assert done.exit_code == 0, done.stderr
    assert digest(server)[1] == []


# 25: the disk

LIMITED = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from broadsheet.cli.main import main
main()
"""


def limited(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command where no file can grow beyond a size: to a program, a full disk."""
    command = [sys.executable, "-c", LIMITED, str(size), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_disk_that_is_full_is_found_out_before_anything_is_asked(server):
    configure(server)
    done = limited(0, "digest", write(listing_text(COUNT), "listing.txt"))
    assert done.returncode == 9
    assert done.stderr.splitlines()[-1].startswith("broadsheet: there is no room for the digest in digest: ")
    assert server.calls == []


def test_a_disk_that_fills_up_ends_in_a_sentence_and_leaves_no_pieces(server):
    configure(server)
    done = limited(9000, "digest", write(listing_text(COUNT), "listing.txt"))
    assert done.returncode == 9
    assert done.stderr.splitlines()[-1].startswith("broadsheet: there is no room for the digest in digest: ")
    assert "Traceback" not in done.stderr
    assert list(Path("digest").iterdir()) == []


def test_an_output_folder_that_goes_away_during_the_run_costs_no_second_call():
    def takes_the_folder(call: Call) -> bytes:
        if not Path("digest").exists():
            Path("digest").write_text("in the way", encoding="utf-8")
        return well(call)

    with in_background(FaultyServer(then=takes_the_folder)) as server:
        configure(server)
        done = run("digest", write(listing_text(COUNT), "listing.txt"))
        assert done.exit_code == 9
        assert "is a file: choose another with --out" in done.stderr
        calls = len(server.calls)
        assert run("digest", "listing.txt", "--out", "elsewhere").exit_code == 0
        assert len(server.calls) == calls
    assert digest_json("elsewhere")["account"]["written"] == COUNT


@pytest.mark.parametrize("folder", ["/proc/nowhere", "listing.txt/below", "/dev/null"])
def test_a_folder_nobody_may_write_to_is_found_out_before_anything_is_asked(server, folder):
    configure(server)
    done = run("digest", write(listing_text(COUNT), "listing.txt"), "--out", folder)
    assert done.exit_code == 9
    assert done.stderr.count("\n") == 1
    assert server.calls == []


# 26: the cache


def an_older_schema(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE answers (prompt, text)")


def a_newer_version(path: Path) -> None:
    digest_once(path)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA user_version = {answers.VERSION + 1}")


def a_table_lost(path: Path) -> None:
    digest_once(path)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE answers")


def a_column_lost(path: Path) -> None:
    digest_once(path)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript("DROP TABLE replies; CREATE TABLE replies (old)")


def digest_once(path: Path) -> None:
    answers.AnswerStore(path, now=time.time).close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all " * 500),
        lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 40),
        an_older_schema,
        a_newer_version,
        a_table_lost,
        a_column_lost,
    ],
)
def test_a_broken_cache_costs_no_paper_and_the_next_run_has_one(server, spoil):
    CACHE.parent.mkdir()
    spoil(CACHE)
    assert digest(server)[0].account.written == COUNT
    assert digest(server)[1] == []


def test_a_cache_damaged_inside_is_set_aside_when_it_shows(server, caplog):
    digest(server)
    with contextlib.closing(sqlite3.connect(CACHE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(CACHE.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)  # the first page, with the schema, is whole
    CACHE.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert digest(server)[0].account.written == COUNT
    assert "set aside" in caplog.text
    assert digest(server)[1] == []


UNWRITABLE = """
import logging, resource, sys
sys.path.insert(0, sys.argv[1])
from broadsheet import api
from faulty import check, listing_of, settings_for
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
logging.basicConfig()
listing = listing_of(12)
made = api.digest(listing, settings_for(sys.argv[2]))
check(listing, made)
print(made.account.written)
"""


def test_a_cache_that_cannot_be_written_costs_no_paper(server):
    """What a read-only file is to a user, and to root too: not a byte can be added."""
    digest(server, count=4)
    command = [sys.executable, "-c", UNWRITABLE, str(SUPPORT), server.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == str(COUNT), done.stderr
    assert "this run goes" in done.stderr
    assert len(digest(server)[1]) == COUNT - 4


def test_a_cache_that_another_process_holds_is_done_without(server, caplog, monkeypatch):
    monkeypatch.setattr(answers, "PATIENCE_MS", 30)
    digest(server, count=4)
    with contextlib.closing(sqlite3.connect(CACHE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with caplog.at_level(logging.WARNING):
            assert digest(server)[0].account.written == COUNT
        assert "locked" in caplog.text
        other.execute("ROLLBACK")
    assert len(digest(server)[1]) == COUNT - 4


# 27, 28, 29: processes


class Driver:
    """Starts commands as children of a warm process (driver.py) and waits for their ends."""

    def __init__(self) -> None:
        command = [sys.executable, str(SUPPORT / "driver.py")]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # a fork takes one thread along
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, env=environment, **pipes)
        assert self._process.stdout.readline() == '"ready"\n'

    def run(self, *commands: list[str], started: Callable[[list[int]], None] = lambda pids: None) -> list[int]:
        """The exit codes of commands run side by side, negative for a signal; `started` hears of their pids."""
        order = json.dumps({"folder": str(Path.cwd()), "commands": commands})
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        started(json.loads(self._process.stdout.readline()))
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    running = Driver()
    yield running
    running.close()


class Assassin(FaultyServer):
    """A faithful server that sends a signal to its client at the n-th moment: a call came, half of its answer went
    out, or all of it (and then a few microseconds later)."""

    def __init__(self, sign: signal.Signals) -> None:
        super().__init__(then=self._serve_one)
        self._sign, self._known, self._pids = sign, threading.Event(), [0]
        self.aim(None)

    def aim(self, countdown: int | None, *, pause: float = 0.0) -> None:
        """Forgets what it was asked, and strikes after so many moments; never if `None`."""
        self._countdown, self._pause = countdown, pause
        self._known.clear()
        self.calls.clear()
        self.answered: list[tuple[str, ...]] = []

    def learn(self, pids: list[int]) -> None:
        """Whom to strike."""
        self._pids = pids
        self._known.set()

    def _serve_one(self, call: Call) -> Any:
        async def send(writer: asyncio.StreamWriter) -> None:
            data = well(call)
            self._moment()
            writer.write(data[: len(data) // 2])
            await writer.drain()
            self._moment()
            writer.write(data[len(data) // 2 :])
            if self._sign is not signal.SIGKILL or self._countdown is None or self._countdown > 0:
                self.answered.append(call.topics)  # the dead are answered by nobody
            await writer.drain()
            self._moment()

        return send

    def _moment(self) -> None:
        if self._countdown is None:
            return
        self._countdown -= 1
        if self._countdown == 0:
            assert self._known.wait(10)
            time.sleep(self._pause)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pids[0], self._sign)


PAUSES = (0, 0, 1e-4, 5e-4, 2e-3)
"""Seconds between the moment and the signal: an answer takes about these from the wire into the cache."""


def aimed(server: Assassin, driver: Driver, countdown: int | None, pause: float = 0.0) -> int:
    """A run at which the server takes aim; its exit code."""
    server.aim(countdown, pause=pause)
    return driver.run(["digest", "listing.txt"], started=server.learn)[0]


def forget(*folders: str) -> None:
    for folder in folders:
        shutil.rmtree(folder)


def test_a_kill_at_any_moment_loses_nothing_that_was_answered(driver):
    """Of the answers sent, only those of the two calls under way can have died on their way into the cache."""
    dice, kills, wanted = random.Random(27), 0, [truth(paper.abstract) for paper in listing_of(COUNT).papers]
    write(listing_text(COUNT), "listing.txt")
    with in_background(Assassin(signal.SIGKILL)) as server:
        configure(server, batch_size=1)
        while kills < 50:
            kept: set[str] = set()
            while (code := aimed(server, driver, dice.randint(1, 20), dice.choice(PAUSES))) != 0:
                assert code == -signal.SIGKILL, Path("run0.log").read_text()
                assert not kept & set(server.asked)
                kills += 1
                answered = [topic for topics in server.answered for topic in topics]
                kept.update(answered[:-2])
                files = sorted(Path().glob("digest/*"))
                assert [file.suffix for file in files] in ([], [".html", ".json", ".md", ".txt"])
            assert not kept & set(server.asked)
            assert [summary["tldr"] for summary in digest_json()["summaries"]] == wanted
            forget("kept", "digest")


def test_an_interrupt_at_any_moment_keeps_what_was_answered(driver):
    dice = random.Random(28)
    write(listing_text(COUNT), "listing.txt")
    with in_background(Assassin(signal.SIGINT)) as server:
        configure(server, batch_size=1)
        for _ in range(5):
            code = aimed(server, driver, dice.randint(1, 3 * COUNT))
            said = Path("run0.log").read_text()
            assert code == 130, said
            assert "Run it again for the rest" in said
            answered = {topic for topics in server.answered for topic in topics}
            assert digest_json()["account"]["written"] == len(answered) > 0
            assert aimed(server, driver, None) == 0
            assert len(server.asked) == COUNT - len(answered)
            assert not answered & set(server.asked)
            assert digest_json()["account"]["written"] == COUNT
            forget("kept", "digest")


def test_two_runs_at_once_share_a_cache(driver, server):
    configure(server)
    write(listing_text(COUNT), "listing.txt")
    assert driver.run(*(["digest", "listing.txt", "--out", name] for name in "ab")) == [0, 0]
    for name in "ab":
        assert digest_json(name)["account"]["written"] == COUNT
    assert "cache" not in Path("run0.log").read_text() + Path("run1.log").read_text()
    calls = len(server.calls)
    assert driver.run(["digest", "listing.txt"]) == [0]
    assert len(server.calls) == calls


# 30: inputs


def zero_bytes(path: Path) -> None:
    path.write_bytes(b"")


def a_gibibyte(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


def rubbish(path: Path) -> None:
    path.write_bytes(random.Random(30).randbytes(50_000))


def executable(path: Path) -> None:
    path.write_bytes(b"\x7fELF" + bytes(5000))


@pytest.mark.parametrize(
    ("make", "said"),
    [(zero_bytes, "is empty"), (a_gibibyte, "larger than"), (rubbish, "no text"), (executable, "no text")],
)
def test_an_input_that_is_no_text_is_refused_and_nobody_is_asked(server, make, said):
    configure(server)
    make(Path("listing.txt"))
    done = run("digest", "listing.txt")
    assert done.exit_code == 3
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert server.calls == []
    assert not Path("digest").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_encoding_gives_the_same_papers(server, encoding):
    configure(server)
    Path("listing.txt").write_bytes(listing_text(COUNT).encode(encoding))
    done = run("digest", "listing.txt")
    assert done.exit_code == 0, done.stderr
    told = [summary["tldr"] for summary in digest_json()["summaries"]]
    assert told == [truth(paper.abstract) for paper in listing_of(COUNT).papers]
