"""Answers that a model is asked for, as pydantic models: one class says the shape, and its JSON schema is sent.

Answers are not validated by these: they are read leniently, item by item, by `answers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

_UNSENT = frozenset({"title", "description", "$defs"})


class Answer(BaseModel):
    """An object with all of these fields, in this order, and no others."""

    model_config = ConfigDict(extra="forbid")


def json_schema(answer: type[Answer]) -> Mapping[str, Any]:
    """The JSON schema of an answer as servers take it: written out in full, without titles, descriptions, references.

    Servers that hold a model to a schema know few of its words, and what is sent is a part of what a call is known by.
    """
    schema = answer.model_json_schema()
    definitions: Mapping[str, Any] = schema.get("$defs", {})

    def plain(part: Any) -> Any:
        if isinstance(part, list):
            return [plain(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return plain(definitions[part["$ref"].rpartition("/")[2]])
        fields = {name: plain(field) for name, field in part.get("properties", {}).items()}
        said = {name: plain(value) for name, value in part.items() if name not in _UNSENT and name != "properties"}
        return {**said, "properties": fields} if "properties" in part else said

    sent: Mapping[str, Any] = plain(schema)
    return sent
