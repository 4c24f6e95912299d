"""The papers of a digest under their authors or venues in place of its themes, which stay in the digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Digest, Paper, Theme
from broadsheet.rendering.entries import partition
from broadsheet.rendering.text import given_first, plain
from broadsheet.settings.loading import Arrangement


def regroup(digest: Digest, by: Arrangement, labels: PageLabels) -> Digest:
    """The digest with its papers under what they are grouped `by`, the largest group first; by theme as it is.

    Each paper stands once: under the author who has most papers in the digest, of several such the one named first.
    What has no author, or no venue, comes last. Without a map, and without what is said of themes.
    """
    if by == "theme":
        return digest
    papers = {paper.key: paper for paper in digest.papers}
    ordered = [paper for _, own in partition(digest, papers, labels) for paper in own.values()]
    place, rank, unnamed = (
        (_author_of(ordered), _family_name, labels.no_author)
        if by == "author"
        else ({paper.key: plain(paper.venue or "") for paper in ordered}, str.casefold, labels.no_venue)
    )
    themes = _groups(ordered, place, rank, unnamed)
    return digest.model_copy(update={"themes": themes, "vanished": (), "map": ()})


def _groups(
    papers: list[Paper], place: Mapping[str, str], rank: Callable[[str], str], unnamed: str
) -> tuple[Theme, ...]:
    """A group for each place, under the name that is met first: names count as one whatever their case and order."""
    names: dict[str, str] = {}
    keys: dict[str, list[str]] = {}
    for paper in papers:
        name = place[paper.key]
        names.setdefault(same_name(name), name)
        keys.setdefault(same_name(name), []).append(paper.key)
    order = sorted(keys, key=lambda name: (not name, -len(keys[name]), rank(name), name))
    return tuple(Theme(title=names[name] or unnamed, paper_keys=tuple(keys[name]), other=not name) for name in order)


def _author_of(papers: list[Paper]) -> dict[str, str]:
    """By paper key, the author under whom a paper stands; empty where none is named."""
    named = {paper.key: [name for author in paper.authors if (name := given_first(author))] for paper in papers}
    counts = Counter(name for names in named.values() for name in {same_name(each) for each in names})
    return {key: max(names, key=lambda name: counts[same_name(name)], default="") for key, names in named.items()}


def same_name(name: str) -> str:
    """What the spellings of a name have in common: `Ash, Ada B.` and `Ada B Ash` are one."""
    return plain(given_first(name).replace(".", " ").casefold())


def _family_name(name: str) -> str:
    return name.rpartition(" ")[2]
