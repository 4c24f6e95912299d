"""What a bulk run takes on this machine: rows a second with one process and with more, and peak memory by size.

    python benchmarks/bulk.py ../shared/quality/abstracts_background.jsonl --rows 2000 --sizes 20000,60000
    python benchmarks/bulk.py ../shared/quality/abstracts_background.jsonl --rows 200000 --sizes "" --workers 2

Real abstracts are repeated under new DOIs where more are needed. `--rows` papers are digested by the built-in engine
with each number of `--workers` processes, in turn; the `--sizes` are read, cleared of repetitions and cut, which is all
whose memory could grow with the input: a shard is a shard. With `--pages` the digested ones become pages.
Prints what was run, wall and CPU seconds, and the largest resident size of any process. Wall seconds mean little on a
machine that is busy otherwise: then the CPU seconds say what a process takes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

MEASURE = """
import os, resource, sys, time
from broadsheet.cli.main import main
if __name__ == "__main__":
    began, said = time.monotonic(), 0
    try:
        main(sys.argv[2:])
    except SystemExit as end:
        said = end.code
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = sum(one.ru_utime + one.ru_stime for one in (own, children))
    # Linux counts the parent's size before exec as a process's own in ru_maxrss: not so in its status.
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    peak = max(int(status["VmHWM"].split()[0]), children.ru_maxrss) / 1024
    with open(sys.argv[1], "w") as file:
        file.write(f"{time.monotonic() - began:.1f} {cpu:.1f} {peak:.0f}")
    sys.exit(said)
"""


def repeat(path: Path, rows: int) -> Iterator[str]:
    """So many lines of a listing, again and again under other DOIs."""
    with path.open(encoding="utf-8") as file:
        papers = [json.loads(line) for line in file]
    for number, paper in enumerate(itertools.islice(itertools.cycle(papers), rows)):
        told = {name: paper[name] for name in ("title", "abstract", "venue") if name in paper}
        yield json.dumps({**told, "doi": f"10.5555/bulk.{number}"}) + "\n"


def measure(folder: Path, *words: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of a command of ours."""
    script, told = folder / "measure.py", folder / "told"
    script.write_text(MEASURE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(told), *words], capture_output=True, text=True, check=False, cwd=folder
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    wall, cpu, peak = told.read_text().split()
    return float(wall), float(cpu), float(peak)


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("listing", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--sizes", default="20000,60000")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--pages", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sizes = [int(size) for size in given.sizes.split(",") if size]
        for size in {given.rows, *sizes} - {0}:
            with (folder / f"{size}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(repeat(given.listing.resolve(), size))
        if given.rows:
            speed = {}
            for workers in map(int, given.workers.split(",")):
                words = ("bulk", "run", f"{given.rows}.jsonl", "--rows", "250", "--workers", str(workers), "--quiet")
                wall, cpu, peak = measure(folder, *words, "--out", f"by{workers}")
                speed[workers] = given.rows / wall
                print(
                    f"{workers} process(es): {given.rows:,} rows in {wall:.0f} s, {cpu:.0f} s CPU, {peak:.0f} MiB each"
                )
            told = ", ".join(f"{speed[workers]:.0f} with {workers}" for workers in speed)
            print(f"rows/s: {told}; ratio {max(speed.values()) / min(speed.values()):.2f}, {os.cpu_count()} cores")
        if given.rows and given.pages:
            wall, cpu, peak = measure(folder, "bulk", "digest", f"by{max(speed)}", "--quiet")
            print(f"pages: of {given.rows:,} papers in {wall:.0f} s, {cpu:.0f} s CPU, {peak:.0f} MiB")
        for size in sizes:
            wall, cpu, peak = measure(folder, "bulk", "plan", f"{size}.jsonl", "--out", f"cut{size}", "--quiet")
            print(
                f"cut {size:,} rows: {wall:.0f} s, {cpu:.0f} s CPU, {size / cpu:,.0f} rows a CPU second, {peak:.0f} MiB"
            )


if __name__ == "__main__":
    main()
