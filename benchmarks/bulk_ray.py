"""What a bulk run on Ray loses when parts of the cluster are killed, and what Ray costs beside the same without it.

    pip install ray
    python benchmarks/bulk_ray.py ../shared/quality/abstracts_background.jsonl --kills worker:9,driver:9,node:7,head:5
    python benchmarks/bulk_ray.py ../shared/quality/abstracts_background.jsonl --papers 3200 --rows 400 --beside

Two nodes are separate raylets on this machine; a stub model on loopback answers after `--delay` seconds and keeps what
it was asked. In each run something is killed with SIGKILL whenever another random part of the papers was asked about (a
worker process; the driver, which is then run again; the second node, which then comes back; the head, after which
everything is begun again on a new cluster), and the run is brought to its end. Printed are papers lost, papers doubled
in the output, answers that are another paper's, and papers that were asked again, beside the calls that may have been
under way at all the kills of a run. With `--beside` the same papers are asked about with and without Ray, as many calls
at once, and printed are rows a second from the first question to the last answer.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import uvicorn
from ray.cluster_utils import Cluster
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import broadsheet
from broadsheet.models import Paper
from stub_server import Scribe

PAPER = re.compile(r'<paper(?:-\w+)?(?: id="([^"]+)")?>\n(.*?)\n</paper', re.DOTALL)
AT_ONCE = 8
"""Calls of a task."""
CPUS = 2
"""Tasks of a node."""


class Stub:
    """A model that answers with a sentence of each abstract, and counts the texts that it was asked about."""

    def __init__(self, delay: float) -> None:
        self.asked: Counter[str] = Counter()
        self.began = self.ended = 0.0
        self._delay = delay
        app = Starlette(
            routes=[Route("/v1/models", self._list), Route("/v1/chat/completions", self._complete, methods=["POST"])]
        )
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
        threading.Thread(target=self._server.run, daemon=True).start()
        while not self._server.started:
            time.sleep(0.05)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}/v1"

    async def _list(self, request: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": [{"id": "stub"}]})

    async def _complete(self, request: Request) -> JSONResponse:
        call = await request.json()
        self.began = self.began or time.monotonic()
        user = call["messages"][-1]["content"]
        self.asked.update(hashlib.sha256(text.encode()).hexdigest() for _, text in PAPER.findall(user))
        await asyncio.sleep(self._delay)
        self.ended = time.monotonic()
        message = {"role": "assistant", "content": Scribe().answer(user, None, 0)[0]}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        return JSONResponse({"id": "1", "choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


class Nodes:
    """Two raylets, which one trial after the other uses."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Starts both, on a new head."""
        self.cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": CPUS, "include_dashboard": False})
        self.second = self.cluster.add_node(num_cpus=CPUS)

    def end(self) -> None:
        """Kills both."""
        self.cluster.shutdown()  # type: ignore[no-untyped-call]

    def lose_second(self) -> None:
        self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = self.cluster.add_node(num_cpus=CPUS)


@dataclasses.dataclass(frozen=True)
class Trial:
    """A folder with papers, and the model that is asked about them."""

    folder: Path
    rows: int
    stub: Stub

    def start(self, *words: str, address: str = "") -> subprocess.Popen[bytes]:
        """A bulk run of the papers: the driver, where an address of a cluster is given."""
        run = ["bulk", "run", "papers.jsonl", "--out", "out", "--rows", str(self.rows), "--quiet", *words]
        env = {**os.environ, "RAY_ADDRESS": address, "RAY_AUTH_MODE": "disabled"}
        return subprocess.Popen([sys.executable, "-m", "broadsheet", *run], cwd=self.folder, env=env)


