"""How near a bulk run comes to a bare asyncio client of the same server, in rows a second, and its memory by size.

    python benchmarks/bulk_stub.py ../shared/quality/abstracts_background.jsonl --rows 2000,20000 --at-once 32

The server is `stub_server.py` in a process of its own, at `--speed` times the pace of a hosted model. The bare client
sends as many papers in each call, as many calls at once, reads the JSON that comes back and appends its TL;DRs to a
file, checking nothing; the run, in `--workers` processes that share the calls at once, does all that a run does. Real
abstracts are repeated under new titles and DOIs. Printed are, by number of rows, rows a second of both by the clock,
their ratio, and CPU seconds and the largest resident size of the run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import TextIO

import httpx2

from bulk import measure
from bulk_batch import write_rows
from runs import PAPERS_A_PROMPT, Stub

INSTRUCTIONS = "For each paper write one sentence that says what it found, as JSON by id. " * 10
CONFIG = """
backends:
  near: {{base_url: "{url}", model: stub, context: 128000, batch_size: {papers}, concurrency: {at_once}}}
llm: {{backend: near}}
cache: {{use: false}}
"""


async def ask_barely(rows: Path, url: str, at_once: int) -> float:
    """Seconds that a client takes which sends every paper once and keeps what is answered beside the rows."""
    with rows.open(encoding="utf-8") as file:
        papers = [json.loads(line) for line in file]
    told = [f'<paper id="b{n % 10}c3">\n{one["title"]}\n\n{one["abstract"]}\n</paper>' for n, one in enumerate(papers)]
    left = iter(range(0, len(told), PAPERS_A_PROMPT))
    began = time.perf_counter()
    limits = httpx2.Limits(max_connections=at_once)

    async def work(client: httpx2.AsyncClient, kept: TextIO) -> None:
        for at in left:
            user = "\n".join(told[at : at + PAPERS_A_PROMPT])
            messages = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": user}]
            reply = await client.post(f"{url}/chat/completions", json={"model": "stub", "messages": messages})
            content = reply.raise_for_status().json()["choices"][0]["message"]["content"]
            kept.writelines(f"{json.dumps(paper)}\n" for paper in json.loads(content)["papers"])

    with rows.with_suffix(".bare").open("w", encoding="utf-8") as kept:
        async with httpx2.AsyncClient(timeout=600, limits=limits) as client, asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(work(client, kept))
    return time.perf_counter() - began


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("listing", type=Path)
    parser.add_argument("--rows", default="2000,20000")
    parser.add_argument("--at-once", type=int, default=32)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--workers", default="1")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, Stub() as stub:
        folder = Path(scratch)
        told = CONFIG.format(url=stub.url, papers=PAPERS_A_PROMPT, at_once=given.at_once)
        (folder / "config.yaml").write_text(told, encoding="utf-8")
        for rows in map(int, given.rows.split(",")):
            path = folder / f"{rows}.jsonl"
            write_rows(given.listing, path, rows)
            stub.reset(speed=given.speed)
            bare = asyncio.run(ask_barely(path, stub.url, given.at_once))
            stub.reset(speed=given.speed)
            wall, cpu, peak = measure(
                folder, "bulk", "run", path.name, "--out", f"out{rows}", "--quiet", "--workers", given.workers
            )
            account = json.loads((folder / f"out{rows}" / "account.json").read_text(encoding="utf-8"))
            print(
                f"{rows:,} rows: bare {rows / bare:,.0f}/s, run {rows / wall:,.0f}/s, ratio {bare / wall:.2f}; "
                f"{cpu:.0f} s CPU, {peak:.0f} MiB; digested {account['digested']:,} in {account['calls']:,} calls",
                flush=True,
            )


if __name__ == "__main__":
    main()
