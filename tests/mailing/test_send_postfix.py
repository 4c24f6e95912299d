"""Three hundred mails to a real postfix over STARTTLS, which hands each of them on."""

from __future__ import annotations

import email
import email.policy
import os

import pytest

from commands import run
from postfix_server import arrived, postfix, why_not
from sending_config import config
from standing_mail import open_kitchen

NEEDED = bool(os.environ.get("TESTS_NEED_POSTFIX"))


def test_postfix_takes_three_hundred_mails_and_hands_each_on(tmp_path, monkeypatch) -> None:
    if reason := why_not():
        (pytest.fail if NEEDED else pytest.skip)(reason)
    open_kitchen(tmp_path / "s.sqlite", 300).close()
    with postfix() as (port, sink, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        done = run("send", "--config", config(tmp_path, kind="smtp", host="localhost", port=port))
        assert done.exit_code == 0, done.output
        assert "300 sent in all" in done.stdout
        mails = [email.message_from_bytes(data, policy=email.policy.default) for data in arrived(sink, 300)]
    assert sorted(str(mail["To"]) for mail in mails) == sorted(f"reader{number}@example.net" for number in range(300))
    assert len({mail["Message-ID"] for mail in mails}) == 300
    assert all(mail.get_content_type() == "multipart/alternative" for mail in mails)
