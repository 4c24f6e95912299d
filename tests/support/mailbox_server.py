"""A mailbox on loopback that speaks as much IMAP as is asked of it, over TLS or after STARTTLS."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType

import trustme


class MailboxServer:
    """Serves one connection after another; `letters` by number, `seen` are the numbers that were marked as read.

    `said` keeps every command. `breaks_at` is a command at which the line is cut.
    """

    def __init__(self, letters: dict[int, bytes], *, starttls: bool = False, breaks_at: str = "") -> None:
        self.letters, self.seen, self.said = letters, set[int](), list[str]()
        self._starttls, self._breaks_at = starttls, breaks_at
        self._authority = trustme.CA()
        self.client, self._context = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.configure_trust(self.client)
        self._authority.issue_cert("localhost").configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def authority_file(self, folder: Path) -> Path:
        """A file of the authority that vouches for this server."""
        self._authority.cert_pem.write_to_path(str(folder / "authority.pem"))
        return folder / "authority.pem"

    def __enter__(self) -> MailboxServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            try:
                line.settimeout(20)
                self._talk(line)
            except OSError:
                continue

    def _talk(self, line: socket.socket) -> None:
        if not self._starttls:
            line = self._context.wrap_socket(line, server_side=True)
        line.sendall(b"* OK ready\r\n")
        while True:
            command = _line(line)
            if not command:
                line.close()
                return
            tag, _, rest = command.partition(" ")
            verb = rest.upper()
            self.said.append(rest)
            if self._breaks_at and verb.startswith(self._breaks_at):
                line.close()
                return
            answer = self._answer(verb)
            line.sendall(answer + f"{tag} {'NO' if answer.startswith(b'* NO') else 'OK'} done\r\n".encode())
            if verb == "STARTTLS":
                line = self._context.wrap_socket(line, server_side=True)
            if verb == "LOGOUT":
                line.close()
                return

    def _answer(self, verb: str) -> bytes:
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"
        if verb.startswith("LOGIN") and "SECRET" not in verb:
            return b"* NO\r\n"
        if verb.startswith("SELECT"):
            return f"* {len(self.letters)} EXISTS\r\n".encode()
        if verb.startswith("UID SEARCH"):
            unseen = " ".join(str(number) for number in self.letters if number not in self.seen)
            return f"* SEARCH {unseen}".rstrip().encode() + b"\r\n"
        if found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", verb):
            part = self.letters[int(found[1])][: int(found[2])]
            head = f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(part)}}}\r\n".encode()
            return head + part + b")\r\n"
        if found := re.match(r"UID STORE (\d+) \+FLAGS", verb):
            self.seen.add(int(found[1]))
        return b""


def _line(line: socket.socket) -> str:
    read = b""
    while not read.endswith(b"\r\n"):
        byte = line.recv(1)
        if not byte:
            return ""
        read += byte
    return read.decode().strip()
