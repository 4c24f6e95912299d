"""The shapes of answers as pydantic models, and the JSON schemas made of them that are sent to servers.

The models do not validate answers: `answers.py` parses them leniently, item by item.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

_UNSENT = frozenset({"title", "description", "$defs"})


class Answer(BaseModel):
    """An object with all of these fields, in this order, and no others."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def json_schema(answer: type[Answer]) -> Mapping[str, Any]:
    """The JSON schema of an answer as servers accept it: without references, titles and descriptions.

    Servers with constrained decoding support few keywords; and the schema is a part of the cache key, so that it must
    not change with a docstring.
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
