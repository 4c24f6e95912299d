"""A process that forks a command for each order it reads, and kills it at the n-th moment at which something is kept.

A moment is a COMMIT of the state, or a file that takes its name in the folder of the test, or loses it; all are heard
of by an audit hook of Python's own, so that nothing of the program is replaced. An order is a line: a folder, n (0 for
never) and the command; who is to be killed by others stands in `doomed.pid`. The answer is the exit code, negative for
a signal. `doomed.py batch` is for bulk runs on a batch endpoint, where an order also says how many lines a file has.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

BATCHES = "batches.sqlite"


class Doom:
    """Counts moments, and kills this process at the one that was named; the `state` is a file of that name."""

    def __init__(self, moment: int, folder: str, state: str) -> None:
        self._left, self._folder, self._state = moment, folder, state
        self._is_state = False
        self._waiting: list[sqlite3.Connection] = []

    def listen(self, event: str, what: tuple[Any, ...]) -> None:
        """An audit hook."""
        while self._waiting:  # a connection is heard of a little before it can be used
            self._waiting.pop().set_trace_callback(self._hear)
        if event == "sqlite3.connect":
            self._is_state = str(what[0]).endswith(self._state)
        elif event == "sqlite3.connect/handle" and self._is_state:
            self._waiting.append(what[0])
        elif event == "os.rename":
            if str(Path(what[1]).absolute()).startswith(self._folder):
                self._strike()
        elif event == "os.remove" and self._state == BATCHES and (what[1] >= 0 or Path(what[0]).exists()):
            self._strike()

    def _hear(self, statement: str) -> None:
        """Before a statement is run; one on its own outside a transaction is a commit too."""
        if statement.startswith(("COMMIT", "UPDATE editions")):
            self._strike()

    def _strike(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def warm_up_batches() -> None:
    import tempfile

    import openai

    import broadsheet.bulk.on_batch
    from broadsheet.cli.main import main
    from broadsheet.grounding.check import check_tldr
    from broadsheet.llm.tokens import token_counter
    from broadsheet.models import Paper

    token_counter("plain-8b")("warm")
    text = "We watched a kettle for two hours. It changed twice a day."
    check_tldr(
        Paper(key="hash:1", title="How kettles behave", abstract=text),
        "We watched a kettle for two hours.",
        max_words=30,
    )
    with tempfile.TemporaryDirectory() as folder:
        papers = Path(folder, "papers.jsonl")
        papers.write_text(json.dumps({"title": "How kettles behave", "abstract": text}))
        command = ["bulk", "run", str(papers), "--out", str(Path(folder, "out")), "--backend", "builtin", "--quiet"]
        main(command, prog_name="broadsheet", standalone_mode=False)
    assert openai.AsyncOpenAI
    assert broadsheet.bulk.on_batch


def warm_up() -> None:
    from broadsheet import api
    from broadsheet.cli.main import main
    from broadsheet.models import Listing, Paper
    from broadsheet.rendering.archive import Archive
    from broadsheet.settings.loading import load_settings

    settings = load_settings()
    text = "We watched a kettle for two hours. It changed twice a day."
    papers = tuple(Paper(key=f"hash:{n}", title=f"How kettle {n} behaves at home", abstract=text) for n in range(6))
    made = api.digest(Listing(papers=papers), settings)
    for form in settings.output.formats:
        api.render(made, form, settings)
    assert main
    assert Archive


def child(order: dict[str, Any]) -> None:
    from broadsheet.cli.main import main

    folder, state = order["folder"], "weekly.sqlite"
    os.chdir(folder)
    Path("doomed.pid").write_text(str(os.getpid()))
    if "lines" in order:
        import broadsheet.bulk.on_batch as place

        place.MOST_LINES, state = order["lines"], BATCHES
    out = os.open("doomed.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    if order["moment"]:
        sys.addaudithook(Doom(order["moment"], folder, state).listen)
    try:
        main(order["command"], prog_name="broadsheet")
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)
    finally:
        os._exit(99)


def serve() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(json.loads(line))
        _, state = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(state)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] == ["batch"]:
        warm_up_batches()
    else:
        warm_up()
    serve()
