"""Reads every real listing of the shared folder and compares what was found with the counts its manifest gives.

    python benchmarks/listings.py            # the table
    python benchmarks/listings.py --wrong    # only the rows that are not right

Needs `shared/listings` beside the repository, which is not part of it. A row is right when the number of papers
that are left after merging, and the first and last titles are the manifest's, and every abstract is the whole of what
the file has, by a second reading (`listing_abstracts.py`); a file that is no listing
is right when reading it ends in one sentence. Exits with 1 when a row is wrong.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from broadsheet.errors import ReadingError
from broadsheet.models import Listing, Paper
from broadsheet.reading.cleaning.identifiers import normal_title
from broadsheet.reading.cleaning.repair import repair
from broadsheet.reading.formats.bibtex import unbraced
from broadsheet.reading.input import decode
from broadsheet.reading.listing import read_inputs
from listing_abstracts import compare

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "listings"


@dataclass(frozen=True)
class Row:
    """One file: what the manifest says, and what reading it came to."""

    file: str
    true: int
    first_title: str
    last_title: str
    found: int
    listing: Listing | None
    error: str
    seconds: float
    compared: int = 0
    """Abstracts that were compared with the file by other means than Broadsheet's."""
    differing: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether count and titles are true, abstracts whole, and nothing at all comes of a file without papers."""
        titles = self.first_right and self.last_right
        return self.found == self.true and titles and bool(self.found or self.error) and not self.differing

    @property
    def first_right(self) -> bool:
        """Whether the first title is the manifest's."""
        return not self.true or (self.listing is not None and _same(self.listing.papers[0], self.first_title))

    @property
    def last_right(self) -> bool:
        """Whether the last title is the manifest's; a remark in brackets there is no title."""
        if not self.true or self.last_title.startswith("("):
            return True
        return self.listing is not None and _same(self.listing.papers[-1], self.last_title)

    @property
    def with_abstract(self) -> int:
        """How many papers have an abstract."""
        return sum(bool(paper.abstract) for paper in self.listing.papers) if self.listing else 0


def _same(paper: Paper, title: str) -> bool:
    return normal_title(repair(unbraced(title))) == normal_title(paper.title)


def read_manifest(folder: Path = FOLDER) -> list[Row]:
    """Every row of the manifest, read."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        return [read_row(folder, entry) for entry in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)]


def read_row(folder: Path, entry: dict[str, str]) -> Row:
    """One row of the manifest, read; an error that is no `ReadingError` is a fault and is not caught."""
    start = time.perf_counter()
    listing, error = None, ""
    try:
        listing = read_inputs([str(folder / entry["file"])])
    except ReadingError as reason:
        error = str(reason)
    seconds = time.perf_counter() - start
    compared, differing = 0, []
    if listing:
        raw = [(paper.raw_title, paper.abstract) for paper in listing.papers]
        compared, differing = compare(decode((folder / entry["file"]).read_bytes(), name=entry["file"]), raw)
    return Row(
        compared=compared,
        differing=tuple(differing),
        file=entry["file"],
        true=int(entry["papers"]),
        first_title=entry["first_title"],
        last_title=entry["last_title"],
        found=len(listing.papers) if listing else 0,
        listing=listing,
        error=error.replace(str(folder), "…"),
        seconds=seconds,
    )


def main() -> None:
    """Prints the table and how many rows are right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="only the rows that are not right")
    asked = parser.parse_args()
    if not FOLDER.is_dir():
        sys.exit(f"there is no folder {FOLDER}: the real listings are not part of the repository.")
    rows = read_manifest()
    columns = ["file", "understood as", "found / true", "twice", "first, last", "abstracts"]
    columns += ["compared, differ", "fragments", "s"]
    print(f"| {' | '.join(columns)} |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        if asked.wrong and row.right:
            continue
        understood = row.listing.sources[0].format if row.listing else row.error
        titles = f"{'yes' if row.first_right else 'no'}, {'yes' if row.last_right else 'no'}" if row.true else ""
        print(
            f"| {row.file} | {understood} | {row.found} / {row.true}{'' if row.right else ' wrong'} "
            f"| {len(row.listing.duplicates) if row.listing else ''} | {titles} | {row.with_abstract} "
            f"| {f'{row.compared}, {len(row.differing)}' if row.listing else ''} "
            f"| {len(row.listing.fragments) if row.listing else ''} | {row.seconds:.3f} |"
        )
    right = sum(row.right for row in rows)
    for row in rows:
        for said in row.differing:
            print(f"\n{row.file}: {said}", end="")
    compared, differing = sum(row.compared for row in rows), sum(len(row.differing) for row in rows)
    print(f"\n{right} of {len(rows)} rows are right; {compared} abstracts compared, {differing} differ.")
    sys.exit(right != len(rows))


if __name__ == "__main__":
    main()
