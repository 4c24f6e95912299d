"""Calls over a real socket: bounded in bytes and seconds, and whatever breaks becomes an error of ours."""

from __future__ import annotations

import asyncio

import pytest

from broadsheet.errors import BackendBusy, BackendRefused, BackendUnreachable, BadAnswer
from broadsheet.llm.client import Client, Endpoint
from broadsheet.settings.model import Backend
from one_call import KEY, PROMPT, ask, error_of
from scripted import RawServer, completion_body, http


def test_a_body_without_end_is_cut_off():
    error = error_of(http(b" " * (9 << 20)))
    assert type(error) is BadAnswer
    assert "8 MiB" in str(error)


def test_a_long_error_page_is_not_read_whole():
    error = error_of(http(b"x" * (1 << 20), status=500))
    assert isinstance(error, BackendBusy)
    assert len(error.evidence) < 400


@pytest.mark.parametrize("play", [b"", http(completion_body("hello"))[:-5], http(b"{}", length=500)])
def test_a_connection_that_breaks_can_be_tried_again(play):
    assert isinstance(error_of(play), BackendBusy)


def test_a_server_that_never_answers_ends_at_the_deadline():
    assert isinstance(error_of(None, timeout=0.2), BackendBusy)


def test_nobody_at_the_address_is_said_at_once():
    client = Client(
        Endpoint("test", "http://127.0.0.1:9/v1", "m", KEY),
        Backend(base_url="http://127.0.0.1:9/v1"),
        temperature=0,
        timeout=5,
    )
    with pytest.raises(BackendUnreachable, match=r"127\.0\.0\.1:9"):
        asyncio.run(client.complete(PROMPT))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "where", ["http://127.0.0.2:{port}/v1/x", "http://127.0.0.1:1/v1/x", "https://127.0.0.1:{port}/x"]
)
def test_a_server_that_sends_calls_on_to_another_is_refused_by_name(status, where):
    async def run() -> str:
        async with RawServer([]).running() as server:
            there = where.format(port=server.url.rpartition(":")[2].removesuffix("/v1"))
            server._script.append(http(b"", status=status, headers=f"Location: {there}\r\n"))
            client = Client(
                Endpoint("test", server.url, "m", KEY), Backend(base_url=server.url), temperature=0, timeout=5
            )
            try:
                with pytest.raises(BackendRefused) as caught:
                    await client.complete(PROMPT)
            finally:
                await client.close()
            assert len(server.requests) == 1
            assert there in str(caught.value)
            return str(caught.value)

    assert "`backends.test.base_url`" in asyncio.run(run())


def test_a_server_that_sends_calls_on_to_another_place_of_its_own_is_followed():
    script = [http(b"", status=307, headers="Location: /v1/there\r\n"), http(completion_body("hello"))]
    completion, server = ask(*script)
    assert completion.text == "hello"
    assert server.requests[-1]["body"]["messages"]
