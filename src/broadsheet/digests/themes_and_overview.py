"""Papers -> what stands round their TL;DRs: themes, overview, highlights; by a model where there is one.

Nothing here waits for TL;DRs. Calls wait for one another at most twice: a proposal or headings, then what rests on
those; an overview of papers that fit the context waits for nothing.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence

from broadsheet.digests.interests import rank_themes
from broadsheet.digests.overview import (
    ANYBODY,
    LEAST_PAPERS,
    Lead,
    ReaderProfile,
    choose_highlights,
    gather_material,
    match_highlights,
    write_lead,
)
from broadsheet.llm.session import Session
from broadsheet.models import Highlight, Overview, Theme
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.assign import assign_papers
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from broadsheet.themes.llm_assign import place_papers
from broadsheet.themes.llm_grouping import Proposed, named_by_content, propose_themes
from broadsheet.themes.llm_labels import TRIES, write_headings
from broadsheet.themes.tracking import PreviousEdition, TrackedThemes, continue_themes

MOST_ROUNDS = 3
"""Calls that wait for one another, beside at least one round of TL;DRs: two rounds more at most."""

Report = Callable[[int, int], None]
"""Is told how many themes are settled, of how many."""


@dataclasses.dataclass(frozen=True)
class ThemesAndOverview:
    """The themes, which partition the papers, and the lead above them; `why` holds a sentence for what is missing."""

    themes: tuple[Theme, ...]
    vanished: tuple[str, ...] = ()
    """The titles of the themes of the edition before that are gone."""
    overview: Overview | None = None
    highlights: tuple[Highlight, ...] = ()
    why: tuple[str, ...] = ()


def arrange_without_model(
    corpus: Corpus,
    *,
    count: int | None = None,
    named: Sequence[NamedTheme] = (),
    reader: ReaderProfile = ANYBODY,
    last: PreviousEdition | None = None,
) -> ThemesAndOverview:
    """The front without a model: it groups, names and points out, and claims nothing of the whole."""
    steady = _beside(group(corpus, count=count, named=named), corpus, None if named else last)
    themes = rank_themes(steady.themes, reader.matches)
    return ThemesAndOverview(
        themes, steady.vanished, highlights=choose_highlights((), match_highlights(reader.matches))
    )


def group(
    corpus: Corpus,
    *,
    count: int | None,
    named: Sequence[NamedTheme],
) -> tuple[Theme, ...]:
    """The themes of the built-in engine: those that the reader named, or as the papers have it."""
    return assign_papers(corpus, named) if named else group_papers(corpus, count=count)


async def arrange_with_model(  # noqa: PLR0913 - what is asked about, through whom, beside what
    corpus: Corpus,
    session: Session,
    *,
    count: int | None = None,
    reader: ReaderProfile = ANYBODY,
    last: PreviousEdition | None = None,
    report: Report = lambda settled, of: None,
) -> ThemesAndOverview:
    """The front by a model; what it cannot do well the built-in engine does, and where that is nothing, says so."""
    named = session.settings.named_themes
    grouped = await asyncio.to_thread(group, corpus, count=count, named=named)
    builtin = rank_themes(grouped, reader.matches)
    grouping, lead = session.settings.grouping, None
    async with asyncio.TaskGroup() as tasks:
        material = (
            await asyncio.to_thread(gather_material, corpus, builtin, session) if wants_lead(corpus, session) else None
        )
        if material and material.whole:
            lead = tasks.create_task(write_lead(material, session, reader=reader))
        proposed = await _propose(corpus, builtin, session, count, last)
        naming = tasks.create_task(_name(proposed, corpus, session, report))
        if material and lead is None:
            sorts = grouping == "model" or bool(session.settings.named_themes)
            rounds = proposed.rounds if sorts else TRIES
            themes = proposed.themes if sorts else await naming
            material = await asyncio.to_thread(gather_material, corpus, themes, session)
            lead = tasks.create_task(
                write_lead(material, session, reader=reader, tries=min(TRIES, MOST_ROUNDS - rounds))
            )
    themes, led = naming.result(), lead.result() if lead else Lead()
    steady = await asyncio.to_thread(_beside, themes, corpus, None if session.settings.named_themes else last)
    return ThemesAndOverview(
        themes=rank_themes(steady.themes, reader.matches),
        vanished=steady.vanished,
        overview=led.overview,
        highlights=choose_highlights(led.highlights, match_highlights(reader.matches)),
        why=(*_why_so(proposed, themes, session), *([f"There is no overview: {led.why}."] if led.why else [])),
    )


def wants_lead(corpus: Corpus, session: Session) -> bool:
    """Whether an overview is asked for, and worth having."""
    return session.overview and len(corpus.papers) >= LEAST_PAPERS


def _beside(themes: tuple[Theme, ...], corpus: Corpus, last: PreviousEdition | None) -> TrackedThemes:
    """The themes as they continue those of the edition before, where there is one and the reader did not name them."""
    return continue_themes(themes, corpus, last) if last is not None else TrackedThemes(themes, ())


async def _propose(
    corpus: Corpus, builtin: Sequence[Theme], session: Session, count: int | None, last: PreviousEdition | None
) -> Proposed:
    """The themes to name: the model's own, or those of the built-in engine, which is steady and asks nobody."""
    grouping, named = session.settings.grouping, session.settings.named_themes
    if named:
        if grouping == "builtin":
            return Proposed(tuple(builtin), frozenset(), rounds=0)
        return await place_papers(corpus, named, session)
    if grouping == "model" and len(builtin) > 1:
        return await propose_themes(corpus, builtin, session, count=count, names=last.names if last else ())
    unnamed = frozenset() if grouping == "builtin" else named_by_content(builtin)
    return Proposed(tuple(builtin), unnamed, rounds=0)


async def _name(proposed: Proposed, corpus: Corpus, session: Session, report: Report) -> tuple[Theme, ...]:
    """The themes under headings of the model's, where they lack one and it writes a good one."""
    return await write_headings(
        proposed.themes,
        corpus,
        session,
        only=proposed.unnamed,
        tries=min(TRIES, MOST_ROUNDS - proposed.rounds),
        report=lambda settled: report(settled, len(proposed.unnamed)),
    )


def _why_so(proposed: Proposed, themes: Sequence[Theme], session: Session) -> tuple[str, ...]:
    """What the end of the asking, or an answer without sense, left to the built-in engine."""
    did = "placed" if session.settings.named_themes else "grouped the papers:"
    grouped = (f"The built-in engine {did} {proposed.why.rstrip('.')}.",) if proposed.why else ()
    left = sum(themes[at].title == proposed.themes[at].title for at in proposed.unnamed)
    if not left or session.dispatcher.stopped is None:
        return grouped
    have = "1 theme keeps its" if left == 1 else f"{left} themes keep their"
    return (*grouped, f"{have} built-in heading{'s'[: left - 1]}: {str(session.dispatcher.stopped).rstrip('.')}.")
