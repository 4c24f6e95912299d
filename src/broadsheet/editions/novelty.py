"""Decides which papers are new, by the identifiers, versions and titles of all papers of earlier editions.

Pure. Dates do not count, so that a paper that arrives late is still new.
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
"""Schemes in which two identifiers mean two papers; services such as OpenAlex may give one paper several."""
_PREPRINTS = (
    "doi:10.1101/", "doi:10.21203/", "doi:10.20944/", "doi:10.2139/", "doi:10.26434/", "doi:10.31219/",
    "doi:10.31223/", "doi:10.31234/", "doi:10.36227/", "doi:10.48550/",
)  # fmt: skip
"""DOI prefixes of preprint servers: the same paper may appear again with the DOI of a journal."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sorted:
    """The listing of new papers, their records for the state, and updates of papers seen before."""

    listing: Listing
    new: tuple[NewPaper, ...]
    learnt: tuple[Learnt, ...]


class Shelf:
    """An index of seen papers by identifier and by a hash of the title; papers of the new edition are added to it."""

    def __init__(self, seen: Iterable[SeenPaper]) -> None:
        self._by_name: dict[str, SeenPaper] = {}
        self._by_mark: dict[str, list[SeenPaper]] = {}
        for paper in seen:
            self.put(paper)

    def put(self, paper: SeenPaper) -> None:
        """Adds a paper; an identifier that another paper has stays with that one."""
        for name in paper.names:
            self._by_name.setdefault(name, paper)
        if paper.mark:
            self._by_mark.setdefault(paper.mark, []).append(paper)

    def find(self, paper: SeenPaper) -> SeenPaper | None:
        """The seen paper equal to this one, or `None`.

        Equal: a common identifier, or the same title and first author without contradicting identifiers.
        """
        for name in sorted(paper.names):
            if name in self._by_name:
                return self._by_name[name]
        return next((other for other in self._by_mark.get(paper.mark, ()) if _is_same(other, paper)), None)


def as_seen(paper: Paper, number: int) -> SeenPaper:
    """The record of a paper for the state, first seen in the edition with this number."""
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
    """Reduces a listing to the new papers, and reports papers of earlier editions that have a new version.

    With `replacements` new versions are digested again. A replacement of a paper that was in no edition is left out
    unless `replacements` is set.
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
    """Whether a seen paper has a new version; a replacement without version numbers counts once."""
    if mine.version is not None and known.version is not None:
        return mine.version > known.version
    return paper.is_replacement and known.returned is None


def names_and_marks(papers: Sequence[Paper]) -> tuple[set[str], set[str]]:
    """The identifiers and title hashes to look up in the state for these papers."""
    seen = [as_seen(paper, 0) for paper in papers]
    return {name for paper in seen for name in paper.names}, {paper.mark for paper in seen}


def _returned(paper: Paper, mine: SeenPaper, known: SeenPaper) -> Returned:
    return Returned(paper_key=known.key, title=paper.title, url=paper.url, version=mine.version, edition=known.edition)


def _is_same(known: SeenPaper, paper: SeenPaper) -> bool:
    """Whether two papers with the same title are equal; if both have identifiers, the first authors must agree."""
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
