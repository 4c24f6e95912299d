"""What a server sent is read whatever it is: a completion, what is left of its limits, or an error without a key."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BadAnswer, ContextTooLong
from broadsheet.llm.prompt import Allowance
from broadsheet.llm.replies import EXCERPT, excerpt, read_completion, retry_after, status_error
from scripted import completion_body


@pytest.mark.parametrize(
    ("headers", "allowance"),
    [
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "6m0s"}, Allowance(3, None, 360.0)),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "1.5s"}, Allowance(None, 9, 1.5)),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "20ms"}, Allowance(None, 9, 0.02)),
        (
            {"x-ratelimit-remaining-tokens": "9", "x-ratelimit-limit-tokens": "100", "x-ratelimit-reset-tokens": "7"},
            Allowance(None, 9, 7.0, 100),
        ),
        ({"x-ratelimit-remaining-tokens": "many"}, None),
        ({}, None),
    ],
)
def test_what_is_left_of_a_servers_limits_is_read_from_its_headers(headers, allowance):
    completion = read_completion(completion_body("hello"), where="here", headers=headers)
    assert (completion.text, completion.allowance) == ("hello", allowance)


def test_a_count_that_is_none_counts_nothing():
    body = json.loads(completion_body("hello"))
    body["usage"] = {"prompt_tokens": -3, "completion_tokens": True, "prompt_tokens_details": "x"}
    completion = read_completion(json.dumps(body).encode(), where="here")
    assert (completion.prompt_tokens, completion.completion_tokens, completion.cached_tokens) == (0, 0, 0)


def test_a_date_to_come_back_at_is_measured_by_the_servers_own_clock():
    headers = {"retry-after": "Sun, 22 Nov 2026 10:00:20 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}
    assert retry_after(headers) == 20.0
    assert retry_after({"retry-after": headers["retry-after"]}) is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, "maximum context length is 4096", ContextTooLong),
        (404, "the maximum context length page is not here", BackendRefused),
        (429, "Your credit balance is too low", BackendRefused),
        (429, "slow down", BackendBusy),
        (403, "no", BackendRefused),
        (599, "oops", BackendBusy),
        (418, "a teapot", BackendRefused),
    ],
)
def test_a_status_says_whether_another_try_can_help(status, body, kind):
    error = status_error(status, body, backend="here", model="m")
    assert type(error) is kind
    assert error.evidence == body


def test_an_excerpt_is_one_short_line_without_a_key():
    said = excerpt('{"error": {"message": "bad key sk-invented12345678\\n for Bearer abc.def"}}')
    assert said == "bad key [key] for [key]"
    assert len(excerpt("x " * 9000)) == EXCERPT + 1


@given(st.binary(max_size=200))
def test_any_body_is_a_completion_or_one_of_our_errors(body):
    with contextlib.suppress(BackendError):
        assert isinstance(read_completion(body, where="here").text, str)


def body_of(message: dict, finish: str | None = "stop", **usage: object) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": finish}], "usage": usage}).encode()


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_an_answer_in_the_field_of_thoughts_is_taken_for_what_it_is(field):
    answered = read_completion(body_of({"content": None, field: '```json\n{"tldr": "One."}\n```'}), where="here")
    assert '"One."' in answered.text
    thought = read_completion(body_of({"content": None, field: "Let me think of it."}), where="here")
    assert (thought.text, thought.finish) == ("", "reasoning")
    cut = read_completion(body_of({"content": "", field: '{"tldr": "x"}'}, "length"), where="here")
    assert (cut.text, cut.finish, cut.thought) == ("", "length", True)


@pytest.mark.parametrize(
    ("message", "usage"),
    [
        ({"content": "", "reasoning_content": "Hm."}, {}),
        ({"content": "<think>Hm."}, {}),
        ({"content": ""}, {"completion_tokens_details": {"reasoning_tokens": 300}}),
        ({"content": "<|channel|>analysis<|message|>Hm."}, {}),
    ],
)
def test_a_model_that_thinks_is_known_by_what_it_sends(message, usage):
    assert read_completion(body_of(message, "length", **usage), where="here").thought
    assert not read_completion(body_of({"content": "Fine."}), where="here").thought
    assert not read_completion(body_of({"content": '{"tldr": "Marks <think>."}'}), where="here").thought


def test_a_call_of_a_tool_is_no_answer():
    call = {"function": {"name": "answer", "arguments": '{"tldr": "x"}'}}
    assert read_completion(body_of({"content": None, "tool_calls": [call]}), where="here").finish == "tool_call"


@pytest.mark.parametrize(
    "choice",
    [
        {"finish_reason": "error", "message": {"content": ""}},
        {"finish_reason": "error", "error": {"code": 429, "message": "rate limited"}, "message": {"content": ""}},
        {"finish_reason": None, "error": {"code": "x", "message": "upstream"}, "message": {"content": "half an ans"}},
    ],
)
def test_an_error_within_a_choice_is_tried_again_as_busy(choice):
    with pytest.raises(BackendBusy, match="broke off"):
        read_completion(json.dumps({"choices": [choice]}).encode(), where="here")


def test_half_a_surrogate_pair_and_bytes_that_are_no_utf8_are_marked_and_can_be_written():
    told = body_of({"content": "a \ud83d b"})
    assert read_completion(told, where="here").text == "a \ufffd b"
    assert read_completion(body_of({"content": "a X b"}).replace(b"X", b"\xff"), where="here").text == "a \ufffd b"
    assert read_completion(body_of({"content": "a \U0001f600 b"}), where="here").text == "a \U0001f600 b"
    assert read_completion(b"\xef\xbb\xbf" + body_of({"content": "bom"}), where="here").text == "bom"


def test_googles_error_in_a_list_is_read_and_codes_count_as_evidence():
    body = '[{"error": {"code": 400, "message": "Unknown name at response_schema", "status": "INVALID_ARGUMENT"}}]'
    error = status_error(400, body, backend="google")
    assert str(error).endswith("(400): Unknown name at response_schema")
    coded = '{"error": {"message": "No valid JSON.", "code": "json_validate_failed", "param": "x"}}'
    assert "json_validate_failed" in status_error(400, coded, backend="groq").evidence


def test_a_template_that_knows_no_system_is_an_objection_though_the_status_says_busy():
    said = '{"error": {"message": "Jinja Exception: System role not supported", "code": 500}}'
    assert isinstance(status_error(500, said, backend="b"), BackendRefused)


def stream_of(*chunks: dict, end: str = "data: [DONE]\n\n") -> bytes:
    return (": ping\n\n" + "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + end).encode()


def delta(finish: str | None = None, **fields) -> dict:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def test_an_answer_that_is_streamed_though_nobody_asked_is_joined():
    usage = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}
    pieces = [delta(role="assistant", content=""), delta(content="Kettles "), delta(content="sing."), delta("stop")]
    completion = read_completion(stream_of(*pieces, usage), where="here")
    assert (completion.text, completion.finish) == ("Kettles sing.", "stop")
    assert (completion.prompt_tokens, completion.completion_tokens) == (9, 4)
    events = b"event: message\nid: 1\n" + stream_of(*pieces, end="")
    assert read_completion(events, where="here").text == "Kettles sing."


def test_thoughts_and_cuts_of_a_stream_are_told_for_what_they_are():
    pieces = [delta(reasoning_content="Let me "), delta(reasoning_content="think."), delta("length", content="Ket")]
    completion = read_completion(stream_of(*pieces), where="here")
    assert (completion.text, completion.finish, completion.thought) == ("Ket", "length", True)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (stream_of(delta(content="Kettles sing.")), BackendBusy),
        (stream_of(delta(content="Kettles"), {"error": {"message": "worker died", "code": 503}}), BackendBusy),
        (stream_of({"error": {"message": "slow down", "code": 429}}), BackendBusy),
        (b"data: Kettles sing.\n\n", BadAnswer),
        (b"data: [DONE]\n\n", BadAnswer),
        (b'data: {"choices": [{"delta": {"content": "Ket', BadAnswer),
    ],
)
def test_a_stream_without_its_end_is_no_answer(body, kind):
    with pytest.raises(kind):
        read_completion(body, where="here")
