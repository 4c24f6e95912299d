"""How well the check tells true TL;DRs from false ones: author TLDRs against rule-made corruptions of them.

    python benchmarks/grounding.py ../shared/quality/grounding_dev.jsonl ../shared/quality/scitldr_dev.jsonl
    pip install lightgbm && python benchmarks/grounding.py --left-out     # each kind left out of training besides

The first file has a TLDR a line (`paper_id`, `tldr`, `label` 1 for a true one, `kind`), the second the papers
(`paper_id`, `title`, `source`). The papers that the first file names are one run. Nothing is tuned here: the
threshold is part of the weights, chosen by `train_ground.py` on other papers.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

from broadsheet.grounding.check import Checker, judge_tldr
from broadsheet.models import Paper

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
AUTHOR = "author"
DENIES = re.compile(r"\b(?:not|no|cannot|never|without|fails?|unable|neither|nor|lacks?)\b|n't\b", re.IGNORECASE)
FAMILY_OF = {
    "number changed": "number",
    "invented metric": "metric",
    "entity/acronym swapped": "name",
    "TLDR of nearest paper": "nearest",
    "40% tail from nearest paper": "splice",
    "negation/antonym": "negation",
}


def read_lines(path: Path) -> list[dict[str, object]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_run(papers: Path, named: set[str]) -> dict[str, Paper]:
    """The papers that are named, by id."""
    found = {}
    for row in read_lines(papers):
        if row["paper_id"] in named:
            abstract = " ".join(" ".join(row["source"]).split())  # type: ignore[arg-type]
            found[str(row["paper_id"])] = Paper(key=str(row["paper_id"]), title=row["title"] or "", abstract=abstract)
    return found


def interval(flags: Sequence[bool]) -> str:
    """The 95% interval of a share, by 2,000 resamples."""
    rng = random.Random(0)
    shares = sorted(sum(rng.choices(flags, k=len(flags))) / len(flags) for _ in range(2000))
    return f"{100 * shares[49]:.1f}–{100 * shares[1949]:.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tldrs", type=Path, nargs="?", default=SHARED / "grounding_dev.jsonl")
    parser.add_argument("papers", type=Path, nargs="?", default=SHARED / "scitldr_dev.jsonl")
    parser.add_argument("--left-out", action="store_true", help="also train without each kind (minutes)")
    parser.add_argument("--train", type=Path, default=SHARED / "scitldr_train.jsonl")
    parser.add_argument("--keep", type=Path, help="a file in which train_ground.py kept what was seen")
    options = parser.parse_args()
    rows = read_lines(options.tldrs)
    papers = read_run(options.papers, {str(row["paper_id"]) for row in rows})
    checker = Checker(list(papers.values()))
    for paper in papers.values():  # the index of a run is built once, before the first TL;DR
        judge_tldr(checker, paper, paper.title or "A title")
    started, busy = time.perf_counter(), time.process_time()
    judged = [judge_tldr(checker, papers[str(row["paper_id"])], str(row["tldr"])) for row in rows]
    each = (time.perf_counter() - started) * 1000 / len(rows)
    worked = (time.process_time() - busy) * 1000 / len(rows)
    kinds = [str(row["kind"]) for row in rows]
    flagged = [bool(findings) for _, findings in judged]
    left_out: dict[str, list[bool]] = {}
    if options.left_out:
        from left_out import flag_without

        for kind in sorted(set(kinds) & set(FAMILY_OF)):
            left_out[kind] = flag_without(
                FAMILY_OF[kind], options.train, options.keep, checker, [(papers[str(r["paper_id"])], r) for r in rows]
            )
    print(f"{options.tldrs.name}: {len(rows)} TLDRs of {len(papers)} papers, one run\n")
    print(table(rows, kinds, flagged, left_out))
    print(f"{each:.1f} ms a TL;DR, {worked:.1f} ms of CPU.")


def table(
    rows: Sequence[dict[str, object]],
    kinds: Sequence[str],
    flagged: Sequence[bool],
    left_out: dict[str, list[bool]],
) -> str:
    """The table, in Markdown."""
    by_kind = {
        kind: [flag for flag, k in zip(flagged, kinds, strict=True) if k == kind] for kind in dict.fromkeys(kinds)
    }
    true = by_kind[AUTHOR]
    false = [flag for flag, row in zip(flagged, rows, strict=True) if not row["label"]]
    denying = [
        flag
        for flag, row in zip(flagged, rows, strict=True)
        if row["kind"] == AUTHOR and DENIES.search(str(row["tldr"]))
    ]
    alarms, caught = sum(true) / len(true), sum(false) / len(false)
    lines = ["| | TLDRs | flagged % | 95% | flagged % when not trained on |", "|---|---|---|---|---|"]
    for kind, own in by_kind.items():
        without = left_out.get(kind)
        cell = ""
        if without is not None:
            chosen = [flag for flag, k in zip(without, kinds, strict=True) if k == kind]
            alarms_without = [flag for flag, k in zip(without, kinds, strict=True) if k == AUTHOR]
            cell = (
                f"{100 * sum(chosen) / len(chosen):.1f} "
                f"(false alarms {100 * sum(alarms_without) / len(alarms_without):.1f})"
            )
        lines.append(f"| {kind} | {len(own)} | {100 * sum(own) / len(own):.1f} | {interval(own)} | {cell} |")
    share = 100 * sum(denying) / len(denying)
    lines.append(f"| author, with a negation | {len(denying)} | {share:.1f} | {interval(denying)} | |")
    lines.append(f"| all corruptions | {len(false)} | {100 * caught:.1f} | {interval(false)} | |")
    lines.append("")
    lines.append(
        f"False alarms on author TLDRs {100 * alarms:.1f}%; balanced accuracy {(1 - alarms + caught) / 2:.3f}."
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
