"""A digest that a model writes: in a session with it, within the caps of the settings, until it is interrupted."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from typing import cast

from broadsheet.digests.builtin_themes import Cap, ThemesAndOverview
from broadsheet.digests.estimate import DigestEstimate, estimate_digest
from broadsheet.digests.open_session import open_session, resolve_model, stop_in_time
from broadsheet.digests.selection import Selection, foresee_selection
from broadsheet.digests.themes_and_overview import arrange_with_model, propose_within
from broadsheet.digests.writer import Manuscript, Report, report_tldrs, summaries_of
from broadsheet.errors import BackendError
from broadsheet.llm.session import Session
from broadsheet.models import Listing, Progress, Summary, Usage
from broadsheet.settings.loading import Settings
from broadsheet.themes.llm_grouping import Proposed
from broadsheet.themes.tracking import PreviousEdition
from broadsheet.tldr.summarise import nothing_written, summarise


class ModelWriter:
    """The model that the settings name, as a `Writer`; where it fails, the built-in engine takes its place."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self) -> None:
        resolve_model(self._settings)

    async def foresee(self, listing: Listing) -> DigestEstimate | None:
        return await estimate_digest(foresee_selection(listing, self._settings).corpus, self._settings)

    async def write(  # noqa: PLR0913 - as `Writer`
        self,
        selection: Selection,
        *,
        report: Report,
        interrupt: asyncio.Event | None,
        last: PreviousEdition | None,
        written: Mapping[str, Summary] | None,
        kept: Sequence[Sequence[str]],
    ) -> Manuscript:
        async with open_session(self._settings) as opened:
            session = cast("Session", opened)  # `None` is the built-in engine's alone
            with stop_in_time(session, self._settings.llm.deadline, interrupt):
                summaries, front = await self._write(selection, session, report, last, written)
            return Manuscript(summaries, front, session.dispatcher.usage)

    async def _write(
        self,
        selection: Selection,
        session: Session,
        report: Report,
        last: PreviousEdition | None,
        written: Mapping[str, Summary] | None,
    ) -> tuple[tuple[Summary, ...], ThemesAndOverview]:
        corpus, reader, count = selection.corpus, selection.reader, self._settings.theme_count

        def take() -> Usage:
            return session.dispatcher.usage

        def naming(done: int, total: int) -> None:
            report(Progress(task="themes", done=done, total=total, usage=take()))

        proposed: Proposed | None = None
        crowded: Mapping[str, str] = {}
        if (cap := Cap.of(self._settings, selection.always)) is not None:
            proposed, crowded = await propose_within(corpus, session, cap, count=count, reader=reader, last=last)
            corpus, reader = corpus.without(crowded), reader.without(crowded)
        fronting = asyncio.ensure_future(
            arrange_with_model(corpus, session, count=count, reader=reader, last=last, proposed=proposed, report=naming)
        )
        papers = corpus.papers
        try:
            if written is None:
                summaries = await summarise(papers, session, report=report_tldrs(report, len(papers), take))
            else:
                summaries = summaries_of(papers, written)
            return summaries, dataclasses.replace(await fronting, crowded=crowded)
        finally:
            fronting.cancel()

    def find_failure(self, summaries: Sequence[Summary]) -> BackendError | None:
        return nothing_written(summaries)
