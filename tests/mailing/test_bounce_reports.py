"""What comes back: which of our mails it was, whether for good, and that no mail breaks or slows the reading of it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mailing.bounce_reports import LONGEST, MOST_IDS, is_hard, read_report
from returned_mail import complaint, dsn, qmail_bounce

OURS = "<41.ann.x7@example.org>"


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True), ("5.1.10", True), ("5.0.0", True), ("5.2.1", True), ("5.4.4", True), ("5.4.1", True),
        ("5.2.2 mailbox full", False), ("5.7.1 looks like spam", False), ("5.7.26", False), ("5.3.4 too big", False),
        ("5.1.8 bad sender", False), ("5.4.7 expired", False), ("4.4.7", False), ("4.2.2", False), ("4.1.1", False),
        ("smtp; 550 no such user", True), ("552 mailbox full", False), ("421 later", False), ("gone", True),
    ],
)  # fmt: skip
def test_what_a_status_means(status, hard):
    assert is_hard(status) is hard


def test_a_delivery_report_names_mail_recipient_and_reason():
    found = read_report(dsn("Ann@Example.org", OURS, status="5.1.1", said="smtp; 550 5.1.1 unknown user"))
    assert OURS in found.message_ids
    assert found.mailboxes == ("ann@example.org",)
    assert (found.kind, found.why) == ("hard", "5.1.1 smtp; 550 5.1.1 unknown user")


def test_a_report_of_a_delay_is_none_and_one_that_gave_up_is_soft():
    assert read_report(dsn("ann@example.org", OURS, action="delayed", status="4.4.1")) is None
    assert read_report(dsn("ann@example.org", OURS, status="4.4.7")).kind == "soft"
    assert read_report(dsn("ann@example.org", OURS, status="5.2.2")).kind == "soft"


def test_a_bounce_in_no_standard_form_is_read():
    found = read_report(qmail_bounce("ann@example.org", OURS))
    assert (found.mailboxes, found.kind) == (("ann@example.org",), "hard")
    assert OURS in found.message_ids


def test_the_original_may_be_encoded_headers():
    headers = base64.b64encode(f"Message-ID: {OURS}\r\nSubject: x\r\n".encode())
    mail = dsn("ann@example.org", "<other@example.net>").replace(
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n" + headers + b"\r\n\r\n",
    )
    assert OURS in read_report(mail).message_ids


def test_a_complaint_counts_without_a_recipient_and_one_of_no_spam_does_not():
    found = read_report(complaint(OURS))
    assert (found.kind, OURS in found.message_ids) == ("complaint", True)
    assert read_report(complaint(OURS, kind="not-spam")) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"From: ann@example.org\r\nSubject: Thank you\r\n\r\nI like it.\r\n",
        b"Subject: Out of office\r\nIn-Reply-To: <41.ann.x7@example.org>\r\n\r\nBack soon.",
        dsn("no address at all", OURS),
        dsn("ann@example.org", OURS).replace(b"Message-ID", b"X-Nothing").replace(b"Message-Id", b"X-Nothing"),
    ],
)
def test_a_mail_that_reports_nothing_of_ours_is_no_report(mail):
    assert read_report(mail) is None


REPLY = b"In-Reply-To: <a@b.example>\r\n"
HOSTILE = {
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(5000)
    ),
    "nested messages": b"Content-Type: message/rfc822\r\n\r\n" * 8000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 30_000,
    "many ids": b"Subject: x\r\n\r\n" + b"Message-ID: <a@b.example>\r\n" * 9000,
    "one long line": b"Message-ID: " + b"<" * 240_000,
    "long header": b"Content-Type: multipart/report; boundary=" + b'"' * 100_000 + b"\r\n\r\nx",
    "folded for ever": b"References: <a@b.example>\r\n" + b" <x@y.example>\r\n" * 15_000,
    "spaces": b"Subject: x\r\n\r\n" + b" " * 250_000 + b"550",
    "blocks": REPLY + b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\n\r\n" * 14_000,
    "brackets": REPLY + b"\r\n" + b"<a@" * 80_000,
    "parameters": REPLY + b"Content-Type: text/plain" + b"; a*0*=x''%41" * 15_000 + b"\r\n\r\n",
    "no charset": REPLY + b"Content-Type: text/plain; charset=\xff\xfe\r\n\r\nI am the qmail-send program\n<a@b.c>:\n5",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_bounded(name):
    found = read_report(HOSTILE[name] * 3)
    assert found is None or (len(found.message_ids) <= MOST_IDS and len(found.why) <= 300)


def test_only_the_beginning_is_read():
    late = b"x" * LONGEST + dsn("ann@example.org", OURS)
    assert read_report(late) is None


@given(st.binary(max_size=600), st.integers(0, 600))
def test_a_report_with_anything_in_it_never_breaks_the_reading(noise, at):
    mail = dsn("ann@example.org", OURS)
    found = read_report(mail[:at] + noise + mail[at:])
    assert found is None or found.why.isprintable()
