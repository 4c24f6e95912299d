"""The mail that asks for confirmation, the only mail to an address that has not confirmed yet."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import secrets
from collections.abc import Callable
from email.headerregistry import Address as Header
from email.message import EmailMessage

from broadsheet.errors import ConfigError
from broadsheet.locale.labels import WebLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.locale.translations import load_complete
from broadsheet.mailing.message import POLICY, sender_address, write_address
from broadsheet.mailing.subscribers import Subscriber
from broadsheet.settings.loading import Settings
from broadsheet.settings.resources import Resources

Send = Callable[[EmailMessage], None]


@dataclasses.dataclass(frozen=True, slots=True)
class ConfirmationMail:
    """What confirmation mails and web pages share: the sender, the title, the default language."""

    sender: str
    title: str
    language: str
    hours: float
    resources: Resources

    @classmethod
    def of(cls, settings: Settings) -> ConfirmationMail:
        """Reads it from a configuration; raises `ConfigError` where no sender is named."""
        if not settings.mail.sender:
            raise ConfigError(
                "mail.from is not set: name who mails come from, such as `Group weekly <digest@example.org>`."
            )
        language = language_code(settings.edition.language or settings.language) or "en"
        title = " ".join((settings.edition.title or settings.title).split())
        return cls(settings.mail.sender, title, language, settings.door.confirm_hours, settings.resources)

    def confirming(self, subscriber: Subscriber, link: str, *, now: dt.datetime) -> EmailMessage:
        """The mail with a link, in the subscriber's language or the default; raises `MailError` for a bad sender."""
        code = subscriber.language or self.language
        language, origin = load_complete(code), sender_address(self.sender)
        words, tag = WebLabels(language), language.tag(code)
        message = EmailMessage(policy=POLICY)
        message["From"] = write_address(origin)
        message["To"] = Header(addr_spec=subscriber.address)
        message["Subject"] = words.mail_subject.format(title=self.title)
        message["Date"] = email.utils.format_datetime(now.astimezone(dt.UTC))
        message["Message-ID"] = f"<confirm.{secrets.token_urlsafe(12)}@{origin.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        plain, html = (self._text(form, words=words, link=link, tag=tag) for form in ("txt", "html"))
        message.set_content(plain)
        message.add_alternative(html, subtype="html")
        return message

    def _text(self, form: str, *, words: WebLabels, link: str, tag: str) -> str:
        return self.resources.render(
            "templates",
            f"door/confirm_mail.{form}",
            words=words,
            title=self.title,
            link=link,
            hours=f"{self.hours:g}",
            language=tag,
        )
