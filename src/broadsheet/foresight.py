"""What a digest will take, before it is begun; of a model in this process also how quick this machine is with it."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.llm.backend import Address
from broadsheet.llm.memory import Memory
from broadsheet.local.resident import LocalModel, Resident
from broadsheet.local.tempo import Tempo, keep_tempo, recall_tempo
from broadsheet.models import Paper
from broadsheet.servers import adapt_settings
from broadsheet.settings import Settings
from broadsheet.store.answers import AnswerStore, Speed
from broadsheet.writers import cache_path, find_whom, open_writer
from broadsheet.writing.planning import Plan, plan_digest

FEW_CALLS = 8
"""Calls after which what they took tells more than a short trial."""


async def foresee(papers: Sequence[Paper], settings: Settings) -> Plan | None:
    """The plan for these papers, asking no model elsewhere; `None` for the built-in engine.

    A server of one's own is asked what it holds, since the run will go by that.

    A model in this process that was never timed on this machine is loaded and timed first.
    """
    silent = settings.model_copy(update={"llm": settings.llm.model_copy(update={"offline": True, "max_cost": None})})
    address, resident = find_whom(silent)
    if resident is None and not settings.llm.offline and settings.llm.replay is None and settings.llm.record is None:
        silent = await adapt_settings(silent, address)
    async with open_writer(silent) as writer:
        if writer is None or address is None:
            return None
        speed, tempo = _speed(writer.dispatcher.memory, address), None
        if resident is not None and (speed is None or speed.calls < FEW_CALLS):
            speed, tempo = None, (await time_model(resident, settings)).seconds
        return plan_digest(papers, writer, themes=settings.theme_count, speed=speed, tempo=tempo)


async def time_model(resident: Resident, settings: Settings) -> Tempo:
    """How quick the model is here: remembered, or measured now."""
    file = cache_path(settings).with_name("local-speed.json")
    who = f"{resident.address.who} {resident.fit.threads} threads {resident.fit.slots} slots"
    known = recall_tempo(file, who)
    if known is not None:
        return known
    assert settings.backend is not None  # noqa: S101 - a resident belongs to one
    model = LocalModel(resident, settings.backend, settings)
    try:
        tempo = await model.measure()
    finally:
        await model.close()
    keep_tempo(file, who, tempo)
    return tempo


def _speed(memory: Memory, address: Address) -> Speed | None:
    return memory.speed(address.who) if isinstance(memory, AnswerStore) else None
