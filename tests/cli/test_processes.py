"""The command as a process: pipes, terminals, interrupts, a full disk, and how fast it starts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from commands import LISTING, PROCESS, digest_json, write
from loopback import ModelServer, complete, refuse, write_faithfully


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


def test_a_listing_is_piped_in_and_the_account_piped_out():
    done = subprocess.run([*PROCESS, "digest"], input=LISTING, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 digested" in done.stdout


def test_a_terminal_without_input_gets_an_example():
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(
            [*PROCESS, "digest"], stdin=theirs, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert done.stderr.startswith("broadsheet: name a file or pipe a listing in: `broadsheet digest listing.txt`")


def test_a_terminal_sees_a_live_bar_and_stdout_stays_clean(listing):
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
    with ModelServer() as server:
        server.write_config(Path("config.yaml"))
        process = subprocess.Popen(
            [*PROCESS, "digest", listing], stdout=subprocess.PIPE, stderr=theirs, env=environment
        )
        os.close(theirs)
        shown = read_all(ours)
        account = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 0
    assert "TL;DRs" in shown
    assert "3 of 3" in shown
    assert "tokens" in shown
    assert "\x1b" not in account


def read_all(terminal: int) -> str:
    """What was written to a terminal until its last writer left; Linux says that with an error."""
    pieces = []
    try:
        while piece := os.read(terminal, 4096):
            pieces.append(piece)
    except OSError:
        pass
    finally:
        os.close(terminal)
    return b"".join(pieces).decode(errors="replace")


def interrupted(listing: str, reply, *, times: int) -> tuple[int, str, str]:
    """Presses Ctrl-C while a call is under way: how the run ends, and what it says on either stream."""
    with ModelServer(reply) as server:
        server.write_config(Path("config.yaml"), concurrency=1, batch_size=1)
        process = subprocess.Popen(
            [*PROCESS, "digest", listing], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert server.called.wait(30)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.readline()
            for _ in range(times - 1):
                process.send_signal(signal.SIGINT)
            RELEASE.set()
            stdout, stderr = process.communicate(timeout=30)
        finally:
            process.kill()
            RELEASE.set()
    return process.returncode, stdout, said + stderr


RELEASE = threading.Event()


def answer_when_released(call: dict) -> tuple:
    RELEASE.wait(30)
    return complete(write_faithfully(call))


def never_answer(call: dict) -> tuple:
    threading.Event().wait(5)
    return refuse(500, "late")


def test_an_interrupt_finishes_what_is_paid_for_and_writes_the_digest(listing):
    RELEASE.clear()
    code, stdout, stderr = interrupted(listing, answer_when_released, times=1)
    assert code == 130
    assert "press Ctrl-C again" in stderr
    assert "Run it again for the rest." in stderr
    account = digest_json()["account"]
    assert (account["written"], account["extracted"], account["failed"]) == (1, 2, 2)
    assert "interrupted" in account["why"][0]
    assert "1 written" in stdout


def test_a_second_interrupt_ends_at_once_and_writes_nothing(listing):
    RELEASE.clear()
    code, stdout, stderr = interrupted(listing, never_answer, times=2)
    assert (code, stdout) == (130, "")
    assert stderr.endswith("broadsheet: interrupted; no digest was written.\n")
    assert not Path("digest").exists()


def test_a_reader_that_leaves_early_gets_no_traceback(listing):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROCESS, "read", listing, "--json"], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to print to")
def test_a_full_disk_behind_stdout_is_said_in_a_sentence(listing):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROCESS, "read", listing], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 9
    assert done.stderr == "broadsheet: standard output cannot be written (No space left on device).\n"


def test_a_terminal_without_our_dashes_gets_question_marks(listing):
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([*PROCESS, "read", listing], env=environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?Kettle Weekly?" in done.stdout


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = "import sys; from broadsheet import cli; print([m for m in {heavy} if m in sys.modules])"
    heavy = ["openai", "numpy", "scipy", "jinja2", "pydantic", "rich", "tiktoken", "yaml", "asyncio", "ftfy", "babel"]
    done = subprocess.run([sys.executable, "-c", code.format(heavy=heavy)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_package_is_run_like_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "broadsheet 0.1.0\n", "")


def test_a_watched_listing_is_digested_anew_and_a_mistake_in_between_ends_nothing(listing):
    process = subprocess.Popen([*PROCESS, "digest", listing, "--watch"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        assert process.stderr.readline() == "broadsheet: watching listing.txt; Ctrl-C ends it.\n"
        Path(listing).write_text("", encoding="utf-8")
        assert "listing.txt is empty" in process.stderr.readline()
        Path("digest/digest.json").unlink()
        Path(listing).write_text(f"{LISTING}\n", encoding="utf-8")
        assert process.stderr.readline() == "broadsheet: renewed, 3 papers in 1 theme.\n"
        assert len(digest_json()["papers"]) == 3
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[1]
    assert (process.returncode, rest) == (130, "broadsheet: interrupted; the digest is in digest.\n")


def test_the_page_is_opened_in_the_browser_that_is_set(listing, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n', encoding="utf-8")
    browser.chmod(0o755)
    environment = {**os.environ, "BROWSER": f"{browser} %s"}
    subprocess.run(
        [*PROCESS, "digest", listing, "--open"], env=environment, capture_output=True, timeout=60, check=True
    )
    assert (tmp_path / "opened").read_text() == (Path("digest/digest.html").resolve()).as_uri()


def test_the_account_fits_a_narrow_terminal(listing):
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "60", "NO_COLOR": "1"}
    process = subprocess.Popen([*PROCESS, "digest", listing], stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    shown = read_all(ours)
    assert process.wait(timeout=60) == 0
    lines = shown.replace("\r", "").splitlines()
    assert "           digest.json" in lines
    assert max(map(len, lines)) <= 60


def test_a_wait_for_a_live_source_fits_a_narrow_terminal_with_its_time():
    report = (
        "from broadsheet.cli.progress import show_progress\n"
        "from broadsheet.models import Progress\n"
        "with show_progress(quiet=False) as report:\n"
        "    wait = '12 s to ask arXiv again'\n"
        "    report(Progress(task='arxiv:cs.CL?since=2026-11-02', done=200, total=340, waiting=wait))"
    )
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "60", "NO_COLOR": "1"}
    process = subprocess.Popen([sys.executable, "-c", report], stderr=theirs, env=environment)
    os.close(theirs)
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", read_all(ours)))
    assert process.wait(timeout=60) == 0
    line = next(line for line in lines if "waiting 12 s to ask arXiv again" in line)
    assert len(line) <= 60
    assert line.endswith("0:00:00")


@pytest.mark.parametrize(
    ("typed", "offered", "unloaded"),
    [("d", ["digest", "desk", "doctor"], "cli.commands."), ("digest --op", ["--open"], "cli.actions.")],
)
def test_completion_loads_no_more_than_it_names(typed, offered, unloaded):
    code = (
        "import sys; sys.argv = ['broadsheet']\n"
        "from broadsheet.cli.main import main\n"
        "try: main(prog_name='broadsheet')\n"
        f"except SystemExit: print([name for name in sys.modules if {unloaded!r} in name])"
    )
    environment = {
        **os.environ,
        "_BROADSHEET_COMPLETE": "bash_complete",
        "COMP_WORDS": f"broadsheet {typed}",
        "COMP_CWORD": str(len(typed.split())),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [*(f"plain,{name}" for name in offered), "[]"]
