"""What servers of one's own say of themselves, each kind in its own way, and what odd ones do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from broadsheet.llm.servers.probe import Running, is_near, probe
from broadsheet.local.engine import start_engine
from broadsheet.local.memory_fit import Fit
from faulty import drips, without_waiting
from near_servers import LLAMACPP, OLLAMA, STUDIO, VLLM, serving
from scripted import RawServer, http
from small_model import PATH, needs_model


def ask(answers: Mapping[str, Any], model: str | None = None) -> Running | None:
    with serving(answers) as url:
        return asyncio.run(probe(url, model, seconds=10))


def test_each_kind_says_what_a_call_may_hold_in_its_own_way():
    assert ask(OLLAMA, "steam:8b") == Running("Ollama", ("steam:8b", "lid:latest"), 4096, 40960)
    assert ask(STUDIO, "steam-8b") == Running("LM Studio", ("steam-8b",), 8192, 32768)
    assert ask(LLAMACPP, "anything") == Running("llama.cpp", ("steam.gguf",), 2048, 32768, 4)
    assert ask(VLLM, "steam/8b") == Running("vLLM", ("steam/8b",), 16384)


@needs_model
def test_a_real_server_of_llama_cpp_says_what_a_slot_holds():
    engine = start_engine(PATH, Fit(context=1024, slots=2, threads=1, kv="f16", memory=0, kept=0), gpu_layers=None)
    try:
        running = asyncio.run(probe(engine.base_url, "any", key=engine.key, seconds=30))
    finally:
        engine.close()
    assert (running.kind, running.context, running.most, running.slots) == ("llama.cpp", 1024, 8192, 2)


NUM_CTX = {"/api/show": {"model_info": {"steam.context_length": 40960}, "parameters": "stop x\nnum_ctx   8192"}}
NOT_LOADED = {"/api/ps": {"models": []}}


def test_a_model_that_ollama_has_not_loaded_gets_what_its_file_sets():
    set_to = ask(OLLAMA | NOT_LOADED | NUM_CTX, "steam:8b")
    assert (set_to.context, set_to.most, set_to.fixed) == (8192, 40960, True)
    unset = ask(OLLAMA | NOT_LOADED, "steam:8b")
    assert (unset.context, unset.most, unset.fixed) == (None, 40960, False)


def test_what_another_program_loaded_a_model_with_is_not_ours():
    wide = {"/api/ps": {"models": [{"name": "steam:8b", "context_length": 32768}]}}
    assert ask(OLLAMA | wide | NUM_CTX, "steam:8b").context == 8192
    assert ask(OLLAMA | NUM_CTX, "steam:8b").context == 4096


def test_models_that_are_loaded_come_first_and_those_that_write_nothing_not_at_all():
    tags = {"models": [{"name": "lid"}, {"name": "nomic-embed-text"}, {"name": "steam:8b"}]}
    assert ask(OLLAMA | {"/api/tags": tags}).models == ("steam:8b", "lid")
    rows = [
        {"id": "lid", "type": "llm", "state": "not-loaded"},
        {"id": "vectors", "type": "embeddings", "state": "loaded"},
        {"id": "steam", "type": "vlm", "state": "loaded"},
    ]
    assert ask({"/api/v0/models": {"data": rows}}).models == ("steam", "lid")


def test_llama_cpp_is_itself_although_it_has_the_door_of_ollama():
    assert ask(LLAMACPP | {path: OLLAMA[path] for path in ("/api/version", "/api/tags")}, "m").kind == "llama.cpp"


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"/v1/models": {"data": [{"id": "gpt", "owned_by": "somebody"}]}},
        {"/api/version": {"version": "2.1"}},  # a registry, a wiki, a build server
        {"/api/tags": {"models": []}, "/v1/models": {"data": []}},
        {"/api/v0/models": {"data": [{"id": "car", "name": "Estate"}]}},
        {"/props": {"default_generation_settings": [1]}, "/api/tags": {"models": "none"}},
        {"/props": b"<html>", "/api/version": b"[]", "/v1/models": b"\xff"},
        {"/v1/models": b"[" * 100_000},
        {"/v1/models": b" " * (5 << 20)},
    ],
)
def test_what_is_no_model_server_is_none(answers):
    assert ask(answers, "m") is None


def test_odd_figures_and_names_count_as_not_said():
    odd = {
        "/props": {"default_generation_settings": {"n_ctx": "many"}, "total_slots": -3},
        "/v1/models": {"data": [{"id": "a\nb"}, {"id": 7}, "x", {"id": "y" * 999}]},
    }
    assert ask(odd, "m") == Running("llama.cpp")


def test_a_server_that_never_answers_is_left_after_its_time():
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert asyncio.run(probe(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", seconds=0.2)) is None


class _Dripping(RawServer):
    """Says what it has to say a byte a second."""

    async def _play(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> bytes:
        await drips(http(json.dumps(VLLM["/v1/models"]).encode()))(request)(writer)
        return b""


def test_a_server_that_drips_is_left_after_its_time():
    async def ask_it() -> Running | None:
        async with _Dripping([]).running() as server:
            return await probe(server.url)

    assert without_waiting(ask_it()) is None


def test_one_question_left_open_spoils_no_other():
    class Half(RawServer):
        async def _play(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> bytes | None:
            return http(json.dumps(VLLM["/v1/models"]).encode()) if "/v1/models" in request["head"] else None

    async def ask_it() -> Running | None:
        async with Half([]).running() as server:
            return await probe(server.url, "steam/8b", seconds=1)

    assert asyncio.run(ask_it()) == Running("vLLM", ("steam/8b",), 16384)


def test_a_server_that_sends_elsewhere_is_not_followed():
    with serving(VLLM) as other:
        moved = http(b"", status=302, headers=f"Location: {other}/models\r\n")

        async def ask_it() -> Running | None:
            async with RawServer([moved]).running() as server:
                return await probe(server.url)

        assert asyncio.run(ask_it()) is None


def test_a_key_is_told_to_its_own_server_only_where_there_is_one():
    asked: list[tuple[str, str]] = []
    with serving(LLAMACPP, asked=asked) as url:
        asyncio.run(probe(url, key="pass"))
        asyncio.run(probe(url))
    assert {key for _, key in asked} == {"Bearer pass", ""}


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://localhost:1/v1", True),
        ("http://192.168.1.7:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("https://models.example/v1", False),
        ("http://8.8.8.8/v1", False),
        ("http://[broken/v1", False),
        ("", False),
    ],
)
def test_only_what_is_near_is_asked(url, near):
    assert is_near(url) is near
    if not near:
        assert asyncio.run(probe(url)) is None
