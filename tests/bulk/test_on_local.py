"""Shards are worked on in processes, and a process that is killed costs nothing but time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bulk_rows import account, rows, table, write_rows
from commands import PROCESS
from loopback import ModelServer, Reply, complete, refuse, write_faithfully

STRIKING = """
import os, signal, sys
from broadsheet.cli.main import main

def strike(event, what):
    if event == "os.rename" and "/summaries/" in str(what[1]):
        STRIKE

if __name__ == "__mp_main__":
    sys.addaudithook(strike)
elif __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
"""
"""A run whose processes do something when they are about to name a table."""
TWO_PROCESSES = ["bulk", "run", "papers.jsonl", "--out", "out", "--rows", "10", "--workers", "2"]
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def start(strike: str) -> subprocess.CompletedProcess[str]:
    """A run of 80 papers in two processes."""
    write_rows(rows(80))
    Path("script.py").write_text(STRIKING.replace("STRIKE", strike))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "script.py", *TWO_PROCESSES]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def ask(count: int) -> subprocess.CompletedProcess[str]:
    """A run of so many papers by the model of `config.yaml`, in two processes."""
    write_rows(rows(count))
    return subprocess.run([*PROCESS, *TWO_PROCESSES], capture_output=True, text=True, check=False)


def configure(server: ModelServer, **llm: Any) -> None:
    """A `config.yaml` whose backend is the server: a paper a call, four calls at once."""
    backend = {"base_url": server.url, "model": "plain-8b", "context": 8192, "batch_size": 1, "concurrency": 4}
    prices = {"plain-8b": {"prompt": 1.0, "completion": 4.0}}
    told = {
        "llm": {"backend": "near", "attempts": 1, **llm},
        "backends": {"near": {**backend, "prices": prices}},
        "cache": {"use": False},
        "writing": {"repairs": 0},
    }
    Path("config.yaml").write_text(json.dumps(told))


def test_a_run_whose_processes_are_killed_does_the_rest_itself():
    done = start(KILL)
    assert done.returncode == 0, done.stderr
    assert account()["digested"] == len(table("out/summaries")) == 80


def test_an_interrupt_ends_at_once_and_says_where_it_stands():
    done = start("os.kill(os.getppid(), signal.SIGINT)")
    assert done.returncode == 130, done.stderr
    assert "interrupted; what was answered is in out; run it again to go on." in done.stderr
    assert account()["digested"] < 80


def test_two_processes_ask_a_model_for_every_paper_once_and_share_the_calls_at_once():
    lock, together, begun, under_way, most = threading.Lock(), threading.Barrier(4), 0, 0, 0

    def reply(call: dict[str, Any]) -> Reply:
        nonlocal begun, under_way, most
        with lock:
            begun, under_way = begun + 1, under_way + 1
            most = max(most, under_way)
            first = begun <= 4
        if first:
            together.wait(60)  # so that calls of both processes are under way
        with lock:
            under_way -= 1
        return complete(write_faithfully(call))

    with ModelServer(reply) as server:
        configure(server)
        done = ask(80)
    assert done.returncode == 0, done.stderr
    assert (most, len(server.calls)) == (4, 80)
    shards = [json.loads(path.read_text()) for path in Path("out/shards").glob("*.json")]
    assert len({attempt["by"] for shard in shards for attempt in shard["attempts"]}) == 2
    assert len({row["paper_key"] for row in table("out/summaries")}) == len(table("out/summaries")) == 80
    assert (account()["digested"], account()["calls"], account()["tokens"]) == (80, 80, 80 * 120)
    assert "80 of 80" in done.stderr


@pytest.mark.parametrize(
    ("cap", "said", "calls"),
    [({"max_calls": 17}, "cap of 17 calls", 17), ({"max_cost": 0.004}, "cap of $0.004", 0.004 / 0.00018)],
)
def test_processes_together_do_not_pass_a_cap_and_leave_nothing_of_it(cap, said, calls):
    with ModelServer() as server:
        configure(server, **cap)
        done = ask(60)
        assert done.returncode == 6
        assert done.stderr.splitlines()[-1].count(said) == 1
        assert len(server.calls) <= calls
        assert len(server.calls) == 17 or "max_cost" in cap
        assert account()["calls"] == len(server.calls)
        before = len(server.calls)
        configure(server)
        assert ask(60).returncode == 0
        assert len(server.calls) == 60 > before
    assert account()["digested"] == 60


def test_a_process_that_has_used_its_share_up_leaves_the_rest_to_a_cap_that_suffices():
    with ModelServer() as server:
        configure(server, max_calls=30)
        done = ask(30)  # three shards, so that one of the processes has two of them
    assert done.returncode == 0, done.stderr
    assert (len(server.calls), account()["digested"]) == (30, 30)


def test_a_key_that_is_refused_in_other_processes_is_one_sentence():
    with ModelServer(lambda call: refuse(401, "no such key")) as server:
        configure(server)
        done = ask(40)
    assert done.returncode == 7
    (said,) = (line for line in done.stderr.splitlines() if line.startswith("broadsheet: "))
    assert "refuses the key" in said
    assert "Traceback" not in done.stderr
    assert account()["waiting"] == 40


def test_after_an_interrupt_what_processes_were_answered_is_not_asked_again():
    write_rows(rows(60))
    running: list[subprocess.Popen[str]] = []

    def reply(call: dict[str, Any]) -> Reply:
        if len(server.calls) == 25:
            running[0].send_signal(signal.SIGINT)
        return complete(write_faithfully(call))

    with ModelServer(reply) as server:
        configure(server)
        command = [*PROCESS, *TWO_PROCESSES]
        running.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        said = running[0].communicate()[1]
        assert running[0].returncode == 130, said
        assert "what was answered is in out; run it again to go on." in said
        assert ask(60).returncode == 0
        assert len(server.calls) - 60 <= 4, "more was asked again than was under way"
    assert account()["digested"] == len(table("out/summaries")) == 60


def test_killed_processes_cost_no_paper_and_what_they_were_answered_is_not_asked_again():
    with ModelServer() as server:
        configure(server)
        done = start(KILL)
    assert done.returncode == 0, done.stderr
    assert len(server.calls) - 80 <= 4, "more was asked again than was under way"
    assert account()["digested"] == len(table("out/summaries")) == 80
    assert "80 of 80" in done.stderr


def test_after_a_killed_process_nothing_more_is_spent_under_a_cap():
    with ModelServer() as server:
        configure(server, max_cost=1)
        done = start(KILL)
    assert done.returncode == 6
    assert "a process of this run was killed" in done.stderr.splitlines()[-1]
    assert len(server.calls) < 80
