"""What the tables of varieties are made of: an invented listing of a shape met in the wild, and what it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet.models import Listing
from broadsheet.reading.listing import read_inputs

GOATS = (
    "We measure how goats climb walls of growing slope. In 240 trials on three farms, dams climbed 12% higher than "
    "bucks (p < 0.05). The difference vanishes once the walls are wet."
)
LOOMS = (
    "Looms are driven by cards that wear out. We propose a card of brass, which lasts for ten thousand picks, and "
    "compare it with paper on four looms. Brass cards are slower by a fifth but never tear."
)
TIDES = (
    "Tables of tides are computed by hand and are often wrong. We describe an engine of nine wheels that prints them. "
    "Over a year its errors stay below two minutes, a tenth of those of the printed tables."
)
"""Abstracts that the varieties share; their titles are shared too."""

GOAT, LOOM, TIDE = (
    "Climbing Goats on Wet and Dry Walls: A Field Study",
    "Brass Cards for Faster Looms",
    "An Engine of Nine Wheels that Predicts the Tides",
)
WHOLE = {GOAT: GOATS, LOOM: LOOMS, TIDE: TIDES}


@dataclass(frozen=True)
class Variety:
    """A listing as somebody's file has it, and the titles and abstracts in it, whole and in their order."""

    name: str
    text: str | bytes
    format: str
    titles: tuple[str, ...] = (GOAT, LOOM)
    abstracts: tuple[str, ...] | None = None
    """By default each title's own of the three above."""
    authors: tuple[str, ...] = ()
    """Of the first paper, where the variety is about them."""
    identifiers: tuple[str, ...] = ()
    """The papers' keys, where the variety is about them."""

    def __str__(self) -> str:
        return self.name


def check(variety: Variety, folder: Path) -> Listing:
    """Reads a variety from a file, and compares everything that it says of itself."""
    file = folder / "listing"
    file.write_bytes(variety.text if isinstance(variety.text, bytes) else variety.text.encode())
    listing = read_inputs([str(file)])
    abstracts = tuple(WHOLE[title] for title in variety.titles) if variety.abstracts is None else variety.abstracts
    assert listing.sources[0].format == variety.format
    assert [paper.title for paper in listing.papers] == list(variety.titles)
    assert [" ".join(paper.abstract.split()) for paper in listing.papers] == list(abstracts)
    if variety.authors:
        assert listing.papers[0].authors == variety.authors
    if variety.identifiers:
        assert tuple(paper.key for paper in listing.papers) == variety.identifiers
    return listing


def plain(**names: str) -> list[dict[str, str]]:
    """The goats and the looms under the given names for title and abstract."""
    return [{names["title"]: title, names["abstract"]: text} for title, text in ((GOAT, GOATS), (LOOM, LOOMS))]


def of(name: str, document: Any, **said: Any) -> Variety:
    return Variety(name, json.dumps(document, indent=1), "JSON", **said)
