r"""Files of nothing but entries of BibTeX in its common form -> entries, by two patterns.

bibtexparser stops at every brace, comma, sign of equality and line end, in Python: half of the time that a file takes.
What is plain here is for it what it is for BibTeX, whatever its fields hold: braces two deep at most, none behind a
backslash, and no `@`; values in quotation marks, strings, comments and broken entries are bibtexparser's.
"""

from __future__ import annotations

from typing import NamedTuple

from broadsheet.text.lazy_regex import lazy_regex

_SIGNS = r"[^{}\\@]++|\\[^{}\\@\n]"
_VALUE = rf"\{{(?:{_SIGNS}|\{{(?:{_SIGNS}|\{{(?:{_SIGNS})*+\}})*+\}})*+\}}|\w++"
_NAME = r"[A-Za-z][\w-]*+"
_ENTRY = lazy_regex(
    r"\s*+(?P<whole>@(?!(?i:comment|preamble|string))\w++[ \t]*+\{\s*+(?P<key>[^,{}=\"@\\\s]++)\s*+,"
    rf"(?P<fields>(?:\s*+{_NAME}\s*+=\s*+(?:{_VALUE})\s*+(?:,|(?=\}})))*+)\s*+\}})"
)
"""Nothing in it is gone back over, so that the time is linear."""
_FIELD = lazy_regex(rf"({_NAME})\s*+=\s*+({_VALUE})")


class Entry(NamedTuple):
    """An entry as it stands: its line from 0, its text, its key, and its fields with what encloses their values."""

    line: int
    raw: str
    key: str
    fields: list[tuple[str, str]]


def read_plain(text: str) -> list[Entry] | None:
    """The entries of a text that has nothing else; `None` for all others."""
    entries: list[Entry] = []
    at = line = counted = 0
    end = len(text.rstrip())
    while at < end:
        found = _ENTRY.match(text, at)
        if found is None:
            return None
        start, at = found.start("whole"), found.end()
        line, counted = line + text.count("\n", counted, start), start
        entries.append(Entry(line, found["whole"], found["key"], _FIELD.findall(found["fields"])))
    return entries
