"""Decides which papers are new, by all papers of earlier editions: their identifiers, versions, titles and authors.

Pure. A paper that arrives late is still new, whatever its date.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Sequence

from broadsheet.models import Duplicate, Listing, Paper, Returned
from broadsheet.reading.cleaning.identifiers import normal_title, surname_of
from broadsheet.reading.deduplication import shelf_mark
from broadsheet.reading.same_work import is_same_work, names_of, without_version
from broadsheet.store.editions import Learnt, NewPaper, SeenPaper

CANDIDATES = 16
"""Seen papers of one title, and of one identifier, that a new one is compared with: bounds the work."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sorted:
    """The listing of new papers, their records for the state, and updates of papers seen before."""

    listing: Listing
    new: tuple[NewPaper, ...]
    learnt: tuple[Learnt, ...]


class Shelf:
    """An index of seen papers by identifier and by a hash of the title; papers of the new edition are added to it."""

    def __init__(self, seen: Iterable[SeenPaper]) -> None:
        self._by_name: dict[str, list[SeenPaper]] = {}
        self._by_mark: dict[str, list[SeenPaper]] = {}
        for paper in seen:
            self.put(paper)

    def put(self, paper: SeenPaper) -> None:
        """Adds a paper; several may have one identifier, such as the chapters of a book."""
        for name in {*map(without_version, paper.names), *names_of(paper.paper)}:
            self._by_name.setdefault(name, []).append(paper)
        if paper.mark:
            self._by_mark.setdefault(paper.mark, []).append(paper)

    def find(self, paper: SeenPaper) -> SeenPaper | None:
        """The seen paper that is the same as this one, or `None`; one of the same title is looked at first."""
        named = [other for name in sorted(paper.names) for other in self._by_name.get(name, ())]
        titled = self._by_mark.get(paper.mark, [])
        if len(named) > CANDIDATES:
            named = [other for other in named if other.mark == paper.mark] + named[-CANDIDATES:]
        for other in (*titled[:CANDIDATES], *titled[CANDIDATES:][-CANDIDATES:], *named):
            together = other.edition == paper.edition and other.paper.source == paper.paper.source
            if is_same_work(other.paper, paper.paper, together=together):
                return other
        return None


def as_seen(paper: Paper, number: int) -> SeenPaper:
    """The record of a paper for the state, first seen in the edition with this number."""
    version = paper.identifiers.get("arxiv_version", "")
    return SeenPaper(
        key=paper.key,
        edition=number,
        mark=hashlib.sha256(shelf_mark(paper).encode()).hexdigest()[:16],
        surname=surname_of(paper.authors),
        names=frozenset(names_of(paper)),
        paper=paper,
        version=int(version) if version.isascii() and version.isdigit() else None,
    )


def sort_listing(
    listing: Listing, shelf: Shelf, *, number: int, replacements: bool, unwanted: Collection[str] = ()
) -> Sorted:
    """Reduces a listing to the new papers, and reports papers of earlier editions that have a new version.

    With `replacements` new versions are digested again. A replacement of a paper that was in no edition is left out
    unless `replacements` is set. Nothing is reported of papers whose keys are `unwanted`.
    """
    taken: list[Paper] = []
    left_out: list[Paper] = []
    new: list[NewPaper] = []
    learnt: list[Learnt] = []
    returned: list[Returned] = []
    retitled: list[Duplicate] = []
    again: dict[str, str] = {}
    duplicates: list[Duplicate] = []
    for paper in listing.papers:
        mine = as_seen(paper, number)
        known = shelf.find(mine)
        if known is None and paper.is_replacement and not replacements:
            left_out.append(paper)
        elif known is None:
            taken.append(paper)
            new.append(NewPaper(paper.title, mine))
            shelf.put(mine)
        elif known.edition == number:
            duplicates.append(_met_again(paper, known))
        else:
            came_back = is_newer(paper, mine, known)
            again[paper.key] = known.key
            if normal_title(paper.title) != normal_title(known.paper.title):
                retitled.append(_met_again(paper, known))
            learnt.append(Learnt(known.key, mine.names - known.names, mine.version, returned=came_back))
            told = paper.key in unwanted or any(one.paper_key == known.key for one in returned)
            if came_back and not told:
                returned.append(_returned(paper, mine, known))
                taken += [paper] if replacements else []
    met_again = [duplicate for duplicate in listing.duplicates if duplicate.kept in again]
    duplicates += [duplicate for duplicate in listing.duplicates if duplicate.kept not in again]
    digested_again = sum(paper.key in again for paper in taken)
    sorted_out = {
        "papers": tuple(taken),
        "left_out": (*listing.left_out, *left_out),
        "duplicates": tuple(duplicates),
        "seen": len(again) - digested_again + len(met_again),
        "retitled": tuple(retitled),
        "returned": tuple(returned),
    }
    return Sorted(listing.model_copy(update=sorted_out), tuple(new), tuple(learnt))


def is_newer(paper: Paper, mine: SeenPaper, known: SeenPaper) -> bool:
    """Whether a seen paper has a new version; a replacement without version numbers counts once."""
    if mine.version is not None and known.version is not None:
        return mine.version > known.version
    return paper.is_replacement and known.returned is None


def names_and_marks(papers: Sequence[Paper]) -> tuple[set[str], set[str]]:
    """The identifiers and title hashes to look up in the state for these papers."""
    seen = [as_seen(paper, 0) for paper in papers]
    names = {f"{scheme}:{value}" for paper in papers for scheme, value in paper.identifiers.items()}
    return names | {name for paper in seen for name in paper.names}, {paper.mark for paper in seen}


def _met_again(paper: Paper, known: SeenPaper) -> Duplicate:
    return Duplicate(
        title=paper.title, source=paper.source, line=paper.line, kept=known.key, kept_title=known.paper.title
    )


def _returned(paper: Paper, mine: SeenPaper, known: SeenPaper) -> Returned:
    return Returned(paper_key=known.key, title=paper.title, url=paper.url, version=mine.version, edition=known.edition)
