"""A mail that tests of transports send."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

from broadsheet.mailing.dkim import Signer
from broadsheet.mailing.message import Envelope, Recipient, compose, encode, sender_address
from broadsheet.mailing.render import LEAVE, PREFERENCES, RenderedMail

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)


LETTER = RenderedMail(
    "Kettles, 20 November 2026", f'<p>Grüße €</p>\n<a href="{LEAVE}">go</a>', f"Grüße €\n\n{LEAVE}\n{PREFERENCES}\n"
)


LEAVING = "https://door.example/leave/" + "t0k-en_" * 14


ENVELOPE = Envelope(
    sender_address("Gruppe Überall <digest@example.org>"), "group.example.org", "Group", "leave@example.org"
)


ANN = Recipient("ann@example.net", "<1.abc@example.org>", LEAVING, "w0rd", "https://door.example/preferences/x?a=1&b=2")


def made(
    letter: RenderedMail = LETTER, to: Recipient = ANN, envelope: Envelope = ENVELOPE, signer: Signer | None = None
):
    data = compose(encode(letter), to, envelope, now=NOW, signer=signer)
    return data, email.message_from_bytes(data, policy=email.policy.SMTP)
