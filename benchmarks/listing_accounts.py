"""Counts the records of every real listing by another way, and sees that each is a paper, a duplicate or a fragment.

    python benchmarks/listing_accounts.py              # ../shared/listings, where that folder stands beside

The other way knows nothing of Broadsheet: what opens a record in a format of tags is counted in the raw file (as grep
would), rows by `csv`, items by `json`. Pasted pages and mails without such a sign are left out. Exits with 1 where
records are missing.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

from broadsheet.errors import ReadingError
from broadsheet.reading.listing import read_inputs

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "listings"
SIGNS = {
    ".ris": r"^﻿?TY {1,2}-",
    ".nbib": r"^PMID ?-",
    ".bib": r"^@(?!comment|string|preamble)\w+\s*\{",
    ".atom.xml": r"<entry[\s>]",
    ".rss.xml": r"<item[\s>]",
}
IN_XML = (r"<PubmedArticle[\s>]", r"<record[\s>]", r"<entry[\s>]", r"<item[\s>]", r"<paper[\s>]")


def count_records(path: Path) -> int | None:
    """The records of a file by their signs; `None` where there is no sure one."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    for ending, sign in SIGNS.items():
        if path.name.endswith(ending):
            return len(re.findall(sign, text, re.MULTILINE | re.IGNORECASE))
    if path.suffix == ".csv":
        return sum(any(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text))) - 1
    if path.suffix == ".jsonl":
        return sum(bool(line.strip()) for line in text.splitlines())
    if path.suffix == ".json":
        return _longest(json.loads(text))
    if path.suffix == ".xml":
        return next((found for sign in IN_XML if (found := len(re.findall(sign, text)))), 0)
    if path.name.startswith("arxiv_mail"):
        return len(re.findall(r"^arXiv:\S+", text, re.MULTILINE))
    return None


def _longest(value: Any) -> int:
    """The length of the longest list of objects in a document, 1 for a single object with a title."""
    if isinstance(value, list):
        inner = [_longest(one) for one in value if isinstance(one, list)]
        return max([sum(isinstance(one, dict) for one in value), *inner])
    if isinstance(value, dict):
        named = {"items", "results", "docs", "data", "collection", "papers", "entries"}
        lists = [_longest(one) for name, one in value.items() if name in named or isinstance(one, dict)]
        objects = [
            sum(isinstance(one, dict) for one in inner)
            for name, inner in value.items()
            if name in named and isinstance(inner, list)
        ]
        return max([*lists, *objects, 1 if "title" in value or "DOI" in value else 0])
    return 0


def main(folder: Path) -> int:
    """Print the table; the number of files with records that are not accounted for."""
    if not folder.is_dir():
        sys.exit(f"{folder} is missing: name a folder of listings.")
    missing = 0
    print("| file | records | papers | duplicates | fragments | all there |\n|---|---|---|---|---|---|")
    for path in sorted(folder.iterdir()):
        if path.name in ("MANIFEST.tsv", "README.md") or (records := count_records(path)) is None:
            continue
        try:
            listing = read_inputs([str(path)])
        except ReadingError as error:
            print(f"| {path.name} | {records} | {str(error)[:60]} | | | {'yes' if not records else 'NO'} |")
            missing += bool(records)
            continue
        parts = (len(listing.papers), len(listing.duplicates), len(listing.fragments))
        there = sum(parts) >= records
        missing += not there
        print(f"| {path.name} | {records} | {' | '.join(map(str, parts))} | {'yes' if there else 'NO'} |")
    return missing


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER) > 0)
