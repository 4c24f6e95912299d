"""Many runs, many listeners, and kills: what one desk holds out, with a model's stand-in on loopback.

    python benchmarks/desk_load.py                               # 20 runs, 20 and 200 listeners, 50 kills
    python benchmarks/desk_load.py --runs 5 --listeners 5 50 --kills 0

Load: runs of invented papers are queued on one desk, and listeners spread over them, all connected before the first
answer. The stand-in answers one paper a call, ten calls at once, 50 ms after it was asked. The lateness of an event is
counted from the moment its answer begins to leave the stand-in until a listener has read the event's line: so it
includes the client, the check of the TL;DR and what the listeners themselves take, who are threads of this process.

Kills: a desk is started again and again, given runs, and killed with SIGKILL after a random time. After each kill its
file is checked. In the end every run that was accepted must be there and done, with every paper written, and nothing
that a listener had been told, or that the cache of answers had kept, may have been asked for again. An answer that was
under way when the desk died is paid for twice: before the stand-in had sent it, or after that, and before the desk had
read it from its connection and kept it. Those are counted apart, and are at most as many as calls at once.
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import collections
import contextlib
import dataclasses
import http.client
import itertools
import math
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from broadsheet.store.desk import check_desk, opened_desk  # noqa: E402
from desk_process import DeskProcess, open_desk  # noqa: E402 - they stand beside the tests
from faulty import Call, FaultyServer, in_background, paper, well  # noqa: E402

AT_ONCE = 10
PAUSE = 0.05
EARLY = 0.25
"""The share of desks that are killed within three seconds of their start; the others within two of their first call."""
FIGURES = (
    *("listeners", "runs done", "heard all, and the end", "events heard", "median", "95 % within", "latest"),
    *("memory before", "peak", "seconds"),
)
_TOPIC = re.compile(r"The (\w+) of Nowhere")


@dataclasses.dataclass
class Answer:
    """When an answer was asked for, and when its last byte was sent."""

    asked: float
    sent: float = math.inf


class Model:
    """The stand-in: when it last answered about each paper, and all its answers."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.answers: collections.defaultdict[str, list[Answer]] = collections.defaultdict(list)
        self.server = FaultyServer(then=self._answer)

    def _answer(self, call: Call) -> Any:
        answer = Answer(time.perf_counter())
        for topic in call.topics:
            self.answers[topic].append(answer)

        async def send(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(PAUSE)
            self.at |= dict.fromkeys(call.topics, time.perf_counter())
            writer.write(well(call))
            await writer.drain()
            answer.sent = time.perf_counter()

        return send


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--listeners", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--papers", type=int, default=24, help="papers in each run")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    if asked.runs:
        print(f"\n{asked.runs} runs of {asked.papers} papers\n\n| {' | '.join(FIGURES)} |\n|{'---|' * len(FIGURES)}")
        for listeners in asked.listeners:
            print(f"| {' | '.join(load(runs=asked.runs, listeners=listeners, papers=asked.papers))} |", flush=True)
    if asked.kills:
        with tempfile.TemporaryDirectory() as folder:
            kill(Path(folder), kills=asked.kills, papers=asked.papers, seed=asked.seed)


def configure(folder: Path, url: str) -> Path:
    """A backend that is asked about one paper a call."""
    backend = f"{{base_url: '{url}', model: plain-8b, batch_size: 1, concurrency: {AT_ONCE}}}"
    config = folder / "config.yaml"
    config.write_text(
        f"backends: {{near: {backend}}}\nllm: {{backend: near}}\noverview: false\n"
        f"cache: {{folder: {folder / 'kept'}}}\n"
    )
    return config


def listing(run: int, papers: int) -> str:
    """Papers that no other run has, so that none is answered from the cache."""
    own = [paper(number) for number in range(run * papers, (run + 1) * papers)]
    return "\n\n".join(f"{each.title}\n\n{each.abstract}" for each in own) + "\n"


