"""Papers of nine matters in three crafts, nine themes of them, and a digest with sections."""

from __future__ import annotations

from broadsheet.models import Digest, Paper, Theme
from invented_papers import paper
from long_digest import long_digest

CRAFTS = {
    "harbour sailor anchor deck mast": ("wet knots", "slack moorings", "loud foghorns"),
    "bakery flour oven dough yeast": ("tidal bread", "sour crusts", "slow ovens"),
    "garden soil hedge seed petal": ("moss clocks", "shy ferns", "damp gravel"),
}
"""Matters by the words that their papers share."""


def craft_papers(each: int = 4) -> list[Paper]:
    """So many papers of each matter, which share words with those of its craft."""
    return [
        paper(
            f"{matter} {number}",
            f"On {matter}, part {number}",
            f"We study {matter} by {craft}, and {matter} again.",
        )
        for craft, matters in CRAFTS.items()
        for matter in matters
        for number in range(each)
    ]


def craft_themes(each: int = 4) -> tuple[Theme, ...]:
    """A theme of each matter, those of one craft apart from each other."""
    matters = [matters[at] for at in range(3) for matters in CRAFTS.values()]
    return tuple(
        Theme(title=matter.capitalize(), paper_keys=tuple(f"{matter} {number}" for number in range(each)))
        for matter in matters
    )


def sectioned_digest(papers: int = 60) -> Digest:
    """A digest of six themes: five in the sections Kitchen and Yard, which do not stand together, and the others."""
    made = long_digest(papers, themes=6)
    sections = ("Kitchen", "Yard", "Kitchen", "Yard", "Kitchen", "")
    themes = tuple(
        theme.model_copy(update={"section": section, "other": not section})
        for theme, section in zip(made.themes, sections, strict=True)
    )
    return made.model_copy(update={"themes": themes})
