"""A mail to confirm leaves by the configured transport, or it is said before anybody is added why it cannot."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from pathlib import Path

import pytest

from broadsheet.cli.commands.invitations import Inviting
from broadsheet.errors import ConfigError, MailError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import Subscriber, ask
from broadsheet.settings.loading import load_settings
from commands import write
from mailserver import MailServer
from standing_mail import NOW, open_kitchen

MAIL = "mail: {from: 'Kitchen <digest@example.org>'"
DOOR = "door: {url: 'https://papers.example.org/'}\n"


def inviting(text: str) -> tuple[Inviting, Subscriber]:
    """What invites, and somebody who asked."""
    config, db = Path(write(text, "weekly.yaml")), open_kitchen(Path("weekly.sqlite"))
    ann = ask(db, parse_address("ann@example.org"), now=NOW)
    return Inviting.of(load_settings(config), config, db), ann


def test_somebody_who_could_not_follow_the_link_is_not_asked() -> None:
    with pytest.raises(ConfigError, match=r"door\.url is not set.*--confirmed"):
        inviting(MAIL + "}\n")


def test_a_mail_that_is_from_nobody_is_not_sent() -> None:
    with pytest.raises(ConfigError, match=r"mail\.from is not set"):
        inviting(DOOR)


def test_the_mail_goes_to_the_one_invited_with_a_link_that_counts_for_them() -> None:
    inviter, ann = inviting(MAIL + "}\n" + DOOR)
    inviter.invite(ann)
    (file,) = Path("outbox").glob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["To"] == "ann@example.org"
    link = re.search(r"https://papers\.example\.org/confirm/(\S+)", mail.get_body(("plain",)).get_content())
    assert link
    assert inviter.links.read("confirm", link[1], now=dt.datetime.now(dt.UTC)) == ann.public


def test_a_mail_that_the_server_does_not_take_is_an_error_with_what_it_said() -> None:
    with MailServer({("rcpt", "ann@example.org"): ["550 5.1.1 nobody of that name"]}, tls="") as server:
        transport = f"transport: {{kind: smtp, host: 127.0.0.1, port: {server.port}, security: none}}"
        inviter, ann = inviting(f"{MAIL}, {transport}}}\n{DOOR}")
        with pytest.raises(MailError, match="did not take the mail") as caught:
            inviter.invite(ann)
    assert caught.value.code == 550
    assert server.kept == []
