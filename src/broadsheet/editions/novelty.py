"""Which papers are new to an edition: decided by the names, versions and titles of all that stood in earlier ones.

Pure. Dates play no part, so that a paper which arrives late is new whenever it arrives.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence

from broadsheet.models import Duplicate, Listing, Paper, Returned
from broadsheet.reading.cleaning.identifiers import SCHEMES, surname_of
from broadsheet.reading.deduplication import shelf_mark
from broadsheet.store.editions import Learnt, NewPaper, SeenPaper

_STRICT = ("arxiv", "doi", "pmid", "acl")
"""Schemes in which two different names are two papers; services such as OpenAlex give one paper several."""
_PREPRINTS = (
    "doi:10.1101/", "doi:10.21203/", "doi:10.20944/", "doi:10.2139/", "doi:10.26434/", "doi:10.31219/",
    "doi:10.31223/", "doi:10.31234/", "doi:10.36227/", "doi:10.48550/",
)  # fmt: skip
"""Where preprints get their DOIs: such a paper comes back under its journal's."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sorted:
    """A listing of what is new, the papers it will be known by, and what was learnt of those seen before."""

    listing: Listing
    new: tuple[NewPaper, ...]
    learnt: tuple[Learnt, ...]


class Shelf:
    """The papers seen, found by name or by title; grows by those of the edition that is being sorted."""

    def __init__(self, seen: Iterable[SeenPaper]) -> None:
        self._by_name: dict[str, SeenPaper] = {}
        self._by_mark: dict[str, list[SeenPaper]] = {}
        for paper in seen:
            self.put(paper)

    def put(self, paper: SeenPaper) -> None:
        """Adds a paper; a name that is taken stays with the one that had it."""
        for name in paper.names:
            self._by_name.setdefault(name, paper)
        if paper.mark:
            self._by_mark.setdefault(paper.mark, []).append(paper)

    def find(self, paper: SeenPaper) -> SeenPaper | None:
        """The paper that this one is: it shares a name, or the title and first author and no name speaks against it."""
        for name in sorted(paper.names):
            if name in self._by_name:
                return self._by_name[name]
        return next((other for other in self._by_mark.get(paper.mark, ()) if _is_same(other, paper)), None)


def as_seen(paper: Paper, number: int) -> SeenPaper:
    """A paper as it will be known after the edition of that number."""
    version = paper.identifiers.get("arxiv_version", "")
    return SeenPaper(
        key=paper.key,
        edition=number,
        mark=hashlib.sha256(shelf_mark(paper).encode()).hexdigest()[:16],
        surname=surname_of(paper.authors),
        names=frozenset(f"{scheme}:{paper.identifiers[scheme]}" for scheme in SCHEMES if paper.identifiers.get(scheme)),
        version=int(version) if version.isascii() and version.isdigit() else None,
    )


def sort_listing(listing: Listing, shelf: Shelf, *, number: int, replacements: bool) -> Sorted:
    """The listing with new papers alone, and with those that returned in a new version, which are told of.

    With `replacements` those are digested again. A replacement of a paper that never stood in an edition is neither
    new nor returned: it is left out, unless `replacements` are wanted.
    """
    taken: list[Paper] = []
    left_out: list[Paper] = []
    new: list[NewPaper] = []
    learnt: list[Learnt] = []
    returned: list[Returned] = []
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
            duplicates.append(Duplicate(title=paper.title, source=paper.source, line=paper.line, kept=known.key))
        else:
            came_back = is_newer(paper, mine, known)
            again[paper.key] = known.key
            learnt.append(Learnt(known.key, mine.names - known.names, mine.version, returned=came_back))
            if came_back and all(one.paper_key != known.key for one in returned):
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
        "returned": tuple(returned),
    }
    return Sorted(listing.model_copy(update=sorted_out), tuple(new), tuple(learnt))


def is_newer(paper: Paper, mine: SeenPaper, known: SeenPaper) -> bool:
    """Whether a paper seen before came back in a new version; one that tells none is believed once."""
    if mine.version is not None and known.version is not None:
        return mine.version > known.version
    return paper.is_replacement and known.returned is None


def names_and_marks(papers: Sequence[Paper]) -> tuple[set[str], set[str]]:
    """What has to be looked up for these papers."""
    seen = [as_seen(paper, 0) for paper in papers]
    return {name for paper in seen for name in paper.names}, {paper.mark for paper in seen}


def _returned(paper: Paper, mine: SeenPaper, known: SeenPaper) -> Returned:
    return Returned(paper_key=known.key, title=paper.title, url=paper.url, version=mine.version, edition=known.edition)


def _is_same(known: SeenPaper, paper: SeenPaper) -> bool:
    """Whether two papers of one title are one; with names on both sides, the first author must be known and equal."""
    surnames = known.surname, paper.surname
    if known.names and paper.names:
        return bool(surnames[0]) and surnames[0] == surnames[1] and not _contradict(known.names, paper.names)
    return not all(surnames) or surnames[0] == surnames[1]


def _contradict(known: frozenset[str], names: frozenset[str]) -> bool:
    for scheme in _STRICT:
        mine, theirs = ({name for name in some if name.startswith(f"{scheme}:")} for some in (names, known))
        if mine and theirs and not any(name.startswith(_PREPRINTS) for name in mine | theirs):
            return True  # all are different, or they had been found by name
    return False
