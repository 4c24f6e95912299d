"""Whoever writes is opened as the configuration says: the model, its budget, its memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from broadsheet.digests.open_session import open_session
from broadsheet.errors import ConfigError, Stopped
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.settings.loading import Settings, load_settings
from faulty import settings_for
from loopback import ModelServer
from near_servers import LLAMACPP, serving

PROMPT = Prompt(system="Be brief.", user="Say hello.", schema={"type": "object"}, max_tokens=50)
PRICES = {"prices": {"plain-8b": {"prompt": 1.0, "completion": 4.0}}}
T = TypeVar("T")


def within(settings: Settings, work: Callable[[Session | None], Awaitable[T]]) -> T:
    """What comes of some work with an open session."""

    async def run() -> T:
        async with open_session(settings) as session:
            return await work(session)

    return asyncio.run(run())


async def call(session: Session | None) -> Session:
    assert session is not None
    await session.dispatcher.call(PROMPT)
    return session


def writer_of(url: str, **llm: Any) -> tuple[int, int]:
    """The context and the calls at once that a run with a server of the reader's own goes by."""

    async def look(session: Session | None) -> tuple[int, int]:
        assert session is not None
        return session.backend.context, session.at_once

    return within(settings_for(url, backend={"base_url": url, "concurrency": 3}, **llm), look)


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


def test_the_built_in_engine_has_no_session():
    async def nobody(session: Session | None) -> bool:
        return session is None

    assert within(load_settings(), nobody)


def test_a_cap_in_dollars_needs_a_price_and_says_where_it_belongs():
    with pytest.raises(ConfigError, match=r"`llm\.max_cost` needs to know .* `backends\.faulty\.prices`"):
        within(settings_for("http://127.0.0.1:9/v1", max_cost=1.0), call)


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        ({"max_calls": 0}, "the cap of 0 calls"),
        ({"max_run_tokens": 10}, "the cap of 10 tokens"),
        ({"max_cost": 0.0}, r"the cap of \$0"),
        ({"offline": True}, "it is not in the cache, and --offline asks nobody"),
    ],
)
def test_at_a_cap_and_offline_nothing_is_sent(caps: dict[str, Any], said: str):
    with ModelServer() as server, pytest.raises(Stopped, match=said):
        within(settings_for(server.url, backend=PRICES, **caps), call)
    assert server.calls == []


def test_what_a_call_took_is_priced():
    with ModelServer() as server:
        session = within(settings_for(server.url, backend=PRICES), call)
    assert (session.dispatcher.usage.calls, session.dispatcher.usage.money) == (1, pytest.approx(180e-6))


def test_what_is_kept_outlives_the_run_but_for_recordings_and_where_no_cache_is_wanted():
    async def keep(session: Session | None) -> None:
        assert session is not None
        session.dispatcher.memory.keep("key", "An answer.")

    async def recall(session: Session | None) -> list[str]:
        assert session is not None
        return list(session.dispatcher.memory.recall(["key"]).values())

    url = "http://127.0.0.1:9/v1"
    plain, recording = settings_for(url), settings_for(url, record=Path("tape"))
    without = plain.model_copy(update={"cache": plain.cache.model_copy(update={"use": False})})
    for settings in (recording, without):
        within(settings, keep)
        assert within(settings, recall) == []
    assert within(plain, recall) == []
    within(plain, keep)
    assert within(plain, recall) == ["An answer."]
    assert (within(recording, recall), within(without, recall)) == ([], [])
