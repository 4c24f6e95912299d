"""What Broadsheet's calls cost against what they would have to: calls, tokens, seconds, and papers that went astray.

    python benchmarks/calls.py                                   # everything, about half an hour
    python benchmarks/calls.py --only floor --repeats 5
    python benchmarks/calls.py --only faults --only limit --seeds 60
    python benchmarks/calls.py --only scale --papers 100 300 1000 3000 10000

Broadsheet runs as it is, over a real socket, against `stub_server.py` in a process of its own. Tokens and calls
are the server's count. Every run begins with empty folders for caches and state, unless the section says otherwise.
The papers are those of `shared/` beside the repository where it is there, and the invented ones of `examples/`
over and over where it is not.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broadsheet.models import Paper
from runs import Run, Stub, find_floor, fresh_folders, measure, measure_afresh, read_papers

ASTRAY = "lost / misattributed / placeholders"
USUAL = {"errors": 0.02, "garbled": 0.03, "drops": 0.05}
HARSH = {"errors": 0.1, "garbled": 0.1, "drops": 0.2, "swaps": 0.1}


def show(title: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    """A Markdown table under a heading; `columns` are parted by semicolons."""
    names = columns.split("; ")
    print(f"\n### {title}\n\n| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def show_floor(stub: Stub, flags: argparse.Namespace) -> None:
    """Summaries and whole digests beside the floor; the median of the repeats, by seconds."""
    rows: list[Sequence[object]] = []
    for size in flags.floor_papers:
        papers = read_papers(size)
        for at_once in (10, 64):
            repeats = range(flags.repeats if size < 500 else 1)
            alone = _median([measure_afresh(stub, papers, at_once) for _ in repeats])
            rows.append(_floor_row(papers, at_once, alone))
            whole = _median([measure_afresh(stub, papers, at_once, whole=True) for _ in repeats])
            rows.append(_digest_row(papers, at_once, whole, alone))
    columns = "papers; at once; what; calls; prompt tokens; against the floor's; completion tokens; seconds"
    show("Against the floor", f"{columns}; against the floor; CPU s; waited for a CPU, s; peak; {ASTRAY}", rows)


def _median(runs: Sequence[Run]) -> Run:
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def _floor_row(papers: Sequence[Paper], at_once: int, run: Run) -> Sequence[object]:
    floor = find_floor(papers, at_once)
    return (
        len(papers),
        at_once,
        "summaries",
        f"{run.stats['calls']} (floor {floor.calls})",
        f"{run.stats['prompt_tokens']:,}",
        f"{run.stats['prompt_tokens'] / floor.prompt_tokens:.3f} × {floor.prompt_tokens:,}",
        f"{run.stats['completion_tokens']:,}",
        f"{run.seconds:.2f}",
        f"{run.seconds / floor.seconds:.2f} × {floor.seconds:.2f} s",
        *_rest(run),
    )


def _digest_row(papers: Sequence[Paper], at_once: int, run: Run, alone: Run) -> Sequence[object]:
    ratio = f"{run.seconds / alone.seconds:.2f} × the summaries"
    tokens = f"{run.stats['prompt_tokens']:,}", "", f"{run.stats['completion_tokens']:,}"
    return (len(papers), at_once, "digest", run.stats["calls"], *tokens, f"{run.seconds:.2f}", ratio, *_rest(run))


def _rest(run: Run) -> Sequence[object]:
    return f"{run.cpu:.2f}", f"{run.waited:.2f}", run.stats["peak"], run.astray


def show_faults(stub: Stub, flags: argparse.Namespace) -> None:
    """Errors, garbled answers and dropped items, and swapped ones on top."""
    cases = ((10, USUAL), (64, USUAL), (10, {**USUAL, "swaps": 0.05}), (10, HARSH))
    show_seeds("With faults", [seeds_row(stub, flags, at_once, case) for at_once, case in cases])


def show_limit(stub: Stub, flags: argparse.Namespace) -> None:
    """A server that bears 10 calls at once, asked for 64; and one that counts tokens per minute."""
    cases: Sequence[dict[str, float]] = (
        {"limit": 10},
        {"limit": 10, "retry_after": 1},
        {"limit": 10, **USUAL},
        {"tpm": 30_000},
    )
    show_seeds("Under a limit", [seeds_row(stub, flags, 64, case) for case in cases])


def show_seeds(title: str, rows: Sequence[Sequence[object]]) -> None:
    """The table of runs over seeds."""
    columns = f"server; at once; seeds; calls; met; {ASTRAY}; extracted; extra tokens"
    show(title, f"{columns}; seconds without; median; worst", rows)


def seeds_row(stub: Stub, flags: argparse.Namespace, at_once: int, case: dict[str, float]) -> Sequence[object]:
    """The sums over the seeds; seconds are the model's, with our own CPU at the stub's speed in them."""
    papers, speed = read_papers(109), {"speed": flags.speed}
    quiet = measure_afresh(stub, papers, at_once, behaviour=speed)
    runs = [
        measure_afresh(stub, papers, at_once, behaviour={**case, **speed, "seed": seed})
        for seed in range(1, flags.seeds + 1)
    ]
    total = Counter[str]()
    for run in runs:
        total.update({name: value for name, value in run.stats.items() if isinstance(value, int)})
    faults = ", ".join(f"{total[name]} {name}" for name in ("refused", "errors", "garbled", "drops", "swaps"))
    seconds = sorted(run.seconds for run in runs)
    return (
        ", ".join(f"{name} {value:g}" for name, value in case.items()),
        at_once,
        len(runs),
        total["calls"],
        faults,
        " / ".join(str(sum(getattr(run, name) for run in runs)) for name in ASTRAY.split(" / ")),
        sum(run.extracted for run in runs),
        f"{sum(run.tokens for run in runs) / len(runs) / quiet.tokens - 1:+.1%}",
        f"{quiet.seconds:.1f}",
        f"{seconds[len(runs) // 2]:.1f}",
        f"{seconds[-1]:.1f}",
    )


def show_scale(stub: Stub, flags: argparse.Namespace) -> None:
    """Growing piles at 1,000 times the speed, each in a process of its own: is it linear, does memory stay?"""
    rows: list[Sequence[object]] = []
    for whole in (False, True) if flags.whole else (False,):
        for size in flags.papers:
            with fresh_folders():
                found = run_child(stub, size, at_once=10, whole=whole, speed=1000)
            rows.append(
                (
                    f"{size:,}",
                    "digest" if whole else "summaries",
                    found["calls"],
                    f"{found['seconds']:.2f}",
                    f"{found['cpu'] * 1000 / size:.2f}",
                    f"{found['rss']:.0f}",
                    f"{found['tokens'] / size:.0f}",
                    found["astray"],
                    found["extracted"],
                )
            )
    columns = "papers; what; calls; seconds; CPU ms a paper; peak MB; tokens a paper"
    show("As papers grow", f"{columns}; {ASTRAY}; extracted", rows)


def show_second_run(stub: Stub, flags: argparse.Namespace) -> None:
    """The whole digest twice, in two processes with the same folders."""
    rows: list[Sequence[object]] = []
    with fresh_folders():
        for name in ("first", "second"):
            found = run_child(stub, 109, at_once=10, whole=True, speed=1)
            seconds = f"{found['seconds']:.2f}", f"{found['cpu']:.2f}", f"{found['process']:.2f}"
            rows.append((name, found["calls"], found["tokens"], *seconds))
    show("The same digest again", "run; calls; tokens; seconds; CPU s; seconds of the process", rows)


def run_child(stub: Stub, size: int, **case: float) -> dict[str, Any]:
    """A run in a process of its own, in today's folders."""
    command = [sys.executable, __file__, "--child", json.dumps({"url": stub.url, "size": size, **case})]
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=1800, check=True)
    return {**json.loads(done.stdout), "process": time.perf_counter() - began}


