"""What there is in the folder of a bulk run, by writer; nothing is changed."""

from __future__ import annotations

from pathlib import Path

from broadsheet.bulk.account import BulkAccount, sum_shards
from broadsheet.bulk.batch_ledger import SentBatch, sent_batches
from broadsheet.bulk.cut import CutRows, read_cut
from broadsheet.bulk.folder import BulkFolder
from broadsheet.bulk.writer import BulkWriter, find_writers
from broadsheet.errors import StateError


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
