"""A mail that asks somebody to confirm leaves by the configured way, or says why it cannot before anybody is added."""

from __future__ import annotations

import email
import re
import time
from email import policy

import pytest

from broadsheet.errors import ConfigError, MailError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import reopen
from broadsheet.web.invitations import Invitations
from mailserver import MailServer
from standing_mail import NOW, kitchen_settings, open_kitchen


def smtp(server: MailServer) -> dict:
    return {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none"}


def test_whoever_is_invited_gets_a_link_to_the_door(tmp_path):
    db = open_kitchen(tmp_path / "s.sqlite")
    ann = reopen(db, parse_address("ann@example.net"), now=NOW)
    with MailServer(tls="none") as server:
        settings = kitchen_settings(tmp_path, transport=smtp(server))
        invitations = Invitations.of(settings, db, sleep=time.sleep)
        invitations.invite(ann, now=NOW)
    ((address, letter),) = server.kept
    assert address == "ann@example.net"
    text = email.message_from_bytes(letter, policy=policy.default).get_body(("plain",)).get_content()
    (token,) = re.findall(r"https://door\.example/confirm/(\S+)", text)
    assert invitations.links.read("confirm", token, now=NOW) == ann.public


def test_a_server_that_does_not_take_it_is_told_of(tmp_path):
    db = open_kitchen(tmp_path / "s.sqlite")
    ann = reopen(db, parse_address("ann@example.net"), now=NOW)
    with MailServer({("rcpt", "ann@example.net"): ["550 5.1.1 no such user"]}, tls="none") as server:
        invitations = Invitations.of(kitchen_settings(tmp_path, transport=smtp(server)), db, sleep=time.sleep)
        with pytest.raises(MailError, match="did not take the mail") as caught:
            invitations.invite(ann, now=NOW)
    assert (caught.value.code, server.kept) == (550, [])


def test_without_a_door_or_a_sender_nobody_can_be_invited(tmp_path):
    db = open_kitchen(tmp_path / "s.sqlite")
    settings = kitchen_settings(tmp_path)
    nowhere = settings.model_copy(update={"door": settings.door.model_copy(update={"url": None})})
    nobody = settings.model_copy(update={"mail": settings.mail.model_copy(update={"sender": None})})
    for wrong, said in ((nowhere, r"door\.url is not set"), (nobody, r"mail\.from is not set")):
        with pytest.raises(ConfigError, match=said):
            Invitations.of(wrong, db, sleep=time.sleep)
