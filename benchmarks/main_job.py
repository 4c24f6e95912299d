"""Measures the main job as a user meets it: whole cold processes on the real listing, and the install.

    python benchmarks/main_job.py                      # seconds and memory of the commands, of this build
    python benchmarks/main_job.py OLD/python NEW/python  # of several builds in turn, with ratios to the first
    python benchmarks/main_job.py --abstracts FILE …   # also the built-in TL;DR of one abstract
    python benchmarks/main_job.py --abstracts FILE --sumy PYTHON …  # beside LexRank of `sumy` on the same abstracts
    python benchmarks/main_job.py --install            # also a default install into an empty virtual environment

Each PYTHON is the interpreter of an environment with a build of Broadsheet; compare installed builds, not editable
ones, with bytecode (PYTHONDONTWRITEBYTECODE is unset here). FILE is JSON Lines with `title` and `abstract`, also `.xz`.
PYTHON of `--sumy` is one with `sumy` and `numpy`; its sentences and words are split by a pattern, for it needs no more.

Reads `shared/listings/hf_trending_pasted.txt` beside the repository where it is there, else `examples/listing.txt`.
Seconds are CPU seconds, medians of five runs after one that is not counted; memory is the process's peak resident size.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "listings" / "hf_trending_pasted.txt"
RUNS = 5
ALONE = "--alone"
ABSTRACTS = 300
"""The abstracts of which a process measures the TL;DRs, after WARM more that it does not count."""
WARM = 20


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="also install into an empty environment")
    parser.add_argument("--abstracts", type=Path, help="JSON Lines of which TL;DRs are measured")
    parser.add_argument("--sumy", help="an interpreter with sumy, measured on the same abstracts")
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    asked = parser.parse_args()
    listing = REAL if REAL.is_file() else ROOT / "examples" / "listing.txt"
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {listing.name}\n")
    print("| command | build | CPU s, median | least | most | peak MB | ratio of CPU |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOME": folder, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        out = Path(folder) / "out"
        for command in (["--help"], ["read", str(listing)], ["digest", str(listing), "--out", str(out), "--quiet"]):
            shown = " ".join(Path(part).name if "/" in part else part for part in command)
            commands = [[str(Path(python).with_name("broadsheet")), *command] for python in asked.pythons]
            found = measure(commands, folder, environment)
            base = statistics.median(found[0][0])
            for python, (times, peak) in zip(asked.pythons, found, strict=True):
                middle = statistics.median(times)
                figures = " | ".join(f"{value:.2f}" for value in (middle, min(times), max(times)))
                print(f"| broadsheet {shown} | {python} | {figures} | {peak} | {middle / base:.2f} |", flush=True)
        digest = json.loads((out / "digest.json").read_text(encoding="utf-8"))
        if asked.abstracts:
            measure_tldrs(asked.abstracts, asked.pythons, asked.sumy, folder, environment)
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


def measure(
    commands: Sequence[Sequence[str]], folder: str, environment: dict[str, str]
) -> list[tuple[list[float], int]]:
    """By command CPU seconds of the counted runs, and the peak memory of all in MB; the commands run in turn."""
    times: list[list[float]] = [[] for _ in commands]
    peaks = [0] * len(commands)
    for run in range(RUNS + 1):
        for at, command in enumerate(commands):
            with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{command} ended with {process.returncode}")
            if run:
                times[at].append(usage.ru_utime + usage.ru_stime)
            peaks[at] = max(peaks[at], usage.ru_maxrss // 1024)
    return list(zip(times, peaks, strict=True))


def measure_tldrs(
    file: Path, pythons: Sequence[str], sumy: str | None, folder: str, environment: dict[str, str]
) -> None:
    """Prints CPU milliseconds for the TL;DR of one abstract, the least of five processes each, in turn."""
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        sample = Path(folder) / "abstracts.jsonl"
        sample.write_text("".join(itertools.islice(lines, WARM + ABSTRACTS)), encoding="utf-8")
    makers = [(python, "tldr") for python in pythons] + ([(sumy, "lexrank")] if sumy else [])
    found: list[list[float]] = [[] for _ in makers]
    for _ in range(RUNS):
        for at, (python, maker) in enumerate(makers):
            command = [python, str(Path(__file__).resolve()), ALONE, maker, str(sample)]
            told = subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE)
            found[at].append(json.loads(told.stdout))
    print("\n| maker | build | CPU ms an abstract, least | ratio |\n|---|---|---|---|")
    for (python, maker), figures in zip(makers, found, strict=True):
        print(f"| {maker} | {python} | {min(figures):.2f} | {min(figures) / min(found[0]):.2f} |")


def time_alone(maker: str, sample: Path) -> float:
    """CPU milliseconds of this process for the TL;DR of one abstract."""
    rows = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    tell = tell_by_sumy() if maker == "lexrank" else tell_by_broadsheet()
    for row in rows[:WARM]:
        tell(row)
    began = time.process_time()
    for row in rows[WARM:]:
        tell(row)
    return (time.process_time() - began) * 1000 / (len(rows) - WARM)


def tell_by_broadsheet():  # type: ignore[no-untyped-def]
    from broadsheet.models import Paper

    try:
        from broadsheet.tldr.extractive.extract import extract_tldr
    except ImportError:  # the build of commit 055de2f, which today's is compared with
        from broadsheet.writing.extract import extract_tldr
    return lambda row: extract_tldr(Paper(key="a:1", title=row["title"], abstract=row["abstract"]))


def tell_by_sumy():  # type: ignore[no-untyped-def]
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.lex_rank import LexRankSummarizer

    class Tokenizer:
        def to_sentences(self, text: str) -> list[str]:
            return re.split(r"(?<=[.!?])\s+", text)

        def to_words(self, sentence: str) -> list[str]:
            return re.findall(r"[A-Za-z]+", sentence)

    summarize = LexRankSummarizer()
    return lambda row: summarize(PlaintextParser.from_string(row["abstract"], Tokenizer()).document, 1)


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
    if sys.argv[1:2] == [ALONE]:
        print(json.dumps(time_alone(sys.argv[2], Path(sys.argv[3]))))
    else:
        main()
