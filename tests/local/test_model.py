"""A model in this process as a run has it: loaded with its first prompt, held to a form, cancelled, unloaded."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broadsheet.errors import ContextTooLong
from broadsheet.llm.prompt import Prompt
from broadsheet.local.memory_fit import Fit
from broadsheet.local.model import InProcessModel, LocalModel, find_in_process_model
from broadsheet.settings.loading import load_settings
from small_model import NAME, PATH, needs_model


@needs_model
def test_a_model_is_known_by_its_file_wherever_that_lies(tmp_path: Path):
    (tmp_path / "copy").mkdir()
    moved = tmp_path / "copy" / PATH.name
    moved.symlink_to(PATH)
    here, there = (
        find_in_process_model(load_settings(flags={"llm": {"backend": "local", "model": name}})).address
        for name in (NAME, str(moved))
    )
    assert here == there
    assert str(tmp_path) not in there.who


SCHEMA = {
    "type": "object",
    "properties": {"colour": {"enum": ["ochre", "violet"]}},
    "required": ["colour"],
    "additionalProperties": False,
}


FIT = Fit(context=1024, slots=2, threads=1, kv="f16", memory=0, kept=0)


def question(user: str = "Which colour has the kettle?", *, tokens: int = 40) -> Prompt:
    return Prompt(system="You answer briefly, as JSON.", user=user, schema=SCHEMA, max_tokens=tokens)


@contextlib.asynccontextmanager
async def loaded(fit: Fit = FIT) -> AsyncIterator[LocalModel]:
    settings = load_settings(flags={"llm": {"backend": "local", "model": NAME}})
    model = LocalModel(InProcessModel(NAME, PATH, fit), settings.backend, settings)
    try:
        yield model
    finally:
        await model.close()


async def ask(count: int) -> list[str]:
    async with loaded() as model:
        answers = await asyncio.gather(*(model.complete(question(f"Kettle {number}?")) for number in range(count)))
        return [answer.text for answer in answers]


@needs_model
def test_it_answers_under_a_schema_and_several_at_once():
    for text in asyncio.run(ask(3)):
        assert json.loads(text)["colour"] in ("ochre", "violet")


@needs_model
def test_two_runs_at_once_have_a_model_each():
    async def both() -> list[list[str]]:
        return await asyncio.gather(ask(1), ask(1))

    assert [len(texts) for texts in asyncio.run(both())] == [1, 1]


@needs_model
def test_a_cancelled_call_frees_its_slot_and_the_model_answers_on():
    async def cancel_and_ask() -> str:
        async with loaded(Fit(1024, 1, 1, "f16", 0, 0)) as model:
            await model.client()  # loading is no part of it
            long = Prompt(system="", user="Tell a story.", schema={"type": "object"}, max_tokens=900)
            call = asyncio.create_task(model.complete(long))
            await asyncio.wait({call}, timeout=0.5)
            call.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await call
            return (await model.complete(question())).text

    assert "colour" in asyncio.run(cancel_and_ask())


@needs_model
def test_closing_hangs_up_on_a_call_under_way():
    async def close_at_once() -> None:
        async with loaded() as model:
            await model.client()
            call = asyncio.create_task(model.complete(question(tokens=900)))
            await asyncio.wait({call}, timeout=0.3)
            call.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await call

    asyncio.run(close_at_once())


@needs_model
def test_what_is_longer_than_its_context_is_said_to_be():
    async def too_long() -> None:
        async with loaded() as model:
            await model.complete(question("kettle " * 3000))

    with pytest.raises(ContextTooLong):
        asyncio.run(too_long())


@needs_model
def test_half_keeps_of_what_was_read_answer_too():
    async def quantised() -> str:
        async with loaded(Fit(1024, 1, 1, "q8_0", 0, 0)) as model:
            return (await model.complete(question())).text

    assert "colour" in asyncio.run(quantised())
