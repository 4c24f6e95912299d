"""Papers that a listing names only because a new version of them replaced an older one."""

from __future__ import annotations

from broadsheet.errors import NoPapers
from broadsheet.models import REPLACED, Listing


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
