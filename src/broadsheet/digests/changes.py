"""What changed from one digest to another: papers that are new, gone, or stand in another theme. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from broadsheet.digests.exclusions import hidden_keys, hide
from broadsheet.models import Digest, Noun, Paper
from broadsheet.reading.same_work import is_same_work, names_of
from broadsheet.settings.loading import Settings


class Placed(Noun):
    """A paper of one of the two digests, and the theme in which it stands there."""

    paper_key: str
    title: str
    theme: str


class Moved(Noun):
    """A paper of both digests, and its themes in them."""

    paper_key: str
    title: str
    before: str
    after: str


class Changes(Noun):
    """What changed: `stayed` counts the papers of both that did not move; themes are named by their titles."""

    new: tuple[Placed, ...]
    gone: tuple[Placed, ...]
    moved: tuple[Moved, ...]
    stayed: int
    new_themes: tuple[str, ...]
    gone_themes: tuple[str, ...]
    excluded: int = 0
    """The papers of either that `never` names: they count for nothing else."""


def find_shown_changes(before: Digest, after: Digest, rules: Iterable[Settings]) -> Changes:
    """What changed from one digest to another among the papers that `never` names in none of the settings."""
    hidden = hidden_keys((*before.papers, *after.papers), rules)
    found = find_changes(hide(before, hidden), hide(after, hidden))
    return found.model_copy(update={"excluded": len(hidden)})


def find_changes(before: Digest, after: Digest) -> Changes:
    """What changed from one digest to another.

    A paper is the same under the same key, or where identifiers, titles and authors say so. A theme becomes the one
    that has most of its papers; a paper has moved if it stands in none that its theme became, under another title.
    """
    homes, homes_after = _homes(before), _homes(after)
    pairs = dict(_pair(before.papers, after.papers))
    shared = Counter((homes[old], homes_after[new]) for new, old in pairs.items())
    became: dict[int, int] = {}
    titles, titles_after = ([theme.title for theme in digest.themes] for digest in (before, after))
    for (old, new), _ in sorted(
        shared.items(), key=lambda one: (-one[1], titles[one[0][0]] != titles_after[one[0][1]])
    ):
        became.setdefault(old, new)
    moved = [
        Moved(paper_key=paper.key, title=paper.title, before=titles[old], after=titles_after[new])
        for paper in after.papers
        if paper.key in pairs
        for old, new in [(homes[pairs[paper.key]], homes_after[paper.key])]
        if became[old] != new and titles[old] != titles_after[new]
    ]
    known = set(pairs.values())
    return Changes(
        new=tuple(
            _placed(paper, titles_after[homes_after[paper.key]]) for paper in after.papers if paper.key not in pairs
        ),
        gone=tuple(_placed(paper, titles[homes[paper.key]]) for paper in before.papers if paper.key not in known),
        moved=tuple(moved),
        stayed=len(pairs) - len(moved),
        new_themes=tuple(title for at, title in enumerate(titles_after) if at not in became.values()),
        gone_themes=tuple(title for at, title in enumerate(titles) if at not in became),
    )


def _homes(digest: Digest) -> dict[str, int]:
    """The number of each paper's theme."""
    return {key: number for number, theme in enumerate(digest.themes) for key in theme.paper_keys}


def _pair(before: Sequence[Paper], after: Sequence[Paper]) -> Iterator[tuple[str, str]]:
    """The keys of papers of the later digest that are in the earlier one too, with their keys there."""
    by_key = {paper.key: paper for paper in before}
    by_name = {name: paper for paper in before for name in names_of(paper)}
    waiting = set(by_key)
    for paper in sorted(after, key=lambda one: one.key not in by_key):  # equal keys before all others
        named = (by_name[name] for name in names_of(paper) if name in by_name)
        found = by_key.get(paper.key) or next((one for one in named if is_same_work(one, paper, together=False)), None)
        if found is not None and found.key in waiting:
            waiting.remove(found.key)
            yield paper.key, found.key


def _placed(paper: Paper, theme: str) -> Placed:
    return Placed(paper_key=paper.key, title=paper.title, theme=theme)
