"""The finished shards of a bulk run -> one digest: themes in sections, and pages, by the pipeline of any digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from pathlib import Path

from broadsheet.bulk.account import sum_shards
from broadsheet.bulk.cut import CutRows, read_shard
from broadsheet.bulk.folder import BulkFolder, whole_file
from broadsheet.bulk.status import cut_of
from broadsheet.bulk.tables import read_summaries, read_table_rows, write_themes
from broadsheet.bulk.writer import read_writer
from broadsheet.digests.pipeline import make_digest
from broadsheet.errors import NoPapers, StateError
from broadsheet.models import Account, Digest, Engine, LeftOut, Listing, Paper, Progress, Summary
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import BUILTIN

_MOST = 0.8
"""The share of papers that pages have been made of before from which on their themes go on."""


def open_writer(named: Path) -> tuple[BulkFolder, CutRows]:
    """The folder of a run or, named itself, of one of its writers; raises `StateError` where there is no run."""
    root, writer = (named.parent, named.name) if named.name.startswith("by-") else (named, "")
    folder = BulkFolder(root, writer)
    if read_writer(folder) is None:
        raise StateError(f"{named}: nothing was written there; run `broadsheet bulk run INPUT --out {root}` first.")
    return folder, cut_of(root)


async def digest_shards(
    folder: BulkFolder, cut: CutRows, settings: Settings, *, now: dt.datetime, report: Callable[[Progress], None]
) -> Digest:
    """The digest of all papers that have a summary by now; the others are left out, with the reason.

    Which paper stands in which theme is kept in the folder, and the next digest of nearly the same papers begins there.

    Raises `NoPapers` where there is none yet, `StateError` for a damaged file, `OutputError`.
    """
    papers, written = _read(folder, cut)
    if not papers:
        raise NoPapers(f"no shard in {folder.home} is done yet: `broadsheet bulk status {folder.root}` says how far.")
    kept = _kept(folder, written) if settings.theme_count is None and not settings.named_themes else []
    made = await make_digest(
        Listing(papers=tuple(papers)), settings, now=now, report=report, written=written, kept=kept
    )
    with whole_file(folder.themes) as waiting:
        write_themes(waiting, made.themes)
    left_out = (*made.left_out, *_failed(folder, cut))
    writer = read_writer(folder)
    engine = made.engine
    if writer is not None and writer.backend != BUILTIN:
        engine = Engine(backend=writer.backend, model=writer.model, version=engine.version)
    return made.model_copy(
        update={
            "language": settings.language,
            "left_out": left_out,
            "account": _account(made.account, folder, cut, len(left_out)),
            "engine": engine,
        }
    )


def _kept(folder: BulkFolder, papers: Collection[str]) -> list[list[str]]:
    """The papers of each theme of the pages before, as long as most papers stood there: then these go on."""
    groups: dict[str, list[str]] = {}
    known = 0
    for row in read_table_rows(folder.themes):
        if row["paper_key"] in papers:
            known += 1
            groups.setdefault("" if row["other"] else row["theme"], []).append(row["paper_key"])
    groups.pop("", None)
    return list(groups.values()) if known >= _MOST * len(papers) else []


def _read(folder: BulkFolder, cut: CutRows) -> tuple[list[Paper], dict[str, Summary]]:
    papers: list[Paper] = []
    written: dict[str, Summary] = {}
    for shard in range(len(cut.shards)):
        for answer in read_summaries(folder.summaries(shard)):
            if answer.summary is not None:
                written[answer.key] = answer.summary
        if folder.summaries(shard).exists():
            papers += [paper for paper in read_shard(folder, shard) if paper.key in written]
    return papers, written


def _failed(folder: BulkFolder, cut: CutRows) -> list[LeftOut]:
    return [
        LeftOut(paper_key=row["paper_key"], title=row["title"], why=row["why"])
        for shard in range(len(cut.shards))
        for row in read_table_rows(folder.failures(shard))
    ]


def _account(account: Account, folder: BulkFolder, cut: CutRows, left_out: int) -> Account:
    """The account of a digest beside that of the run: what waits is not in it, and is said.

    What was excluded before any TL;DR was written is counted, and has no title here.
    """
    waiting = sum_shards(folder, cut).waiting
    left_out += cut.excluded
    why = [f"{waiting:,} papers wait: their shards are not done yet."] if waiting else []
    return account.model_copy(
        update={
            "received": account.digested + left_out + cut.duplicates,
            "duplicates": cut.duplicates,
            "left_out": left_out,
            "excluded": account.excluded + cut.excluded,
            "unreadable": cut.failed,
            "why": (*account.why, *why),
        }
    )
