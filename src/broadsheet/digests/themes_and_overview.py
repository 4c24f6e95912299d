"""Themes, overview and highlights of a digest by a model.

Nothing here waits for TL;DRs. At most three rounds of calls are sequential: grouping or titles, then what depends on
them. An overview of papers that all fit the context depends on nothing and starts at once.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping, Sequence

from broadsheet.digests.builtin_themes import Cap, ThemesAndOverview, group, set_beside, within_cap
from broadsheet.digests.interests import ANYBODY, ReaderProfile, rank_themes
from broadsheet.digests.overview import (
    LEAST_PAPERS,
    Lead,
    choose_highlights,
    gather_material,
    match_highlights,
    write_lead,
)
from broadsheet.llm.session import Session
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import Theme
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.llm_assign import place_papers
from broadsheet.themes.llm_grouping import Proposed, named_by_content, propose_themes
from broadsheet.themes.llm_labels import TRIES, write_headings
from broadsheet.themes.llm_sections import write_section_headings
from broadsheet.themes.sections import Division, divide, put_in_sections
from broadsheet.themes.tracking import PreviousEdition

MOST_ROUNDS = 3
"""The most sequential rounds of calls; at least one round of TL;DRs runs at the same time."""

Report = Callable[[int, int], None]
"""A progress callback: the number of themes done, and of all themes."""


async def propose_within(  # noqa: PLR0913 - as `arrange_with_model`
    corpus: Corpus,
    session: Session,
    cap: Cap,
    *,
    count: int | None = None,
    reader: ReaderProfile = ANYBODY,
    last: PreviousEdition | None = None,
) -> tuple[Proposed, Mapping[str, str]]:
    """The themes before naming with the papers within a cap, and the others as in `ThemesAndOverview.crowded`."""
    named = session.settings.named_themes
    grouped = await asyncio.to_thread(group, corpus, count=count, named=named)
    builtin = rank_themes(grouped, reader.matches)
    proposed = await _propose(corpus, builtin, session, count, None if named else last)
    themes, crowded = within_cap(cap, proposed.themes, reader)
    return dataclasses.replace(proposed, themes=themes), crowded


async def arrange_with_model(  # noqa: PLR0913 - what is asked about, through whom, beside what
    corpus: Corpus,
    session: Session,
    *,
    count: int | None = None,
    reader: ReaderProfile = ANYBODY,
    last: PreviousEdition | None = None,
    proposed: Proposed | None = None,
    report: Report = lambda settled, of: None,
) -> ThemesAndOverview:
    """Themes, overview and highlights by a model; the built-in engine replaces invalid answers, and `why` says so.

    The themes before naming are those `proposed`, where there are some.
    """
    named = session.settings.named_themes
    grouped = proposed.themes if proposed else await asyncio.to_thread(group, corpus, count=count, named=named)
    builtin = rank_themes(grouped, reader.matches)
    grouping, lead = session.settings.grouping, None
    last = None if named else last
    async with asyncio.TaskGroup() as tasks:
        material = (
            await asyncio.to_thread(gather_material, corpus, builtin, session) if wants_lead(corpus, session) else None
        )
        if material and material.whole:
            lead = tasks.create_task(write_lead(material, session, reader=reader))
        proposed = proposed or await _propose(corpus, builtin, session, count, last)
        naming = tasks.create_task(_name(proposed, corpus, session, report))
        division = await asyncio.to_thread(
            divide, proposed.themes, corpus, session.settings.sections, named=bool(named)
        )
        heading = tasks.create_task(_head_sections(division, proposed, naming, corpus, session))
        if material and lead is None:
            sorts = grouping == "model" or bool(named)
            rounds = proposed.rounds if sorts else TRIES
            themes = proposed.themes if sorts else await naming
            material = await asyncio.to_thread(gather_material, corpus, themes, session)
            lead = tasks.create_task(
                write_lead(material, session, reader=reader, tries=min(TRIES, MOST_ROUNDS - rounds))
            )
    themes, led = naming.result(), lead.result() if lead else Lead()
    tracked = await asyncio.to_thread(set_beside, themes, corpus, last)
    ranked = rank_themes(tracked.themes, reader.matches)
    return ThemesAndOverview(
        themes=await asyncio.to_thread(put_in_sections, ranked, division, corpus, written=heading.result(), last=last),
        vanished=tracked.vanished,
        overview=led.overview,
        highlights=choose_highlights(led.highlights, match_highlights(reader.matches)),
        why=(
            *_why_so(proposed, themes, session),
            *([f"{AccountLabels.no_overview.format(why=led.why)}."] if led.why else []),
        ),
    )


def wants_lead(corpus: Corpus, session: Session) -> bool:
    """Whether an overview is wanted in the settings and there are at least `LEAST_PAPERS` papers."""
    return session.overview and len(corpus.papers) >= LEAST_PAPERS


async def _propose(
    corpus: Corpus, builtin: Sequence[Theme], session: Session, count: int | None, last: PreviousEdition | None
) -> Proposed:
    """The themes before naming: the model's, or those of the built-in engine, as the settings say."""
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
    """The themes with the model's titles and blurbs, where one is missing and the model writes a valid one."""
    return await write_headings(
        proposed.themes,
        corpus,
        session,
        only=proposed.unnamed,
        tries=min(TRIES, MOST_ROUNDS - proposed.rounds),
        report=lambda settled: report(settled, len(proposed.unnamed)),
    )


async def _head_sections(
    division: Division, proposed: Proposed, naming: asyncio.Task[tuple[Theme, ...]], corpus: Corpus, session: Session
) -> tuple[str, ...]:
    """The model's headings of the sections; it reads the titles that it gave their themes, where a round is left."""
    if not division or session.settings.grouping == "builtin":
        return ()
    themes = await naming if proposed.rounds + TRIES < MOST_ROUNDS else proposed.themes
    return await write_section_headings(themes, division, corpus, session)


def _why_so(proposed: Proposed, themes: Sequence[Theme], session: Session) -> tuple[str, ...]:
    """Sentences on what the built-in engine did because calls ended or an answer was not usable."""
    did = "placed" if session.settings.named_themes else "grouped the papers:"
    grouped = (f"The built-in engine {did} {proposed.why.rstrip('.')}.",) if proposed.why else ()
    left = sum(themes[at].title == proposed.themes[at].title for at in proposed.unnamed)
    if not left or session.dispatcher.stopped is None:
        return grouped
    have = "1 theme keeps its" if left == 1 else f"{left} themes keep their"
    return (*grouped, f"{have} built-in heading{'s'[: left - 1]}: {str(session.dispatcher.stopped).rstrip('.')}.")
