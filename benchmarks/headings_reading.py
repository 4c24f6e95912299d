"""A sheet of headings to read blind: weeks of 60 papers of four groups of fields, by two builds or more.

    python benchmarks/headings_reading.py sheet ../shared/quality/arxiv_tldr_dev.jsonl out/ --build .venv/bin/broadsheet
        --build ../old/bin/broadsheet
    python benchmarks/headings_reading.py count out/ verdicts.tsv

`sheet` writes `sheet.txt` (number, heading, the other headings of its week, titles and beginnings of its papers'
abstracts; at most 15 headings of a week and build, all in random order by `--seed`) and `key.json`, which the reader
does not see. A verdict is a line of three cells between tabs: the number; good, broad, narrow or wrong; "copied" where
the heading is taken from one title, else nothing. `count` prints a table by build.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tldr_reading import digest_with

GROUPS = (
    ("cs.CL", "cs.CV", "cs.LG", "cs.AI", "cs.IR", "cs.NE", "cs.SD", "cs.RO", "cs.MA"),
    ("cs.",),
    ("math", "stat", "econ", "q-fin", "eess.SY"),
    ("physics", "astro-ph", "cond-mat", "quant-ph", "hep", "q-bio", "nlin", "gr-qc", "nucl"),
)
"""Beginnings of categories by group: learning and its neighbours, computing, mathematics and its uses, nature."""
WEEK, MOST = 60, 15
VERDICTS = ("good", "broad", "narrow", "wrong", "copied")

Row = dict[str, Any]


def draw(rows: list[Row], seed: int) -> list[list[Row]]:
    """A week of each group."""
    weeks = []
    for number, group in enumerate(GROUPS):
        fitting = [row for row in rows if row["cats"][0].startswith(group)]
        weeks.append(random.Random(seed + number).sample(fitting, min(WEEK, len(fitting))))
    return weeks


def group(build: str, week: list[Row]) -> list[tuple[str, list[Row]]]:
    """The headings of a build's built-in engine, each with its papers."""
    digest, numbers = digest_with(build, week)
    themes = [theme for theme in digest["themes"] if not theme.get("other")]
    return [(theme["title"], [week[numbers[key]] for key in theme["paper_keys"]]) for theme in themes]


def make_sheet(path: Path, out: Path, builds: list[str], seed: int) -> None:
    """Write the sheet and its key."""
    weeks = draw([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()], seed)
    items: list[Row] = []
    for build in builds:
        for number, week in enumerate(weeks):
            themes = group(build, week)
            titles = [title for title, _ in themes]
            for title, papers in random.Random(seed).sample(themes, min(MOST, len(themes))):
                others = [other for other in titles if other != title]
                items.append({"build": build, "week": number, "heading": title, "others": others, "papers": papers})
    random.Random(seed + 1).shuffle(items)
    out.mkdir(parents=True, exist_ok=True)
    (out / "sheet.txt").write_text("\n".join(map(_told, range(len(items)), items)), encoding="utf-8")
    key = [{name: one[name] for name in ("build", "week", "heading")} for one in items]
    (out / "key.json").write_text(json.dumps(key), encoding="utf-8")


def _told(number: int, one: Row) -> str:
    papers = "".join(f"    - {row['title']} | {' '.join(row['abstract'].split())[:220]}\n" for row in one["papers"])
    return f"[{number}] HEADING: {one['heading']}\n  other headings: {'; '.join(one['others'])}\n  papers:\n{papers}"


def count_verdicts(out: Path, verdicts: Path) -> None:
    """Print the table."""
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in verdicts.read_text(encoding="utf-8").splitlines():
        if line.strip():
            number, *told = (cell.strip() for cell in line.split("\t"))
            counts[key[int(number)]["build"]].update(["read", *filter(None, told[:2])])
    print("| build | read | " + " | ".join(VERDICTS) + " |")
    print("|---" * (len(VERDICTS) + 2) + "|")
    for build in dict.fromkeys(one["build"] for one in key):
        print(f"| {build} | " + " | ".join(str(counts[build][name]) for name in ("read", *VERDICTS)) + " |")


def main() -> None:
    """Make a sheet, or count the verdicts on one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser("sheet")
    sheet.add_argument("data", type=Path)
    sheet.add_argument("out", type=Path)
    sheet.add_argument("--build", action="append", required=True)
    sheet.add_argument("--seed", type=int, default=20261130)
    count = commands.add_parser("count")
    count.add_argument("out", type=Path)
    count.add_argument("verdicts", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "count":
        count_verdicts(arguments.out, arguments.verdicts)
    else:
        make_sheet(arguments.data, arguments.out, arguments.build, arguments.seed)


if __name__ == "__main__":
    main()
