"""Writes TL;DRs of labelled papers with the chosen backend, by the pipeline's own calls, checks and repairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from broadsheet.digests.open_session import open_session
from broadsheet.digests.writer import report_tldrs
from broadsheet.evaluation.labelled import Labelled
from broadsheet.injection.sanitise import sanitise
from broadsheet.models import Progress, Summary, Usage
from broadsheet.settings.loading import Settings
from broadsheet.tldr.summarise import summarise


async def write_tldrs(
    rows: Sequence[Labelled], settings: Settings, *, report: Callable[[Progress], None]
) -> tuple[tuple[Summary, ...], Usage]:
    """A summary for each row in order, and the usage, with the wall-clock seconds of the whole."""
    papers, began = [sanitise(row.paper) for row in rows], time.monotonic()
    async with open_session(settings) as session:

        def taken() -> Usage:
            return session.dispatcher.usage if session else Usage()

        summaries, usage = await summarise(papers, session, report=report_tldrs(report, len(papers), taken)), taken()
    return summaries, usage.model_copy(update={"seconds": time.monotonic() - began})