@contextlib.contextmanager
def prepare(papers: Iterable[Mapping[str, Any]], rows: int, delay: float, at_once: int) -> Iterator[Trial]:
    """A folder of a run that was not begun."""
    with tempfile.TemporaryDirectory() as name:
        folder, stub = Path(name), Stub(delay)
        listing = "".join(json.dumps(one) + "\n" for one in papers)
        (folder / "papers.jsonl").write_text(listing, encoding="utf-8")
        config = {
            "llm": {"backend": "near", "concurrency": at_once, "batch_size": 1},
            "backends": {"near": {"base_url": stub.url, "model": "stub", "context": 16384}},
            "cache": {"use": False},
            "writing": {"repairs": 0},
        }
        (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
        yield Trial(folder, rows, stub)


def kill_worker() -> bool:
    """Kills one process of these nodes that does a shard."""
    found = [one for one in psutil.Process().children(recursive=True) if one.name().startswith("ray::_do")]
    if found:
        random.choice(found).kill()
    return bool(found)


def try_kills(kinds: Mapping[int, str], trial: Trial, nodes: Nodes) -> None:
    """A run with a kill each time that so many papers were asked about, brought to its end."""
    process = trial.start("--on", "ray", address=nodes.cluster.address)
    try:
        for asked, kind in sorted(kinds.items()):
            while len(trial.stub.asked) < asked and process.poll() is None:
                time.sleep(0.02)
            if process.poll() is not None:
                raise SystemExit(f"the run ended with {process.returncode} before the {kind} was killed")
            if kind == "worker":
                while not kill_worker():
                    time.sleep(0.02)
            elif kind == "node":
                nodes.lose_second()
            else:
                process.kill()
                process.wait()
                if kind == "head":
                    nodes.end()
                    nodes.begin()
                process = trial.start("--on", "ray", address=nodes.cluster.address)  # as its user would
        if said := process.wait(600):
            raise SystemExit(f"after {', '.join(kinds.values())} were killed, the run ends with {said}")
    finally:
        process.kill()


def words_of(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(re.findall(r"\w+", text.lower()))


def check(folder: Path, papers: Mapping[str, Paper], stub: Stub) -> tuple[int, int, int, int]:
    """Papers lost, doubled, with an answer that is another's, and asked again."""
    rows = [
        row
        for path in sorted((folder / "out" / "summaries").glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]
    keys = Counter(row["paper_key"] for row in rows)
    # Words, and not the sentence: a "We show that" is taken off what a model writes.
    wrong = sum(
        row["method"] == "written" and not words_of(row["tldr"]) <= words_of(papers[row["paper_key"]].abstract)
        for row in rows
    )
    again = sum(count - 1 for count in stub.asked.values())
    return len(papers) - len(keys), sum(count - 1 for count in keys.values()), wrong, again


def speed(trial: Trial, papers: int, process: subprocess.Popen[bytes]) -> float:
    """Papers a second of a run, from its first question to its last answer."""
    if said := process.wait():
        raise SystemExit(f"the run ends with {said}")
    return papers / (trial.stub.ended - trial.stub.began)


def main() -> None:
    """Print a line a kill, or the two speeds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("--papers", type=int, default=1200)
    parser.add_argument("--rows", type=int, default=100, help="of a shard")
    parser.add_argument("--delay", type=float, default=0.4)
    parser.add_argument("--kills", default="worker:1,driver:1,node:1,head:1")
    parser.add_argument("--each", type=int, default=6, help="kills of a run")
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--seed", type=int, default=20261129)
    options = parser.parse_args()
    chooser = random.Random(options.seed)
    lines = options.abstracts.read_text(encoding="utf-8").splitlines()[: options.papers]
    papers = {one["title"]: one for one in map(json.loads, lines)}
    if options.beside:
        with prepare(papers.values(), options.rows, options.delay, 2 * CPUS * AT_ONCE) as trial:
            without = speed(trial, len(papers), trial.start())
        with prepare(papers.values(), options.rows, options.delay, AT_ONCE) as trial:
            nodes = Nodes()
            by_ray = speed(trial, len(papers), trial.start("--on", "ray", address=nodes.cluster.address))
            nodes.end()
        print(f"{len(papers):,} rows: {by_ray:.1f}/s on Ray, {without:.1f}/s without, ratio {by_ray / without:.2f}")
        return
    print("| killed, when so many were asked about | lost | doubled | another's | asked again | under way |")
    print("|---|---|---|---|---|---|")
    kinds = [
        kind for kind, _, times in (one.partition(":") for one in options.kills.split(",")) for _ in range(int(times))
    ]
    chooser.shuffle(kinds)
    nodes = Nodes()
    for some in (kinds[at : at + options.each] for at in range(0, len(kinds), options.each)):
        moments = dict(zip(chooser.sample(range(8, len(papers) * 9 // 10), len(some)), some, strict=True))
        with prepare(papers.values(), options.rows, options.delay, AT_ONCE) as trial:
            try_kills(moments, trial, nodes)
            known = {paper.key: paper for paper in broadsheet.read(trial.folder / "papers.jsonl").papers}
            lost, doubled, wrong, again = check(trial.folder, known, trial.stub)
        under_way = sum(AT_ONCE * {"worker": 1, "node": CPUS}.get(kind, 2 * CPUS) for kind in some)
        told = ", ".join(f"{kind} {asked}" for asked, kind in sorted(moments.items()))
        print(f"| {told} | {lost} | {doubled} | {wrong} | {again} | {under_way} |", flush=True)
    nodes.end()


if __name__ == "__main__":
    main()
