"""Opens the configured transport; passwords come from the environment and are passed only to the server."""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from broadsheet.errors import ConfigError
from broadsheet.mailing.local_transports import EmlFolder, MaildirFolder, Sendmail
from broadsheet.mailing.smtp import Server, SmtpTransport
from broadsheet.mailing.smtp_replies import Transport
from broadsheet.settings.edition import TransportSettings

PORTS: Mapping[str, int] = MappingProxyType({"starttls": 587, "tls": 465, "none": 25})


@dataclasses.dataclass(frozen=True, slots=True)
class Preset:
    """The SMTP server of a mail provider, from its documentation."""

    host: str
    security: str = "starttls"


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "brevo": Preset("smtp-relay.brevo.com"),
        "fastmail": Preset("smtp.fastmail.com", "tls"),
        "gmail": Preset("smtp.gmail.com"),
        "gmx": Preset("mail.gmx.net"),
        "icloud": Preset("smtp.mail.me.com"),
        "mailgun": Preset("smtp.mailgun.org"),
        "mailjet": Preset("in-v3.mailjet.com"),
        "microsoft365": Preset("smtp.office365.com"),
        "posteo": Preset("posteo.de", "tls"),
        "postmark": Preset("smtp.postmarkapp.com"),
        "sendgrid": Preset("smtp.sendgrid.net"),
        "yahoo": Preset("smtp.mail.yahoo.com", "tls"),
    }
)


def open_transport(
    settings: TransportSettings,
    *,
    base: Path,
    environment: Mapping[str, str],
    sleep: Callable[[float], None],
    context: ssl.SSLContext | None = None,
) -> Transport:
    """The transport of a configuration, with paths relative to `base`; it connects when it is entered.

    Raises `ConfigError` where a server, a preset or a password is missing.
    """
    match settings.kind:
        case "eml":
            return EmlFolder(base / (settings.folder or "outbox"))
        case "maildir":
            return MaildirFolder(base / (settings.folder or "outbox"))
        case "sendmail":
            return Sendmail(settings.command, timeout=settings.timeout)
        case _:
            return SmtpTransport(server_of(settings, environment), sleep=sleep, context=context)


def server_of(settings: TransportSettings, environment: Mapping[str, str]) -> Server:
    """The server from the preset, with values of the configuration taking precedence."""
    preset = _preset(settings.preset)
    host = settings.host or (preset.host if preset else None)
    if not host:
        raise ConfigError(
            f"mail.transport names no server: set host, or a preset ({', '.join(PRESETS)}), or another kind."
        )
    security = settings.security or (preset.security if preset else "starttls")
    return Server(
        host=host,
        port=settings.port or PORTS[security],
        security=security,
        user=settings.user,
        password=_password(settings, environment),
        timeout=settings.timeout,
    )


def _preset(name: str | None) -> Preset | None:
    if name is None:
        return None
    if name.lower() not in PRESETS:
        raise ConfigError(f"mail.transport.preset: there is no {name!r}; known are {', '.join(PRESETS)}.")
    return PRESETS[name.lower()]


def _password(settings: TransportSettings, environment: Mapping[str, str]) -> str | None:
    if settings.user is None:
        return None
    if settings.password_env is None:
        raise ConfigError("mail.transport.password_env is missing: name the variable that holds the user's password.")
    if not (password := environment.get(settings.password_env)):
        raise ConfigError(
            f"the environment variable {settings.password_env} is empty; put the password of mail.transport.user there."
        )
    return password


class MailRateLimit:
    """Spaces mails evenly, at most `rate` a minute; `None` means no limit. `clock` is in seconds."""

    def __init__(self, rate: float | None, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._gap = 60 / rate if rate else 0.0
        self._clock, self._sleep = clock, sleep
        self._last: float | None = None

    def wait(self) -> None:
        """Waits until the next mail may be sent; after a clock was set back, at most one gap."""
        if not self._gap:
            return
        at = self._clock()
        if self._last is not None and 0 <= (passed := at - self._last) < self._gap:
            self._sleep(self._gap - passed)
            at = self._last + self._gap
        self._last = at
