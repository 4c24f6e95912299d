"""Looks at the files of a listing again and again, and says when they have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from broadsheet.errors import UsageError
from broadsheet.reading.input import STDIN, files_of, path_of_address
from broadsheet.reading.listing import named_paper
from broadsheet.reading.sources.query import is_live

SECONDS = 1.0
"""From one look to the next."""

Stamp = frozenset[tuple[str, int, int]]
"""The files that are there, each with the time of its last change and its size."""


def watched(inputs: Sequence[str]) -> list[str]:
    """The inputs that are files, folders or patterns; raises `UsageError` where none is."""
    files = [name for name in inputs if name != STDIN and not is_live(name) and named_paper(name) is None]
    if not files:
        raise UsageError("--watch needs a file, a folder or a pattern among the inputs: only those change here.")
    return files


def stamp(names: Sequence[str]) -> Stamp:
    """What can be seen of files without reading them; one that is not there is not in it."""
    found = []
    for name in names:
        path = path_of_address(name)
        folder = files_of(path)
        for file in [path] if folder is None else folder:
            try:
                status = Path(file).expanduser().stat()
            except (OSError, ValueError):
                continue  # it may be being written anew
            found.append((file, status.st_mtime_ns, status.st_size))
    return frozenset(found)


def changes(known: Stamp, look: Callable[[], Stamp], sleep: Callable[[float], None]) -> Iterator[None]:
    """An item, without end, whenever what `look` sees is no more what was `known` and has come to rest.

    A file that is still being written differs from one look to the next, and one that is gone is waited for.
    """
    last = known
    while True:
        sleep(SECONDS)
        now = look()
        if now == last and now != known and now:
            known = now
            yield
        last = now
