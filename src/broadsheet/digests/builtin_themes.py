"""The themes of a digest without a model: grouped, within a cap, beside the edition before, in sections. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from broadsheet.digests.exclusions import cap_themes
from broadsheet.digests.interests import ANYBODY, ReaderProfile, rank_themes
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import Highlight, Overview, Theme
from broadsheet.settings.interests import NamedTheme
from broadsheet.settings.loading import Choice, Settings
from broadsheet.themes.assign import assign_papers
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from broadsheet.themes.sections import divide, put_in_sections
from broadsheet.themes.tracking import PreviousEdition, TrackedThemes, continue_themes


@dataclasses.dataclass(frozen=True)
class ThemesAndOverview:
    """The themes, which partition the papers, overview and highlights; `why` has a sentence for each missing part."""

    themes: tuple[Theme, ...]
    vanished: tuple[str, ...] = ()
    """The titles of themes of the previous edition that have no successor."""
    overview: Overview | None = None
    highlights: tuple[Highlight, ...] = ()
    why: tuple[str, ...] = ()
    crowded: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """By the key of a paper above the cap of its theme, the key of one that stays there."""


@dataclasses.dataclass(frozen=True)
class Cap:
    """The most papers that a theme may have, and the keys of those that stay in any case."""

    most: int
    always: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings, always: frozenset[str]) -> Cap | None:
        """The cap that the settings name, if any."""
        return None if settings.at_most.theme is None else cls(settings.at_most.theme, always)


def arrange_without_model(  # noqa: PLR0913 - what is arranged, how, and what it stands beside
    corpus: Corpus,
    *,
    count: int | None = None,
    named: Sequence[NamedTheme] = (),
    sections: Choice = "auto",
    reader: ReaderProfile = ANYBODY,
    last: PreviousEdition | None = None,
    cap: Cap | None = None,
    kept: Sequence[Sequence[str]] = (),
) -> ThemesAndOverview:
    """Themes by the built-in engine, without an overview; with a `cap`, of the papers within it.

    Papers of one of the groups `kept`, by keys, stay in one theme.
    """
    last = None if named else last
    grouped, crowded = within_cap(cap, group(corpus, count=count, named=named, kept=kept), reader)
    corpus, reader = corpus.without(crowded), reader.without(crowded)
    tracked = set_beside(grouped, corpus, last)
    themes = rank_themes(tracked.themes, reader.matches)
    themes = put_in_sections(themes, divide(themes, corpus, sections, named=bool(named)), corpus, last=last)
    return ThemesAndOverview(
        themes,
        tracked.vanished,
        why=() if named else _why_fewer(themes, count),
        crowded=crowded,
    )


def _why_fewer(themes: Sequence[Theme], count: int | None) -> tuple[str, ...]:
    """A sentence where there are fewer themes than asked for."""
    made = sum(not theme.other for theme in themes)
    if count is None or made >= count:
        return ()
    return (f"{AccountLabels.fewer_themes.format(number=count, made=made)}.",)


def group(
    corpus: Corpus,
    *,
    count: int | None,
    named: Sequence[NamedTheme],
    kept: Sequence[Sequence[str]] = (),
) -> tuple[Theme, ...]:
    """The built-in engine's themes: those that the user named, or clusters of the papers."""
    return assign_papers(corpus, named) if named else group_papers(corpus, count=count, kept=kept)


def within_cap(
    cap: Cap | None, themes: tuple[Theme, ...], reader: ReaderProfile
) -> tuple[tuple[Theme, ...], Mapping[str, str]]:
    """The themes within a cap, if there is one, and the others as in `ThemesAndOverview.crowded`."""
    if cap is None:
        return themes, {}
    return cap_themes(themes, cap.most, always=cap.always, scores=reader.scores)


def set_beside(themes: tuple[Theme, ...], corpus: Corpus, last: PreviousEdition | None) -> TrackedThemes:
    """The themes tracked from the previous edition, if there is one; otherwise unchanged."""
    return continue_themes(themes, corpus, last) if last is not None else TrackedThemes(themes, ())
