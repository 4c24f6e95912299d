"""A sheet of TL;DRs to read blind: 100 fresh papers of ten fields, by two builds or more, and nothing that tells which.

    python benchmarks/tldr_reading.py sheet ../shared/quality/arxiv_tldr_dev.jsonl out/ --build .venv/bin/broadsheet
        --build ../old/bin/broadsheet
    python benchmarks/tldr_reading.py count out/ verdicts.tsv

`sheet` writes `sheet.txt` (number, title, TL;DR, abstract; each build's TL;DR of a paper as an item of its own, all in
random order by `--seed`) and `key.json`, which the reader does not see. A verdict is a line of three cells between
tabs: the number; good, dull, malformed, misleading or dangling; result, finding or neither. `count` prints a table by
build, with how many begin with "We", "This paper" and their kin, and the mean number of words.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

FIELDS = ("cs", "eess", "math", "stat", "q-bio", "physics", "cond-mat", "quant-ph", "astro-ph", "econ", "q-fin", "hep")
AUTHORS = re.compile(r"\b(?:[Ww]e|[Oo]ur|I)\b|\b[Tt]his (?:paper|work|study|article|report)\b")
VERDICTS = ("good", "dull", "malformed", "misleading", "dangling")


def draw(path: Path, count: int, seed: int) -> list[dict[str, Any]]:
    """Papers of the fields in turn, so that small fields are read as well."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    chooser = random.Random(seed)
    chooser.shuffle(rows)
    by_field: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        field = next((name for name in FIELDS if row["cats"][0].startswith(name)), "")
        by_field[field].append(row)
    drawn: list[dict[str, Any]] = []
    while len(drawn) < count:
        for name in FIELDS:
            if by_field[name] and len(drawn) < count:
                drawn.append(by_field[name].pop())
    return drawn


def digest_with(build: str, papers: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, int]]:
    """The digest of papers by a build's built-in engine, and the number of each paper by its key there."""
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "papers.jsonl"
        # A number of each paper, in the shape of an identifier: titles and abstracts may be repaired on the way.
        lines = [
            json.dumps({"title": one["title"], "abstract": one["abstract"], "doi": f"10.5555/{number}"})
            for number, one in enumerate(papers)
        ]
        listing.write_text("\n".join(lines), encoding="utf-8")
        command = [build, "digest", str(listing), "--format", "json", "--out", folder, "--quiet"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        digest = json.loads((Path(folder) / "digest.json").read_text(encoding="utf-8"))
    return digest, {paper["key"]: int(paper["url"].rsplit("/", 1)[1]) for paper in digest["papers"]}


def write_tldrs(build: str, papers: list[dict[str, Any]]) -> list[str]:
    """The TL;DRs of a build's built-in engine, as its digest has them."""
    digest, numbers = digest_with(build, papers)
    tldrs = {numbers[summary["paper_key"]]: summary["tldr"] for summary in digest["summaries"]}
    return [tldrs.get(number, "") for number in range(len(papers))]


def make_sheet(path: Path, out: Path, builds: list[str], count: int, seed: int) -> None:
    """Write the sheet and its key."""
    papers = draw(path, count, seed)
    items = [
        {"build": build, "title": paper["title"], "abstract": " ".join(paper["abstract"].split()), "tldr": tldr}
        for build in builds
        for paper, tldr in zip(papers, write_tldrs(build, papers), strict=True)
    ]
    random.Random(seed + 1).shuffle(items)
    out.mkdir(parents=True, exist_ok=True)
    text = "\n".join(
        f"[{number}] {one['title']}\n  TL;DR: {one['tldr']}\n  {one['abstract']}\n" for number, one in enumerate(items)
    )
    (out / "sheet.txt").write_text(text, encoding="utf-8")
    key = [{"build": one["build"], "tldr": one["tldr"]} for one in items]
    (out / "key.json").write_text(json.dumps(key), encoding="utf-8")


def count_verdicts(out: Path, verdicts: Path) -> None:
    """Print the table."""
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in verdicts.read_text(encoding="utf-8").splitlines():
        if line.strip():
            number, verdict, tells = (cell.strip() for cell in line.split("\t")[:3])
            counts[key[int(number)]["build"]].update((verdict, tells, "read"))
    print("| build | read | " + " | ".join(VERDICTS) + " | finding | result | we, this paper | words |")
    print("|---" * (len(VERDICTS) + 6) + "|")
    for build in dict.fromkeys(one["build"] for one in key):
        tldrs = [one["tldr"] for one in key if one["build"] == build]
        ours, words = sum(AUTHORS.search(tldr) is not None for tldr in tldrs), sum(len(tldr.split()) for tldr in tldrs)
        cells = [str(counts[build][name]) for name in ("read", *VERDICTS, "finding", "result")]
        print(f"| {build} | {' | '.join(cells)} | {ours} | {words / len(tldrs):.1f} |")


def main() -> None:
    """Make a sheet, or count the verdicts on one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser("sheet")
    sheet.add_argument("data", type=Path)
    sheet.add_argument("out", type=Path)
    sheet.add_argument("--build", action="append", required=True)
    sheet.add_argument("--papers", type=int, default=100)
    sheet.add_argument("--seed", type=int, default=20261128)
    count = commands.add_parser("count")
    count.add_argument("out", type=Path)
    count.add_argument("verdicts", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "count":
        count_verdicts(arguments.out, arguments.verdicts)
    elif arguments.data.is_file():
        make_sheet(arguments.data, arguments.out, arguments.build, arguments.papers, arguments.seed)
    else:
        sys.exit(f"{arguments.data} is missing: name a JSON Lines file of papers.")


if __name__ == "__main__":
    main()
