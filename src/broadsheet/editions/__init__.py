"""Recurring editions: collect new papers, make a numbered digest, keep it, publish the archive, send it.

import datetime as dt
from broadsheet.editions import open_edition, run_edition

run = run_edition(open_edition("weekly.yaml"), dt.datetime.now(dt.UTC))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__all__ = [
    "EditionRun",
    "StandingEdition",
    "is_edition_due",
    "keep_edition",
    "open_edition",
    "rebuild_archive",
    "rehearse_edition",
    "remake_edition",
    "run_edition",
]

if TYPE_CHECKING:
    from broadsheet.editions.run import (
        EditionRun,
        StandingEdition,
        is_edition_due,
        keep_edition,
        open_edition,
        rebuild_archive,
        rehearse_edition,
        remake_edition,
        run_edition,
    )


def __getattr__(name: str) -> Any:
    """Loads a public name on first use, so that importing a part of this package does not load the mail code."""
    if name not in __all__:
        raise AttributeError(f"module 'broadsheet.editions' has no attribute {name!r}")
    return getattr(importlib.import_module("broadsheet.editions.run"), name)
