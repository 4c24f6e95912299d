"""What a page's search loads, as the browser would see it."""

from __future__ import annotations

import json
from typing import Any


def indexed(script: str) -> dict[str, Any]:
    """The index that a script hands to `broadsheetIndex`."""
    assert script.startswith("broadsheetIndex(")
    return json.loads(script.removeprefix("broadsheetIndex(").removesuffix(");\n"))
