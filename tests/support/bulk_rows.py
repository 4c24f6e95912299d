"""Listings of invented papers for bulk runs, and what such a run leaves, read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from broadsheet.bulk.cut import CutRows, cut_inputs, read_shard
from broadsheet.bulk.folder import BulkFolder
from broadsheet.bulk.inputs import find_inputs
from broadsheet.models import Paper
from broadsheet.settings.loading import Settings
from invented_papers import invent

SETTINGS = Settings()
NOW = dt.datetime(2026, 11, 6, 6, tzinfo=dt.UTC)
Row = Mapping[str, Any]


def rows(count: int, *, first: int = 0) -> list[Row]:
    """Rows of so many papers, each with a DOI of its own."""
    papers = list(enumerate(invent(first + count)))[first:]
    return [{"title": one.title, "abstract": one.abstract, "doi": f"10.5555/ash.{number}"} for number, one in papers]


def write_rows(told: Iterable[Row], name: str = "papers.jsonl") -> str:
    """A file of JSON Lines of these rows; returns its name."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("".join(f"{json.dumps(row)}\n" for row in told), encoding="utf-8")
    return name


def cut_files(*names: str, out: str = "out", rows: int = 10) -> CutRows:
    """The cut of these files below a folder."""
    inputs = find_inputs(names)
    return cut_inputs(inputs, BulkFolder(Path(out)), SETTINGS, rows=rows, report=lambda count: None)


def papers_of(cut: CutRows, out: str = "out") -> list[Paper]:
    """The papers of all shards."""
    return [paper for shard in range(len(cut.shards)) for paper in read_shard(BulkFolder(Path(out)), shard)]


def table(folder: Path | str) -> list[dict[str, Any]]:
    """The rows of all Parquet files of a folder, in the order of their names."""
    return [row for path in sorted(Path(folder).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def account(out: str = "out") -> dict[str, Any]:
    """The account of a run, which adds up."""
    told: dict[str, Any] = json.loads(Path(out, "account.json").read_text(encoding="utf-8"))
    assert told["received"] == sum(told[part] for part in ("duplicates", "excluded", "digested", "failed", "waiting"))
    return told


def output(out: str) -> dict[str, bytes]:
    """The bytes of everything that others read of a run: its tables and its account."""
    found = [*Path(out, "summaries").iterdir(), *Path(out, "failures").iterdir(), Path(out, "account.json")]
    return {str(path.relative_to(out)): path.read_bytes() for path in found}