def submit(desk: DeskProcess, run: int, papers: int) -> str:
    """The id of a run that was accepted."""
    answer = desk.ask("POST", "/api/v1/digests", {"text": listing(run, papers)})
    assert answer.status == 202, answer.body
    found: str = answer.json["id"]
    return found


def load(*, runs: int, listeners: int, papers: int) -> list[str]:
    """The figures of a desk with queued runs and listeners to all of them."""
    model = Model()
    with tempfile.TemporaryDirectory() as name, in_background(model.server):
        folder = Path(name)
        with open_desk(folder / "desk.sqlite", config=configure(folder, model.server.url)) as desk:
            desk.ask("GET", "/api/v1/digests")
            idle = memory(desk, "VmRSS")
            began = time.perf_counter()
            ids = [submit(desk, run, papers) for run in range(runs)]
            heard = asyncio.run(listen(desk, [ids[at % runs] for at in range(listeners)]))
            seconds = time.perf_counter() - began
            most = memory(desk, "VmHWM")
            states = collections.Counter(desk.wait(run)["state"] for run in ids)
    late = sorted(1000 * (at - model.at[topic]) for events, _ in heard for topic, at in events if topic in model.at)
    whole = sum(over and len({topic for topic, _ in events}) == papers for events, over in heard)
    return [
        f"{listeners}",
        f"{states['done']} of {runs}",
        f"{whole} of {listeners}",
        f"{len(late):,}",
        f"{statistics.median(late):.0f} ms",
        f"{late[int(len(late) * 0.95)]:.0f} ms",
        f"{late[-1]:.0f} ms",
        f"{idle:.0f} MB",
        f"{most:.0f} MB",
        f"{seconds:.0f}",
    ]


Heard = tuple[list[tuple[str, float]], bool]
"""Topics with the moments at which they were heard, and whether the end was."""


async def listen(desk: DeskProcess, runs: list[str]) -> list[Heard]:
    """What listeners hear until their runs are over, each on a connection of its own."""
    return await asyncio.gather(*(_listen(desk, run) for run in runs))


async def _listen(desk: DeskProcess, run: str) -> Heard:
    host, _, port = desk.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 22)
    head = f"GET /api/v1/digests/{run}/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {desk.token}\r\n\r\n"
    writer.write(head.encode())
    events: list[tuple[str, float]] = []
    over, kind = False, ""
    with contextlib.suppress(ConnectionError):
        while not over and (line := (await reader.readline()).decode()):
            if line.startswith("event: "):
                kind = line[7:].strip()
                over = kind in ("done", "error")
            elif line.startswith("data: ") and kind == "paper" and (found := _TOPIC.search(line)):
                events.append((found[1], time.perf_counter()))
    writer.close()
    return events, over


@dataclasses.dataclass(frozen=True)
class Kill:
    """When a desk was killed, the papers whose TL;DR it had told of, and those whose answer it had kept."""

    at: float
    told: frozenset[str]
    kept: frozenset[str]


