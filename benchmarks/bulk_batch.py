"""A bulk run on a batch endpoint that does everything wrong that the documents allow, killed at random moments.

    python benchmarks/bulk_batch.py ../shared/quality/abstracts_background.jsonl --rows 120000 --lines 50000 --kills 20

Real abstracts are repeated under new titles and DOIs where more are needed, each with its number at the end: a title
that speaks to a model is told to none, and without it two copies are one question. The endpoint is tests/support's, on
loopback: it refuses the first file for line 17, 3 % of all lines, and lets the second batch expire at half; answers
come back in another order. The command is killed (SIGKILL) after random seconds, and started again. Prints what was
run, and what was lost, doubled, paid twice, paid in vain, spent over the cap: all must be 0. Twice is the same question
again; in vain is any answer beyond those that the TL;DRs came of, which is the sum of `asked` in their tables.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from batch_server import BatchServer, Line, answer_well, paper_of

START = """
import sys
import broadsheet.bulk.on_batch as place
from broadsheet.cli.main import main
place.MOST_LINES = int(sys.argv[1])
main(sys.argv[2:])
"""


def write_rows(listing: Path, path: Path, count: int) -> None:
    """So many papers, each with a title and an abstract of its own."""
    with listing.open(encoding="utf-8") as file:
        papers = [json.loads(line) for line in file]
    with path.open("w", encoding="utf-8") as file:
        for number, paper in enumerate(itertools.islice(itertools.cycle(papers), count)):
            title = f"{paper['title']} ({number})"
            abstract = f"{paper['abstract']} This is copy {number}."
            told = {"title": title, "abstract": abstract, "doi": f"10.5555/batch.{number}"}
            file.write(f"{json.dumps(told)}\n")


class Faults:
    """What goes wrong, the same for a line however often it is asked."""

    def __init__(self) -> None:
        self.named: set[str] = set()

    def refuse_file(self, line: Line) -> str:
        """The code for the seventeenth line that is ever validated, and then for that paper alone."""
        if len(self.named) < 17:
            self.named.add(paper_of(line))
            self.bad = paper_of(line)
        return "invalid_prompt" if len(self.named) == 17 and paper_of(line) == self.bad else ""

    def answer(self, line: Line, asked: int) -> tuple[int, dict[str, Any]] | str:
        """A refusal for 3 lines of 100, a passing error for another, the first sentence for all others."""
        lot = random.Random(paper_of(line)).random()
        if lot < 0.03:
            return 400, {"error": {"message": "this prompt is refused", "code": "invalid_prompt"}}
        if lot < 0.04 and not asked:
            return 429, {"error": {"message": "later"}}
        return answer_well(line, asked)

    def end(self, number: int) -> tuple[str, float]:
        """The second batch expires at half."""
        return ("expired", 0.5) if number == 2 else ("completed", 1.0)


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("listing", type=Path)
    parser.add_argument("--rows", type=int, default=120_000)
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--shard", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=8.0, help="between a start and its kill, at most")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lots, faults = random.Random(given.seed), Faults()
    began, kills = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_rows(given.listing, folder / "rows.jsonl", given.rows)
        with BatchServer(faults.answer, bad=faults.refuse_file, ends=faults.end, prices=(0.1, 0.4)) as server:
            server.write_config(folder / "config.yaml", repairs=1)
            cap = 0.000_08 * given.rows  # less than all files together may cost: some wait for others
            words = [
                "bulk",
                "run",
                "rows.jsonl",
                "--out",
                "out",
                "--rows",
                str(given.shard),
                "--on",
                "batch",
                "--quiet",
            ]
            words += ["--every", "0.2", "--max-cost", str(cap)]
            command = [sys.executable, "-c", START, str(given.lines), *words]
            while True:
                process = subprocess.Popen(command, cwd=folder, env=os.environ)
                try:
                    said = process.wait(lots.uniform(1, given.seconds) if kills < given.kills else None)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    kills += 1
                    continue
                break
            if said:
                raise SystemExit(f"the run ended with {said}")
            out = folder / "out"
            told = json.loads((out / "account.json").read_text(encoding="utf-8"))
            keys, asked = list[str](), 0
            for path in (out / "summaries").glob("*.parquet"):
                table = pq.read_table(path, columns=["paper_key", "asked"])
                keys += table["paper_key"].to_pylist()
                asked += sum(table["asked"].to_pylist())
            paid = server.paid.values()
            states = [batch["status"] for batch in server.batches.values()]
            took = time.monotonic() - began
            print(f"{given.rows:,} lines, files of {given.lines:,}, killed {kills} times, {took:.0f} s")
            print(f"batches: {', '.join(f'{states.count(state)} {state}' for state in sorted(set(states)))}")
            print(f"digested {told['digested']:,}, failed {told['failed']:,}, waiting {told['waiting']:,}")
            print(f"lost {given.rows - told['failed'] - len(set(keys)):,}, doubled {len(keys) - len(set(keys)):,}")
            twice, vain = sum(count > 1 for count in paid), sum(paid) - asked
            print(f"paid for {sum(paid):,} answers, twice {twice:,}, in vain {vain:,}")
            print(f"spent ${server.dollars:.4f} of a cap of ${cap:.4f}, in the account ${told['dollars']:.4f}")


if __name__ == "__main__":
    main()
