"""The interface described in OpenAPI 3.1, made from its routes and from the types of what they take and answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from starlette.routing import Route

from broadsheet import __version__
from broadsheet.settings.loading import Settings
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.settings import CHOSEN

BASE = "/api/v1"
JSON, PROBLEM = "application/json", "application/problem+json"
TEXT = {"type": "string"}
_REF = "#/components/schemas/"
_FORM = {
    "type": "object",
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "text": {"type": "string"},
        "settings": {"type": "string", "contentMediaType": JSON},
    },
}


class Operation(Route):
    """A route with one method, and what it takes and answers as types; `answers` is `None` for what is no JSON."""

    def __init__(  # noqa: PLR0913 - what there is to say of an operation
        self,
        method: str,
        path: str,
        endpoint: Callable[..., Any],
        *,
        asks: Any = None,
        answers: Any = None,
        status: int = 200,
        kinds: Sequence[str] = (),
        queries: Sequence[str] = (),
        form: bool = False,
    ) -> None:
        super().__init__(path, endpoint, methods=[method])
        self.method, self.asks, self.answers, self.status = method, asks, answers, status
        self.kinds, self.queries, self.form = kinds, queries, form


def describe_interface(operations: Sequence[Operation]) -> dict[str, Any]:
    """The document; all schemas stand among its components, and an operation refers to them."""
    asked: list[tuple[Any, Any, TypeAdapter[Any]]] = [
        ("problem", "serialization", TypeAdapter(Problem)),
        ("settings", "validation", TypeAdapter(Settings)),
    ]
    for at, each in enumerate(operations):
        if each.asks is not None:
            asked.append((at, "validation", TypeAdapter(each.asks)))
        if each.answers is not None:
            asked.append((at, "serialization", TypeAdapter(each.answers)))
    found, definitions = TypeAdapter.json_schemas(asked, ref_template=_REF + "{model}")
    schemas: dict[str, Any] = definitions.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for at, each in enumerate(operations):
        takes, gives = found.get((at, "validation")), found.get((at, "serialization"))
        paths.setdefault(each.path_format, {})[each.method.lower()] = _operation(
            each, takes, gives, found["problem", "serialization"]
        )
    _narrow(schemas, found["settings", "validation"], CHOSEN)
    schemas["ReadRequest"]["properties"]["settings"] = found["settings", "validation"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "The desk of Broadsheet", "version": __version__},
        "servers": [{"url": BASE}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": {name: schemas[name] for name in sorted(_reached(paths, schemas))},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "broadsheet-desk"},
            },
        },
    }


def _operation(each: Operation, takes: Any, gives: Any, problem: Any) -> dict[str, Any]:
    said = (each.endpoint.__doc__ or "").strip()
    kinds = each.kinds or ([JSON] if gives is not None else [])
    answer: dict[str, Any] = {"description": said}
    if kinds:
        answer["content"] = {kind: {"schema": gives or TEXT} for kind in kinds}
    told: dict[str, Any] = {
        "operationId": each.endpoint.__name__,
        "summary": said,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": TEXT} for name in each.param_convertors),
            *({"name": name, "in": "query", "schema": TEXT} for name in each.queries),
        ],
        "responses": {
            str(each.status): answer,
            "default": {"description": "A problem (RFC 9457)", "content": {PROBLEM: {"schema": problem}}},
        },
    }
    if takes is not None:
        content = {JSON: {"schema": takes}, **({"multipart/form-data": {"schema": _FORM}} if each.form else {})}
        told["requestBody"] = {"content": content}
    return told


def _narrow(schemas: Mapping[str, Any], schema: Any, allowed: Mapping[str, Any]) -> None:
    """Takes out of the schema of the settings what cannot be chosen on the desk."""
    branch = schemas[schema["$ref"].removeprefix(_REF)]
    branch["properties"] = {key: value for key, value in branch["properties"].items() if key in allowed}
    for key, below in allowed.items():
        if isinstance(below, Mapping):
            branch["properties"][key] = {"$ref": branch["properties"][key]["$ref"]}  # without the defaults of the rest
            _narrow(schemas, branch["properties"][key], below)


def _reached(part: Any, schemas: Mapping[str, Any]) -> set[str]:
    """The names of the schemas that a part of the document refers to, by whatever way."""
    waiting, found = [part], set[str]()
    while waiting:
        named = set(re.findall(rf"'\$ref': '{_REF}(\w[\w-]*)'", repr(waiting.pop()))) - found
        found |= named
        waiting += [schemas[name] for name in named]
    return found
