"""Who may use a desk: the reader with the opened address, a program with the token, and no page elsewhere.

The address that the desk prints holds a token; opening it once puts the token into a cookie that no other site's
request carries (`SameSite=Strict`) and no script reads. The Host header must name this machine, so that a name which
another site points here (DNS rebinding) is refused; a request that changes anything must come from our own page.
A desk that others reach has a password in place of that address (`sign_in.py`); programs have the token there too.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.errors import StateError
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.web.desk.problems import Problem
from broadsheet.web.desk.sign_in import SignIn
from broadsheet.web.middleware import with_headers
from broadsheet.web.security import LARGEST_BODY, from_our_page, headers_for, knows_host

COOKIE = "broadsheet-desk"
LARGEST_UPLOAD = 64 << 20
"""The most bytes of a request's body."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SAFE = ("GET", "HEAD")
_AT_THE_DOOR = ("/sign-in", "/sign-out", "/password")
_OPEN_TO_ALL = ("/sign-in", "/desk/desk.css")
_PAGES = lazy_regex(r"/|/(runs|shelf|changes|stars|password).*")
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def cookie_of(url: str) -> str:
    """The name of the desk's cookie; over TLS a browser takes it from this host alone, and from no page of another."""
    return f"__Host-{COOKIE}" if url.startswith("https:") else COOKIE


def keep_token(file: Path) -> str:
    """The desk's token, made where there is none yet, in a file that its owner alone can read; raises `StateError`."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file.exists() and (kept := file.read_text(encoding="ascii").strip()):
            return kept
        token = secrets.token_urlsafe(32)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(f"{token}\n")
    except (OSError, UnicodeError) as error:
        raise StateError(
            f"{file}: cannot be read or written ({error}); check the folder and its permissions."
        ) from error
    return token


class GuardedDesk:
    """ASGI middleware before every request: host, token, origin, size; and the headers of every answer."""

    def __init__(  # noqa: PLR0913 - what it knows a request by
        self,
        app: ASGIApp,
        *,
        url: str,
        listens: str,
        token: str,
        door: SignIn | None = None,
        largest: int = LARGEST_UPLOAD,
    ) -> None:
        self._app, self._url, self._listens, self._token, self._largest = app, url, listens, token, largest
        self._door, self._cookie = door, cookie_of(url)
        self._headers = {**headers_for(url), "Content-Security-Policy": _POLICY}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        dressed, headers = with_headers(send, self._headers), Headers(scope=scope)
        if self._opens(scope):
            await self._welcome()(scope, receive, dressed)
        elif problem := self._problem(scope, headers):
            await self._refusal(problem, scope)(scope, receive, dressed)
        elif self._door is not None and scope["path"] in _AT_THE_DOOR:
            request = Request(scope, self._bounded(receive, LARGEST_BODY))
            await (await self._at_the_door(self._door, request))(scope, receive, dressed)
        else:
            await self._app(scope, self._bounded(receive, self._largest), dressed)

    def _opens(self, scope: Scope) -> bool:
        """Whether it is the address with the token, opened in a browser; where others reach a desk there is none."""
        given = QueryParams(scope["query_string"]).get("token", "")
        return bool(
            self._door is None and scope["path"] == "/" and scope["method"] == "GET" and given and self._is_token(given)
            and knows_host(Headers(scope=scope).get("host", ""), url=self._url, listens=self._listens)
        )  # fmt: skip

    def _welcome(self) -> RedirectResponse:
        answer = RedirectResponse("/", 303)
        secure = self._url.startswith("https:")
        answer.set_cookie(
            self._cookie, self._token, max_age=31_536_000, httponly=True, samesite="strict", secure=secure
        )
        return answer

    async def _at_the_door(self, door: SignIn, request: Request) -> Response:
        path = request.url.path
        if request.method in _SAFE:
            return door.password_page() if path == "/password" else door.page()
        if path == "/sign-out":
            return door.sign_out(request.cookies.get(self._cookie, ""))
        try:
            return await (door.change_password(request) if path == "/password" else door.sign_in(request))
        except ClientDisconnect:  # also of a body that went on above its limit
            return self._too_large.response({"Connection": "close"})

    def _refusal(self, problem: Problem, scope: Scope) -> Response:
        page = scope["method"] == "GET" and _PAGES.fullmatch(scope["path"])
        if page and problem.status == 401 and self._door is not None:
            return RedirectResponse("/sign-in", 303)
        return problem.response({"Connection": "close"} if problem.status == 413 else None)

    def _problem(self, scope: Scope, headers: Headers) -> Problem | None:
        method, path = scope["method"], scope["path"]
        if method not in METHODS:
            return Problem(405, "There is no such method")
        if not knows_host(headers.get("host", ""), url=self._url, listens=self._listens):
            return Problem(421, "This desk has another name", "Open the address that `broadsheet desk` printed.")
        bearer = headers.get("authorization", "").partition(" ")
        by_program = bearer[0].lower() == "bearer" and self._is_token(bearer[2].strip())
        open_to_all = self._door is not None and path in _OPEN_TO_ALL
        if not by_program and not open_to_all and not self._is_signed_in(headers):
            return Problem(401, "This desk is locked", "Open the address that `broadsheet desk` printed.")
        if not by_program and method not in _SAFE and not from_our_page(headers, url=self._url):
            return Problem(403, "This came from another page")
        said = headers.get("content-length", "0")
        if not said.isdigit() or int(said) > (LARGEST_BODY if open_to_all else self._largest):
            return self._too_large
        return None

    def _is_signed_in(self, headers: Headers) -> bool:
        given = cookie_parser(headers.get("cookie", "")).get(self._cookie, "")
        return self._door.knows(given) if self._door is not None else self._is_token(given)

    @property
    def _too_large(self) -> Problem:
        most = self._largest >> 20
        return Problem(413, "The input is too large", f"A desk takes {most} MiB at once; split the listing.", 3)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _bounded(self, receive: Receive, largest: int) -> Receive:
        """A body that does not say how long it is ends where it is too long, like one that the sender broke off."""
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return {"type": "http.disconnect"} if taken > largest else message

        return bounded
