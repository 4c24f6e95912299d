"""Prints the whole table of speeds: each row of two builds in turn, with ratio and aim, and whether it is met.

    python benchmarks/speed_table.py --make FOLDER 055de2f HEAD       # environments FOLDER/old and FOLDER/new
    python benchmarks/speed_table.py OLD/bin/python NEW/bin/python --abstracts FILE
    python benchmarks/speed_table.py OLD/bin/python NEW/bin/python --abstracts FILE --only large --only larger
    python benchmarks/speed_table.py OLD/bin/python NEW/bin/python --abstracts FILE --sumy SUMY/bin/python

Run it with an environment of this checkout that has the test extra: it invents what is measured, answers as a model and
opens pages. OLD and NEW are interpreters of installed builds, not editable ones. FILE is JSON Lines with `title` and
`abstract`, also `.xz`, of 10,000 papers or more for the large rows. PYTHON of `--sumy` is one with `sumy` and `numpy`.

Every figure is of a process of its own with empty folders for caches, the least of the runs: CPU seconds with those of
the processes it starts, wall seconds, and the peak of memory of the largest process. Needs Linux.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import lzma
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "benchmarks"
REAL = ROOT.parent / "shared" / "listings" / "hf_trending_pasted.txt"
LISTING = REAL if REAL.is_file() else ROOT / "examples" / "listing.txt"
ALONE = "--alone"
RUNS = 5
ABSTRACTS, WARM = 300, 20
"""The abstracts of which a process measures the TL;DRs, after WARM more that it does not count."""
GROUPED = (1000, 10_000)


class Cost(NamedTuple):
    """What a process took: seconds, and megabytes."""

    cpu: float
    wall: float
    memory: float


class Job(NamedTuple):
    """The builds that are compared, and what they work on."""

    old: str
    new: str
    abstracts: Path
    sumy: str | None
    folder: Path

    @property
    def homes(self) -> tuple[Path, Path]:
        """Where each build works."""
        return self.folder / "old", self.folder / "new"

    def sample(self, count: int) -> Path:
        """A file of the first abstracts."""
        path = self.folder / f"{count}.jsonl"
        if not path.is_file():
            with (lzma.open if self.abstracts.suffix == ".xz" else open)(self.abstracts, "rb") as lines:
                path.write_bytes(b"".join(itertools.islice(lines, count)))
        return path


def row(
    name: str, old: float | None, new: float, unit: str, *, aim: float = math.inf, reached: float | None = None
) -> None:
    """A line of the table; what the aim is compared with is the ratio, unless it is given."""
    ratio = new / old if old else None
    judged = ratio if reached is None else reached
    verdict = "" if judged is None or math.isinf(aim) else "met" if judged <= aim else "**missed**"
    cells = (
        name,
        "–" if old is None else f"{old:,.4g} {unit}",
        f"{new:,.4g} {unit}",
        "–" if ratio is None else f"{ratio:.2f}",
        "" if math.isinf(aim) else f"≤ {aim:,g}" + ("" if reached is None else f" (is {reached:,.3g})"),
        verdict,
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def run(python: str, arguments: Sequence[str | Path], home: Path) -> Cost:
    """Runs `broadsheet` of a build in a folder that is its user's home, and waits. Raises SystemExit where it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
    command = [Path(python).with_name("broadsheet"), *arguments]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=home, env={**kept, "HOME": str(home)}, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024)


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each."""
    return Cost(*map(min, zip(*costs, strict=True)))


def in_turn(job: Job, arguments: Sequence[str | Path], runs: int) -> list[Cost]:
    """What `broadsheet` with these arguments costs in either build, the least of the runs, after one more if several.

    It writes to the folders `old` and `new` of the job.
    """
    found: tuple[list[Cost], ...] = ([], [])
    for _ in range(runs + (runs > 1)):
        for costs, folder, python in zip(found, job.homes, (job.old, job.new), strict=True):
            folder.mkdir(exist_ok=True)
            costs.append(run(python, arguments, folder))
    return [least(costs[-runs:]) for costs in found]


def told(folder: Path, python: str, *command: str | Path) -> str:
    """What a script of this folder says under a build's interpreter, where no configuration lies."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, *command], cwd=folder, env=kept, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def show_commands(job: Job) -> None:
    """The main job as a user meets it: whole cold processes."""
    for name, command, aim in (
        ("`--help`", ["--help"], 0.7),
        ("`digest --help`", ["digest", "--help"], 1.0),
        (f"`read` of {LISTING.name}", ["read", LISTING], 0.7),
        ("`digest` of it to four files", ["digest", LISTING, "--format", "md,html,txt,json", "--quiet"], 0.5),
    ):
        old, new = in_turn(job, command, RUNS)
        row(f"{name}, CPU", old.cpu, new.cpu, "s", aim=aim)
        row(f"{name}, memory", old.memory, new.memory, "MB", aim=1)


