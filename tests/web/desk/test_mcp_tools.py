"""The desk's tools as the protocol's own client sees them, over the real process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from broadsheet.store.desk import list_runs, list_stars, open_desk
from commands import PROCESS
from places import EXAMPLES

mcp = pytest.importorskip("mcp", reason="mcp is missing: it is in the extra `test`")

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")


def use(state: Path, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """What comes of work with a client of `broadsheet mcp` on a desk's file."""

    async def run() -> Any:
        command = [*PROCESS, "mcp", "--state", str(state)]
        async with mcp.Client(
            mcp.stdio_client(mcp.StdioServerParameters(command=command[0], args=command[1:], env={**os.environ}))
        ) as client:
            return await work(client)

    return asyncio.run(run())


def told(result: Any) -> Any:
    """What a tool answered, as JSON."""
    assert not result.is_error, result.content
    found = result.structured_content
    return found["result"] if set(found) == {"result"} else found


def test_every_tool_is_listed_with_what_it_does(tmp_path: Path) -> None:
    async def work(client: Any) -> Any:
        return (await client.list_tools()).tools, (await client.list_resource_templates()).resource_templates

    tools, templates = use(tmp_path / "desk.sqlite", work)
    assert sorted(tool.name for tool in tools) == [
        "digest_listing",
        "get_paper",
        "read_listing",
        "search_shelf",
        "star_paper",
    ]
    assert all(tool.description and tool.input_schema["properties"] for tool in tools)
    assert [template.uri_template for template in templates] == ["digest://{digest}"]


def test_a_listing_is_read_digested_searched_and_starred(tmp_path: Path) -> None:
    state = tmp_path / "desk.sqlite"

    async def work(client: Any) -> None:
        read = told(await client.call_tool("read_listing", {"text": TEXT}))
        assert (read["count"], len(read["papers"])) == (36, 36)
        made = told(await client.call_tool("digest_listing", {"text": TEXT, "themes": 5}))
        assert made["markdown"].startswith("# Broadsheet")
        resource = await client.read_resource(f"digest://{made['digest']}")
        assert resource.contents[0].text == made["markdown"]
        hits = told(await client.call_tool("search_shelf", {"words": read["papers"][7]["title"]}))
        assert hits[0]["title"] == read["papers"][7]["title"]
        asked = {"digest": made["digest"], "paper_key": hits[0]["paper_key"]}
        paper = told(await client.call_tool("get_paper", asked))
        assert paper["tldr"] == hits[0]["tldr"]
        assert all(piece in paper["abstract"] for piece in paper["evidence"])
        assert told(await client.call_tool("star_paper", asked | {"note": "read it"})) == "kept"

    use(state, work)
    with contextlib.closing(open_desk(state)) as db:
        assert [(run.state, run.papers) for run in list_runs(db)] == [("done", 36)]
        assert [(star.verdict, star.note) for star in list_stars(db)] == [(1, "read it")]


def test_what_is_never_shown_is_neither_digested_nor_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "desk.sqlite"

    async def digest(client: Any) -> str:
        return str(told(await client.call_tool("digest_listing", {"text": TEXT}))["markdown"])

    async def search(client: Any) -> list[Any]:
        return list(told(await client.call_tool("search_shelf", {"words": "robots"})))

    assert "Robots" in use(state, digest)
    assert use(state, search)
    monkeypatch.setenv("BROADSHEET_NEVER__WORDS", "robots")
    assert use(state, search) == []
    assert "Should Be Allowed to Say They Are Stuck" not in use(state, digest).partition("never shown")[0]


@pytest.mark.parametrize(
    ("tool", "asked", "said"),
    [
        ("read_listing", {"text": "/etc/passwd"}, "no papers"),
        ("get_paper", {"digest": "nosuch", "paper_key": "x"}, "there is no digest 'nosuch' on the shelf"),
        ("digest_listing", {"text": TEXT, "interests": ["/etc/hostname"]}, "is a phrase, and no file"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, tool: str, asked: dict[str, Any], said: str) -> None:
    result = use(tmp_path / "desk.sqlite", lambda client: client.call_tool(tool, asked))
    assert result.is_error
    assert said in result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_over_http_it_asks_for_the_desks_token(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*PROCESS, "mcp", "--http", "--port", str(port), "--state", str(tmp_path / "desk.sqlite")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert f"http://127.0.0.1:{port}/mcp is open" in process.stderr.readline()
            token = (tmp_path / "desk-token").read_text().strip()
            call = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
            locked = httpx2.post(f"http://127.0.0.1:{port}/mcp", json=call)
            assert locked.status_code == 401

            async def names() -> list[str]:
                async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
                    transport = mcp.client.streamable_http.streamable_http_client(
                        f"http://127.0.0.1:{port}/mcp", http_client=http
                    )
                    async with mcp.Client(transport) as client:
                        return [tool.name for tool in (await client.list_tools()).tools]

            assert "read_listing" in asyncio.run(names())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
