"""The same paper, once: finds what was listed twice and completes the first with what the others know.

Papers that are listed only because a new version of them replaced an older one are set apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from broadsheet.errors import NoPapers
from broadsheet.models import REPLACED, Duplicate, Listing, Paper
from broadsheet.reading.cleaning.identifiers import SCHEMES, is_short, normal_title, paper_key, surname_of


def as_new(categories: tuple[str, ...]) -> tuple[str, ...]:
    """The categories of a paper that is new as well."""
    return tuple(category for category in categories if category not in REPLACED)


def without_replacements(listing: Listing) -> Listing:
    """The listing with its replacements in `left_out`; raises `NoPapers` where it holds nothing else."""
    replaced = tuple(paper for paper in listing.papers if paper.is_replacement)
    if not replaced:
        return listing
    if len(replaced) == len(listing.papers):
        said = (
            "the only paper is a replacement"
            if len(replaced) == 1
            else f"all {len(replaced):,} papers are replacements"
        )
        raise NoPapers(f"{said} of an earlier version, and nothing is new: add --replacements to digest them.")
    papers = tuple(paper for paper in listing.papers if not paper.is_replacement)
    return listing.model_copy(update={"papers": papers, "left_out": (*listing.left_out, *replaced)})


_CANDIDATES = 8
"""Papers of one title that a new one is compared with; bounds the work on a listing of one title."""


@dataclass(slots=True)
class _Kept:
    """A paper that stays, and the ones found to be the same."""

    paper: Paper
    met_again: list[Paper] = field(default_factory=list)
    gone: bool = False


def merge_duplicates(papers: Iterable[Paper]) -> tuple[tuple[Paper, ...], tuple[Duplicate, ...]]:
    """Papers in input order without repetition, and the repetitions with the key of the kept one.

    Two papers are one when they share an identifier; or when neither contradicts the other's identifiers, their
    normal titles are equal and their first authors compatible (equal, or missing on one side). A short title such
    as `Preface` also needs the same abstract. Two with identifiers of which none is shared stay two.
    """
    shelf: list[_Kept] = []
    by_identifier: dict[str, _Kept] = {}
    by_title: dict[str, list[_Kept]] = {}
    for paper in papers:
        names, mark = _identifiers(paper), shelf_mark(paper)
        kept = _settle(paper, names, by_identifier, by_title.get(mark, ()))
        if kept is None:
            kept = _Kept(paper)
            shelf.append(kept)
            by_title.setdefault(mark, []).append(kept)
        else:
            names += _identifiers(kept.paper)
        for identifier in names:
            by_identifier[identifier] = kept
    return _unique([kept for kept in shelf if not kept.gone])


def _settle(
    paper: Paper, names: Sequence[str], by_identifier: dict[str, _Kept], shelved: Sequence[_Kept]
) -> _Kept | None:
    """The kept paper that `paper` was added to; a paper that joins two kept ones makes them one."""
    known = [by_identifier[name] for name in names if name in by_identifier]
    if not known and shelved:
        known = [kept for kept in shelved[-_CANDIDATES:] if not kept.gone and _compatible(kept.paper, paper)][:1]
    if not known:
        return None
    first, *others = known
    _absorb(first, paper)
    for other in others:
        if other is first or other.gone:
            continue
        _absorb(first, other.paper)
        first.met_again.extend(other.met_again)
        other.gone = True
        for name in _identifiers(other.paper):
            by_identifier[name] = first
    return first


def _absorb(kept: _Kept, again: Paper) -> None:
    kept.met_again.append(again)
    kept.paper = complete(kept.paper, again)


def complete(first: Paper, other: Paper) -> Paper:
    """`first` with what it lacks taken from `other`; what both know stays as the first has it."""
    update: dict[str, object] = {
        name: getattr(other, name)
        for name in ("authors", "published", "url", "code_url", "categories", "venue")
        if not getattr(first, name) and getattr(other, name)
    }
    if first.is_replacement is not other.is_replacement:  # new somewhere is new
        update["categories"] = as_new(first.categories or other.categories)
    if not first.abstract and other.abstract:
        update |= {"abstract": other.abstract, "raw_abstract": other.raw_abstract}
    if any(name not in first.identifiers for name in other.identifiers):
        update["identifiers"] = {**other.identifiers, **first.identifiers}
    if not update:
        return first
    paper = first.model_copy(update=update)
    key = paper_key(paper.identifiers, title=paper.title, authors=paper.authors, abstract=paper.abstract)
    return paper.model_copy(update={"key": key})


def _unique(shelf: list[_Kept]) -> tuple[tuple[Paper, ...], tuple[Duplicate, ...]]:
    """The result, with a suffix on a key that two different papers would share."""
    papers: list[Paper] = []
    duplicates: list[Duplicate] = []
    seen: dict[str, int] = {}
    for kept in shelf:
        paper = kept.paper
        seen[paper.key] = times = seen.get(paper.key, 0) + 1
        if times > 1:
            paper = paper.model_copy(update={"key": f"{paper.key}-{times}"})
        papers.append(paper)
        duplicates += [
            Duplicate(title=again.title, source=again.source, line=again.line, kept=paper.key)
            for again in kept.met_again
        ]
    return tuple(papers), tuple(duplicates)


def _identifiers(paper: Paper) -> list[str]:
    identifiers = paper.identifiers
    if not identifiers:
        return []
    return [f"{scheme}:{identifiers[scheme]}" for scheme in SCHEMES if identifiers.get(scheme)]


def shelf_mark(paper: Paper) -> str:
    """What papers of the same title stand under; a short title's mark holds the abstract's beginning too."""
    name = normal_title(paper.title)
    if len(name) >= 40 or not is_short(name):
        return name
    return f"{name}\n{normal_title(paper.abstract[:300])}"


def _compatible(kept: Paper, paper: Paper) -> bool:
    """Whether two papers of one shelf mark may be one: no contradicting author, no foreign identifier."""
    if _identifiers(kept) and _identifiers(paper):
        return False
    first, second = surname_of(kept.authors), surname_of(paper.authors)
    return not first or not second or first == second