def show_tldrs(job: Job) -> None:
    """The built-in TL;DR of one abstract, beside LexRank."""
    sample, script = job.sample(WARM + ABSTRACTS), Path(__file__).resolve()
    makers = [(job.old, "tldr"), (job.new, "tldr")] + ([(job.sumy, "lexrank")] if job.sumy else [])
    found: list[list[float]] = [[] for _ in makers]
    for _ in range(RUNS):
        for at, (python, maker) in enumerate(makers):
            found[at].append(float(told(job.folder, python, script, ALONE, maker, sample)))
    old, new, *lexrank = map(min, found)
    row("built-in TL;DR of one abstract, CPU", old, new, "ms", aim=0.25)
    for least in lexrank:
        row("the same beside LexRank of sumy", least, new, "ms", aim=1)


def time_alone(maker: str, sample: Path) -> float:
    """CPU milliseconds of this process for the TL;DR of one abstract."""
    rows = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    tell = tell_by_sumy() if maker == "lexrank" else tell_by_broadsheet()
    for abstract in rows[:WARM]:
        tell(abstract)
    began = time.process_time()
    for abstract in rows[WARM:]:
        tell(abstract)
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


def show_reading(job: Job) -> None:
    """How fast formats are read; the aims are 20,000 papers a second of text, and twice as fast from a library."""
    from reading_speed import FORMATS, TEXT

    for name, (_, target) in FORMATS.items():
        command = HERE / "reading_speed.py", ALONE, name, "--papers", "2000"
        found = [
            [json.loads(told(job.folder, python, *command))["seconds"] for python in (job.old, job.new)]
            for _ in range(RUNS)
        ]
        old, new = map(min, zip(*found, strict=True))
        if target == TEXT:
            row(f"read {name}, µs a paper", old * 500, new * 500, "µs", aim=50, reached=new * 500)
        else:
            row(f"read {name}, µs a paper", old * 500, new * 500, "µs", aim=0.5)


def show_large(job: Job) -> None:
    """10,000 papers to page and JSON."""
    show_digest(job, 10_000, aims=(0.25, 0.15, 0.6))


def show_digest(job: Job, count: int, aims: tuple[float, float, float]) -> None:
    """That many papers to page and JSON, once in either build."""
    sample = job.sample(count)
    old, new = in_turn(job, ["digest", sample, "--out", "large", "--format", "html,json", "--quiet"], 1)
    for what, unit, before, now, aim in zip(("CPU", "wall", "memory"), ("s", "s", "MB"), old, new, aims, strict=True):
        row(f"{count:,} papers to page and JSON, {what}", before, now, unit, aim=aim)
    kilobytes = [(home / "large" / "digest.html").stat().st_size / 1000 for home in job.homes]
    row(f"{count:,} papers, the front page", *kilobytes, "kB", aim=400, reached=kilobytes[1])


def show_larger(job: Job) -> None:
    """40,000 papers beside 10,000, of the new build alone."""
    found = {}
    for count in (10_000, 40_000):
        command = ["digest", job.sample(count), "--out", "larger", "--format", "html,json", "--quiet"]
        found[count] = run(job.new, command, job.folder)
    small, large = found.values()
    row("40,000 papers, CPU, a fourth beside 10,000", None, large.cpu, "s", aim=1.3, reached=large.cpu / 4 / small.cpu)
    row("40,000 papers, memory", None, large.memory, "MB", aim=1500, reached=large.memory)


def show_json(job: Job) -> None:
    """digest.json of 10,000, written and read."""
    for task in ("write", "read"):
        figures = [
            json.loads(told(job.folder, python, HERE / "scale.py", task, job.folder / folder, "10000"))
            for folder, python in (("old-json", job.old), ("new-json", job.new))
        ]
        (old_seconds, old_peak), (seconds, peak) = figures
        row(f"digest.json of 10,000, {task}: CPU", old_seconds, seconds, "s")
        row(f"digest.json of 10,000, {task}: memory beyond what was there", old_peak, peak, "MB", aim=0.5)


