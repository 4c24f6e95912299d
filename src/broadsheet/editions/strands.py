"""Follows themes over several editions: which of them are one theme, also where an edition between has it not.

Themes of one title are one: a reader cannot tell two rows of one name apart. The others are matched with themes of all
earlier editions by the words of their papers, as `themes/tracking.py` does with those of the edition before. What is
found of an edition is how each of its themes stands, so that it can be kept, and editions be told without their papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from broadsheet.injection.sanitise import keep_as_is
from broadsheet.models import Digest, Strand
from broadsheet.themes.background import Background
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.tracking import PreviousEdition, bare_title, lasting_themes, pair_themes

Status = Literal["", "new", "continued", "grown"]


class Standing(NamedTuple):
    """How a theme stands in an edition: its strand, which is the same in all editions, and what is told of it there."""

    strand: str
    title: str
    size: int
    status: Status


def follow_themes(digests: Sequence[Digest], background: Background) -> list[Strand]:
    """The themes of editions, the earliest edition first, as `tell_strands` has them."""
    standings: list[list[Standing]] = []
    for at in range(len(digests)):
        standings.append(find_standings(digests[: at + 1], standings, background, new=f"{at}"))
    return tell_strands(standings)


def find_standings(
    digests: Sequence[Digest], standings: Sequence[Sequence[Standing]], background: Background, *, new: str
) -> list[Standing]:
    """Those of the last of these editions, given the others'; a strand that begins there is `new` and its place.

    Papers are compared as they stand: no model reads them, and of a strand nothing is shown but titles and counts.
    """
    *earlier, last = digests
    full = [at for at, digest in enumerate(earlier) if digest.papers]
    stood = {
        one.strand: (at, theme)
        for at in full
        for one, theme in zip(standings[at], lasting_themes(earlier[at]), strict=False)  # another version kept them
    }
    before = full[-1] if full else -1
    themes = lasting_themes(last)
    # In the order of when they last stood: of two strands that once had one title the later one counts.
    called = {bare_title(theme.title): name for name, (_, theme) in sorted(stood.items(), key=lambda one: one[1][0])}
    found = {
        place: called[bare_title(theme.title)]
        for place, theme in enumerate(themes)
        if bare_title(theme.title) in called
    }
    # What has a status was compared with the edition before when it was made.
    compared = any(theme.status for theme in themes)
    taken = set(found.values())
    free = [name for name, (at, _) in stood.items() if name not in taken and not (compared and at == before)]
    waiting = [place for place in range(len(themes)) if place not in found]
    if free and waiting:
        papers = [paper for at in sorted({stood[name][0] for name in free}) for paper in earlier[at].papers]
        pairs = pair_themes(
            [themes[place] for place in waiting],
            Corpus.of(last.papers, background, sanitise=keep_as_is),
            PreviousEdition(
                tuple(stood[name][1] for name in free), {paper.key: keep_as_is(paper) for paper in papers}, ()
            ),
        )
        found |= {waiting[place]: free[other] for place, other in pairs.items()}
    return [
        Standing(found.get(place, f"{new}.{place}"), theme.title, len(theme.paper_keys), theme.status)
        for place, theme in enumerate(themes)
    ]


def tell_strands(standings: Sequence[Sequence[Standing]]) -> list[Strand]:
    """The themes of editions, the earliest edition first: those of the last one in its order, then the others.

    The others are in the order of when they last stood, the latest first. "Other papers" is left out, and an edition
    without themes says nothing of which are gone.
    """
    full = [at for at, edition in enumerate(standings) if edition]
    sizes: dict[str, dict[int, int]] = {}
    stood: dict[str, tuple[int, int, Standing]] = {}
    for at in full:
        for place, one in enumerate(standings[at]):
            sizes.setdefault(one.strand, {})[at] = one.size
            stood[one.strand] = at, place, one
    return [
        Strand(
            title=one.title,
            sizes=tuple(sizes[one.strand].get(at, 0) for at in range(len(standings))),
            status=_status(one, last, full, returned=len(sizes[one.strand]) > 1),
        )
        for last, _, one in sorted(stood.values(), key=lambda known: (-known[0], known[1]))
    ]


def _status(one: Standing, last: int, full: Sequence[int], *, returned: bool) -> Literal["gone"] | Status:
    """What is to be said of a theme in the last of the `full` editions; one that comes back is not new."""
    if last != full[-1]:
        return "gone" if last == full[-2] else ""
    return "continued" if one.status == "new" and returned else one.status
