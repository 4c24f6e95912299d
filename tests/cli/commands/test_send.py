"""`broadsheet send` and `status`: an edition is sent, gone on with, looked at and told about."""

from __future__ import annotations

import json
import mailbox
from pathlib import Path

import pytest

from broadsheet.errors import MailError
from broadsheet.mailing.smtp_replies import SENT
from commands import run
from fake_transport import Way, send
from mailserver import AUTHORITY, MailServer
from sending_config import config
from standing_mail import open_kitchen


def test_the_command_sends_over_starttls_with_a_password_from_the_environment(tmp_path, monkeypatch) -> None:
    open_kitchen(tmp_path / "s.sqlite", 2).close()
    AUTHORITY.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("KITCHEN_WORD", "swordfish")
    with MailServer(
        {("rcpt", "reader1@example.net"): ["550 5.1.1 swordfish is no user"]}, login=("us", "swordfish")
    ) as server:
        smtp = {"kind": "smtp", "host": "localhost", "port": server.port, "user": "us", "password_env": "KITCHEN_WORD"}
        done = run("send", "--config", config(tmp_path, **smtp))
        assert done.exit_code == 0, done.output
        assert "Edition 1: 1 sent now; 1 sent, 1 suppressed in all." in done.stdout
        assert server.to == ["reader0@example.net"]
        wrong = run("send", "--to", "me@example.org", "--config", config(tmp_path, **smtp | {"user": "them"}))
    assert wrong.exit_code == 12
    told = run("status", "--config", config(tmp_path, **smtp))
    assert "1 suppressed: 550 5.1.1 … is no user" in told.stdout
    assert "swordfish" not in done.output + wrong.output + told.output


def test_status_counts_and_explains_and_resume_goes_on(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", 2)
    with pytest.raises(MailError):
        send(db, tmp_path, Way(SENT, MailError("no server")))
    db.close()
    written = config(tmp_path, kind="maildir", folder="box")
    found = json.loads(run("status", "--json", "--config", written).stdout)
    assert (found["mails"]["sent"], found["mails"]["queued"], found["unfinished"]) == (1, 1, [1])
    assert run("send", "--resume", "--config", written).exit_code == 0
    assert len(mailbox.Maildir(tmp_path / "box", create=False)) == 1
    assert "Edition 1: 2 sent." in run("status", "--config", written).stdout
    assert run("send", "--resume", "--config", written).stdout == ""


def test_a_preview_is_written_and_nothing_sent(tmp_path) -> None:
    open_kitchen(tmp_path / "s.sqlite", 2).close()
    done = run("send", "--preview", "--config", config(tmp_path, kind="eml"))
    assert done.exit_code == 0, done.output
    assert "31 have tides" in Path("edition-1.html").read_text(encoding="utf-8")
    assert not (tmp_path / "outbox").exists()
    assert run("send", "--preview", "--resume", "--config", config(tmp_path, kind="eml")).exit_code == 2
