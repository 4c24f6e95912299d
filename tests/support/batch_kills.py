"""A small job on a batch endpoint that meets every state and every kind of line, killed at a step and gone on with.

Steps are those of `doomed.py`, before each thing that is kept, and requests of the endpoint: before it does one that
changes something, and in the middle of each file that goes up or down.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from batch_server import ENDED, BatchServer, Line, answer_well, paper_of
from bulk_rows import account, rows, table, write_rows
from loopback import complete
from places import SUPPORT

COUNT, LINES, SHARD = 60, 20, 15
AGAIN = ("--every", "0.01", "--quiet")
RUN = ("bulk", "run", "papers.jsonl", "--out", "out", "--rows", str(SHARD), "--on", "batch", "--max-cost", "1", *AGAIN)
SEND = ("bulk", "collect", "out", "--once", *AGAIN)
COLLECT = ("bulk", "collect", "out", "--max-cost", "1", *AGAIN)
CANCEL = ("bulk", "cancel", "out", *AGAIN)
CHANGES = ("POST files", "POST batches", "POST batches/ID/cancel")
BAD, REFUSED, BUSY, SILENT, FALSE, STUBBORN = 17, (3, 44), 5, 6, 7, 8
"""Papers by number: a file is refused for the first, and lines of the others end as the names say."""


@dataclasses.dataclass(frozen=True)
class Death:
    """A step at which a command is killed: the n-th moment of its own, or the n-th time that the endpoint is so far."""

    at: str
    number: int


@dataclasses.dataclass(frozen=True)
class Tally:
    """What a job that was killed came to: all but the first must be 0, and `rows` those of a job that was not."""

    killed: bool
    lost: int
    doubled: int
    twice: int
    """Questions that were paid for twice."""
    wasted: int
    """Answers that were paid for and that no TL;DR came of."""
    unaccounted: int
    unheard: int
    """Batches that nobody looks at, which an endpoint would answer as well."""
    rows: tuple[tuple[str, str], ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, doubled, or paid for in vain or beside the account."""
        return not (self.lost or self.doubled or self.twice or self.wasted or self.unaccounted or self.unheard)


class Doomed:
    """The process that forks commands which may die; a context manager."""

    def __enter__(self) -> Doomed:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, str(SUPPORT / "doomed.py"), "batch"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.communicate()

    def run(self, command: Sequence[str], moment: int = 0) -> int:
        """The exit code of a command that is run in this folder, and dies at that moment."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"folder": str(Path.cwd()), "moment": moment, "command": command, "lines": LINES}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class KillingServer(BatchServer):
    """An endpoint at which everything happens once, and which kills its client at a step."""

    def __init__(self, death: Death | None) -> None:
        titles = [row["title"] for row in rows(COUNT)]
        self._numbers = {title: number for number, title in enumerate(titles)}
        self._death, self._met = death, 0
        self.armed = False
        super().__init__(
            self._answer_line,
            bad=lambda line: "invalid_prompt" if self._number(line) == BAD else "",
            ends=lambda number: ("expired", 0.5) if number == 2 else ("completed", 1.0),
            watch=self._watch,
        )

    def _number(self, line: Line) -> int:
        return self._numbers[paper_of(line).partition("\n")[0]]

    def _answer_line(self, line: Line, asked: int) -> tuple[int, dict[str, Any]] | str:
        number = self._number(line)
        if number in REFUSED:
            return 400, {"error": {"message": "the prompt is of no use", "code": "bad_prompt"}}
        if number == BUSY and not asked:
            return 429, {"error": {"message": "later"}}
        if number == SILENT and not asked:
            return "request_timeout"
        if number == STUBBORN or (number == FALSE and not asked):
            return complete(json.dumps({"tldr": f"We watched {9000 + asked} kettles boil over."}))
        return answer_well(line, asked)

    def _watch(self, when: str, what: str) -> None:
        steps = {
            "before": CHANGES,
            "asked half of": ("POST files",),
            "told half of": ("GET files/ID/content",),
        }
        death = self._death
        if not self.armed or death is None or death.at != when or what not in steps.get(when, ()):
            return
        self._met += 1
        if self._met == death.number:
            self.armed = False
            pid = int(Path("doomed.pid").read_text())
            os.kill(pid, signal.SIGKILL)
            raise ConnectionAbortedError


def play(doomed: Doomed, *, cancel: bool, death: Death | None) -> Tally:
    """The job from its beginning, in this folder; killed once, in the run or in its cancelling, and gone on with."""
    for path in Path().iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    write_rows(rows(COUNT))
    with KillingServer(death) as server:
        server.write_config(Path("config.yaml"), repairs=1)
        if cancel:
            assert doomed.run((*RUN[:-4], "0", *AGAIN)) == 6  # all is ready to be sent
            assert doomed.run(SEND) == 0
            assert doomed.run(SEND) == 0
        doomed_command = CANCEL if cancel else RUN
        server.armed = True
        code = doomed.run(doomed_command, death.number if death is not None and death.at == "moment" else 0)
        server.armed = False
        killed = code == -signal.SIGKILL
        assert killed or code == 0
        if killed:
            assert doomed.run(doomed_command) == 0
        assert doomed.run(COLLECT) == 0
        return _tally(server, killed)


def _tally(server: BatchServer, killed: bool) -> Tally:
    told, written = account(), table("out/summaries")
    keys = {row["paper_key"] for row in written}
    failures = {row["paper_key"] for row in table("out/failures")}
    paid = sum(server.paid.values())
    assert list(Path("out/batches").iterdir()) == []
    return Tally(
        killed=killed,
        lost=COUNT - len(keys | failures),
        doubled=len(written) - len(keys) + len(keys & failures),
        twice=sum(count > 1 for count in server.paid.values()),
        wasted=paid - sum(row["asked"] for row in written),
        unaccounted=paid - told["calls"],
        unheard=sum(batch["status"] not in ENDED for batch in server.batches.values()),
        rows=tuple(sorted((row["paper_key"], row["tldr"]) for row in written)),
    )


def deaths(doomed: Doomed, *, cancel: bool, stride: int = 1) -> Iterator[tuple[Death, Tally]]:
    """Each step of the job, or every n-th, with what it came to when it was killed there."""
    for at in ("moment", "before", "asked half of", "told half of"):
        number = 1
        while True:
            death = Death(at, number)
            tally = play(doomed, cancel=cancel, death=death)
            if not tally.killed:
                break
            yield death, tally
            number += stride
