"""Measures the desk as its reader meets it: from the command to a page, from a paste to what was understood, a digest.

    python benchmarks/desk.py                    # medians of five desks, each with an empty cache
    python benchmarks/desk.py --runs 3 --text examples/listing.txt

Each desk is a process of its own. Its page is asked for as soon as its address is printed; the listing is read, planned
and digested by the built-in engine through the interface, as the page does it; `--pause` is the time that a reader
takes between the page and the paste, `--look` what he takes between the plan and Digest. Seconds are a clock's, CPU
seconds those of the desk and of its processes in between (`/proc`), so that a busy machine is told from a slow desk.
Reads `shared/listings/hf_trending_pasted.txt` beside the repository where it is there, else `examples/listing.txt`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from desk_process import DeskProcess, open_desk  # noqa: E402 - it stands beside the tests

REAL = ROOT.parent / "shared" / "listings" / "hf_trending_pasted.txt"
STEPS = ("the command to a page that takes input", "a paste to what was understood", "the plan", "Digest to its page")
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between the page and the paste")
    parser.add_argument("--look", type=float, default=0.0, help="seconds between the plan and Digest")
    parser.add_argument("--text", type=Path, default=REAL if REAL.is_file() else ROOT / "examples" / "listing.txt")
    asked = parser.parse_args()
    text = asked.text.read_text(encoding="utf-8")
    found = [measure(text, pause=asked.pause, look=asked.look) for _ in range(asked.runs)]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {asked.text.name}, {asked.runs} desks\n")
    print("| from | seconds, median | least | CPU seconds, median |\n|---|---|---|---|")
    for step, measured in zip(STEPS, zip(*found, strict=True), strict=True):
        seconds, work = zip(*measured, strict=True)
        print(f"| {step} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {statistics.median(work):.2f} |")


def measure(text: str, *, pause: float, look: float) -> list[tuple[float, float]]:
    """Seconds and CPU seconds of each step of one desk."""
    steps = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOME": folder, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
        began = time.perf_counter()
        with open_desk(Path(folder) / "desk.sqlite") as desk:
            page(desk, "/")
            steps.append((time.perf_counter() - began, cpu(desk)))
            time.sleep(pause)
            clock = Stopwatch(desk)
            listing = desk.ask("POST", "/api/v1/read", {"text": text}).json
            steps.append(clock.lap())
            settings = {"llm": {"backend": "builtin"}}
            desk.ask("POST", "/api/v1/plan", {"listing": listing, "settings": settings})
            steps.append(clock.lap())
            time.sleep(look)
            clock.lap()
            run = desk.ask("POST", "/api/v1/digests", {"listing": listing, "settings": settings}).json["id"]
            page(desk, f"/runs/{run}")
            desk.ask("GET", f"/api/v1/digests/{run}/events")  # until it is over
            page(desk, f"/runs/{run}")
            steps.append(clock.lap())
            assert desk.wait(run)["state"] == "done"
    return steps


class Stopwatch:
    """Seconds and the desk's CPU seconds since the lap before."""

    def __init__(self, desk: DeskProcess) -> None:
        self._desk, self._at = desk, (time.perf_counter(), cpu(desk))

    def lap(self) -> tuple[float, float]:
        """What passed."""
        before, self._at = self._at, (time.perf_counter(), cpu(self._desk))
        return self._at[0] - before[0], self._at[1] - before[1]


def cpu(desk: DeskProcess) -> float:
    """CPU seconds of a desk's process and of those that it started, so far."""
    own, seconds = str(desk.process.pid), 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICKS if own in (place.name, fields[1]) else 0.0
    return seconds


def page(desk: DeskProcess, path: str) -> None:
    """Asks for a page."""
    answer = desk.ask("GET", path)
    assert answer.status == 200, answer.body


if __name__ == "__main__":
    main()
