"""`digest.json` in parts is the same text as in one."""

from __future__ import annotations

import pytest

from broadsheet.models import Digest
from broadsheet.rendering.digest_json import dump_digest
from sample_digest import DIGEST


@pytest.mark.parametrize("times", [0, 1, 99, 250])
def test_the_parts_joined_are_the_whole(times: int) -> None:
    digest: Digest = DIGEST.model_copy(update={"papers": DIGEST.papers * times, "summaries": DIGEST.summaries * times})
    parts = list(dump_digest(digest))
    assert "".join(parts) == digest.model_dump_json(indent=2) + "\n"
    assert max(map(len, parts)) < 200_000
