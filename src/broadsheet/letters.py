"""A letter: what rendering makes of a digest and delivery sends, one for all who read alike."""

from __future__ import annotations

import dataclasses

LEAVE = "urn:broadsheet:leave"
"""What stands in a letter where one reader's own link to leave will stand."""
PREFERENCES = "urn:broadsheet:preferences"


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """What everybody gets who reads alike; `shown` of `papers` papers stand in it."""

    subject: str
    html: str
    text: str
    shown: int = 0
    papers: int = 0
