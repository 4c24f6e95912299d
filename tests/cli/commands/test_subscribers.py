"""`broadsheet subscribers`: what is typed, what is said, and what is in the state afterwards."""

from __future__ import annotations

import contextlib
import csv
import email
import io
import re
from pathlib import Path

import pytest

from broadsheet.mailing.signed_links import sign, signing_key
from broadsheet.mailing.subscribers import by_mailbox
from broadsheet.store.state import open_state
from commands import write
from mailbox_server import MailboxServer
from returned_mail import dsn
from standing import sent
from subscriber_commands import CONFIG, known, subscribers

DOOR = CONFIG + "door: {url: 'https://papers.example.org/'}\n"


def mails():
    return [email.message_from_bytes(file.read_bytes()) for file in Path("outbox").glob("*.eml")]


def test_with_consent_somebody_is_active_at_once():
    done = subscribers(
        "add", "Ann@Example.org", "--confirmed", "--name", "Ann", "--interest", "moss", "--interest", "tides"
    )
    assert (done.exit_code, done.output) == (0, "Ann@example.org: active\n")
    assert known("ann@example.org").interests == ("moss", "tides")
    assert not Path("outbox").exists()


def test_without_it_a_mail_with_a_link_goes_out():
    done = subscribers("add", "ann@example.org", "--language", "de", config=DOOR)
    assert "on its way" in done.output
    assert known("ann@example.org").state == "pending"
    (mail,) = mails()
    assert "https://papers.example.org/confirm/" in mail.get_payload()[0].get_payload(decode=True).decode()
    assert "bestätigen" in str(email.header.make_header(email.header.decode_header(mail["Subject"])))


def test_without_a_door_nobody_is_added_who_could_not_confirm():
    done = subscribers("add", "ann@example.org")
    assert (done.exit_code, "--confirmed" in done.output) == (5, True)
    assert known("ann@example.org") is None


@pytest.mark.parametrize("text", ["ann", "ann@example.org,bo@example.org", "ann@example.org\nBcc: x@example.org"])
def test_what_is_no_address_is_refused(text):
    done = subscribers("add", text, "--confirmed")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)


def test_a_list_is_taken_over_and_what_is_wrong_in_it_is_named():
    subscribers("add", "left@example.org", "--confirmed")
    subscribers("remove", "left@example.org")
    text = (
        "email,name,state\nann@example.org,Ann,\nnobody,x,\nleft@example.org,x,active\nbo@example.org,Bo,unsubscribed\n"
    )
    done = subscribers("import", write(text, "list.csv"), "--confirmed")
    assert done.exit_code == 0
    assert "1 active" in done.output
    assert "1 left" in done.output
    assert "1 known already" in done.output
    assert "line 3" in done.output
    states = [known(f"{who}@example.org").state for who in ("ann", "left", "bo")]
    assert states == ["active", "left", "left"]
    assert not Path("outbox").exists()


def test_a_list_without_consent_asks_each():
    done = subscribers("import", "-", config=DOOR, stdin="ann@example.org\nbo@example.org\n")
    assert (done.exit_code, "2 pending" in done.output) == (0, True)
    assert sorted(mail["To"] for mail in mails()) == ["ann@example.org", "bo@example.org"]


def test_what_is_exported_is_private_and_can_be_imported():
    subscribers("add", "ann@example.org", "--confirmed", "--interest", "moss")
    assert subscribers("export", "people.csv").exit_code == 0
    assert Path("people.csv").stat().st_mode & 0o777 == 0o600
    (row,) = csv.DictReader(io.StringIO(subscribers("export").output))
    assert (row["address"], row["state"], row["interests"]) == ("ann@example.org", "active", "moss")
    Path("weekly.sqlite").unlink()
    assert "1 active" in subscribers("import", "people.csv", "--confirmed").output


def test_the_list_shows_who_there_is_and_counts():
    subscribers("add", "ann@example.org", "--confirmed", "--name", "Ann \x1b[31m")
    shown = subscribers("list").output
    assert "ann@example.org  active  weekly  Ann [31m\n" in shown
    assert "0 pending, 1 active, 0 left, 0 suppressed" in shown
    assert "ann@" not in subscribers("list", "--state", "left").output


def test_forgetting_erases_and_names_what_else_holds_the_address():
    subscribers("add", "ann.reed@example.org", config=DOOR)
    (Path("weekly.sqlite.before-0002")).write_bytes(Path("weekly.sqlite").read_bytes())
    done = subscribers("forget", "Ann.Reed@example.org", "--yes")
    assert "ann.reed@example.org: forgotten" in done.output
    assert "weekly.sqlite.before-0002" in done.output
    assert re.search(r"outbox/\S+\.eml", done.output)
    assert b"ann.reed" not in b"".join(
        file.read_bytes() for file in Path().glob("weekly.sqlite*") if file.suffix != ".before-0002"
    )
    assert "was not kept" in subscribers("forget", "ann.reed@example.org", "--yes").output


def test_forgetting_asks_first():
    subscribers("add", "ann@example.org", "--confirmed")
    assert subscribers("forget", "ann@example.org", stdin="n\n").exit_code == 1
    assert known("ann@example.org").state == "active"


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
