"""The invented papers that the files of tests/data/saved hold, and how a file is compared with what it should give."""

from __future__ import annotations

from typing import NamedTuple

from broadsheet.models import Paper
from broadsheet.reading.listing import read_inputs
from places import DATA

BIDS = (
    "Auctions for fishing quotas are run every spring in three harbours. We compare sealed bids with open bids over "
    "eleven years of sales. Sealed bids brought prices that were nine percent higher, and small boats won fewer lots "
    "under them. The result holds when the size of the fleet is taken into account."
)
BANK = (
    "Village banks lend to farmers who have no land to pledge. Using ledgers of forty banks we ask who pays back late "
    "and why. Late payment follows poor rain by one season and is not related to the size of the loan. Banks that met "
    "weekly lost half as much as banks that met once a month."
)
KETTLE = (
    "Kettles boil sooner on a ridge than in a valley. We timed 40 kettles over two winters. Ridge kettles boiled 90 "
    "seconds sooner on average."
)
SEALED, LATE, RIDGES = "Sealed bids and small boats", "Who pays a village bank late?", "Kettles on ridges boil sooner"


class Saved(NamedTuple):
    """What is told of one paper; the authors have semicolons between them."""

    title: str
    authors: str = ""
    abstract: str = ""
    published: str = "None"
    url: str = "None"


def read_saved(name: str) -> list[Saved]:
    """The papers of a file in tests/data/saved, in their order."""
    listing = read_inputs([str(DATA / "saved" / name)])
    return [_told(paper) for paper in listing.papers]


def _told(paper: Paper) -> Saved:
    abstract = " ".join(paper.abstract.split())
    return Saved(paper.title, "; ".join(paper.authors), abstract, str(paper.published), str(paper.url))
