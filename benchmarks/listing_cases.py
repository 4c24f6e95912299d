"""Reads the inputs that once failed and compares every paper with what is right.

    python benchmarks/listing_cases.py                 # ../shared/cases, where that folder stands beside the repository
    python benchmarks/listing_cases.py FOLDER

Title, authors, identifiers and abstract of each paper, and how many fragments there are, are compared with
`tests/data/cases.json`. Exits with 1 when a file is not read so. The real listings have a script of their own,
`listings.py`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from broadsheet.reading.listing import read_inputs

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT.parent / "shared" / "cases"
RIGHT = ROOT / "tests" / "data" / "cases.json"


def read_case(path: Path) -> dict[str, Any]:
    """What a file is read as."""
    listing = read_inputs([str(path)])
    papers = [
        {
            "title": paper.title,
            "authors": list(paper.authors),
            "identifiers": dict(paper.identifiers),
            "abstract": paper.abstract,
        }
        for paper in listing.papers
    ]
    return {"format": listing.sources[0].format, "papers": papers, "fragments": len(listing.fragments)}


def main(folder: Path) -> int:
    """Print the table; the number of files that are not read right."""
    if not folder.is_dir():
        sys.exit(f"{folder} is missing: name a folder of the cases.")
    right: dict[str, Any] = json.loads(RIGHT.read_text(encoding="utf-8"))
    wrong = 0
    print("| file | read as | papers | fragments | right |\n|---|---|---|---|---|")
    for name, expected in right.items():
        found = read_case(folder / name)
        wrong += found != expected
        cells = (name, found["format"], str(len(found["papers"])), str(found["fragments"]))
        print(f"| {' | '.join(cells)} | {'yes' if found == expected else 'NO'} |")
    print(f"\n{len(right) - wrong} of {len(right)} right")
    return wrong


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER) > 0)
