"""The tables that others read: summaries and failures as Parquet, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from broadsheet.bulk.answers import PaperAnswer
from broadsheet.bulk.rows import Failure
from broadsheet.errors import StateError
from broadsheet.models import Evidence, Finding, Paper, Summary, Theme

_EVIDENCE = pa.struct([("sentence", pa.int32()), ("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
_FINDING = pa.struct([("kind", pa.string()), ("span", pa.string()), ("detail", pa.string())])
SUMMARIES = pa.schema(
    [
        ("paper_key", pa.string()),
        ("title", pa.string()),
        ("tldr", pa.string()),
        ("method", pa.string()),
        ("evidence", pa.list_(_EVIDENCE)),
        ("findings", pa.list_(_FINDING)),
        ("model", pa.string()),
        ("shard", pa.int32()),
        ("asked", pa.int32()),
        ("why", pa.string()),
        ("tokens", pa.int64()),
        ("dollars", pa.float64()),
        ("text", pa.string()),
    ]
)
"""The columns of `summaries/*.parquet`; `text` names title and abstract, so that a changed paper is asked again."""
FAILURES = pa.schema(
    [
        ("paper_key", pa.string()),
        ("title", pa.string()),
        ("source", pa.string()),
        ("line", pa.int64()),
        ("kind", pa.string()),
        ("why", pa.string()),
    ]
)
"""The columns of `failures/*.parquet`."""
THEMES = pa.schema(
    [("paper_key", pa.string()), ("theme", pa.string()), ("section", pa.string()), ("other", pa.bool_())]
)
"""The columns of `themes.parquet`; `other` where a paper fits no theme."""
_BLOCK = 1000


def write_summaries(path: Path, rows: Iterable[tuple[Paper, PaperAnswer]], *, shard: int) -> None:
    """Writes the summaries of a shard's papers; raises `OSError`."""
    told = [_summary_row(paper, answer, answer.summary, shard) for paper, answer in rows if answer.summary]
    pq.write_table(pa.Table.from_pylist(told, SUMMARIES), path, compression="zstd")


def read_summaries(path: Path) -> Iterator[PaperAnswer]:
    """The answers that a table of summaries was written from, none where it is not there."""
    for row in read_table_rows(path):
        summary = Summary(
            paper_key=row["paper_key"],
            tldr=row["tldr"],
            method=row["method"],
            evidence=tuple(Evidence(**one) for one in row["evidence"]),
            findings=tuple(Finding(**one) for one in row["findings"]),
            asked=row["asked"],
            why=row["why"],
        )
        yield PaperAnswer(
            key=row["paper_key"],
            text=row["text"],
            summary=summary,
            model=row["model"],
            tokens=row["tokens"],
            dollars=row["dollars"],
        )


def read_failures(folder: Path) -> Iterator[Failure]:
    """The failures in the tables of a folder, by shard."""
    return (Failure(**row) for path in sorted(folder.glob("*.parquet")) for row in read_table_rows(path))


def write_themes(path: Path, themes: Iterable[Theme]) -> None:
    """Writes which paper stands in which theme, in the order of the pages; raises `OSError`."""
    with pq.ParquetWriter(path, THEMES, compression="zstd") as writer:
        for theme in themes:
            told = {"theme": theme.title, "section": theme.section, "other": theme.other}
            rows = [{"paper_key": key, **told} for key in theme.paper_keys]
            writer.write_table(pa.Table.from_pylist(rows, THEMES))


def read_table_rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a table of ours; raises `StateError` for a damaged one."""
    if not path.exists():
        return
    try:
        with pq.ParquetFile(path) as table:
            for batch in table.iter_batches(batch_size=_BLOCK, columns=columns):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise StateError(f"{path}: cannot be read ({error}); delete it, and run it again.") from error


def _summary_row(paper: Paper, answer: PaperAnswer, summary: Summary, shard: int) -> Mapping[str, Any]:
    return {
        "paper_key": paper.key,
        "title": paper.title,
        "tldr": summary.tldr,
        "method": summary.method,
        "evidence": [piece.model_dump() for piece in summary.evidence],
        "findings": [finding.model_dump() for finding in summary.findings],
        "model": answer.model,
        "shard": shard,
        "asked": summary.asked,
        "why": summary.why,
        "tokens": answer.tokens,
        "dollars": answer.dollars,
        "text": answer.text,
    }


class FailureTable:
    """Writes failures to a table, a block at a time; raises `OSError`."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, FAILURES, compression="zstd")
        self._waiting: list[Failure] = []
        self.rows = 0
        self.first = "no row was found in it"
        """The first failure, as a clause."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write()
        self._writer.close()

    def add(self, failure: Failure) -> None:
        """Adds a failure."""
        if not self.rows:
            line = f", line {failure.line}" if failure.line else ""
            self.first = f"{failure.source}{line}: {failure.why}"
        self.rows += 1
        self._waiting.append(failure)
        if len(self._waiting) >= _BLOCK:
            self._write()

    def _write(self) -> None:
        self._writer.write_table(pa.Table.from_pylist([one.model_dump() for one in self._waiting], FAILURES))
        self._waiting.clear()
