"""The sign-in of a desk that others reach: a password that can be changed, bounded tries, and sessions that end.

Sessions are kept in memory, so that a desk that is started again has signed everybody out. Wrong tries are counted for
all addresses together, since behind a proxy all come from one: whoever is signed in, and programs with the token, do
not notice when there were too many.
"""

from __future__ import annotations

import asyncio
import collections
import math
import secrets
import time
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broadsheet.errors import ConfigError
from broadsheet.settings.resources import Resources
from broadsheet.web.desk.password import SHORTEST, knows_password
from broadsheet.web.security import read_form

TRIES, TRIES_SECONDS = 10, 900.0
"""So many wrong tries in so many seconds, at most."""
SESSION_SECONDS = 12 * 3600.0
MOST_SESSIONS = 100


class SignIn:
    """Who is signed in, and the page for those who are not."""

    def __init__(  # noqa: PLR0913 - what it knows a reader by, and how it answers
        self,
        kept: str,
        *,
        keep: Callable[[str], str],
        resources: Resources,
        cookie: str,
        secure: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`kept` is the password's hash; `keep` keeps another password, gives its hash, and raises `ConfigError`."""
        self._kept, self._keep, self._resources, self._clock = kept, keep, resources, clock
        self._cookie, self._secure = cookie, secure
        self._sessions: dict[str, float] = {}
        self._wrong: collections.deque[float] = collections.deque()
        self._one_at_a_time = asyncio.Lock()

    def knows(self, session: str) -> bool:
        """Whether a session began here and has not ended."""
        return self._sessions.get(session, 0.0) > self._clock()

    def page(self, said: str = "", status: int = 200) -> Response:
        """The page that asks for the password."""
        return HTMLResponse(self._resources.render("templates", "desk/sign_in.html", said=said), status)

    async def sign_in(self, request: Request) -> Response:
        """Begins a session for whoever knows the password."""
        form = read_form(request.headers.get("content-type", ""), await request.body())
        async with self._one_at_a_time:  # a try takes 64 MiB
            if (refused := await self._refusal(form.get("password", ""))) is not None:
                said, status, headers = refused
                return _with(self.page(said, status), headers)
        self._sessions.pop(request.cookies.get(self._cookie, ""), None)  # the one before, where there was one
        return self._let_in()

    def password_page(self, said: str = "", status: int = 200) -> Response:
        """The page on which the password is changed."""
        html = self._resources.render(
            "templates", "desk/password.html", here="password", reached=True, said=said, shortest=SHORTEST
        )
        return HTMLResponse(html, status)

    async def change_password(self, request: Request) -> Response:
        """Changes the password for whoever knows the one before; all sessions end, and one begins here."""
        form = read_form(request.headers.get("content-type", ""), await request.body())
        async with self._one_at_a_time:
            if (refused := await self._refusal(form.get("password", ""))) is not None:
                said, status, headers = refused
                return _with(self.password_page(said, status), headers)
            if form.get("new", "") != form.get("again", ""):
                return self.password_page("The new password was not the same both times.", 422)
            try:
                self._kept = await asyncio.to_thread(self._keep, form.get("new", ""))
            except ConfigError as error:
                return self.password_page(str(error), 422)
            self._sessions.clear()
        return self._let_in()

    def sign_out(self, session: str) -> Response:
        """Ends a session."""
        self._sessions.pop(session, None)
        answer = RedirectResponse("/sign-in", 303)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        answer.delete_cookie(self._cookie, httponly=True, samesite="strict", secure=self._secure)
        return answer

    async def _refusal(self, password: str) -> tuple[str, int, Mapping[str, str]] | None:
        """What is said to whoever does not know the password, with which status and headers, or tried too often."""
        now = self._clock()
        while self._wrong and self._wrong[0] <= now - TRIES_SECONDS:
            self._wrong.popleft()
        if len(self._wrong) >= TRIES:
            seconds = math.ceil(self._wrong[0] + TRIES_SECONDS - now)
            return f"Too many tries: wait {math.ceil(seconds / 60)} minutes.", 429, {"Retry-After": str(seconds)}
        if await asyncio.to_thread(knows_password, self._kept, password):
            return None
        self._wrong.append(now)
        return "That is not the password.", 403, {}

    def _let_in(self) -> Response:
        answer = RedirectResponse("/", 303)
        session = self._begin(self._clock())
        answer.set_cookie(self._cookie, session, httponly=True, samesite="strict", secure=self._secure)
        return answer

    def _begin(self, now: float) -> str:
        """A session of its own for each sign-in; the oldest ends where there are too many."""
        self._sessions = {name: end for name, end in self._sessions.items() if end > now}
        if len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[min(self._sessions, key=lambda name: self._sessions[name])]
        session = secrets.token_urlsafe(32)
        self._sessions[session] = now + SESSION_SECONDS
        return session


def _with(answer: Response, headers: Mapping[str, str]) -> Response:
    answer.headers.update(headers)
    return answer
