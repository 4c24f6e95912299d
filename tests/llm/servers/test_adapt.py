"""What a server really gives counts over what was assumed, and never over what the reader wrote."""

from __future__ import annotations

import asyncio
from typing import Any

from broadsheet.llm.servers.adapt import assumed_of, fit_backend, look_around
from broadsheet.llm.servers.probe import Running
from broadsheet.settings.loading import load_settings
from broadsheet.settings.model import Backend
from near_servers import OLLAMA, VLLM, serving


def backend(**fields: Any) -> Backend:
    return Backend(base_url="http://127.0.0.1:8080/v1", **fields)


def test_what_the_server_gives_counts_over_what_was_only_assumed():
    running = Running("llama.cpp", context=16384, slots=8)
    fitted = fit_backend(backend(context=4096, concurrency=2), running, {"context", "concurrency"})
    assert (fitted.context, fitted.concurrency) == (16384, 8)


def test_what_the_reader_wrote_is_a_bound_that_only_the_server_lowers():
    own = backend(context=6000, concurrency=3)
    more = fit_backend(own, Running("llama.cpp", context=16384, slots=8), ())
    assert (more.context, more.concurrency) == (6000, 3)
    less = fit_backend(own, Running("llama.cpp", context=2048, slots=1), ())
    assert (less.context, less.concurrency) == (2048, 1)
    assert fit_backend(own, Running("llama.cpp"), ()) == own


def test_no_more_is_counted_on_than_a_model_could_have():
    assert fit_backend(backend(context=4096), Running("Ollama", most=2048), {"context"}).context == 2048
    assert fit_backend(backend(context=4096), Running("Ollama", most=40960), {"context"}).context == 4096


def test_what_is_as_shipped_or_unset_is_assumed():
    shipped = load_settings().backends["ollama"]
    assert {"context", "concurrency"} <= assumed_of("ollama", shipped)
    assert "context" not in assumed_of("ollama", shipped.model_copy(update={"context": 6000}))
    assert "context" in assumed_of("mine", backend())
    assert "context" not in assumed_of("mine", backend(context=8192))


def test_servers_are_looked_for_where_backends_that_are_near_expect_them(monkeypatch):
    with serving(OLLAMA) as ollama, serving(VLLM) as vllm:
        monkeypatch.setenv("OLLAMA_HERE", ollama)
        named = {
            "ollama": backend(base_url_env="OLLAMA_HERE"),
            "again": Backend(base_url=ollama),
            "mine": Backend(base_url=vllm),
            "far": Backend(base_url="https://models.example/v1"),
        }
        found = asyncio.run(look_around(load_settings().model_copy(update={"backends": named})))
    assert {name: running.kind for name, running in found.items()} == {"ollama": "Ollama", "mine": "vLLM"}
