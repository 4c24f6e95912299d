"""Where the tests find things: their own data, the project's root, and the real data beside it, where there is any."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
DATA = TESTS / "data"
CASSETTES = TESTS / "cassettes"
SUPPORT = TESTS / "support"
EXAMPLES = ROOT / "examples"
SHARED = ROOT.parent / "shared"
