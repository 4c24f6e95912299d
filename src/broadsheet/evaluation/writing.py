"""Labelled papers -> the TL;DRs of the chosen backend, with the pipeline's own calls, checks and repairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from broadsheet.evaluation.labelled import Labelled
from broadsheet.models import Progress, Summary, Usage
from broadsheet.settings import Settings
from broadsheet.writers import open_writer
from broadsheet.writing.summarise import summarise


async def write_tldrs(
    rows: Sequence[Labelled], settings: Settings, *, report: Callable[[Progress], None]
) -> tuple[tuple[Summary, ...], Usage]:
    """A summary for each row in order, and what they took."""
    papers, began = [row.paper for row in rows], time.monotonic()
    async with open_writer(settings) as writer:

        def settled(done: int) -> None:
            usage = writer.dispatcher.usage if writer else Usage()
            report(Progress(task="TL;DRs", done=done, total=len(papers), usage=usage))

        summaries = await summarise(papers, writer, report=settled)
        usage = writer.dispatcher.usage if writer else Usage()
    return summaries, usage.model_copy(update={"seconds": time.monotonic() - began})
