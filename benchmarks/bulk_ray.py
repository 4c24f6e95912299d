"""What a bulk run on Ray loses when parts of the cluster are killed, and what Ray costs beside the same without it.

    pip install ray
    python benchmarks/bulk_ray.py ../shared/quality/abstracts_background.jsonl --papers 2000 --kills worker,driver,node

Two nodes are separate raylets on this machine; a stub model on loopback answers after 50 ms and keeps what it was
asked. For each kill a run is begun, something is killed with SIGKILL at a random moment (a worker process; the driver,
which is then run again; the second node, which then comes back; the head, after which everything is begun again on a
new cluster), and the run is brought to its end. Printed are papers lost, papers doubled in the output, answers that are
another paper's, and papers that were asked again, beside the calls that may be under way.
"""

from __future__ import annotations

import argparse
import asyncio
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
from collections.abc import Mapping
from pathlib import Path

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
DELAY = 0.05
CPUS = 2


class Stub:
    """A model that answers with a sentence of each abstract, and counts the texts that it was asked about."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        app = Starlette(
            routes=[Route("/v1/models", self._list), Route("/v1/chat/completions", self._complete, methods=["POST"])]
        )
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        threading.Thread(target=self._server.run, daemon=True).start()
        while not self._server.started:
            time.sleep(0.05)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}/v1"

    async def _list(self, request: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": [{"id": "stub"}]})

    async def _complete(self, request: Request) -> JSONResponse:
        call = await request.json()
        user = call["messages"][-1]["content"]
        self.asked.update(hashlib.sha256(text.encode()).hexdigest() for _, text in PAPER.findall(user))
        await asyncio.sleep(DELAY)
        message = {"role": "assistant", "content": Scribe().answer(user, None, 0)[0]}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        return JSONResponse({"id": "1", "choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


class Nodes:
    """Two raylets."""

    def __init__(self) -> None:
        self.cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": CPUS, "include_dashboard": False})
        self.second = self.cluster.add_node(num_cpus=CPUS)

    def lose_second(self) -> None:
        self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = self.cluster.add_node(num_cpus=CPUS)


def command(listing: Path, folder: Path, *words: str) -> list[str]:
    """A bulk run through the stub."""
    run = ["bulk", "run", str(listing), "--out", str(folder / "out"), "--rows", "100", "--quiet", *words]
    return [sys.executable, "-m", "broadsheet", *run]


def start(folder: Path, listing: Path, nodes: Nodes) -> subprocess.Popen[bytes]:
    """The driver, on these nodes."""
    env = {**os.environ, "RAY_ADDRESS": nodes.cluster.address, "RAY_AUTH_MODE": "disabled"}
    return subprocess.Popen(command(listing, folder, "--on", "ray"), cwd=folder, env=env)


def kill_worker() -> bool:
    """Kills one process that does a shard."""
    found = [one for one in psutil.process_iter(["name"]) if (one.info["name"] or "").startswith("ray::_do")]
    if found:
        random.choice(found).kill()
    return bool(found)


def try_kill(kind: str, folder: Path, listing: Path, stub: Stub, seconds: float) -> Nodes | None:
    """A run with one kill after so many seconds, brought to its end."""
    nodes = Nodes()
    process = start(folder, listing, nodes)
    try:
        before = time.monotonic()
        while not stub.asked and process.poll() is None and time.monotonic() - before < 300:
            time.sleep(0.05)
        time.sleep(seconds)
        if kind == "worker":
            while not kill_worker() and process.poll() is None:
                time.sleep(0.05)
        elif kind == "driver":
            process.kill()
        elif kind == "node":
            nodes.lose_second()
        else:
            process.kill()
            nodes.cluster.shutdown()
            nodes = Nodes()
        said = process.wait(600)
        for _ in range(3):  # as its user would
            if said == 0:
                break
            process = start(folder, listing, nodes)
            said = process.wait(600)
        if said:
            raise SystemExit(f"after the {kind} was killed, the run ends with {said}")
    finally:
        if process.poll() is None:
            process.kill()
        nodes.cluster.shutdown()
    return None


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


def main() -> None:
    """Print a line a kill."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("--papers", type=int, default=2000)
    parser.add_argument("--kills", default="worker,driver,node,head")
    parser.add_argument("--seed", type=int, default=20261129)
    options = parser.parse_args()
    chooser = random.Random(options.seed)
    lines = options.abstracts.read_text(encoding="utf-8").splitlines()[: options.papers]
    papers = {one["title"]: one for one in map(json.loads, lines)}
    print("| killed | after s | lost | doubled | another's | asked again | under way |\n|---|---|---|---|---|---|---|")
    for kind in options.kills.split(","):
        with tempfile.TemporaryDirectory() as name:
            folder, stub = Path(name), Stub()
            listing = folder / "papers.jsonl"
            listing.write_text("".join(json.dumps(one) + "\n" for one in papers.values()), encoding="utf-8")
            config = {
                "llm": {"backend": "near", "concurrency": AT_ONCE, "batch_size": 1},
                "backends": {"near": {"base_url": stub.url, "model": "stub", "context": 16384}},
                "cache": {"use": False},
                "writing": {"repairs": 0},
            }
            (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
            seconds = chooser.uniform(0, 4)
            try_kill(kind, folder, listing, stub, seconds)
            lost, doubled, wrong, again = check(
                folder, {paper.key: paper for paper in broadsheet.read(listing).papers}, stub
            )
            under_way = AT_ONCE * (1 if kind == "worker" else CPUS if kind == "node" else 2 * CPUS)
            print(f"| {kind} | {seconds:.1f} | {lost} | {doubled} | {wrong} | {again} | {under_way} |", flush=True)


if __name__ == "__main__":
    main()
