"""Follows themes over several editions: which of them are one theme, also where an edition between has it not.

Themes that an edition continued from the one before have kept their titles. The others are matched with themes of all
earlier editions by the words of their papers, as `themes/tracking.py` does with those of the edition before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal

from broadsheet.injection.sanitise import SanitisedPaper
from broadsheet.models import Digest, Strand, Theme
from broadsheet.themes.background import Background
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.tracking import PreviousEdition, bare_title, pair_themes


@dataclasses.dataclass
class _Course:
    """A theme so far: as it last stood, in which edition, at which place, and its sizes by edition."""

    theme: Theme
    last: int
    place: int
    papers: Mapping[str, SanitisedPaper]
    """Those of the whole edition."""
    sizes: dict[int, int]


def follow_themes(digests: Sequence[Digest], background: Background) -> list[Strand]:
    """The themes of editions, the earliest edition first: those of the last one in its order, then the others.

    The others are in the order of when they last stood, the latest first. "Other papers" is left out, and an edition
    without papers says nothing of which themes are gone.
    """
    courses: list[_Course] = []
    full = [at for at, digest in enumerate(digests) if digest.papers]
    for before, at in zip([-1, *full], full, strict=False):
        edition = PreviousEdition.of(digests[at])
        continued = _continue(edition, courses, background, before=before)
        for place, theme in enumerate(edition.themes):
            course = continued.get(place) or _Course(theme, at, place, edition.papers, {})
            if place not in continued:
                courses.append(course)
            course.theme, course.last, course.place, course.papers = theme, at, place, edition.papers
            course.sizes[at] = len(theme.paper_keys)
    courses.sort(key=lambda course: (-course.last, course.place))
    return [
        Strand(
            title=course.theme.title,
            sizes=tuple(course.sizes.get(at, 0) for at in range(len(digests))),
            status=_status(course, full),
        )
        for course in courses
    ]


def _status(course: _Course, full: Sequence[int]) -> Literal["", "new", "continued", "grown", "gone"]:
    """What is to be said of a theme in the last of the `full` editions; one that comes back is not new."""
    if course.last != full[-1]:
        return "gone" if course.last == full[-2] else ""
    return "continued" if course.theme.status == "new" and len(course.sizes) > 1 else course.theme.status


def _continue(
    edition: PreviousEdition, courses: Sequence[_Course], background: Background, *, before: int
) -> dict[int, _Course]:
    """The themes of earlier editions that those of this one continue, by the place of the one that does."""
    latest = {bare_title(course.theme.title): course for course in courses if course.last == before}
    kept = {
        place: latest[bare_title(theme.title)]
        for place, theme in enumerate(edition.themes)
        if theme.status in ("continued", "grown") and bare_title(theme.title) in latest
    }
    # What has a status was compared with the edition before when it was made.
    compared = any(theme.status for theme in edition.themes)
    free = [course for course in courses if not (compared and course.last == before)]
    waiting = [place for place in range(len(edition.themes)) if place not in kept]
    if not free or not waiting:
        return kept
    themes = [edition.themes[place] for place in waiting]
    past = {key: paper for course in free for key, paper in course.papers.items()}
    pairs = pair_themes(
        themes,
        Corpus(tuple(edition.papers.values()), background),
        PreviousEdition(tuple(course.theme for course in free), past, ()),
    )
    return kept | {waiting[place]: free[other] for place, other in pairs.items()}
