"""One mail: its headers as programs want them, its bodies as they were."""

from __future__ import annotations

import dataclasses
import email
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import BadAddress, MailError
from broadsheet.mailing.message import Recipient, list_id, message_id, sender_address
from broadsheet.mailing.render import LEAVE, RenderedMail
from made_message import ANN, ENVELOPE, LEAVING, NOW, made


def test_a_mail_has_every_header_that_a_list_needs_and_one_click_to_leave() -> None:
    data, mail = made()
    assert mail["To"] == "ann@example.net"
    assert mail["From"] == "Gruppe Überall <digest@example.org>"
    assert mail["Message-ID"] == "<1.abc@example.org>"
    assert mail["Date"].datetime == NOW
    assert mail["List-Id"] == '"Group" <group.example.org>'
    assert mail["List-Unsubscribe"].split(", ") == [f"<{LEAVING}>", "<mailto:leave@example.org?subject=leave%20w0rd>"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) < 200
    assert data.isascii()


def test_both_bodies_arrive_as_they_were_with_the_readers_own_links() -> None:
    _, mail = made()
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == f"Grüße €\n\n{LEAVING}\n{ANN.preferences}\n"
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == f'<p>Grüße €</p>\n<a href="{LEAVING}">go</a>'
    assert {part["Content-Transfer-Encoding"] for part in (text, html)} == {"quoted-printable"}
    assert max(map(len, made()[0].split(b"\r\n\r\n", 1)[1].splitlines())) <= 76


def test_without_a_door_one_leaves_by_mail() -> None:
    _, mail = made(to=Recipient("ann@example.net", "<1@example.org>", leave_word="w"))
    assert mail["List-Unsubscribe"] == "<mailto:leave@example.org?subject=leave%20w>"
    assert mail["List-Unsubscribe-Post"] is None
    assert "mailto:leave@example.org?subject=leave%20w" in next(mail.iter_parts()).get_content()


@given(st.text(max_size=300))
def test_no_text_becomes_a_header(text: str) -> None:
    data, mail = made(RenderedMail(f"{text}\r\nBcc: eve@example.com\n\nx", "h", "t"), envelope=ENVELOPE)
    assert len(mail.items()) == len(made()[1].items())
    assert mail["Bcc"] is None
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["t", "h"]
    assert data.isascii()


@given(st.text(max_size=200))
def test_any_text_survives_its_encoding(text: str) -> None:
    clean = text.replace("\r", "").replace("\x00", "").encode("utf-8", "ignore").decode()
    letter = RenderedMail("s", f"{clean} x{LEAVE}{clean}", "t")
    got = list(made(letter)[1].iter_parts())[1].get_payload(decode=True).decode().replace("\r\n", "\n")
    assert got.rstrip("\n") == f"{clean} x{LEAVING}{clean}".rstrip("\n")


@pytest.mark.parametrize(
    "address",
    ["a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "Ann <a@example.org>", "nobody", ""],
)
def test_a_mail_goes_to_one_address_and_no_list(address: str) -> None:
    with pytest.raises(BadAddress):
        made(to=Recipient(address, "<1@example.org>"))


@pytest.mark.parametrize("sender", ["a@example.org, b@example.org", "x\nBcc: y <a@example.org>", "nobody"])
def test_a_sender_is_one_address(sender: str) -> None:
    with pytest.raises(MailError, match=r"mail\.from"):
        sender_address(sender)


def test_a_message_id_is_the_same_each_time_and_nobody_elses() -> None:
    one = message_id(3, "pub", key=b"k", domain="example.org")
    assert one == message_id(3, "pub", key=b"k", domain="example.org")
    others = {message_id(4, "pub", key=b"k", domain="x"), message_id(3, "bup", key=b"k", domain="x")}
    assert len({one, *others, message_id(3, "pub", key=b"j", domain="example.org")}) == 4


def test_a_list_is_called_by_its_title_or_as_it_is_configured() -> None:
    assert list_id("Gruppe — Weekly!", "example.org") == "gruppe-weekly.example.org"
    assert list_id("週刊", "example.org", own=None) == "digest.example.org"
    assert list_id("x", "example.org", own="a.example.org") == "a.example.org"
    with pytest.raises(MailError, match=r"mail\.list_id"):
        list_id("x", "example.org", own="a b>\r\nBcc: x")


WORDS = st.sampled_from(
    ["artificielle,", "modèles", "de", "langage", "künstliche", "日本", "weekly", "😀", "(neu)", "=?x?=", '"q"', "3–9"]
)


@given(st.lists(WORDS, min_size=1, max_size=20))
def test_no_blank_of_a_subject_or_a_senders_name_is_lost_or_added(words: list[str]) -> None:
    said = " ".join(words)
    sender = Address(display_name=said.replace('"', "").strip(), addr_spec="digest@example.org")
    data, mail = made(RenderedMail(said, "h", "t"), envelope=dataclasses.replace(ENVELOPE, sender=sender))
    assert mail["Subject"] == said
    raw = email.message_from_bytes(data, policy=compat32)["From"].replace("\r\n", "").replace("\n", "")
    assert str(make_header(decode_header(raw))).replace('"', "") == str(sender).replace('"', "")


@pytest.mark.parametrize(
    ("title", "name", "id"),
    [
        ("Größere Übersichten", "Groessere Uebersichten", "groessere-uebersichten"),
        ("Résumés d’été", "Resumes d'ete", "resumes-d-ete"),
        ("Søren Łódź", "Soeren Lodz", "soeren-lodz"),
        ("Gro\u0308ße", "Groesse", "groesse"),
        ("Обзор", "", "digest"),
    ],
)
def test_a_list_is_called_in_letters_that_every_program_takes(title: str, name: str, id: str) -> None:
    assert list_id(title, "example.org") == f"{id}.example.org"
    _, mail = made(envelope=dataclasses.replace(ENVELOPE, list_name=title))
    assert mail["List-Id"] == (f'"{name}" <group.example.org>' if name else "<group.example.org>")
