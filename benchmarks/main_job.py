"""Measures the main job as a user meets it: whole cold processes on the real listing, and the install.

    python benchmarks/main_job.py            # times and memory of the commands
    python benchmarks/main_job.py --install  # also a default install into an empty virtual environment

Reads `shared/listings/hf_trending_pasted.txt` beside the repository where it is there, else `examples/listing.txt`.
Times are medians of five runs after one that is not counted; memory is the process's peak resident size.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "listings" / "hf_trending_pasted.txt"
RUNS = 5


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="also install into an empty environment")
    asked = parser.parse_args()
    listing = REAL if REAL.is_file() else ROOT / "examples" / "listing.txt"
    broadsheet = str(Path(sys.executable).with_name("broadsheet"))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {listing.name}\n")
    print("| command | seconds, median | least | most | peak MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOME": folder, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder}
        out = Path(folder) / "out"
        for command in (["--help"], ["read", str(listing)], ["digest", str(listing), "--out", str(out), "--quiet"]):
            times, peak = measure([broadsheet, *command], folder, environment)
            shown = " ".join(Path(part).name if "/" in part else part for part in command)
            figures = " | ".join(f"{value:.2f}" for value in (statistics.median(times), min(times), max(times)))
            print(f"| broadsheet {shown} | {figures} | {peak} |")
        digest = json.loads((out / "digest.json").read_text(encoding="utf-8"))
    grouped = [key for theme in digest["themes"] for key in theme["paper_keys"]]
    keys = [paper["key"] for paper in digest["papers"]]
    tldrs = sum(bool(summary["tldr"]) for summary in digest["summaries"])
    print(
        f"\n{len(keys)} papers, {tldrs} TL;DRs, {len(digest['themes'])} themes, "
        f"each paper in exactly one: {sorted(grouped) == sorted(keys)}; "
        f"{len(digest['fragments'])} fragments not understood"
    )
    if asked.install:
        install()


def measure(command: list[str], folder: str, environment: dict[str, str]) -> tuple[list[float], int]:
    """Wall seconds of the counted runs, and the peak memory of all in MB."""
    times, peak = [], 0
    for run in range(RUNS + 1):
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command} ended with {process.returncode}")
        if run:
            times.append(time.perf_counter() - began)
        peak = max(peak, usage.ru_maxrss // 1024)
    return times, peak


def install() -> None:
    """A default install into an empty environment: seconds, and megabytes on disk."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        command = [f"{folder}/bin/pip", "install", "-q", "--no-cache-dir", str(ROOT)]
        began = time.perf_counter()
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        files = [path for path in Path(folder).rglob("*") if path.is_file() and not path.is_symlink()]
        megabytes = sum(path.stat().st_size for path in files) / 1e6
        print(f"\nDefault install: {seconds:.0f} s, {megabytes:.0f} MB with pip itself")


if __name__ == "__main__":
    main()
