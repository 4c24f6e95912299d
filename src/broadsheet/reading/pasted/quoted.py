"""Text that mail programs quoted: `> ` before each line, once for every time that it was answered or forwarded."""

from __future__ import annotations

import re

from broadsheet.text.lazy_regex import lazy_regex

_QUOTED_LINES = lazy_regex(r"(?:^[ \t]?>[^\n]*+(?:\n|\Z)){3,}+", re.MULTILINE)
"""Fewer lines than these may begin with a sign of comparison."""
_MARKS = lazy_regex(r"^[ \t]?(?:> ?)++", re.MULTILINE)


def without_quote_marks(text: str) -> str:
    """The text without the marks of quoting at the beginnings of lines that stand together; all lines stay in place.

    >>> without_quote_marks("Look:\\n> > Title: Boats\\n> > By: Ada\\n> >\\n> Yours")
    'Look:\\nTitle: Boats\\nBy: Ada\\n\\nYours'
    """
    if ">" not in text:
        return text
    return _QUOTED_LINES.sub(lambda lines: _MARKS.sub("", lines[0]), text)
