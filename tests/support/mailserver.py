"""A mail server on loopback that keeps what it takes, and fails as it is told: aiosmtpd with STARTTLS and AUTH."""

from __future__ import annotations

import asyncio
import ssl
import threading
from types import TracebackType
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Kept = tuple[str, bytes]
AUTHORITY = trustme.CA()
CERTIFICATE = AUTHORITY.issue_cert("localhost", "127.0.0.1")


def client_context() -> ssl.SSLContext:
    """What a client needs to believe the server."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CERTIFICATE.configure_cert(context)
    return context


class _Faulty(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        owner: MailServer = self.event_handler
        if self.envelope.rcpt_tos and owner.next("data", self.envelope.rcpt_tos[0]) == "drop":
            await self.push("354 go on, if you can")
            assert self.transport is not None
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class MailServer:
    """Takes mail on a free port; `fails` has by (stage, address) the answers it gives first.

    A stage is `mail`, `rcpt`, `data` or `end`; an answer is a reply, or `drop` (inside DATA), `lose` (takes the
    mail and hangs up without a word), `hang` (says nothing until the test is over).
    """

    def __init__(
        self,
        fails: dict[tuple[str, str], list[str]] | None = None,
        *,
        tls: str = "starttls",
        login: tuple[str, str] | None = None,
        most_a_connection: int = 0,
    ) -> None:
        self.fails, self._tls, self._login = fails or {}, tls, login
        self._most = most_a_connection
        self.kept: list[Kept] = []
        self.connections = self.logins = 0
        self.lines: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._over = asyncio.Event()

    def next(self, stage: str, address: str) -> str:
        """The next answer for a stage, empty for the usual one."""
        waiting = self.fails.get((stage, address)) or self.fails.get((stage, "*"))
        return waiting.pop(0) if waiting else ""

    @property
    def to(self) -> list[str]:
        return [address for address, _ in self.kept]

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if answer := self.next("mail", "*"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if answer := self.next("rcpt", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        answer = self.next("end", address)
        if answer == "hang":
            await self._over.wait()
        if answer and answer != "lose":
            return answer
        self.kept.append((address, bytes(envelope.content or b"")))
        if answer == "lose":
            assert server.transport is not None
            server.transport.abort()
        if self._most and len(self.kept) % self._most == 0:
            return "421 enough for one connection"
        return "250 kept"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins += 1
        good = (data.login.decode(), data.password.decode()) == self._login
        return AuthResult(success=good, handled=False)

    def _make(self) -> SMTP:
        self.connections += 1
        return _Faulty(
            self,
            hostname="localhost",
            loop=self._loop,
            tls_context=server_context() if self._tls == "starttls" else None,
            require_starttls=self._tls == "starttls",
            auth_required=self._login is not None,
            auth_require_tls=self._tls == "starttls",
            authenticator=self._authenticate if self._login else None,
        )

    def __enter__(self) -> MailServer:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(self._start(), self._loop)
        self._server = started.result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _start(self) -> asyncio.Server:
        context = server_context() if self._tls == "tls" else None
        return await self._loop.create_server(self._make, "127.0.0.1", 0, ssl=context)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._over.set()
        self._server.close()
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)