def kill(folder: Path, *, kills: int, papers: int, seed: int) -> None:
    """Kills desks at random moments and prints what was lost, damaged, or paid for twice."""
    model, chance = Model(), random.Random(seed)
    state, accepted, broken, killed = folder / "desk.sqlite", list[str](), 0, list[Kill]()
    with in_background(model.server):
        config = configure(folder, model.server.url)
        for _ in range(kills):
            with open_desk(state, config=config) as desk:
                if chance.random() < EARLY:
                    with killed_after(desk, chance.uniform(0.0, 3.0)) as ended:
                        fill(desk, accepted, papers)
                else:
                    before = len(model.server.calls)
                    fill(desk, accepted, papers)
                    wait_for(lambda before=before: len(model.server.calls) > before)
                    with killed_after(desk, chance.uniform(0.0, 2.0)) as ended:
                        pass
            with opened_desk(state) as db:
                broken += bool(check_desk(db))
                told = topics_in(db, "SELECT data AS text FROM events WHERE kind = 'paper'")
            killed.append(Kill(ended[0], told, kept_answers(folder / "kept")))
        with open_desk(state, config=config) as desk:
            made = [desk.wait(run) for run in accepted]
            known = {each["id"] for each in desk.ask("GET", "/api/v1/digests").json}
        with opened_desk(state) as db:
            broken += bool(check_desk(db))
    done = sum(each["state"] == "done" and each["digest"]["account"]["written"] == papers for each in made)
    before, on_the_way, waits = paid_again(model, killed)
    print(f"\n{kills} kills, seed {seed}, runs of {papers} papers, {AT_ONCE} calls at once\n")
    print("| | |\n|---|---|")
    print(f"| runs accepted, and done with every paper written | {len(accepted)}, {done} |")
    print(f"| runs lost | {len(set(accepted) - known)} |")
    print(f"| files damaged | {broken} |")
    print(f"| answers in all | {sum(map(len, model.answers.values())):,} |")
    print(f"| told of or kept before a kill, and paid for again | {before} |")
    print(f"| not sent to their last byte at a kill, and paid for again | {on_the_way} |")
    longest = f"; {1000 * statistics.median(waits):.0f} ms before it, at most {1000 * max(waits):.0f}" if waits else ""
    print(f"| sent, and not kept at a kill, and paid for again | {len(waits)}{longest} |")


def paid_again(model: Model, killed: Sequence[Kill]) -> tuple[int, int, list[float]]:
    """Of the answers that were paid for twice those that had been kept, that were not sent, and that were not kept.

    Of these last the seconds from their last byte to the kill.
    """
    before, on_the_way, waits = 0, 0, []
    ends = [each.at for each in killed]
    for topic, answers in model.answers.items():
        for answer, again in itertools.pairwise(answers):
            # The stand-in may hear of a call only after its desk was killed: that kill came before the next call.
            end = killed[max(0, min(bisect.bisect(ends, answer.asked), bisect.bisect(ends, again.asked) - 1))]
            if answer.sent > end.at:
                on_the_way += 1
            elif topic in end.told | end.kept:
                before += 1
            else:
                waits.append(end.at - answer.sent)
    return before, on_the_way, waits


def kept_answers(folder: Path) -> frozenset[str]:
    """The papers about which the cache in a folder has an answer."""
    found: set[str] = set()
    for path in folder.rglob("*.sqlite"):
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.row_factory = sqlite3.Row
            found |= topics_in(db, "SELECT text FROM answers")
    return frozenset(found)


def topics_in(db: sqlite3.Connection, query: str) -> frozenset[str]:
    """The papers that the texts of a query tell of."""
    return frozenset(topic for row in db.execute(query) for topic in _TOPIC.findall(row["text"]))


def fill(desk: DeskProcess, accepted: list[str], papers: int) -> None:
    """Submits runs until two wait or are under way, or the desk is gone."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        while unfinished(desk) < 2:
            accepted.append(submit(desk, len(accepted), papers))


def wait_for(happened: Callable[[], bool]) -> None:
    """Waits until something has happened, for half a minute at most."""
    until = time.monotonic() + 30
    while not happened() and time.monotonic() < until:
        time.sleep(0.01)


def unfinished(desk: DeskProcess) -> int:
    """How many runs wait or are under way."""
    return sum(each["state"] in ("queued", "running") for each in desk.ask("GET", "/api/v1/digests").json)


@contextlib.contextmanager
def killed_after(desk: DeskProcess, seconds: float) -> Iterator[list[float]]:
    """Kills the desk so many seconds after the block begins, or has ended by then; yields when it was."""
    until, at = time.monotonic() + seconds, list[float]()

    def end() -> None:
        desk.process.kill()
        at.append(time.perf_counter())

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield at
    finally:
        time.sleep(max(0.0, until - time.monotonic()))
        timer.join()
        desk.process.wait()


def memory(desk: DeskProcess, field: str) -> float:
    """A figure of /proc/PID/status in MB."""
    found = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{desk.process.pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
