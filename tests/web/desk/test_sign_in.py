"""A desk that others reach: nobody gets in without its password, and nobody tries for long."""

from __future__ import annotations

import functools
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from asgi_client import Reply, ask
from broadsheet.settings.resources import Resources
from broadsheet.web.desk.access import COOKIE, GuardedDesk, cookie_of
from broadsheet.web.desk.password import change_password, hash_password, knows_password
from broadsheet.web.desk.sign_in import SESSION_SECONDS, TRIES, TRIES_SECONDS, SignIn
from commands import run
from desk_process import DeskProcess, open_desk

PASSWORD = "four wet knots in hemp"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
URL = "https://desk.example"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """A desk on an address that is not one of this machine's three usual names."""
    state = tmp_path_factory.mktemp("desk") / "desk.sqlite"
    with open_desk(state, "--host", "127.0.0.2", password=PASSWORD) as opened:
        yield opened


class Clock:
    """A clock that tests turn."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Door:
    """A guarded application in this process, and whoever stands before it."""

    def __init__(self, clock: Clock, file: Path) -> None:
        self.file = file
        self.cookie = cookie_of(URL)
        sign_in = SignIn(
            hash_password(PASSWORD),
            keep=functools.partial(change_password, file),
            resources=Resources(),
            cookie=self.cookie,
            secure=True,
            clock=clock,
        )

        async def inside(scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse(f"inside {Request(scope).url.path}")(scope, receive, send)

        self.app = GuardedDesk(inside, url=URL, listens="127.0.0.1", token="the-token", door=sign_in)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Reply:
        return ask(self.app, path, method, [body], **{"host": "desk.example", **headers})

    def sign_in(self, password: str, **headers: str) -> Reply:
        return self.send("/sign-in", {"password": password}, **headers)

    def send(self, path: str, fields: dict[str, str], **headers: str) -> Reply:
        form = {"content-type": FORM["Content-Type"], "sec-fetch-site": "same-origin", **headers}
        return self.ask(path, "POST", urllib.parse.urlencode(fields).encode(), **form)

    def inside(self) -> str:
        """The cookie of a session that begins."""
        return f"{self.cookie}={session_of(self.sign_in(PASSWORD).headers, self.cookie)}"


def session_of(headers: Mapping[str, str], cookie: str = COOKIE) -> str:
    name, _, value = headers["set-cookie"].partition(";")[0].partition("=")
    assert name == cookie
    return value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock, tmp_path: Path) -> Door:
    return Door(clock, tmp_path / "desk-password")


def test_the_address_of_a_desk_that_others_reach_holds_no_token(desk: DeskProcess) -> None:
    assert desk.opened == desk.url
    refused = desk.ask("GET", f"/?token={desk.token}", Authorization="")
    assert (refused.status, refused.headers["location"]) == (303, "/sign-in")
    assert "set-cookie" not in refused.headers
    assert desk.ask("GET", "/", Authorization="", Cookie=f"{COOKIE}={desk.token}").status == 303


def test_without_signing_in_nothing_is_told_but_the_page_that_asks(desk: DeskProcess) -> None:
    for method, path in (("GET", "/api/v1/digests"), ("POST", "/api/v1/read"), ("GET", "/desk/desk.js")):
        assert desk.ask(method, path, {} if method == "POST" else None, Authorization="").status == 401
    page = desk.ask("GET", "/sign-in", Authorization="")
    assert (page.status, b'type="password"' in page.body) == (200, True)
    assert desk.ask("GET", "/desk/desk.css", Authorization="").status == 200


def test_the_password_begins_a_session_that_a_reader_can_end(desk: DeskProcess) -> None:
    form = urllib.parse.urlencode({"password": PASSWORD}).encode()
    answers = [desk.ask("POST", "/sign-in", form, Authorization="", **FORM) for _ in range(2)]
    assert [(answer.status, answer.headers["location"]) for answer in answers] == [(303, "/")] * 2
    first, second = (session_of(answer.headers) for answer in answers)
    assert first != second
    assert desk.token not in (first, second)
    flags = {part.strip().lower() for part in answers[0].headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=strict", "path=/"} <= flags
    inside = {"Authorization": "", "Cookie": f"{COOKIE}={first}"}
    assert b"Sign out" in desk.ask("GET", "/", **inside).body
    assert desk.ask("GET", "/sign-out", **inside).status == 200  # a link ends nothing
    assert desk.ask("GET", "/", **inside).status == 200
    left = desk.ask("POST", "/sign-out", b"", **inside, **FORM)
    assert (left.status, "cache" in left.headers["clear-site-data"]) == (303, True)
    assert desk.ask("GET", "/", **inside).status == 303
    assert desk.ask("GET", "/", Authorization="", Cookie=f"{COOKIE}={second}").status == 200


def test_programs_use_the_token_there_too(desk: DeskProcess) -> None:
    assert desk.ask("GET", "/api/v1/digests").status == 200


def test_a_wrong_password_gets_nobody_in(desk: DeskProcess) -> None:
    wrong = desk.ask("POST", "/sign-in", b"password=wrong", Authorization="", **FORM)
    assert (wrong.status, "set-cookie" in wrong.headers) == (403, False)
    assert b"That is not the password" in wrong.body


def test_wrong_tries_are_bounded_by_time_and_disturb_nobody_who_is_in(door: Door, clock: Clock) -> None:
    inside = door.inside()
    assert [door.sign_in(f"wrong {number}").status for number in range(TRIES)] == [403] * TRIES
    shut = door.sign_in(PASSWORD)
    assert (shut.status, shut.headers["retry-after"]) == (429, str(int(TRIES_SECONDS)))
    assert door.ask("/", cookie=inside).body == b"inside /"
    assert door.ask("/", authorization="Bearer the-token").body == b"inside /"
    clock.now = TRIES_SECONDS + 1
    assert door.sign_in(PASSWORD).status == 303


def test_a_session_ends_by_itself(door: Door, clock: Clock) -> None:
    inside = door.inside()
    clock.now = SESSION_SECONDS - 1
    assert door.ask("/", cookie=inside).status == 200
    clock.now = SESSION_SECONDS + 1
    assert door.ask("/", cookie=inside).status == 303


def test_whoever_signs_in_again_leaves_the_session_before(door: Door) -> None:
    before = door.inside()
    assert door.sign_in(PASSWORD, cookie=before).status == 303
    assert door.ask("/", cookie=before).status == 303


NEW = "seven lamps burn blue"


def test_whoever_knows_the_password_changes_it_and_sessions_elsewhere_end(door: Door) -> None:
    here, elsewhere = door.inside(), door.inside()
    assert b'autocomplete="new-password"' in door.ask("/password", cookie=here).body
    changed = door.send("/password", {"password": PASSWORD, "new": NEW, "again": NEW}, cookie=here)
    assert (changed.status, changed.headers["location"]) == (303, "/")
    assert [door.ask("/", cookie=cookie).status for cookie in (here, elsewhere)] == [303, 303]
    anew = f"{door.cookie}={session_of(changed.headers, door.cookie)}"
    assert door.ask("/", cookie=anew).body == b"inside /"
    assert [door.sign_in(password).status for password in (PASSWORD, NEW)] == [403, 303]
    assert knows_password(door.file.read_text().strip(), NEW)
    assert door.file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"password": "wrong", "new": NEW, "again": NEW}, 403, b"That is not the password"),
        ({"password": PASSWORD, "new": NEW, "again": f"{NEW} "}, 422, b"not the same both times"),
        ({"password": PASSWORD, "new": "short", "again": "short"}, 422, b"at least 15 characters"),
        ({"password": PASSWORD}, 422, b"at least 15 characters"),
    ],
)
def test_a_password_that_is_not_changed_ends_no_session(
    door: Door, fields: dict[str, str], status: int, said: bytes
) -> None:
    inside = door.inside()
    answer = door.send("/password", fields, cookie=inside)
    assert (answer.status, said in answer.body, door.file.exists()) == (status, True, False)
    assert door.ask("/", cookie=inside).status == 200
    assert door.sign_in(PASSWORD).status == 303


def test_nobody_changes_the_password_from_outside_or_by_many_tries(door: Door) -> None:
    fields = {"password": PASSWORD, "new": NEW, "again": NEW}
    assert door.send("/password", fields).status == 401
    assert door.ask("/password").headers["location"] == "/sign-in"
    inside = door.inside()
    assert door.send("/password", fields, cookie=inside, **{"sec-fetch-site": "cross-site"}).status == 403
    for number in range(TRIES):
        assert door.send("/password", fields | {"password": f"wrong {number}"}, cookie=inside).status == 403
    assert door.send("/password", fields, cookie=inside).status == 429
    assert not door.file.exists()


def test_behind_tls_the_cookie_is_this_hosts_alone(door: Door) -> None:
    answer = door.sign_in(PASSWORD)
    assert answer.headers["set-cookie"].startswith("__Host-broadsheet-desk=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "origin", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "", "origin": "https://evil.example"}]
)
def test_no_page_elsewhere_signs_a_reader_in(door: Door, origin: dict[str, str]) -> None:
    assert door.sign_in(PASSWORD, **origin).status == 403


def test_a_sign_in_that_is_too_long_or_no_form_is_refused(door: Door) -> None:
    ours = {"sec-fetch-site": "same-origin"}
    assert door.ask("/sign-in", "POST", b"", **ours, **{"content-length": "9000"}).status == 413
    assert door.sign_in("x" * 9000).status == 413
    assert door.ask("/sign-in", "POST", b"{}", **ours).status == 403


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--host", "127.0.0.2"], "needs a password: put one into the environment variable BROADSHEET_DESK_PASSWORD"),
        (["--url", "https://desk.example"], "needs a password"),
        (["--host", "0.0.0.0"], "name the address that others reach the desk at with --url"),
    ],
)
def test_a_desk_that_others_reach_is_not_opened_without_a_password(tmp_path: Path, flags: list[str], said: str) -> None:
    ended: Any = run("desk", "--no-open", "--port", "0", "--state", str(tmp_path / "desk.sqlite"), *flags)
    assert (ended.exit_code, said in ended.stderr) == (5, True), ended.output
    assert ended.stdout == ""


def test_it_says_what_a_proxy_must_do(desk: DeskProcess) -> None:
    assert desk.process.stdout is not None
    said = "".join(desk.process.stdout.readline() for _ in range(3))
    assert all(word in said for word in ("TLS", "Host header", "as they come", "64 MiB", "--url"))
