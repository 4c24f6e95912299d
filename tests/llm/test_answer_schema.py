"""The schema of an answer, as it goes to servers and into the keys of what was answered."""

from __future__ import annotations

from typing import Literal

from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.tldr.summarise import SCHEMA


class Inner(Answer):
    """A part, described."""

    id: str
    word: Literal["quern", "zarf"]


class Outer(Answer):
    """A whole, described."""

    title: str
    parts: list[Inner]


def test_a_schema_is_written_out_without_titles_descriptions_and_references():
    part = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "word": {"type": "string", "enum": ["quern", "zarf"]}},
        "required": ["id", "word"],
        "additionalProperties": False,
    }
    assert json_schema(Outer) == {
        "type": "object",
        "properties": {"title": {"type": "string"}, "parts": {"type": "array", "items": part}},
        "required": ["title", "parts"],
        "additionalProperties": False,
    }


def test_fields_are_asked_for_in_the_order_of_the_class():
    assert list(json_schema(Outer)["properties"]) == ["title", "parts"]


def test_the_schema_of_tldrs_is_the_one_that_answers_were_kept_under():
    item = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "tldr": {"type": "string"}},
        "required": ["id", "tldr"],
        "additionalProperties": False,
    }
    assert {
        "type": "object",
        "properties": {"papers": {"type": "array", "items": item}},
        "required": ["papers"],
        "additionalProperties": False,
    } == SCHEMA
