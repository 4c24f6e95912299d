"""The index of a search through other pages: a script, for a page that is read as a file may load nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

BEGINS = "broadsheetIndex("
"""How every index begins: a call of the function that `templates/search.js` defines."""


class IndexedPage(NamedTuple):
    """A page's address from the search's base, its name in what is found, and anchor, title, TL;DR of its papers."""

    href: str
    name: str
    papers: Iterable[tuple[str, str, str]]


def index_script(pages: Sequence[IndexedPage]) -> Iterator[str]:
    """The index of pages, in parts: `pages` has addresses and names, `papers` rows of page, anchor, title, TL;DR."""
    yield f'{BEGINS}{{"pages":{_dump([(page.href, page.name) for page in pages])},"papers":['
    between = ""
    for number, page in enumerate(pages):
        if rows := _dump([(number, *paper) for paper in page.papers])[1:-1]:
            yield between + rows
            between = ","
    yield "]});\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
