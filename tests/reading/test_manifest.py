"""The real listings of the shared folder: every row of its manifest, where that folder is there."""

from __future__ import annotations

import csv
import sys

import pytest

from places import ROOT

FOLDER = ROOT.parent / "shared" / "listings"
sys.path.insert(0, str(ROOT / "benchmarks"))


def manifest():
    if not FOLDER.is_dir():
        reason = "the real listings are no part of the repository: put shared/listings beside it"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="no shared/listings")]
    with (FOLDER / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [pytest.param(row, id=row["file"]) for row in rows]


@pytest.mark.parametrize("entry", manifest())
def test_a_real_listing_has_its_true_count_its_titles_and_whole_abstracts(entry):
    from listings import read_row

    row = read_row(FOLDER, entry)
    assert (row.found, row.first_right, row.last_right) == (row.true, True, True)
    assert row.differing == ()
    assert row.found or (row.error.count("\n") == 0 and row.error.endswith("."))
