"""Returned mail is found in folders and by IMAP; what is not ours stays unread."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import MailError
from broadsheet.mailing import returned_mail as returned
from broadsheet.mailing.bounce_reports import LONGEST
from broadsheet.mailing.returned_mail import Mailbox, asked_to_leave, in_folder
from broadsheet.settings.edition import Bounces
from mailbox_server import MailboxServer


def settings_for(server: MailboxServer, **more) -> Bounces:
    return Bounces(host="localhost", port=server.port, user="digest", password_env="P", **more)


def test_a_folder_gives_its_files_and_a_maildir_its_mail(tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "2.eml").write_bytes(b"two" + b"x" * LONGEST)
    (tmp_path / "plain" / "1.eml").write_bytes(b"one")
    (tmp_path / "plain" / ".hidden").write_bytes(b"no")
    (name, first), (_, second) = in_folder(tmp_path / "plain")
    assert (name, first, len(second)) == ("1.eml", b"one", LONGEST)
    for room in ("new", "cur", "tmp"):
        (tmp_path / "maildir" / room).mkdir(parents=True)
        (tmp_path / "maildir" / room / room).write_bytes(room.encode())
    assert sorted(data for _, data in in_folder(tmp_path / "maildir")) == [b"cur", b"new"]
    with pytest.raises(MailError, match=r"bounces\.folder"):
        list(in_folder(tmp_path / "nowhere"))


@pytest.mark.parametrize("starttls", [False, True])
def test_a_mailbox_gives_its_unread_mail_and_marks_only_what_is_done(monkeypatch, starttls):
    with MailboxServer({3: b"three", 5: b"five" + b"x" * LONGEST}, starttls=starttls) as server:
        if starttls:
            monkeypatch.setattr(returned, "PLAIN_PORT", server.port)
        with Mailbox(settings_for(server, mailbox='Re"turned'), "secret", context=server.client) as mailbox:
            found = dict(mailbox.letters())
            mailbox.done("5")
        assert found == {"5": b"five" + b"x" * (LONGEST - 4), "3": b"three"}
        assert server.seen == {5}
        assert 'SELECT "Re\\"turned"' in server.said
        told = server.said.index("STARTTLS") if starttls else 0
        assert [said for said in server.said[:told] if said.startswith("LOGIN")] == []
        with Mailbox(settings_for(server), "secret", context=server.client) as mailbox:
            assert list(dict(mailbox.letters())) == ["3"]


def test_an_empty_mailbox_is_no_mistake():
    with MailboxServer({}) as server, Mailbox(settings_for(server), "secret", context=server.client) as mailbox:
        assert list(mailbox.letters()) == []


def test_a_wrong_password_is_told_without_it():
    with MailboxServer({}) as server, pytest.raises(MailError, match="password") as caught:
        Mailbox(settings_for(server), "wrongword", context=server.client).__enter__()
    assert "wrongword" not in str(caught.value)


@pytest.mark.parametrize("at", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
def test_a_line_that_is_cut_is_told(at):
    with MailboxServer({1: b"x"}, breaks_at=at) as server:
        mailbox = Mailbox(settings_for(server), "secret", context=server.client)
        with pytest.raises(MailError, match=f"localhost:{server.port}"), mailbox:
            list(mailbox.letters())


def test_a_server_whose_certificate_is_not_trusted_hears_no_password():
    with MailboxServer({}) as server:
        with pytest.raises(MailError, match="cannot be read"):
            Mailbox(settings_for(server), "secret", context=ssl.create_default_context()).__enter__()
        assert server.said == []


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        ("leave abcDEF_123-456", "abcDEF_123-456"),
        ("Re: LEAVE  abcDEF_123-456 ", "abcDEF_123-456"),
        ("=?utf-8?q?leave_abcDEF=5F123?=", "abcDEF_123"),
        ("leave\r\n abcDEF_123-456", "abcDEF_123-456"),
        ("leave me alone, please", None),
        ("Please leave abcDEF_123-456", None),
        ("leave " + "x" * 300, None),
        ("", None),
    ],
)
def test_the_word_is_taken_from_the_subject(subject: str, word: str | None) -> None:
    mail = f"From: ann@example.org\r\nSubject: {subject}\r\nTo: us@example.org\r\n\r\nSubject: leave otherword1\r\n"
    assert asked_to_leave(mail.encode()) == word


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_none(data: bytes) -> None:
    assert asked_to_leave(b"Subject: " + data) is None or b"leave" in data.lower() or b"=?" in data
