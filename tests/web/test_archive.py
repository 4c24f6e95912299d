"""The archive is read and never listed: files of its folder, nothing hidden, nothing outside."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from asgi_client import Reply
from asgi_client import ask as ask_app
from broadsheet.web.archive import MINUTES, ServedArchive

SCRIPT = "document.title = 'Tea'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "12").mkdir(parents=True)
    (site / "index.html").write_text(f"<p>Tea</p><script>{SCRIPT}</script>", encoding="utf-8")
    (site / "12" / "index.html").write_text("<p>Number 12</p>", encoding="utf-8")
    (site / "feed.json").write_text("{}", encoding="utf-8")
    (site / ".secret").write_text("key", encoding="utf-8")
    (tmp_path / "state.sqlite").write_text("people", encoding="utf-8")
    return site


def ask(folder: Path | None, path: str, *, method: str = "GET") -> Reply:
    app = Starlette(routes=[Mount("/", ServedArchive(folder, base="/weekly"))])
    return ask_app(app, path, method)


@pytest.mark.parametrize(("path", "text"), [("/", b"Tea"), ("/12/", b"Number 12"), ("/feed.json", b"{}")])
def test_what_lies_in_the_folder_is_read_and_may_be_kept_for_a_while(folder: Path, path: str, text: bytes) -> None:
    reply = ask(folder, path)
    assert (reply.status, text in reply.body) == (200, True)
    assert reply.headers["cache-control"] == f"max-age={MINUTES * 60}"


@pytest.mark.parametrize(
    "path", ["/.secret", "/../state.sqlite", "/12/../../state.sqlite", "/missing", "/" + "x" * 5000, "/a\x00b"]
)
def test_what_is_hidden_outside_or_nowhere_is_not_found(folder: Path, path: str) -> None:
    assert ask(folder, path).status == 404


def test_nothing_is_written(folder: Path) -> None:
    assert ask(folder, "/feed.json", method="POST").status == 405


def test_a_page_may_run_its_own_script_and_no_other(folder: Path) -> None:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in ask(folder, "/").headers["content-security-policy"]
    assert "content-security-policy" not in ask(folder, "/feed.json").headers


def test_a_page_that_changed_has_a_policy_of_its_own(folder: Path) -> None:
    before = ask(folder, "/").headers["content-security-policy"]
    (folder / "index.html").write_text("<p>Coffee</p><script>other()</script>", encoding="utf-8")
    assert ask(folder, "/").headers["content-security-policy"] != before


@pytest.mark.parametrize("place", [None, Path("not yet")])
def test_before_the_first_edition_the_front_page_leads_to_the_form(place: Path | None) -> None:
    reply = ask(place, "/")
    assert (reply.status, reply.headers["location"]) == (307, "/weekly/subscribe")
    assert ask(place, "/12/").status == 404
