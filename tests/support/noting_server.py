"""A mail server as a process: prints its port, and notes recipient and Message-ID of each mail before it says so."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Noting:
    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        head = bytes(envelope.content or b"").split(b"\r\n\r\n", 1)[0]
        id = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        os.write(self._file, envelope.rcpt_tos[0].encode() + b" " + id.split()[1] + b"\n")
        return "250 kept"


async def main(path: str, certificate: str = "") -> None:
    loop = asyncio.get_running_loop()
    handler: Any = Noting(path)
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", loop=loop, tls_context=context, require_starttls=bool(certificate)),
        "127.0.0.1",
        0,
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
