"""What a server sent is read whatever it is: a completion, what is left of its limits, or an error without a key."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, ContextTooLong
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
