"""Mails as servers send them back, with invented people in them."""

from __future__ import annotations


def dsn(recipient: str, message_id: str, *, action: str = "failed", status: str = "5.1.1", said: str = "") -> bytes:
    """A delivery report (RFC 3464) with the mail that it is about."""
    diagnosis = f"Diagnostic-Code: {said}\n" if said else ""
    text = f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: digest@example.org
Message-Id: <20261120.report@mx.example.net>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="AAA"

--AAA
Content-Type: text/plain

I could not deliver your message.

--AAA
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
{diagnosis}
--AAA
Content-Type: message/rfc822

From: Group weekly <digest@example.org>
To: {recipient}
Message-ID: {message_id}
Subject: Group weekly 41

Papers.
--AAA--
"""
    return text.replace("\n", "\r\n").encode()


def qmail_bounce(recipient: str, message_id: str) -> bytes:
    """A report as qmail writes it, in plain text with the mail below."""
    text = f"""\
From: MAILER-DAEMON@mx.example.net
To: digest@example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{recipient}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <digest@example.org>
Message-ID: {message_id}
Subject: Group weekly 41

Papers.
"""
    return text.encode()


def complaint(message_id: str, *, kind: str = "abuse") -> bytes:
    """A feedback report (RFC 5965), whose recipient is left out."""
    text = f"""\
From: feedback@mx.example.net
To: digest@example.org
Subject: Complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="BBB"

--BBB
Content-Type: text/plain

This is a complaint.

--BBB
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Loop/1.0
Version: 1

--BBB
Content-Type: message/rfc822

From: Group weekly <digest@example.org>
Message-ID: {message_id}
Subject: Group weekly 41

Papers.
--BBB--
"""
    return text.replace("\n", "\r\n").encode()
