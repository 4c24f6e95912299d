"""Who may use a desk: nobody without its token, no other site, and nothing that is too large."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.errors import StateError
from broadsheet.web.desk.access import COOKIE, keep_token
from desk_process import DeskProcess, open_desk

READ = "/api/v1/read"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with open_desk(tmp_path_factory.mktemp("desk") / "desk.sqlite") as opened:
        yield opened


def test_the_opened_address_becomes_a_cookie_that_no_other_site_sends(desk: DeskProcess) -> None:
    answer = desk.ask("GET", f"/?token={desk.token}", Authorization="")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}={desk.token}".lower())
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in cookie.split(";")}
    page = desk.ask("GET", "/", Authorization="", Cookie=f"{COOKIE}={desk.token}")
    assert (page.status, b"<textarea" in page.body) == (200, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "", "Cookie": f"{COOKIE}=wrong"}, 401),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
    ],
)
def test_without_the_token_or_under_another_name_nothing_is_told(
    desk: DeskProcess, headers: dict[str, str], status: int
) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/v1/digests"), ("POST", READ), ("GET", "/desk/desk.js")):
        answer = desk.ask(method, path, {"text": "x"} if method == "POST" else None, **headers)
        assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
        assert desk.token.encode() not in answer.body


def test_the_token_in_the_address_does_not_work_under_another_name(desk: DeskProcess) -> None:
    answer = desk.ask("GET", f"/?token={desk.token}", Authorization="", Host="evil.example")
    assert (answer.status, "set-cookie" in answer.headers) == (421, False)


@pytest.mark.parametrize("origin", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {}])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_another_page_sends_with_the_cookie_changes_nothing(
    desk: DeskProcess, method: str, origin: dict[str, str]
) -> None:
    sent = {"Authorization": "", "Cookie": f"{COOKIE}={desk.token}", **origin}
    assert desk.ask(method, "/api/v1/digests", {}, **sent).status == 403


def test_every_answer_forbids_frames_inline_scripts_and_other_addresses(desk: DeskProcess) -> None:
    for path in ("/", "/api/v1/digests", "/nothing"):
        policy = desk.ask("GET", path).headers["content-security-policy"]
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= {
            part.strip() for part in policy.split(";")
        }


def test_a_body_above_the_limit_is_refused_before_it_is_read(desk: DeskProcess) -> None:
    answer = desk.ask("POST", READ, b"{}", Content_Length=str(65 << 20))
    assert (answer.status, answer.json["title"]) == (413, "The input is too large")


def test_the_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "below" / "desk-token"
    token = keep_token(file)
    assert keep_token(file) == token
    assert len(token) >= 40
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_token_that_cannot_be_kept_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk-token").mkdir()
    with pytest.raises(StateError, match="desk-token: cannot be read or written"):
        keep_token(tmp_path / "desk-token")
