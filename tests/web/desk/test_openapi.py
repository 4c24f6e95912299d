"""The description of the interface: of every route, valid, and true of what the desk really answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.web.desk.api import DeskApi
from broadsheet.web.desk.openapi import BASE
from broadsheet.web.desk.runs import RunQueue
from desk_process import DeskProcess, open_desk
from places import EXAMPLES

validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is missing: extra `test`")
schemas = pytest.importorskip("openapi_schema_validator", reason="openapi-schema-validator is missing: extra `test`")

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")
JSON, PROBLEM = "application/json", "application/problem+json"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with open_desk(tmp_path_factory.mktemp("desk") / "desk.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def document(desk: DeskProcess) -> dict[str, Any]:
    answer = desk.ask("GET", "/api/v1/openapi.json")
    assert answer.headers["content-type"] == JSON
    found: dict[str, Any] = answer.json
    return found


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Holds a value to a schema of the document."""
    whole = {**schema, "components": document["components"]}
    assert [error.message for error in schemas.OAS31Validator(whole).iter_errors(value)] == []


def answer_schema(document: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][path][method]["responses"][str(status)]["content"][JSON]["schema"]
    return found


def test_the_document_is_a_valid_one_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validator.validate(document)


def test_every_route_of_the_interface_is_described_and_no_other(document: dict[str, Any], tmp_path: Path) -> None:
    queue = RunQueue(tmp_path / "desk.sqlite", configure=pytest.fail, clock=pytest.fail)
    asyncio.run(queue.close())
    routes = DeskApi(queue, None).routes()
    there = {(name.lower(), route.path_format) for route in routes for name in route.methods or () if name != "HEAD"}
    assert document["servers"][0]["url"] == BASE
    assert {(method, path) for path, methods in document["paths"].items() for method in methods} == there


def test_every_operation_tells_of_problems_as_rfc_9457_has_them(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            (kind,) = operation["responses"]["default"]["content"]
            assert kind == PROBLEM
            assert operation["summary"]
    assert {"type", "title", "status", "detail"} <= set(document["components"]["schemas"]["Problem"]["properties"])


def test_what_the_desk_answers_is_what_its_document_says(desk: DeskProcess, document: dict[str, Any]) -> None:
    run = desk.digest(TEXT, title="Harbour week")
    key = run["digest"]["papers"][0]["key"]
    settings = {"llm": {"backend": "openai", "model": "gpt-5-mini"}, "themes": 3}
    asked = [
        ("POST", "/read", {"text": TEXT}, 200),
        ("POST", "/plan", {"text": TEXT}, 200),
        ("POST", "/plan", {"text": TEXT, "settings": settings}, 200),
        ("POST", "/digests", {"text": TEXT}, 202),
        ("GET", "/digests", None, 200),
        ("GET", "/digests/{id}", None, 200),
        ("PATCH", "/digests/{id}", {"edit": "reword", "paper_key": key, "tldr": "Lamps burn blue."}, 200),
        ("PUT", "/stars/{paper_key}", {"run": run["id"], "note": "read"}, 200),
        ("GET", "/stars", None, 200),
        ("GET", "/search", None, 200),
    ]
    for method, path, body, status in asked:
        operation = document["paths"][path][method.lower()]
        if body is not None:
            check(document, operation["requestBody"]["content"][JSON]["schema"], body)
        where = path.format(id=run["id"], paper_key=key) + ("?q=lamp" if path == "/search" else "")
        answer = desk.ask(method, f"/api/v1{where}", body)
        assert (answer.status, answer.headers["content-type"]) == (status, JSON), (method, path, answer.body)
        assert answer.json != []
        check(document, answer_schema(document, method.lower(), path, status), answer.json)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/digests/nosuch", None),
        ("POST", "/read", {"text": "no papers"}),
        ("POST", "/digests", {"text": TEXT, "settings": {"output": {}}}),
        ("GET", "/nothing", None),
        ("POST", "/digests/nosuch/edition", {"number": "x"}),
    ],
)
def test_what_goes_wrong_is_a_problem_of_the_document(
    desk: DeskProcess, document: dict[str, Any], method: str, path: str, body: Any
) -> None:
    answer = desk.ask(method, f"/api/v1{path}", body)
    assert (answer.status >= 400, answer.headers["content-type"]) == (True, PROBLEM)
    check(document, {"$ref": "#/components/schemas/Problem"}, answer.json)
    assert answer.json["status"] == answer.status


def test_what_cannot_be_chosen_on_the_desk_is_not_offered(document: dict[str, Any]) -> None:
    offered = document["components"]["schemas"]["Settings"]["properties"]
    assert {"title", "themes", "llm"} <= set(offered)
    assert {"output", "mail", "backends", "sources"} & set(offered) == set()
    assert set(document["components"]["schemas"]["LLM"]["properties"]) == {
        "backend", "model", "max_cost", "max_calls", "max_run_tokens",
    }  # fmt: skip
    assert "base_url" not in str(document)
