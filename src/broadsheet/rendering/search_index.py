"""The index of a search through other pages: a script, for a page that is read as a file may load nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

BEGINS = "broadsheetIndex("
"""How every index begins: a call of the function that `templates/search.js` defines."""


class IndexedPage(NamedTuple):
    """A page's address from the search's base, its name in what is found, and anchor, title, TL;DR of its papers."""

    href: str
    name: str
    papers: Sequence[tuple[str, str, str]]


def index_script(pages: Iterable[IndexedPage]) -> str:
    """The index of pages: `pages` has their addresses and names, `papers` rows of page, anchor, title, TL;DR."""
    named: list[tuple[str, str]] = []
    papers: list[tuple[int, str, str, str]] = []
    for number, page in enumerate(pages):
        named.append((page.href, page.name))
        papers.extend((number, *paper) for paper in page.papers)
    rows = json.dumps({"pages": named, "papers": papers}, ensure_ascii=False, separators=(",", ":"))
    return f"{BEGINS}{rows});\n"