def show_grouping(job: Job) -> None:
    """Seconds of grouping by the number of papers, of the new build."""
    seconds = []
    for count in GROUPED:
        said = told(job.folder, job.new, HERE / "large_digest.py", "--one", job.sample(count), str(count))
        seconds.append(float(re.findall(r"[\d.]+ s", said)[0].removesuffix(" s")))
    for count, spent in zip(GROUPED, seconds, strict=True):
        row(f"grouping {count:,} papers, CPU", None, spent, "s")
    exponent = math.log(seconds[-1] / seconds[0]) / math.log(GROUPED[-1] / GROUPED[0])
    row("its exponent", None, exponent, "", aim=1.3, reached=exponent)


def show_page(job: Job) -> None:
    """The page of 1,000 papers: bytes, and first paint in Chromium."""
    from page_speed import browse

    sample = job.sample(1000)
    in_turn(job, ["digest", sample, "--out", "page", "--format", "html", "--quiet"], 1)
    pages = [home / "page" / "digest.html" for home in job.homes]
    old, new = (browse(page.read_text(encoding="utf-8")) for page in pages)
    sizes = [page.stat().st_size / 1000 for page in pages]
    whole = [sum(file.stat().st_size for file in page.parent.rglob("*") if file.is_file()) / 1000 for page in pages]
    row("page of 1,000 papers, what is opened first", *sizes, "kB", aim=0.6)
    row("page of 1,000 papers, with the pages of themes", *whole, "kB")
    row("page of 1,000 papers, first paint", old[0], new[0], "ms", aim=0.5)
    row("page of 1,000 papers, load", old[1], new[1], "ms")


def show_model(job: Job) -> None:
    """The listing through a model's stand-in, and the same again without a call."""
    from runs import PAPERS_A_PROMPT, Stub, find_floor, read_papers

    papers = read_papers(109)
    with Stub() as stub:
        for at_once, aim in ((10, 1.3), (64, 1.6)):
            backend = {"base_url": stub.url, "model": "stub", "context": 128_000, "batch_size": PAPERS_A_PROMPT}
            config = {"llm": {"backend": "stub"}, "backends": {"stub": {**backend, "concurrency": at_once}}}
            (job.folder / "stub.yaml").write_text(json.dumps(config), encoding="utf-8")
            shown = ["--config", job.folder / "stub.yaml", "--format", "json,html,md", "--quiet", "--out", "out"]
            costs = []
            for name, python in (("old", job.old), ("new", job.new)):
                home = job.folder / f"{name}-{at_once}"
                home.mkdir()
                stub.reset()
                first = run(python, ["digest", LISTING, *shown], home)
                again = [run(python, ["digest", LISTING, *shown, "--offline"], home) for _ in range(3)]
                costs.append((first, least(again)))
            (old, old_again), (new, new_again) = costs
            floor = find_floor(papers, at_once).seconds
            name = f"109 through a stub model, {at_once} at once"
            row(
                f"{name}, wall beside the floor of summaries",
                old.wall,
                new.wall,
                "s",
                aim=aim,
                reached=new.wall / floor,
            )
            row(f"{name}, CPU with its start", old.cpu, new.cpu, "s", aim=0.25)
            row(f"{name}, the same again without a call, CPU", old_again.cpu, new_again.cpu, "s", aim=0.15)


