"""Shards are worked on in processes, and a process that is killed costs nothing but time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bulk_rows import account, rows, table, write_rows

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


def start(strike: str) -> subprocess.CompletedProcess[str]:
    """A run of 80 papers in two processes."""
    write_rows(rows(80))
    Path("script.py").write_text(STRIKING.replace("STRIKE", strike))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = ["bulk", "run", "papers.jsonl", "--out", "out", "--rows", "10", "--workers", "2"]
    command = [sys.executable, "script.py", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_run_whose_processes_are_killed_does_the_rest_itself():
    done = start("os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == 0, done.stderr
    assert account()["digested"] == len(table("out/summaries")) == 80


def test_an_interrupt_ends_at_once_and_says_where_it_stands():
    done = start("os.kill(os.getppid(), signal.SIGINT)")
    assert done.returncode == 130, done.stderr
    assert "interrupted; what was answered is in out; run it again to go on." in done.stderr
    assert account()["digested"] < 80
