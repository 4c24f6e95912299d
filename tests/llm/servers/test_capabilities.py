"""What a server turns out to take: a field it objects to is given up, one at a time, and never more than it names."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from broadsheet.errors import BackendRefused
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.servers.capabilities import Abilities, may_be_cured
from broadsheet.settings.model import Backend

PROMPT = Prompt(system="s", user="u", schema={"type": "object"}, max_tokens=50)


def abilities(**fields: Any) -> Abilities:
    return Abilities(Backend(base_url="http://127.0.0.1:1/v1", **fields), temperature=0.5)


def refused(said: str, status: int = 400) -> BackendRefused:
    return BackendRefused("no", evidence=said, status=status)


def test_a_call_has_the_fields_that_the_configuration_says():
    fields = abilities(extra={"seed": 7}).fields(PROMPT, model="m")
    assert fields["response_format"]["json_schema"]["schema"] == PROMPT.schema
    assert (fields["model"], fields["max_tokens"], fields["temperature"], fields["seed"]) == ("m", 50, 0.5, 7)
    assert [message["role"] for message in fields["messages"]] == ["system", "user"]
    assert "response_format" not in abilities(structured="none").fields(PROMPT, model="m")


def test_a_form_that_is_refused_gives_way_to_the_next_weaker_one_and_then_to_none():
    known = abilities()
    for left in ("json_object", "none"):
        assert known.do_without(refused("response_format is not supported"), known.fields(PROMPT, model="m"))
        assert known.structured == left
    assert not known.do_without(refused("response_format is not supported"), known.fields(PROMPT, model="m"))


def test_a_refusal_that_comes_late_brings_no_form_back_that_was_given_up():
    known = abilities()
    early, late = (known.fields(PROMPT, model="m") for _ in range(2))
    assert known.do_without(refused("json_schema is unknown"), early)
    assert known.do_without(refused("json_object is unknown"), known.fields(PROMPT, model="m"))
    assert known.do_without(refused("json_schema is unknown"), late)  # asking again is right: the form is gone by now
    assert known.structured == "none"


def test_a_limit_is_swapped_once_and_not_back():
    known = abilities()
    assert known.do_without(refused("max_tokens is not supported"), known.fields(PROMPT, model="m"))
    assert known.fields(PROMPT, model="m")["max_completion_tokens"] == 50
    assert not known.do_without(refused("max_completion_tokens is not supported"), known.fields(PROMPT, model="m"))


def test_a_temperature_and_a_further_field_are_left_out_once_they_are_named():
    known = abilities(extra={"seed": 7, "top_k": 1})
    assert known.do_without(refused("temperature must be 1"), known.fields(PROMPT, model="m"))
    assert known.do_without(refused("unknown field seed"), known.fields(PROMPT, model="m"))
    fields = known.fields(PROMPT, model="m")
    assert ("temperature" in fields, "seed" in fields, fields["top_k"]) == (False, False, 1)


@pytest.mark.parametrize("refusal", [refused("no such model"), refused("response_format", status=401)])
def test_another_objection_gives_up_nothing(refusal):
    known = abilities()
    before = known.fields(PROMPT, model="m")
    assert not known.do_without(refusal, before)
    assert known.fields(PROMPT, model="m") == before


@pytest.mark.parametrize(
    "said",
    [
        "Unknown name \"additionalProperties\" at 'generation_config.response_schema'",
        "No valid JSON was generated. json_validate_failed",
        "this model does not support structured outputs",
        "guided decoding is not enabled",
        "Unsupported responseMimeType: response mime type",
    ],
)
def test_an_objection_to_the_form_is_known_in_many_words(said):
    known = abilities()
    assert known.do_without(refused(said), known.fields(PROMPT, model="m"))
    assert known.structured == "json_object"


@pytest.mark.parametrize(
    "said",
    [
        "Developer instruction is not enabled for models/gemma-3-12b-it",
        "System role not supported",
        "Only user and assistant roles are supported!",
        "'messages[0].role' must be one of user, assistant",
    ],
)
def test_a_model_without_a_role_for_instructions_gets_them_before_the_material(said):
    known = abilities(structured="none")
    assert known.do_without(refused(said), known.fields(PROMPT, model="m"))
    assert known.fields(PROMPT, model="m")["messages"] == [{"role": "user", "content": "s\n\nu"}]
    assert not known.do_without(refused(said), known.fields(PROMPT, model="m"))


@pytest.mark.parametrize(
    "said",
    [
        "max_tokens is too large: 5000. This model supports at most 032 completion tokens",
        "max_tokens must be less than or equal to 032",
        "Invalid value for max_tokens: the maximum is 032",
        "the valid range of max_tokens is [1, 032]",
    ],
)
def test_a_limit_that_is_too_large_is_lowered_to_what_the_server_takes(said):
    known = abilities()
    large = dataclasses.replace(PROMPT, max_tokens=5000)
    assert known.do_without(refused(said.replace("032", "4096")), known.fields(large, model="m"))
    assert known.fields(large, model="m")["max_tokens"] == 4096
    assert known.fields(PROMPT, model="m")["max_tokens"] == 50


def test_a_prompt_that_a_filter_holds_back_is_no_objection_to_a_field():
    assert may_be_cured(refused("no"))
    assert not may_be_cured(refused("The response was filtered by the content policy. content_filter"))
    assert not may_be_cured(refused("no", status=401))
