"""Sends confirmation mails to people whom the owner adds; the settings are checked before anybody is added."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Callable
from email.message import EmailMessage

from broadsheet.errors import ConfigError, MailError
from broadsheet.mailing.message import sender_address
from broadsheet.mailing.send import transport_of
from broadsheet.mailing.signed_links import signing_key
from broadsheet.mailing.subscribers import Subscriber
from broadsheet.settings.loading import Settings
from broadsheet.web.confirmation import ConfirmationMail, Send
from broadsheet.web.links import Links


def sender_for(settings: Settings, *, sleep: Callable[[float], None]) -> Send:
    """A function that sends one mail by the configured transport; it raises `MailError` if the mail is not accepted."""

    def send(message: EmailMessage) -> None:
        (to,), sender = message["To"].addresses, sender_address(settings.mail.sender or "")
        with transport_of(settings, sleep=sleep) as way:
            outcome = way.send(sender.addr_spec, to.addr_spec, message.as_bytes())
        if outcome.kind not in ("sent", "uncertain"):
            raise MailError(f"the mail server did not take the mail ({outcome.said}); try again.", code=outcome.code)

    return send


@dataclasses.dataclass(frozen=True, slots=True)
class Invitations:
    """Sends confirmation mails, one by one."""

    head: ConfirmationMail
    links: Links
    send: Send

    @classmethod
    def of(cls, settings: Settings, db: sqlite3.Connection, *, sleep: Callable[[float], None]) -> Invitations:
        """Reads a configuration; raises `ConfigError` without a web address for the links or without a sender."""
        if not settings.door.url:
            raise ConfigError(
                "door.url is not set, so nobody could confirm: name the address of `broadsheet serve`, or add people "
                "whose consent you have with --confirmed."
            )
        head = ConfirmationMail.of(settings)
        sender_address(head.sender)
        links = Links(settings.door.url, signing_key(db), settings.door.confirm_hours)
        return cls(head, links, sender_for(settings, sleep=sleep))

    def invite(self, subscriber: Subscriber, *, now: dt.datetime) -> None:
        """Sends one mail; raises `BroadsheetError` where that fails, and the subscriber stays pending."""
        self.send(self.head.confirming(subscriber, self.links.confirm(subscriber.public, now=now), now=now))
