"""Inputs that once failed, from the shared folder: every paper as it is right."""

from __future__ import annotations

import json
import sys

import pytest

from places import DATA, ROOT

FOLDER = ROOT.parent / "shared" / "cases"
sys.path.insert(0, str(ROOT / "benchmarks"))
RIGHT = json.loads((DATA / "cases.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the cases are no part of the repository: put shared/cases beside it")
@pytest.mark.parametrize("name", RIGHT)
def test_a_case_is_read_as_it_is_right(name):
    from listing_cases import read_case

    assert read_case(FOLDER / name) == RIGHT[name]
