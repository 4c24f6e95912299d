"""The client against a real socket: each thing a server can send becomes a completion or an error of ours."""

from __future__ import annotations

import asyncio
import json

import pytest

from broadsheet.errors import BackendBusy, BackendRefused, BadAnswer, ConfigError, ContextTooLong
from broadsheet.llm.client import Client, Endpoint, find_endpoint, without_secrets
from broadsheet.llm.prompt import Completion
from broadsheet.settings.loading import load_settings
from broadsheet.settings.model import Backend
from one_call import KEY, PROMPT, ask, error_of
from scripted import RawServer, completion_body, http


def refusal(status: int, message: str, headers: str = "", **fields: object) -> bytes:
    return http(json.dumps({"error": {"message": message, **fields}}).encode(), status=status, headers=headers)


def test_a_completion_comes_back_with_its_tokens():
    completion, server = ask(http(completion_body("hello")))
    assert completion == Completion("hello", "stop", prompt_tokens=11, completion_tokens=7, cached_tokens=3)
    assert server.requests[0]["body"]["response_format"]["json_schema"]["schema"] == PROMPT.schema
    assert f"Bearer {KEY}" in server.requests[0]["head"]


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "Incorrect API key provided: sk-invented-0000000000", BackendRefused),
        (403, "no", BackendRefused),
        (404, "The model does not exist", BackendRefused),
        (400, "This model's maximum context length is 4096 tokens", ContextTooLong),
        (400, "the request exceeds the available context size", ContextTooLong),
        (429, "Rate limit reached. See account/billing to raise it.", BackendBusy),
        (429, "insufficient_quota", BackendRefused),
        (402, "insufficient credits", BackendRefused),
        (500, "oops", BackendBusy),
        (502, "oops", BackendBusy),
        (503, "oops", BackendBusy),
        (418, "a teapot", BackendRefused),
    ],
)
def test_a_status_becomes_the_error_that_says_whether_to_try_again(status, message, kind):
    error = error_of(refusal(status, message))
    assert type(error) is kind
    assert error.status == status


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ("Retry-After: 7\r\n", 7),
        ("Retry-After: 2.5\r\n", 2.5),
        ("Retry-After: -3\r\n", 0),
        ("retry-after-ms: 1500\r\n", 1.5),
        ("Retry-After: 250ms\r\n", 0.25),
        ("Retry-After: Sun, 22 Nov 2026 10:00:20 GMT\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n", 20),
        ("Retry-After: Sun, 22 Nov 2026 09:00:00 GMT\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n", 0),
        ("Retry-After: soon\r\n", None),
        ("Retry-After: nan\r\n", None),
        ("", None),
    ],
)
def test_retry_after_is_understood_in_all_its_forms(headers, seconds):
    error = error_of(refusal(429, "slow down", headers))
    assert isinstance(error, BackendBusy)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Sign in</title>",
        b"",
        b"null",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [null]}',
        b'{"choices": [{"message": {"content": "cut o',
        b"\xff\xfe\x00bad",
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_completion_is_a_bad_answer(body):
    assert type(error_of(http(body))) is BadAnswer


@pytest.mark.parametrize("content", [None, 7, [], {"a": 1}])
def test_a_message_without_text_is_an_empty_completion(content):
    body = json.dumps({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}).encode()
    assert ask(http(body))[0].text == ""


def test_text_in_parts_is_joined_and_a_refusal_is_named():
    parts = [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]
    body = json.dumps({"choices": [{"message": {"content": parts}}]}).encode()
    assert ask(http(body))[0].text == "hello"
    assert ask(http(completion_body("", refusal="I will not")))[0].finish == "refusal"


def test_an_error_with_status_200_is_an_error():
    assert isinstance(error_of(http(b'{"error": {"message": "overloaded", "code": 503}}')), BackendBusy)


