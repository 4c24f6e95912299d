"""The one mail that goes to who has not subscribed: in their language, from a sender, marked as automatic."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from broadsheet.errors import ConfigError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import Preferences, Subscriber
from broadsheet.mailing.subscribers import ask as ask_to_subscribe
from broadsheet.settings.loading import Settings
from broadsheet.web.confirmation import ConfirmationMail
from standing_mail import NOW, open_kitchen

LINK = "https://papers.example.org/confirm/abc"


def letterhead(**settings: Any) -> ConfirmationMail:
    mail = {"from": "Kitchen <digest@example.org>"}
    return ConfirmationMail.of(Settings(**{"title": "Group  weekly", "mail": mail, **settings}))


def somebody(tmp_path, language: str = "") -> Subscriber:
    db = open_kitchen(tmp_path / "state.sqlite")
    return ask_to_subscribe(db, parse_address("ann@example.org"), Preferences(language=language or None), now=NOW)


def test_a_mail_from_nobody_is_refused_with_an_example() -> None:
    with pytest.raises(ConfigError, match=r"mail\.from is not set: .*`Group weekly <digest@example\.org>`"):
        letterhead(mail={})


def test_it_goes_to_one_and_answers_nothing_by_itself(tmp_path) -> None:
    mail = letterhead().confirming(somebody(tmp_path), LINK, now=NOW)
    assert (mail["To"], mail["From"]) == ("ann@example.org", "Kitchen <digest@example.org>")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Date"].datetime == dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)
    assert "Group weekly" in mail["Subject"]


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_its_forms_bear_the_link_and_how_long_it_counts(tmp_path, kind: str) -> None:
    mail = letterhead(door={"confirm_hours": 36}).confirming(somebody(tmp_path), LINK, now=NOW)
    body = mail.get_body((kind,))
    assert body is not None
    assert LINK in body.get_content()
    assert "36" in body.get_content()


def test_the_subscribers_language_comes_before_the_editions(tmp_path) -> None:
    english = letterhead().confirming(somebody(tmp_path), LINK, now=NOW)["Subject"]
    german = letterhead(language="German")
    ours, theirs = somebody(tmp_path / "a"), somebody(tmp_path / "b", "en")
    assert german.confirming(ours, LINK, now=NOW)["Subject"] != english
    assert german.confirming(theirs, LINK, now=NOW)["Subject"] == english


def test_its_title_is_its_one_heading(tmp_path) -> None:
    body = letterhead().confirming(somebody(tmp_path), LINK, now=NOW).get_body(("html",))
    assert body is not None
    assert re.findall(r"<h1\b[^>]*>(.*?)</h1>", body.get_content()) == ["Group weekly"]