def show_model_large(job: Job) -> None:
    """CPU milliseconds of a paper at 10,000 papers through a model that answers at once, of the new build."""
    said = told(job.folder, job.new, HERE / "calls.py", "--only", "scale", "--papers", "10000", "--whole")
    for line in said.splitlines():
        if line.startswith("| 10,000"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            row(
                f"10,000 through a model, {cells[1]}, CPU of a paper",
                None,
                float(cells[4]),
                "ms",
                aim=3,
                reached=float(cells[4]),
            )


def show_weekly(job: Job) -> None:
    """An edition from a state of 200 editions and 100,000 papers beside one of 2 editions, of the new build."""
    costs = {}
    for editions in (2, 200):
        found = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as home:
                told(job.folder, job.new, Path(__file__).resolve(), ALONE, "state", home, str(editions))
                # One edition before, as there is in life: it keeps what later ones look up of those before it.
                configure(Path(home), ROOT / "examples" / "listing.txt")
                run(job.new, ["weekly", "--config", "weekly.yaml", "--quiet"], Path(home))
                configure(Path(home), LISTING)
                found.append(run(job.new, ["weekly", "--config", "weekly.yaml", "--quiet"], Path(home)))
        costs[editions] = least(found)
    few, many = costs[2], costs[200]
    row("weekly edition after 200 editions, CPU beside after 2", few.cpu, many.cpu, "s", aim=1.2)
    row("weekly edition after 200 editions, wall beside after 2", few.wall, many.wall, "s", aim=1.2)


def configure(home: Path, listing: Path) -> None:
    """The configuration of the next edition, which is of that listing."""
    config = {"sources": [str(listing)], "edition": {"state": str(home / "state.sqlite")}}
    (home / "weekly.yaml").write_text(json.dumps(config), encoding="utf-8")


def keep_editions(home: Path, count: int) -> None:
    """A state of that many editions of 500 papers each."""
    from broadsheet.editions.novelty import as_seen
    from broadsheet.models import Listing
    from broadsheet.store.editions import Kept, NewPaper, begin
    from broadsheet.store.state import open_state
    from scale import invent

    whole = invent(500)
    db = open_state(home / "state.sqlite")
    for number in range(1, count + 1):
        papers = tuple(
            paper.model_copy(
                update={
                    "key": f"doi:10.5555/{number}.{at}",
                    "title": f"{paper.title} in week {number}",
                    "identifiers": {"doi": f"10.5555/{number}.{at}"},
                }
            )
            for at, paper in enumerate(whole.papers)
        )
        keys = [paper.key for paper in papers]
        digest = whole.model_copy(
            update={
                "papers": papers,
                "number": number,
                "themes": tuple(
                    whole.themes[0].model_copy(update={"title": f"Knots {at}", "paper_keys": tuple(keys[at::20])})
                    for at in range(20)
                ),
                "summaries": tuple(
                    summary.model_copy(update={"paper_key": key})
                    for key, summary in zip(keys, whole.summaries, strict=True)
                ),
            }
        )
        created = dt.datetime(2022, 1, 7, tzinfo=dt.UTC) + dt.timedelta(weeks=number)
        kept = Kept(number, "published", created, None, None, Listing(papers=papers), digest)
        begin(db, kept, [NewPaper(paper.title, as_seen(paper, number)) for paper in papers])
    db.close()


ROWS: dict[str, Callable[[Job], None]] = {
    "commands": show_commands,
    "tldr": show_tldrs,
    "model": show_model,
    "reading": show_reading,
    "page": show_page,
    "json": show_json,
    "grouping": show_grouping,
    "weekly": show_weekly,
    "large": show_large,
    "larger": show_larger,
    "model-large": show_model_large,
}
LONG = ("large", "larger", "model-large")
"""What takes longer than some minutes, and is left out unless it is asked for."""


def make_environments(folder: Path, commits: Sequence[str]) -> None:
    """Environments `old` and `new` in a folder, with installed builds of these commits and their dependencies."""
    for name, commit in zip(("old", "new"), commits, strict=True):
        with tempfile.TemporaryDirectory() as source:
            packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, stdout=subprocess.PIPE)
            subprocess.run(["tar", "x"], cwd=source, input=packed.stdout, check=True)
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder / name], check=True)
            python = folder / name / "bin" / "python"
            subprocess.run([python, "-m", "pip", "install", "-q", "--compile", source, "openpyxl"], check=True)
            print(python)


def main() -> None:
    """Makes environments, or prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs=2, metavar="BUILD", help="two interpreters; with --make two commits")
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="make environments of two commits there")
    parser.add_argument("--abstracts", type=Path, default=ROOT.parent / "shared/quality/arxiv_tldr_train.jsonl.xz")
    parser.add_argument("--sumy", help="an interpreter with sumy, measured on the same abstracts")
    parser.add_argument("--only", choices=ROWS, action="append", help=f"these rows; else all but {', '.join(LONG)}")
    asked = parser.parse_args()
    if asked.make:
        make_environments(asked.make.resolve(), asked.builds)
        return
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {dt.datetime.now(dt.UTC):%-d %B %Y}\n")
    print("| row | old | new | ratio | aim | |\n|---|---|---|---|---|---|", flush=True)
    folder = Path(tempfile.mkdtemp())
    try:
        job = Job(*asked.builds, asked.abstracts, asked.sumy, folder)
        for name in asked.only or [name for name in ROWS if name not in LONG]:
            try:
                ROWS[name](job)
            except (SystemExit, subprocess.CalledProcessError) as error:
                print(f"| {name}: {error} | | | | | **failed** |", flush=True)  # the other rows are still worth having
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] != [ALONE]:
        main()
    elif sys.argv[2] == "state":
        keep_editions(Path(sys.argv[3]), int(sys.argv[4]))
    else:
        print(time_alone(sys.argv[2], Path(sys.argv[3])))
