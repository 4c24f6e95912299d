"""Whoever writes is opened as the configuration says: the model, its budget, its memory."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from broadsheet.digests.open_session import open_session
from faulty import settings_for
from near_servers import LLAMACPP, serving


def writer_of(url: str, **llm: Any) -> tuple[int, int]:
    """The context and the calls at once that a run with a server of the reader's own goes by."""
    settings = settings_for(url, backend={"base_url": url, "concurrency": 3}, **llm)

    async def open_it() -> tuple[int, int]:
        async with open_session(settings) as session:
            return session.backend.context, session.at_once

    return asyncio.run(open_it())


def test_a_run_goes_by_what_the_server_says_and_asks_it_nothing_when_it_may_ask_nobody():
    asked: list[tuple[str, str]] = []
    with serving(
        LLAMACPP | {"/props": {"default_generation_settings": {"n_ctx": 2048}, "total_slots": 2}}, asked=asked
    ) as url:
        assert writer_of(url) == (2048, 2)
        asked.clear()
        Path("tape").mkdir()
        for silent in ({"offline": True}, {"record": Path("tape")}, {"replay": Path("tape")}):
            assert writer_of(url, **silent) == (8192, 3)
    assert asked == []
