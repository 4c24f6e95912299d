"""What stands before every route: whose door it is, how much may come, and which headers each answer bears."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from asgi_client import ask, scope_of
from broadsheet.web import middleware
from broadsheet.web.middleware import BoundedApplication
from broadsheet.web.security import LARGEST_BODY, headers_for

URL = "https://papers.example.org/weekly"


class Echo:
    """An application that says what reached it."""

    def __init__(self) -> None:
        self.roots: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.roots.append(scope["root_path"])
        body = (await receive())["body"] if scope["method"] == "POST" else b""
        await PlainTextResponse(body, headers={"X-Frame-Options": "SAMEORIGIN"})(scope, receive, send)


def bounded(app: Echo | None = None) -> BoundedApplication:
    return BoundedApplication(app or Echo(), url=URL, base="/weekly", listens="127.0.0.1")


def test_a_body_in_pieces_reaches_the_application_whole() -> None:
    assert ask(bounded(), "/subscribe", "POST", [b"address", b"=", b"ann"]).body == b"address=ann"


@pytest.mark.parametrize("said", [{}, {"content_length": str(LARGEST_BODY + 1)}, {"content_length": "-1"}])
def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_itself(said: dict[str, str]) -> None:
    reply = ask(bounded(), "/subscribe", "POST", [b"x" * LARGEST_BODY, b"x"], **said)
    assert (reply.status, reply.headers["connection"]) == (413, "close")
    assert ask(bounded(), "/subscribe", "POST", [b"x" * LARGEST_BODY]).status == 200


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    sent: list[Message] = []

    async def unread() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = scope_of("/subscribe", "POST", content_length=str(LARGEST_BODY + 1))
    asyncio.run(bounded()(scope, unread, send))
    assert sent[0]["status"] == 413


def test_a_body_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "BODY_SECONDS", 0.01)
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(bounded()(scope_of("/subscribe", "POST"), never, send))
    assert sent[0]["status"] == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused_with_those_there_are(method: str) -> None:
    reply = ask(bounded(), "/", method)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST")


def test_another_name_of_the_door_is_refused_but_its_health_is_told_to_all() -> None:
    assert ask(bounded(), "/", host="evil.example").status == 421
    assert ask(bounded(), "/weekly/health", host="evil.example").status == 200


def test_a_path_is_taken_with_the_base_and_without_it_and_no_other_is_cut() -> None:
    app = Echo()
    for path in ("/weekly/subscribe", "/weekly", "/subscribe", "/weeklyother"):
        ask(bounded(app), path)
    assert app.roots == ["/weekly", "/weekly", "", ""]


def test_every_answer_bears_the_headers_and_a_routes_own_stand() -> None:
    for reply in (ask(bounded(), "/"), ask(bounded(), "/", "PUT")):
        missing = {name.lower() for name in headers_for(URL)} - set(reply.headers)
        assert missing == set()
    assert ask(bounded(), "/").headers["x-frame-options"] == "SAMEORIGIN"


def test_a_web_socket_is_closed_at_once() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    asyncio.run(bounded()({"type": "websocket"}, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]
