"""A real small model uses the desk by the protocol: it is told the tools, makes a call, and the server answers it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from broadsheet.local.engine import LlamaServer, start_engine
from broadsheet.local.memory_fit import Fit
from commands import PROCESS
from places import EXAMPLES
from small_model import PATH, needs_model

mcp = pytest.importorskip("mcp", reason="mcp is missing: it is in the extra `test`")

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")
FIT = Fit(context=4096, slots=1, threads=2, kv="f16", memory=0, kept=0)
QUESTION = "Search the shelf for papers about telescopes."


def brief(schema: Any) -> Any:
    """A schema whose texts end: a model of this size goes on for ever."""
    if isinstance(schema, dict):
        told = {name: brief(value) for name, value in schema.items()}
        return {**told, "maxLength": 30} if told.get("type") == "string" else told
    return [brief(value) for value in schema] if isinstance(schema, list) else schema


def calls_of(tools: Sequence[Any]) -> dict[str, Any]:
    """The schema of a call of any of the tools."""
    return {
        "anyOf": [
            {
                "type": "object",
                "properties": {"name": {"const": tool.name}, "arguments": brief(tool.input_schema)},
                "required": ["name", "arguments"],
                "additionalProperties": False,
            }
            for tool in tools
        ]
    }


async def choose(engine: LlamaServer, tools: Sequence[Any], question: str) -> dict[str, Any]:
    """The call that the model makes of a question."""
    told = "\n".join(f"- {tool.name}: {tool.description}" for tool in tools)
    asked = {
        "messages": [
            {"role": "system", "content": f"You answer with one call of a tool, as JSON.\n{told}"},
            {"role": "user", "content": question},
        ],
        "temperature": 0,
        "max_tokens": 200,
        "response_format": {"type": "json_schema", "json_schema": {"name": "call", "schema": calls_of(tools)}},
    }
    async with httpx2.AsyncClient(timeout=300) as http:
        key = {"Authorization": f"Bearer {engine.key}"}
        answer = await http.post(f"{engine.base_url}/chat/completions", json=asked, headers=key)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.json()["choices"][0]["message"]["content"])
    return found


async def use(engine: LlamaServer, state: Path) -> tuple[dict[str, Any], Any]:
    """The model's call, and what the tool answered."""
    command = [*PROCESS, "mcp", "--state", str(state)]
    server = mcp.StdioServerParameters(command=command[0], args=command[1:], env={**os.environ})
    async with mcp.Client(mcp.stdio_client(server)) as client:
        await client.call_tool("digest_listing", {"text": TEXT})
        call = await choose(engine, (await client.list_tools()).tools, QUESTION)
        return call, await client.call_tool(call["name"], call["arguments"])


@needs_model
def test_a_model_makes_a_call_and_the_tool_answers_it(tmp_path: Path) -> None:
    assert PATH is not None
    engine = start_engine(PATH, FIT, gpu_layers=None)
    try:
        call, answer = asyncio.run(use(engine, tmp_path / "desk.sqlite"))
    finally:
        engine.close()
    said = json.dumps(answer.structured_content)[:500]
    print(f"\n{QUESTION}\n{json.dumps(call)}\n{said}")  # noqa: T201 - with `pytest -s`, for who wants to see it
    assert call["name"] == "search_shelf"
    assert not answer.is_error
    assert answer.structured_content["result"]
