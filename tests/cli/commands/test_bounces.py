"""`broadsheet subscribers bounces`: returned mail, and mail that asks to leave, is found and what it means is noted."""

from __future__ import annotations

import contextlib
from pathlib import Path

from broadsheet.mailing.signed_links import sign, signing_key
from broadsheet.mailing.subscribers import by_mailbox
from broadsheet.store.state import open_state
from mailbox_server import MailboxServer
from returned_mail import dsn
from standing import sent
from subscriber_commands import CONFIG, known, subscribers


def with_edition(address: str) -> None:
    subscribers("add", address, "--confirmed")
    with contextlib.closing(open_state(Path("weekly.sqlite"))) as db:
        sent(db, 1, by_mailbox(db, address).id, "<1.ann@example.org>")


def test_a_folder_of_returned_mail_suppresses_once():
    with_edition("ann@example.org")
    Path("returned").mkdir()
    Path("returned", "1").write_bytes(dsn("ann@example.org", "<1.ann@example.org>", said="smtp; 550 no such user"))
    Path("returned", "2").write_bytes(dsn("ann@example.org", "<forged@example.org>"))
    Path("returned", "3").write_bytes(b"Subject: hello\n\n")
    config = CONFIG + "bounces: {folder: returned}\n"
    first = subscribers("bounces", config=config).output
    assert first == "1 suppressed\n1 about no mail of ours\n1 no reports\n"
    assert known("ann@example.org").why == "5.1.1 smtp; 550 no such user"
    assert "1 known already" in subscribers("bounces", config=config).output


def test_a_mail_that_asks_to_leave_is_heeded_once_and_only_with_a_word_of_ours():
    for address in ("ann@example.org", "bob@example.org"):
        subscribers("add", address, "--confirmed")
    with contextlib.closing(open_state(Path("weekly.sqlite"))) as db:
        word = sign("leave", known("ann@example.org").public, signing_key(db))
        other = sign("preferences", known("bob@example.org").public, signing_key(db))
    Path("returned").mkdir(exist_ok=True)
    Path("returned", "1").write_bytes(f"From: ann@example.org\r\nSubject: leave {word}\r\n\r\nbye\r\n".encode())
    Path("returned", "2").write_bytes(f"Subject: leave {other}\r\n\r\n".encode())
    Path("returned", "3").write_bytes(b"Subject: leave me alone\r\n\r\n")
    config = CONFIG + "bounces: {folder: returned}\n"
    first = subscribers("bounces", config=config).output
    assert first == "1 asked to leave, and did\n1 about no mail of ours\n1 no reports\n"
    assert known("ann@example.org").state == "left"
    assert known("bob@example.org").state == "active"
    assert "1 known already" in subscribers("bounces", config=config).output


def test_a_mailbox_of_returned_mail_is_read_over_tls(monkeypatch, tmp_path):
    with_edition("ann@example.org")
    letters = {1: dsn("ann@example.org", "<1.ann@example.org>"), 2: b"Subject: private\r\n\r\n"}
    with MailboxServer(letters) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority_file(tmp_path)))
        config = CONFIG + f"bounces: {{host: localhost, port: {server.port}, user: digest, password_env: BOX}}\n"
        assert "BOX" in subscribers("bounces", config=config).output
        monkeypatch.setenv("BOX", "secret")
        done = subscribers("bounces", config=config)
        assert (done.exit_code, server.seen) == (0, {1})
    assert known("ann@example.org").state == "suppressed"


def test_nowhere_to_look_is_told():
    done = subscribers("bounces")
    assert (done.exit_code, "bounces.folder" in done.output) == (5, True)
