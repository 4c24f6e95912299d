"""Papers, and a session whose model is scripted, for tests of TL;DRs."""

from __future__ import annotations

import asyncio

from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.session import Session
from broadsheet.models import Paper
from broadsheet.settings.loading import load_settings
from broadsheet.settings.model import Backend
from broadsheet.settings.resources import Resources
from scripted import ScriptedModel

TOPICS = "kettle lighthouse beehive glacier trombone harbour orchard volcano satellite violin".split()  # noqa: SIM905


PAPERS = tuple(
    Paper(
        key=f"hash:{topic}",
        title=f"On the {topic} and its neighbours",
        abstract=f"The {topic} was measured for {number} days in the valley of Nowhere. Nothing else was measured.",
    )
    for number, topic in enumerate(TOPICS, start=20)
)


BY_KEY = {paper.key: paper for paper in PAPERS}


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


def session_for(model: ScriptedModel, writing: dict[str, object] | None = None, **backend) -> Session:
    made = Backend(**{"base_url": "http://127.0.0.1:1/v1", "batch_size": 5, "concurrency": 2, **backend})
    dispatcher = Dispatcher(model, at_once=2, sleep=no_sleep)
    settings = load_settings(flags={"writing": writing or {}})
    return Session(dispatcher, made, settings, Resources(), count=lambda text: len(text) // 4)