def be_child(spec: dict[str, Any]) -> None:
    """Runs one case and prints what it took; memory is the peak of this whole process."""
    stub, papers = Stub(spec["url"]), read_papers(spec["size"])
    run = measure(stub, papers, spec["at_once"], whole=spec["whole"], behaviour={"speed": spec["speed"]}, real=True)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"calls": run.stats["calls"], "tokens": run.tokens, "seconds": run.seconds, "rss": rss}
    print(json.dumps({**found, "cpu": run.cpu, "astray": run.astray, "extracted": run.extracted}))


def show_overhead(stub: Stub, flags: argparse.Namespace) -> None:
    """Where the client's CPU goes, under cProfile, which slows what it watches: shares, not seconds."""
    papers, quick = read_papers(1000), {"speed": 1000.0}
    profile = cProfile.Profile()
    profile.enable()
    measure_afresh(stub, papers, 10, whole=flags.whole, behaviour=quick, real=True)
    profile.disable()
    packages = Counter[str]()
    own: list[tuple[float, str, int]] = []
    for (file, _, function), (_, calls, spent, below, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        packages[_package(file, callers)] += int(spent * 1e6)
        if "/broadsheet/" in file:
            own.append((below * 1000 / len(papers), f"{Path(file).stem}.{function}", calls))
    total = packages.total()
    shares = [(name, f"{spent / total:.1%}") for name, spent in packages.most_common(16)]
    show(f"Where CPU goes ({total / 1000 / len(papers):.2f} ms a paper under the profiler)", "package; share", shares)
    named = [(name, calls, f"{below:.3f}") for below, name, calls in sorted(own, reverse=True)[:24]]
    show("Our own functions", "function; calls; ms a paper, with what it calls", named)


def _package(file: str, callers: dict[tuple[str, int, str], tuple[int, int, float, float]]) -> str:
    """The package a function belongs to; one in C counts for whoever spends most in it."""
    if file.startswith(("~", "<")):
        ranked = sorted(callers.items(), key=lambda caller: -caller[1][2])
        caller = next((place[0] for place, _ in ranked if not place[0].startswith(("~", "<"))), "")
        return _package(caller, {}) if caller else "in C"
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    if "broadsheet" in parts:
        return "broadsheet." + ".".join(parts[parts.index("broadsheet") + 1 :]).removesuffix(".py")
    return "stdlib " + next((part for part in parts if part in ("asyncio", "json", "re", "email")), Path(file).stem)


SECTIONS = {
    "floor": show_floor,
    "faults": show_faults,
    "limit": show_limit,
    "second-run": show_second_run,
    "scale": show_scale,
    "overhead": show_overhead,
}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=SECTIONS, action="append", help="a section; may be given again")
    parser.add_argument("--seeds", type=int, default=60, help="runs of each case in faults and limit")
    parser.add_argument("--speed", type=float, default=10, help="the stub's speed in faults and limit")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each case of 109 papers in floor")
    parser.add_argument("--floor-papers", type=int, nargs="+", default=[109, 1000])
    parser.add_argument("--papers", type=int, nargs="+", default=[100, 300, 1000, 3000, 10_000], help="for scale")
    parser.add_argument("--whole", action="store_true", help="scale and overhead: whole digests too")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.child:
        be_child(json.loads(flags.child))
        return
    with Stub() as stub:
        measure_afresh(stub, read_papers(20), 2, whole=True, behaviour={"speed": 100})  # imports are paid for here
        for section in flags.only or SECTIONS:
            SECTIONS[section](stub, flags)


if __name__ == "__main__":
    main()