def test_what_a_server_objects_to_is_given_up_one_field_at_a_time():
    script = [
        refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refusal(400, "'temperature' does not support 0 with this model."),
        refusal(400, "response_format json_schema is not supported"),
        refusal(422, "response_format must be text"),
        refusal(400, "unknown field reasoning_effort"),
        http(completion_body("hello")),
    ]
    completion, server = ask(*script, extra={"reasoning_effort": "minimal"})
    last = server.requests[-1]["body"]
    assert completion.text == "hello"
    assert last["max_completion_tokens"] == 50
    assert not {"max_tokens", "temperature", "response_format", "reasoning_effort"} & set(last)


def test_an_objection_to_both_limits_ends():
    error = error_of(refusal(400, "neither max_tokens nor max_completion_tokens is allowed"))
    assert isinstance(error, BackendRefused)


def test_the_key_and_the_address_come_from_named_variables(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9999/v1")
    address = find_endpoint(load_settings(flags={"llm": {"backend": "openai"}}))
    assert address is not None
    assert (address.base_url, address.key) == ("http://127.0.0.1:9999/v1", KEY)
    assert KEY not in repr(address)


@pytest.mark.parametrize(
    ("flags", "kind", "says"),
    [
        ({"backend": "openai"}, BackendRefused, "OPENAI_API_KEY"),
        ({"backend": "azure", "model": "m"}, ConfigError, "AZURE_OPENAI_BASE_URL"),
        ({"backend": "ollama"}, ConfigError, "--model"),
        ({"backend": "olama"}, ConfigError, "ollama"),
    ],
)
def test_what_a_backend_lacks_is_said_with_its_name(flags, kind, says):
    with pytest.raises(kind, match=says):
        find_endpoint(load_settings(flags={"llm": flags}))


def test_an_objection_in_words_nobody_knows_is_tried_with_less_and_what_is_taken_counts_from_then_on():
    script = [refusal(400, "nope"), refusal(400, "nope"), refusal(400, "nope"), http(completion_body("hello"))]
    completion, server = ask(*script)
    last = server.requests[-1]["body"]
    assert completion.text == "hello"
    assert set(last) == {"model", "messages", "max_tokens"}
    assert [message["role"] for message in last["messages"]] == ["user"]


@pytest.mark.parametrize(("said", "calls"), [("nope", 5), ("The prompt was filtered by the content policy.", 1)])
def test_a_prompt_that_nothing_cures_is_refused_with_the_first_objection(said, calls):
    async def run() -> int:
        async with RawServer([refusal(400, said)]).running() as server:
            address = Endpoint("test", server.url, "m", KEY)
            client = Client(address, Backend(base_url=server.url), temperature=0, timeout=5)
            try:
                with pytest.raises(BackendRefused, match=said):
                    await client.complete(PROMPT)
                assert client.abilities.structured == "json_schema"
            finally:
                await client.close()
            return len(server.requests)

    assert asyncio.run(run()) == calls


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://ann:hunter2@127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("https://ann:p/w@d?#x@host.example/v1", "https://host.example/v1"),
        ("https://host.example/v1?key=hunter2#x", "https://host.example/v1"),
        ("https://host.example/v1", "https://host.example/v1"),
        ("ann:hunter2@host.example/v1", "host.example/v1"),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(address, shown):
    assert Endpoint("test", address, "m", KEY).shown == shown
    assert without_secrets(address) == shown
    assert "hunter2" not in Endpoint("test", address, "m", KEY).who


def test_a_server_that_takes_neither_name_of_the_limit_is_asked_without_one():
    script = [
        refusal(400, "Use 'max_completion_tokens' in place of 'max_tokens'."),
        *[refusal(400, "Unrecognized request argument supplied: max_completion_tokens")] * 4,
        http(completion_body("hello")),
    ]
    completion, server = ask(*script)
    assert completion.text == "hello"
    assert set(server.requests[-1]["body"]) == {"model", "messages"}
