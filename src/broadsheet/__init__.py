"""Broadsheet turns a pile of paper abstracts into a digest worth reading.

import broadsheet

listing = broadsheet.read("listing.txt")
digest = broadsheet.digest(listing)
print(broadsheet.render(digest, "md"))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Loaded on first use: `broadsheet --help` and `import broadsheet` stay quick.
_HOMES = {
    "BroadsheetError": "broadsheet.errors",
    "Comparison": "broadsheet.models",
    "Digest": "broadsheet.api",  # which knows how a notebook shows one
    "Listing": "broadsheet.models",
    "Paper": "broadsheet.models",
    "Settings": "broadsheet.settings.loading",
    "Summary": "broadsheet.models",
    "Theme": "broadsheet.models",
    "acompare": "broadsheet.api",
    "adigest": "broadsheet.api",
    "compare": "broadsheet.api",
    "digest": "broadsheet.api",
    "load_settings": "broadsheet.settings.loading",
    "read": "broadsheet.api",
    "render": "broadsheet.api",
}

__all__ = [
    "BroadsheetError",
    "Comparison",
    "Digest",
    "Listing",
    "Paper",
    "Settings",
    "Summary",
    "Theme",
    "acompare",
    "adigest",
    "compare",
    "digest",
    "load_settings",
    "read",
    "render",
]

if TYPE_CHECKING:
    from broadsheet.api import acompare, adigest, compare, digest, read, render
    from broadsheet.errors import BroadsheetError
    from broadsheet.models import Comparison, Digest, Listing, Paper, Summary, Theme
    from broadsheet.settings.loading import Settings, load_settings


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'broadsheet' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names alone, those that are not loaded yet among them."""
    return [*__all__, "__version__"]
