"""The configuration of an edition that is sent."""

from __future__ import annotations

import json
from pathlib import Path


def config(place: Path, **transport) -> str:
    fields = {
        "title": "The Kitchen",
        "mail": {"from": "The Kitchen <digest@example.org>", "transport": transport},
        "edition": {"state": "s.sqlite"},
    }
    (place / "weekly.yaml").write_text(json.dumps(fields))
    return str(place / "weekly.yaml")
