"""CPU seconds and peak memory of large digests by the built-in engine, of one build or of several in turn.

    python benchmarks/scale.py [--papers N] [--listing FILE] [PYTHON…]

Each PYTHON is the interpreter of an environment with a build of Broadsheet (this one where none is named); a ratio is
to the first. Measured are digest.json of N invented papers, written and read back, and with a FILE (JSON Lines with
`title` and `abstract`) its first N papers to page and JSON. Each measurement is a process of its own. Memory is its
peak: of writing and reading that beyond what it had before, of the whole that of the largest process, while CPU seconds
are those of all. Needs Linux, whose peak of memory can be set back.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from broadsheet.models import Account, Digest, Evidence, Paper, Summary, Theme

try:
    from broadsheet.cli.commands import digest as command
    from broadsheet.cli.main import main as broadsheet
    from broadsheet.digests.previous import read_edition
    from broadsheet.settings.loading import load_settings
except ImportError:  # the build of commit 055de2f, which today's is compared with
    from broadsheet.commands import digest as command
    from broadsheet.store.earlier import read_edition

    from broadsheet.cli import main as broadsheet
    from broadsheet.settings import load_settings

ALONE = "--alone"


def invent(count: int) -> Digest:
    """A digest of papers that are visibly invented, with abstracts as long as real ones."""
    papers, summaries = [], []
    for at in range(count):
        tldr = f"We tie knot {at} in wet rope, and show that it holds for as long as the tide is low."
        abstract = " ".join([tldr, *(f"In trial {at + no} the rope of the goat held {no} boats." for no in range(24))])
        paper = Paper(
            key=f"doi:10.5555/{at}",
            title=f"Knot {at}, tied wet",
            abstract=abstract,
            raw_abstract=f"{abstract} ",
            authors=("Ada Ash", "Bo Birch"),
            published=dt.date(2026, 1, 1),
            identifiers={"doi": f"10.5555/{at}"},
        )
        piece = Evidence(sentence=0, start=0, end=len(tldr), text=tldr)
        papers.append(paper)
        summaries.append(Summary(paper_key=paper.key, tldr=tldr, method="extracted", evidence=(piece,)))
    return Digest(
        title="Knots",
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        themes=(Theme(title="Knots", paper_keys=tuple(paper.key for paper in papers)),),
        summaries=tuple(summaries),
        papers=tuple(papers),
        account=Account(received=count, digested=count, extracted=count),
    )


def memory(name: str) -> float:
    """A figure of this process in MB: `VmRSS` is what it has, `VmHWM` the peak of that."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def measure(task: str, folder: str, count: int) -> None:
    """Writes or reads digest.json in this process, and prints seconds and MB."""
    digest = invent(count) if task == "write" else None
    settings = load_settings(None, {"output": {"folder": folder, "formats": ["json"]}})
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # sets the peak back
    before, began = memory("VmRSS"), time.process_time()
    if digest is not None:
        command._write(digest, settings)
    else:
        digest = read_edition(Path(folder))
    print(json.dumps([time.process_time() - began, memory("VmHWM") - before]))


def run(python: str, task: str, folder: str, count: int) -> tuple[float, float]:
    """CPU seconds and MB of a task in a build."""
    if task != "whole":
        told = subprocess.run(
            [python, str(Path(__file__).resolve()), ALONE, task, folder, str(count)],
            cwd=folder,
            check=True,
            stdout=subprocess.PIPE,
        )
        seconds, peak = json.loads(told.stdout)
        return seconds, peak
    listing = ["digest", f"{folder}/papers.jsonl", "--out", folder, "--format", "html,json", "--quiet"]
    with subprocess.Popen([python, str(Path(__file__).resolve()), ALONE, *listing], cwd=folder) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{python} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--listing", type=Path, help="JSON Lines; without it only digest.json is measured")
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    asked = parser.parse_args()
    print("| task | build | CPU s | wall s | peak MB | ratio of CPU, wall, memory |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        if asked.listing:
            with asked.listing.open("rb") as lines:
                (Path(folder) / "papers.jsonl").write_bytes(b"".join(itertools.islice(lines, asked.papers)))
        for task in ("write", "read", *(["whole"] if asked.listing else [])):
            first: tuple[float, ...] = ()
            for python in asked.pythons:
                began = time.perf_counter()
                seconds, peak = run(python, task, folder, asked.papers)
                found = (seconds, time.perf_counter() - began, peak)
                first = first or found
                ratios = " ".join(f"{value / max(base, 0.01):.2f}" for value, base in zip(found, first, strict=True))
                shown = f"{found[0]:.1f} | {found[1]:.1f} | {found[2]:.0f}"
                print(f"| {task} | {python} | {shown} | {ratios} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:3] == [ALONE, "digest"]:
        del sys.argv[1]
        broadsheet()
    elif sys.argv[1:2] == [ALONE]:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
