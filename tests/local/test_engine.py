"""A real small model in this process: loaded, held to a form, cancelled, refused, two at once, unloaded."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from broadsheet.errors import ConfigError, ContextTooLong
from broadsheet.llm.prompt import Prompt
from broadsheet.local.engine import LlamaServer, start_engine
from broadsheet.local.memory_fit import Fit
from broadsheet.local.model import InProcessModel, LocalModel
from broadsheet.settings.loading import load_settings
from small_model import NAME, PATH, needs_model

pytestmark = needs_model

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


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaServer]:
    running = start_engine(PATH, FIT, gpu_layers=None)
    yield running
    running.close()


async def ask(count: int) -> list[str]:
    async with loaded() as model:
        answers = await asyncio.gather(*(model.complete(question(f"Kettle {number}?")) for number in range(count)))
        return [answer.text for answer in answers]


def test_it_answers_under_a_schema_and_several_at_once():
    for text in asyncio.run(ask(3)):
        assert json.loads(text)["colour"] in ("ochre", "violet")


def test_two_runs_at_once_have_a_model_each():
    async def both() -> list[list[str]]:
        return await asyncio.gather(ask(1), ask(1))

    assert [len(texts) for texts in asyncio.run(both())] == [1, 1]


def test_it_answers_nobody_without_the_key(engine: LlamaServer):
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(f"{engine.base_url}/models")
    refused.value.close()
    assert engine.base_url.startswith("http://127.0.0.1:")
    assert engine.key not in repr(engine)


def test_its_speed_is_told_in_tokens(engine: LlamaServer):
    read, written = engine.time_tokens("A paper says what was done. " * 6, 4)
    assert read > 0
    assert written > 0


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


def test_what_is_longer_than_its_context_is_said_to_be():
    async def too_long() -> None:
        async with loaded() as model:
            await model.complete(question("kettle " * 3000))

    with pytest.raises(ContextTooLong):
        asyncio.run(too_long())


def test_half_keeps_of_what_was_read_answer_too():
    async def quantised() -> str:
        async with loaded(Fit(1024, 1, 1, "q8_0", 0, 0)) as model:
            return (await model.complete(question())).text

    assert "colour" in asyncio.run(quantised())


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path):
    cut = tmp_path / "cut.gguf"
    with PATH.open("rb") as whole:
        cut.write_bytes(whole.read(3 << 20))
    with pytest.raises(ConfigError, match=r"cut\.gguf: llama\.cpp cannot load it"):
        start_engine(cut, FIT, gpu_layers=None)


@pytest.mark.parametrize(("own", "expected"), [({}, "'1000'"), ({"GOMP_SPINCOUNT": "7"}, "'7'")])
def test_idle_threads_leave_a_shared_core_to_others_unless_the_user_has_chosen(
    own: dict[str, str], expected: str
) -> None:
    """The library that runs the threads says itself how long they wait awake, where it is GNU's."""
    unset = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    said = subprocess.run(
        [sys.executable, "-c", "from broadsheet.local.engine import check_extra; check_extra()"],
        env=unset | own | {"OMP_DISPLAY_ENV": "verbose"},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    spins = [line.partition("=")[2].strip() for line in said.splitlines() if "GOMP_SPINCOUNT" in line]
    if not spins:
        pytest.skip("the threads of this wheel are not those of GNU's OpenMP")
    assert spins == [expected]
