"""Sends mails by SMTP: many over one connection, always encrypted except to this machine itself.

A connection lost before the first byte of a mail is opened again; one lost after it leaves the mail uncertain.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator

from broadsheet.errors import MailError
from broadsheet.mailing.smtp_replies import Outcome, Stage, interpret_reply, plain_answer
from broadsheet.text.lazy_regex import lazy_regex

PAUSES = (1.0, 5.0)
"""Seconds before the second and the third attempt to connect."""
_DOTS = lazy_regex(rb"^\.", re.MULTILINE)


@dataclasses.dataclass(frozen=True, repr=False)
class Server:
    """The address of a server and the login; never shown, since it contains the password."""

    host: str
    port: int
    security: str = "starttls"
    user: str | None = None
    password: str | None = None
    timeout: float = 60

    @property
    def place(self) -> str:
        """Host and port, such as `smtp.example.org:587`."""
        return f"{self.host}:{self.port}"


class SmtpTransport:
    """A transport to an SMTP server; tests replace `context` and `sleep`."""

    def __init__(
        self, server: Server, *, sleep: Callable[[float], None], context: ssl.SSLContext | None = None
    ) -> None:
        if server.security == "none" and not _is_here(server.host):
            raise MailError(
                f"{server.place}: mail.transport.security `none` is for a server on this machine; use starttls or tls."
            )
        self._server, self._sleep = server, sleep
        self._context = context or ssl.create_default_context()
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> SmtpTransport:
        self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        """Sends one mail; a connection lost since the last mail is opened again, once."""
        fresh = self._client is None
        if fresh:
            self._connect()
        outcome = self._try(sender, to, data)
        if outcome.kind == "later" and self._client is None and not fresh and outcome.code in (None, 421):
            self._connect()
            outcome = self._try(sender, to, data)
        return outcome

    def _try(self, sender: str, to: str, data: bytes) -> Outcome:
        client = self._client
        assert client is not None  # noqa: S101 - `send` has connected
        size = f" SIZE={len(data)}" if client.has_extn("size") else ""
        commands: tuple[tuple[Stage, str], ...] = (
            ("mail", f"MAIL FROM:<{sender}>{size}"),
            ("rcpt", f"RCPT TO:<{to}>"),
            ("data", "DATA"),
        )
        begun = False
        try:
            for stage, command in commands:
                code, answer = client.docmd(command)
                if not 200 <= code < 400:
                    return self._refused(interpret_reply(code, self._safe(answer), stage))
            begun = True
            client.send(_DOTS.sub(b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, answer = client.getreply()
            outcome = interpret_reply(code, self._safe(answer), "end")
            return outcome if outcome.kind == "sent" else self._refused(outcome, reset=False)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            if begun:
                return Outcome("uncertain", None, f"{_why(error)} before the mail was acknowledged")
            return Outcome("later", None, _why(error))

    def _refused(self, outcome: Outcome, *, reset: bool = True) -> Outcome:
        """Resets the session after a refusal by RSET or, where the server closes, drops the connection."""
        if outcome.code == 421:
            self._drop()
        elif reset and self._client is not None:
            try:
                code, _ = self._client.rset()
            except (smtplib.SMTPException, OSError):
                code = 421
            if code != 250:
                self._drop()
        return outcome

    def _connect(self) -> None:
        """Connects, encrypts and logs in; raises `MailError` after a permanent or repeated failure."""
        for pause in (*PAUSES, None):
            try:
                self._client = self._open()
                return
            except MailError:
                raise
            except (smtplib.SMTPException, OSError) as error:
                if pause is None or isinstance(error, ssl.SSLCertVerificationError):
                    raise MailError(
                        f"{self._server.place}: the mail server cannot be used ({self._safe(_why(error))}); "
                        "check mail.transport, and send again with --resume.",
                        code=getattr(error, "smtp_code", None),
                    ) from None
                self._sleep(pause)

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=self._context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        with _closing_on_failure(client):
            client.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                if not client.has_extn("starttls"):
                    raise MailError(f"{server.place}: the mail server offers no STARTTLS; use tls, or another port.")
                client.starttls(context=self._context)
                client.ehlo()
            if server.user:
                self._log_in(client)
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        try:
            client.login(self._server.user or "", self._server.password or "")
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise smtplib.SMTPResponseException(error.smtp_code, self._safe(error.smtp_error)) from None
            raise MailError(
                f"{self._server.place}: the mail server refuses the user or the password "
                f"({error.smtp_code} {self._safe(error.smtp_error)}); check mail.transport.user and password_env.",
                code=error.smtp_code,
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise MailError(
                f"{self._server.place}: the mail server takes no password; remove mail.transport.user."
            ) from None

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _safe(self, said: bytes | str) -> str:
        """A server's reply without the password, in case it repeats it."""
        text = plain_answer(said)
        if password := self._server.password:
            for form in (password, base64.b64encode(password.encode()).decode()):
                text = text.replace(form, "…")
        return text


@contextlib.contextmanager
def _closing_on_failure(client: smtplib.SMTP) -> Iterator[None]:
    try:
        yield
    except BaseException:
        client.close()
        raise


def _why(error: Exception) -> str:
    """A short description of an exception."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {plain_answer(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the connection was lost"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not count: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return plain_answer(str(error)) or type(error).__name__


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
