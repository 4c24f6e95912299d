"""Who writes a digest: the built-in engine, or a model. The one place where their ways part.

All that only a model needs (its client and queue, prompts, and the checks of its answers) is loaded where one is
chosen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from broadsheet.digests.builtin_themes import Cap, ThemesAndOverview, arrange_without_model
from broadsheet.digests.selection import Selection
from broadsheet.errors import BackendError
from broadsheet.injection.sanitise import SanitisedPaper
from broadsheet.models import Listing, Progress, Summary, Usage
from broadsheet.settings.loading import Settings
from broadsheet.themes.tracking import PreviousEdition
from broadsheet.tldr.extractive.parallel import extract_all

if TYPE_CHECKING:
    from broadsheet.digests.estimate import DigestEstimate

Report = Callable[[Progress], None]
Settled = Callable[[int, Summary], None]
"""Hears of a TL;DR that is settled: how many are by now, and the summary."""


class Manuscript(NamedTuple):
    """What a writer makes of the papers of a selection; papers above the cap of their theme have no summary."""

    summaries: tuple[Summary, ...]
    front: ThemesAndOverview
    usage: Usage


class Writer(Protocol):
    """Who writes the TL;DRs, themes and overview of a digest."""

    def check(self) -> None:
        """Raises the `BroadsheetError` that a run would end with for want of a key, a model, or memory for it."""

    async def foresee(self, listing: Listing) -> DigestEstimate | None:
        """What the digest would take; `None` where nobody is asked."""

    async def write(  # noqa: PLR0913 - as `make_digest`
        self,
        selection: Selection,
        *,
        report: Report,
        interrupt: asyncio.Event | None,
        last: PreviousEdition | None,
        written: Mapping[str, Summary] | None,
        kept: Sequence[Sequence[str]],
    ) -> Manuscript:
        """Makes the summaries, and themes and overview, concurrently: these use the abstracts and not the TL;DRs.

        With a cap on themes the papers are grouped first, so that no TL;DR is made that is not shown.
        """

    def find_failure(self, summaries: Sequence[Summary]) -> BackendError | None:
        """What a run ends with that was to be written and was not at all."""


def writer_of(settings: Settings) -> Writer:
    """Who the settings say writes."""
    if settings.backend is None:
        return BuiltinWriter(settings)
    from broadsheet.digests.model_writer import ModelWriter  # a client, a queue, prompts and checks: 0.1 s

    return ModelWriter(settings)


class BuiltinWriter:
    """The built-in engine, which asks nobody, costs nothing and cannot fail."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self) -> None:
        return

    async def foresee(self, listing: Listing) -> None:
        return

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
        settings, corpus = self._settings, selection.corpus
        cap = Cap.of(settings, selection.always)

        def arrange() -> ThemesAndOverview:
            return arrange_without_model(
                corpus,
                count=settings.theme_count,
                named=settings.named_themes,
                sections=settings.sections,
                reader=selection.reader,
                last=last,
                cap=cap,
                kept=kept,
            )

        async def summarise(papers: Sequence[SanitisedPaper]) -> tuple[Summary, ...]:
            if written is None:
                return await extract_all(papers, report_tldrs(report, len(papers)))
            return summaries_of(papers, written)

        if cap is not None:  # which papers stay is known when the themes are
            front = arrange()
            return Manuscript(await summarise(corpus.without(front.crowded).papers), front, Usage())
        writing = asyncio.ensure_future(summarise(corpus.papers))
        try:
            front = await asyncio.to_thread(arrange)  # other processes write meanwhile, and this one hears of it
            return Manuscript(await writing, front, Usage())
        finally:
            writing.cancel()

    def find_failure(self, summaries: Sequence[Summary]) -> None:
        return


def summaries_of(papers: Sequence[SanitisedPaper], written: Mapping[str, Summary]) -> tuple[Summary, ...]:
    """The summaries that are there already, in the papers' order."""
    return tuple(written[paper.key] for paper in papers)


def report_tldrs(report: Report, total: int, usage: Callable[[], Usage] = Usage) -> Settled:
    """What a writer tells of each TL;DR that is settled, as progress of the run with what it has taken so far."""

    def settled(done: int, summary: Summary) -> None:
        report(Progress(task="TL;DRs", done=done, total=total, usage=usage(), summary=summary))

    return settled
