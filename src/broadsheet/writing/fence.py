"""Keeps a paper's text inside its fence: nothing in it may look like the fence itself."""

from __future__ import annotations

import re

_FENCE = re.compile(r"<(?=\s*/?\s*paper\b)", re.IGNORECASE)


def fence(text: str) -> str:
    """A text in which no `<paper …>` or `</paper>` can open or close."""
    return _FENCE.sub("‹", text)
