"""By which means a server really holds a model to a form: the strongest that it honours is found out and told."""

from __future__ import annotations

from typing import Any

import pytest

from commands import write
from doctor import examine
from loopback import ModelServer, complete, refuse


def test_with_ask_the_model_is_held_to_a_form():
    server = ModelServer()
    code, checks = examine(server, "--ask")
    assert (code, len(server.calls)) == (0, 1)
    assert server.calls[0]["response_format"]["type"] == "json_schema"
    assert checks["Answer"] == ("ok", "keeps the form, held by json_schema (120 tokens)")


def test_what_the_model_is_told_in_that_call_stands_in_a_prompt_file():
    write("Say {{ 'now' }}.", "prompts/check_schema_question.txt")
    server = ModelServer()
    examine(server, "--ask")
    told = [message["content"] for message in server.calls[0]["messages"]]
    assert told == ['Answer with JSON alone: {"word": "ready"}', "Say now."]


def test_a_mistake_in_a_prompt_of_that_call_is_a_line_of_its_own():
    write("{{ nothing }}", "prompts/check_schema.txt")
    code, checks = examine(ModelServer(), "--ask")
    assert (code, checks["Prompts"][0], checks["Answer"][0]) == (8, "fail", "fail")
    assert "check_schema.txt, line 1" in checks["Answer"][1]


def test_a_server_that_knows_no_schema_is_told_with_what_to_set():
    def objects_only(call: dict[str, Any]) -> Any:
        if call.get("response_format", {}).get("type") == "json_schema":
            return refuse(400, "response_format json_schema is not supported")
        return complete('{"word": "ready"}')

    code, checks = examine(ModelServer(objects_only), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "refuses the schema it is sent: set `structured: json_object` under `backends.near`" in checks["Answer"][1]


def test_a_model_that_ignores_the_form_is_a_warning():
    code, checks = examine(ModelServer(lambda call: complete("Ready when you are")), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "came without the form asked for: set `structured: none`" in checks["Answer"][1]


def in_words_alone(call: dict[str, Any]) -> Any:
    """A server that takes any `response_format` and heeds none: the model does as the words say."""
    return complete('{"word": "ready"}' if "JSON alone" in call["messages"][0]["content"] else "Blue")


def json_mode(call: dict[str, Any]) -> Any:
    """A server that holds a model to JSON and to no schema."""
    return complete('{"word": "ready"}' if "response_format" in call else "Blue")


def test_a_server_that_ignores_the_schema_it_is_sent_is_found_out():
    code, checks = examine(ModelServer(in_words_alone), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "ignores the schema it is sent: set `structured: none` under `backends.near`" in checks["Answer"][1]


def test_a_server_that_ignores_the_schema_and_knows_json_is_told_so():
    code, checks = examine(ModelServer(json_mode), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "ignores the schema it is sent: set `structured: json_object`" in checks["Answer"][1]


def test_json_mode_that_is_refused_is_not_taken_for_honoured_because_a_model_likes_json():
    def fond_of_json(call: dict[str, Any]) -> Any:
        if call.get("response_format", {}).get("type") == "json_object":
            return refuse(400, "response_format json_object is not supported")
        return complete('{"word": "ready"}')

    _, checks = examine(ModelServer(fond_of_json), "--ask")
    assert "ignores the schema it is sent: set `structured: none`" in checks["Answer"][1]


@pytest.mark.parametrize("reply", [in_words_alone, json_mode])
def test_what_is_asked_for_in_words_where_no_schema_is_held_is_well_configured(reply):
    _, checks = examine(ModelServer(reply), "--ask", structured="none")
    assert checks["Answer"] == ("ok", "keeps the form, asked for in words (240 tokens)")


def test_a_server_that_can_hold_a_schema_and_is_not_asked_to_is_told():
    _, checks = examine(ModelServer(), "--ask", structured="none")
    assert checks["Answer"][0] == "warn"
    assert "could hold it to a schema: set `structured: json_schema`" in checks["Answer"][1]


def test_a_server_that_refuses_a_schema_in_words_of_its_own_is_asked_without_one():
    def curt(call: dict[str, Any]) -> Any:
        return refuse(400, "no") if "response_format" in call else complete('{"word": "ready"}')

    _, checks = examine(ModelServer(curt), "--ask", structured="none")
    assert checks["Answer"][0] == "ok"
    code, checks = examine(ModelServer(curt), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "structured: none" in checks["Answer"][1]
