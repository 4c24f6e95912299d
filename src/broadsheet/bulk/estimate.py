"""What a bulk run would take, before anything is spent: the rows are cut, and a sample of them is measured."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from broadsheet.bulk.cut import CutRows, read_shard
from broadsheet.bulk.folder import BulkFolder
from broadsheet.bulk.on_local import cores
from broadsheet.digests.estimate import estimate_digest
from broadsheet.injection.sanitise import sanitise
from broadsheet.models import Noun, Paper
from broadsheet.settings.loading import Settings
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.tldr.extractive.sanitised import extract_sanitised

SAMPLE = 400
"""The papers by which the tokens of all are judged: those of a shard, which are a fair sample."""
_TIMED = 40
"""The papers that the built-in engine is timed on: half a second."""
_SUMMARY_BYTES = 250
"""Bytes of a paper in a finished table, on real abstracts: 200 in shards of 1,500, 320 in small ones."""


class BulkEstimate(Noun):
    """The estimate for all papers of a cut; money in US dollars, `None` without a price."""

    rows: int
    duplicates: int
    excluded: int
    failed: int
    papers: int
    shards: int
    sample: int
    """By how many papers calls, tokens and time were judged."""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    money: float | None = 0.0
    batch_money: float | None = 0.0
    """The same at a batch endpoint's price."""
    seconds: float
    measured: str
    """What the seconds go by, as in an estimate of a digest; `cores` where the built-in engine was timed."""
    cores: int = 0
    """The cores that the built-in engine would use."""
    disk: int
    """Bytes of the folder when all is done."""


async def estimate_bulk(
    folder: BulkFolder, cut: CutRows, settings: Settings, *, clock: Callable[[], float] = time.perf_counter
) -> BulkEstimate:
    """The estimate for a folder whose papers are cut; nobody is asked, but the built-in engine is timed."""
    sample = _sample(folder, cut)
    factor = cut.papers / len(sample)
    packed = sum(folder.papers(shard).stat().st_size for shard in range(len(cut.shards)))
    found = BulkEstimate(
        rows=cut.received,
        duplicates=cut.duplicates,
        excluded=cut.excluded,
        failed=cut.failed,
        papers=cut.papers,
        shards=len(cut.shards),
        sample=len(sample),
        seconds=0,
        measured="cores",
        disk=packed + _SUMMARY_BYTES * cut.papers,
    )
    told = await estimate_digest(Corpus.of(sample, shipped()), settings, tldrs_only=True)
    if told is None:
        seconds = cut.papers * _time(sample[:_TIMED], clock) / cores()
        return found.model_copy(update={"seconds": seconds, "cores": cores()})
    money = None if told.money is None else told.money * factor
    price = settings.backend.price_of(settings.model or "") if settings.backend else None
    return found.model_copy(
        update={
            "calls": math.ceil(told.calls * factor),
            "prompt_tokens": round(told.prompt_tokens * factor),
            "completion_tokens": round(told.completion_tokens * factor),
            "money": money,
            "batch_money": None if money is None or price is None else price.batch * money,
            "seconds": told.seconds * factor,
            "measured": told.measured,
        }
    )


def _sample(folder: BulkFolder, cut: CutRows) -> list[Paper]:
    """The papers of the first shards, as many as are wanted, or all."""
    papers: list[Paper] = []
    for shard in range(len(cut.shards)):
        papers += read_shard(folder, shard)
        if len(papers) >= SAMPLE:
            break
    return papers[:SAMPLE]


def _time(papers: Sequence[Paper], clock: Callable[[], float]) -> float:
    """Seconds that the built-in engine takes for a paper, on one core."""
    extract_sanitised(sanitise(papers[0]))  # loads its weights
    began = clock()
    for paper in papers:
        extract_sanitised(sanitise(paper))
    return (clock() - began) / len(papers)
