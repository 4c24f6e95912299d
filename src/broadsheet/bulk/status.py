"""What there is in the folder of a bulk run, by writer; nothing is changed."""

from __future__ import annotations

import itertools
from pathlib import Path

from broadsheet.bulk.account import BulkAccount, sum_shards
from broadsheet.bulk.batch_ledger import SentBatch, sent_batches
from broadsheet.bulk.cut import CutRows, read_cut
from broadsheet.bulk.folder import BulkFolder
from broadsheet.bulk.rows import Failure
from broadsheet.bulk.tables import read_failures
from broadsheet.bulk.writer import BulkWriter, find_writers
from broadsheet.errors import StateError

SHOWN = 3
"""Failures that are told with their reasons; all are in the tables."""


def first_failures(home: Path) -> list[Failure]:
    """The first failures in a writer's folder; raises `StateError` for a damaged table."""
    return list(itertools.islice(read_failures(home / "failures"), SHOWN))


def look_at_run(root: Path) -> list[tuple[Path, BulkWriter, BulkAccount, list[SentBatch]]]:
    """Each writer's folder, who that is, the account as it is now, and its batches; raises `StateError` where there is
    no run."""
    cut = cut_of(root)
    return [
        (folder.home, writer, sum_shards(folder, cut), sent_batches(folder)) for folder, writer in find_writers(root)
    ]


def cut_of(root: Path) -> CutRows:
    """How the papers of a run were cut; raises `StateError` where there is no run."""
    cut = read_cut(BulkFolder(root))
    if cut is None:
        raise StateError(f"{root}: holds no bulk run; begin one with `broadsheet bulk run INPUT --out DIR`.")
    return cut
