"""The door's pages: in a language of ours, below the door's path, with a policy that allows their style alone."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from broadsheet.settings.resources import Resources
from broadsheet.web.confirmation import ConfirmationMail
from broadsheet.web.pages import Pages, language_for

HEAD = ConfirmationMail("digest@example.org", "Tea & <i>Cake</i>", "de", 48, Resources())


def pages(archive: Path | None = None, url: str = "https://papers.example.org/weekly/") -> Pages:
    return Pages.of(HEAD, url=url, archive=archive)


def test_every_link_bears_the_path_that_the_door_lives_below() -> None:
    body = bytes(pages().page("subscribe", address="", wrong=False).body).decode()
    places = re.findall(r'(?:href|action)="(/[^"]*)"', body)
    assert places
    assert all(place.startswith("/weekly/") for place in places)
    assert pages(url="https://papers.example.org").base == ""


def test_a_policy_names_the_style_that_the_page_holds_and_no_other() -> None:
    response = pages().said("dead", status=404)
    (style,) = re.findall(r"<style>(.*?)</style>", bytes(response.body).decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]
    assert response.status_code == 404


def test_a_title_and_what_somebody_typed_are_text() -> None:
    body = bytes(pages().page("subscribe", address='"><script>', wrong=True).body).decode()
    assert "<i>Cake" not in body
    assert '"><script>' not in body


@pytest.mark.parametrize(("asked", "code"), [("", "de"), ("en", "en"), ("xx", "en")])
def test_a_page_speaks_the_language_asked_for_or_the_doors_own(asked: str, code: str) -> None:
    assert f'<html lang="{code}"' in bytes(pages().said("dead", language=asked, status=404).body).decode()


def test_the_archive_is_led_to_once_it_has_a_front_page(tmp_path: Path) -> None:
    before = bytes(pages(tmp_path).said("dead", status=404).body)
    (tmp_path / "index.html").write_text("Tea", encoding="utf-8")
    assert bytes(pages(tmp_path).said("dead", status=404).body) != before
    assert bytes(pages(None).said("dead", status=404).body) == before


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en;q=0.4, de;q=0.8", "de"),
        ("de;q=0, en", "en"),
        ("xx, yy", "nl"),
        ("", "nl"),
        (",;q=,;;" * 50, "nl"),
    ],
)
def test_the_language_a_browser_asks_for(wanted, code):
    assert language_for(wanted, "nl") == code
