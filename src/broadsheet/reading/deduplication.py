"""The same paper, once: finds what was listed twice and completes the first with what the others know.

Papers that are listed only because a new version of them replaced an older one are set apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broadsheet.errors import NoPapers
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import REPLACED, Duplicate, Listing, Paper
from broadsheet.reading.cleaning.identifiers import is_short, normal_title, paper_key
from broadsheet.reading.same_work import is_same_work, names_of


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
"""Papers of one title, and twice as many of one identifier, that a new one is compared with: bounds the work."""


MOST_NAMED = 50
"""Papers met under two titles that are named one by one."""


@dataclass(slots=True)
class _Kept:
    """A paper that stays, and the ones found to be the same."""

    paper: Paper
    met_again: list[Paper] | None = None
    gone: bool = False


_Shelf = dict[str, "_Kept | list[_Kept]"]
"""Kept papers by an identifier or a title: the paper itself under one that no other has, as nearly all are."""


def merge_duplicates(papers: Iterable[Paper]) -> tuple[tuple[Paper, ...], tuple[Duplicate, ...]]:
    """Papers in input order without repetition, and the repetitions with the key and title of the kept one.

    Papers that share an identifier or a normal title are compared, and `is_same_work` decides.
    """
    shelf: list[_Kept] = []
    by_name: _Shelf = {}
    by_title: _Shelf = {}
    for paper in papers:
        names, mark = names_of(paper), shelf_mark(paper)
        is_new = mark not in by_title and by_name.keys().isdisjoint(names)
        kept = None if is_new else _settle(paper, names, by_name, _holders(by_title, mark))
        if kept is None:
            kept = _Kept(paper)
            shelf.append(kept)
            if is_new:
                by_title[mark] = kept
                for name in names:
                    by_name[name] = kept
                continue
            _add(by_title, mark, kept)
        else:
            names += names_of(kept.paper)
        for name in names:
            _put(by_name, name, kept)
    return _unique([kept for kept in shelf if not kept.gone])


def name_merged(listing: Listing) -> list[str]:
    """A sentence for each paper that was met under two titles, so that a reader can see what became of it."""
    here = [
        AccountLabels.merged.format(title=again.title, kept=again.kept_title, key=again.kept)
        for again in listing.duplicates
        if again.kept_title and normal_title(again.title) != normal_title(again.kept_title)
    ]
    earlier = [
        AccountLabels.seen_as.format(title=again.title, kept=again.kept_title, key=again.kept)
        for again in listing.retitled
    ]
    said = [f"{one}." for one in (*here, *earlier)]
    more = len(said) - MOST_NAMED
    return said if more <= 0 else [*said[:MOST_NAMED], f"{AccountLabels.more_merged.format(number=f'{more:,}')}."]


def _holders(shelved: _Shelf, name: str) -> list[_Kept]:
    holders = shelved.get(name, [])
    return holders if isinstance(holders, list) else [holders]


def _add(shelved: _Shelf, name: str, kept: _Kept) -> None:
    """Files a kept paper that does not stand under the name yet."""
    holders = _holders(shelved, name)
    holders.append(kept)
    shelved[name] = holders if len(holders) > 1 else kept


def _put(shelved: _Shelf, name: str, kept: _Kept) -> None:
    if not any(holder is kept for holder in _holders(shelved, name)):
        _add(shelved, name, kept)


def _settle(paper: Paper, names: Sequence[str], by_name: _Shelf, shelved: Sequence[_Kept]) -> _Kept | None:
    """The kept paper that `paper` was added to; a paper that joins two kept ones makes them one."""
    known = [kept for name in names if name in by_name for kept in _same_of(paper, _holders(by_name, name))]
    if not known and shelved:
        known = _same_of(paper, shelved[-_CANDIDATES:])
    if not known:
        return None
    first, *others = known
    _absorb(first, paper)
    for other in others:
        if other is first or other.gone:
            continue
        _absorb(first, other.paper, *(other.met_again or ()))
        other.gone = True
        for name in names_of(other.paper):
            _put(by_name, name, first)
    return first


def _same_of(paper: Paper, holders: Sequence[_Kept]) -> list[_Kept]:
    """The first of the kept papers that is the same, among those at both ends of a long list."""
    if len(holders) > 2 * _CANDIDATES:
        holders = [*holders[:_CANDIDATES], *holders[-_CANDIDATES:]]
    for kept in holders:
        if not kept.gone and is_same_work(kept.paper, paper, together=kept.paper.source == paper.source):
            return [kept]
    return []


def _absorb(kept: _Kept, again: Paper, *others: Paper) -> None:
    """Completes a kept paper with another; `others` are what that one was met as."""
    kept.met_again = kept.met_again or []
    kept.met_again += (again, *others)
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
            Duplicate(title=again.title, source=again.source, line=again.line, kept=paper.key, kept_title=paper.title)
            for again in kept.met_again or ()
        ]
    return tuple(papers), tuple(duplicates)


def shelf_mark(paper: Paper) -> str:
    """What papers of the same title stand under; a short title's mark holds the abstract's beginning too."""
    name = normal_title(paper.title)
    if len(name) >= 40 or not is_short(name):
        return name
    return f"{name}\n{normal_title(paper.abstract[:300])}"
