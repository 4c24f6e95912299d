"""Who may use a desk: the reader with the opened address, a program with the token, and no page elsewhere.

The address that the desk prints holds a token; opening it once puts the token into a cookie that no other site's
request carries (`SameSite=Strict`) and no script reads. The Host header must name this machine, so that a name which
another site points here (DNS rebinding) is refused; a request that changes anything must come from our own page.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.errors import StateError
from broadsheet.web.desk.problems import Problem
from broadsheet.web.middleware import with_headers
from broadsheet.web.security import from_our_page, headers_for, knows_host

COOKIE = "broadsheet-desk"
LARGEST_UPLOAD = 64 << 20
"""The most bytes of a request's body."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SAFE = ("GET", "HEAD")
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


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

    def __init__(self, app: ASGIApp, *, url: str, listens: str, token: str, largest: int = LARGEST_UPLOAD) -> None:
        self._app, self._url, self._listens, self._token, self._largest = app, url, listens, token, largest
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
            await problem.response({"Connection": "close"} if problem.status == 413 else None)(scope, receive, dressed)
        else:
            await self._app(scope, self._bounded(receive), dressed)

    def _opens(self, scope: Scope) -> bool:
        """Whether it is the address that the desk printed, opened in a browser."""
        given = QueryParams(scope["query_string"]).get("token", "")
        return bool(
            scope["path"] == "/" and scope["method"] == "GET" and given and self._is_token(given)
            and knows_host(Headers(scope=scope).get("host", ""), url=self._url, listens=self._listens)
        )  # fmt: skip

    def _welcome(self) -> RedirectResponse:
        answer = RedirectResponse("/", 303)
        secure = self._url.startswith("https:")
        answer.set_cookie(COOKIE, self._token, max_age=31_536_000, httponly=True, samesite="strict", secure=secure)
        return answer

    def _problem(self, scope: Scope, headers: Headers) -> Problem | None:
        method = scope["method"]
        if method not in METHODS:
            return Problem(405, "There is no such method")
        if not knows_host(headers.get("host", ""), url=self._url, listens=self._listens):
            return Problem(421, "This desk has another name", "Open the address that `broadsheet desk` printed.")
        bearer = headers.get("authorization", "").partition(" ")
        by_program = bearer[0].lower() == "bearer" and self._is_token(bearer[2].strip())
        if not by_program and not self._is_token(cookie_parser(headers.get("cookie", "")).get(COOKIE, "")):
            return Problem(401, "This desk is locked", "Open the address that `broadsheet desk` printed.")
        if not by_program and method not in _SAFE and not from_our_page(headers, url=self._url):
            return Problem(403, "This came from another page")
        said = headers.get("content-length", "0")
        if not said.isdigit() or int(said) > self._largest:
            return self._too_large
        return None

    @property
    def _too_large(self) -> Problem:
        most = self._largest >> 20
        return Problem(413, "The input is too large", f"A desk takes {most} MiB at once; split the listing.", 3)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _bounded(self, receive: Receive) -> Receive:
        """A body that does not say how long it is ends where it is too long, like one that the sender broke off."""
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return {"type": "http.disconnect"} if taken > self._largest else message

        return bounded
