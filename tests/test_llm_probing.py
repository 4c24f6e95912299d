"""What servers of one's own say of themselves, each kind in its own way, and what odd ones do not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from broadsheet.llm.probing import Running, is_near, probe
from broadsheet.model_settings import Backend
from broadsheet.servers import fit_backend
from near_servers import LLAMACPP, OLLAMA, STUDIO, VLLM, serving


def ask(answers: Mapping[str, Any], model: str | None = None) -> Running | None:
    with serving(answers) as url:
        return asyncio.run(probe(url, model, seconds=10))


def test_each_kind_says_what_a_call_may_hold_in_its_own_way():
    assert ask(OLLAMA, "steam:8b") == Running("Ollama", ("steam:8b", "lid:latest"), 4096, 40960)
    assert ask(STUDIO, "steam-8b") == Running("LM Studio", ("steam-8b",), 8192, 32768)
    assert ask(LLAMACPP, "anything") == Running("llama.cpp", ("steam.gguf",), 2048, 32768, 4)
    assert ask(VLLM, "steam/8b") == Running("vLLM", ("steam/8b",), 16384)


def test_a_model_that_ollama_has_not_loaded_gets_what_its_file_sets():
    assert ask(OLLAMA | {"/api/ps": {"models": []}}, "steam:8b").context == 8192
    unset = OLLAMA | {"/api/ps": {"models": []}, "/api/show": {}}
    assert ask(unset, "steam:8b") == Running("Ollama", ("steam:8b", "lid:latest"))


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"/v1/models": {"data": [{"id": "gpt", "owned_by": "somebody"}]}},
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


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://localhost:1/v1", True),
        ("http://192.168.1.7:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("https://models.example/v1", False),
        ("http://8.8.8.8/v1", False),
        ("", False),
    ],
)
def test_only_what_is_near_is_asked(url, near):
    assert is_near(url) is near
    if not near:
        assert asyncio.run(probe(url)) is None


def test_what_the_server_gives_counts_over_what_was_only_assumed():
    assumed = Backend(base_url="http://127.0.0.1:8080/v1", context=4096, concurrency=2)
    running = Running("llama.cpp", context=16384, slots=8)
    fitted = fit_backend(assumed, running, assumed)
    assert (fitted.context, fitted.concurrency) == (16384, 8)


def test_what_the_reader_wrote_is_a_bound_that_only_the_server_lowers():
    assumed = Backend(base_url="http://127.0.0.1:8080/v1", context=4096, concurrency=2)
    own = assumed.model_copy(update={"context": 6000, "concurrency": 3})
    more = fit_backend(own, Running("llama.cpp", context=16384, slots=8), assumed)
    assert (more.context, more.concurrency) == (6000, 3)
    less = fit_backend(own, Running("llama.cpp", context=2048, slots=1), assumed)
    assert (less.context, less.concurrency) == (2048, 1)
    assert fit_backend(own, Running("llama.cpp"), assumed) == own
