"""Which rows may be the same paper: those that share a name, a title or a key, found in bounded memory.

Rows that share nothing, not even through others, are never compared by `merge_duplicates`; so each group of rows that
do can be merged by itself, with the same decisions as all rows at once.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from broadsheet.models import Paper
from broadsheet.reading.deduplication import shelf_mark
from broadsheet.reading.same_work import names_of

_FILES = 64
_HELD = 2**16
"""RowLinks that are kept before they are written."""
_LINK = np.dtype([("link", "<u8"), ("row", "<u8")])


def links_of(paper: Paper) -> list[bytes]:
    """What a paper may share with another one, each as eight bytes; two that are alike by chance only cost a look."""
    told = [*names_of(paper), f"={shelf_mark(paper)}", f"#{paper.key}"]
    return [
        hashlib.blake2b(one.encode("utf-8", "surrogatepass"), digest_size=8).digest() for one in dict.fromkeys(told)
    ]


class RowLinks:
    """The links of all rows, in files by their first bits: only those of one file are ever in memory."""

    def __init__(self, folder: Path) -> None:
        self._paths = [folder / f"links-{at:02d}" for at in range(_FILES)]
        self._held = [bytearray() for _ in range(_FILES)]
        self._count = 0

    def add(self, row: int, links: Iterable[bytes]) -> None:
        """Adds what a row has; raises `OSError`."""
        for link in links:
            self._held[link[7] % _FILES] += link + row.to_bytes(8, "little")  # the last byte: a number's highest
            self._count += 1
        if self._count >= _HELD:
            self._write()

    def _write(self) -> None:
        for path, held in zip(self._paths, self._held, strict=True):
            if held:
                with path.open("ab") as file:
                    file.write(held)
                held.clear()
        self._count = 0

    def join(self, rows: int) -> RowGroups:
        """The groups of `rows` rows; raises `OSError`."""
        self._write()
        groups = RowGroups(rows)
        for path in self._paths:
            if not path.exists():
                continue
            links = np.fromfile(path, _LINK)
            links = links[np.argsort(links["link"], kind="stable")]
            same = np.flatnonzero(links["link"][1:] == links["link"][:-1])
            for first, second in zip(links["row"][same].tolist(), links["row"][same + 1].tolist(), strict=True):
                groups.join(first, second)
        return groups


class RowGroups:
    """Rows in groups, by a union-find over numbers: five bytes a row."""

    def __init__(self, rows: int) -> None:
        self._above = array("I", range(rows))
        self._joined = bytearray(rows)
        self.members = 0
        """How many rows have company."""

    def first_of(self, row: int) -> int:
        """The first row of a row's group."""
        above = self._above
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    def is_alone(self, row: int) -> bool:
        """Whether a row shares nothing with any other."""
        return not self._joined[row]

    def join(self, first: int, second: int) -> None:
        """Makes one group of those of two rows."""
        for row in (first, second):
            self.members += not self._joined[row]
            self._joined[row] = 1
        one, two = sorted((self.first_of(first), self.first_of(second)))
        self._above[two] = one
