"""Reads returned mail from a folder, a Maildir, or an IMAP mailbox over TLS.

An unsubscribe mail is recognised by the signed token in its subject.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType

from broadsheet.errors import MailError
from broadsheet.mailing.bounce_reports import LONGEST
from broadsheet.settings.edition import Bounces
from broadsheet.text.lazy_regex import lazy_regex

MOST = 2_000
"""The most unread mails of a mailbox that are read at a time, the newest first."""
SECONDS = 60.0
PLAIN_PORT = 143
"""The IMAP port that uses STARTTLS; on every other port TLS starts at once."""


def in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yields name and content of each file of a folder, or of a Maildir; raises `MailError` where it does not exist."""
    try:
        rooms = [room for room in (folder / "new", folder / "cur") if room.is_dir()] or [folder]
        files = sorted(file for room in rooms for file in room.iterdir() if file.is_file() and file.name[0] != ".")
    except OSError as error:
        raise MailError(f"{folder}: cannot be read ({error.strerror}); correct `bounces.folder`.") from error
    for file in files:
        try:
            with file.open("rb") as opened:
                yield file.name, opened.read(LONGEST)
        except OSError:
            continue  # moved by another program, as a Maildir's files are


class Mailbox:
    """A context manager for the unread mail of an IMAP mailbox, which stays unread unless `done` is called.

    Always over TLS: from the first byte or, on port 143, by STARTTLS before the login.
    """

    def __init__(self, settings: Bounces, password: str, *, context: ssl.SSLContext | None = None) -> None:
        self._settings, self._password = settings, password
        self._context = context or ssl.create_default_context()
        self._client: imaplib.IMAP4 | None = None

    def __enter__(self) -> Mailbox:
        try:
            with self._translated():
                self._client = self._connect()
                self._client.login(self._settings.user or "", self._password)
                answer, said = self._client.select(_quoted(self._settings.mailbox))
                if answer != "OK":
                    raise imaplib.IMAP4.error(str(said[0]))
        except MailError:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._close()

    def letters(self) -> Iterator[tuple[str, bytes]]:
        """Yields the number and the first bytes of each unread mail, without marking it as read."""
        with self._translated():
            _, found = self._open.uid("SEARCH", "UNSEEN")
        for number in reversed((found[0] or b"").split()[-MOST:]):
            with self._translated():
                _, parts = self._open.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LONGEST}>)")
            yield from ((number.decode(), bytes(part[1])) for part in parts if isinstance(part, tuple))

    def done(self, number: str) -> None:
        """Marks a mail as read, so that it is not processed again."""
        with self._translated():
            self._open.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")

    def _close(self) -> None:
        if self._client is not None:
            for end in (self._client.logout, self._client.shutdown):  # the first does the second, unless it fails
                with contextlib.suppress(imaplib.IMAP4.error, OSError):
                    end()

    @property
    def _open(self) -> imaplib.IMAP4:
        assert self._client is not None, "a mailbox is entered before it is read"  # noqa: S101
        return self._client

    def _connect(self) -> imaplib.IMAP4:
        host, port = self._settings.host or "", self._settings.port
        if port != PLAIN_PORT:
            return imaplib.IMAP4_SSL(host, port, ssl_context=self._context, timeout=SECONDS)
        client = imaplib.IMAP4(host, port, timeout=SECONDS)
        client.starttls(self._context)
        return client

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            yield
        except (imaplib.IMAP4.error, OSError) as error:
            said = str(error)[:200] or type(error).__name__
            raise MailError(
                f"the mailbox at {where} cannot be read ({said}); check `bounces:` and its password."
            ) from error


def _quoted(name: str) -> str:
    """A mailbox name as a quoted string of IMAP."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


MOST_READ = 1 << 16
_ASKS = lazy_regex(r"\s*(?:re:\s*)?leave\s+(?P<word>[\w-]{8,256})\s*", re.IGNORECASE | re.ASCII)


def asked_to_leave(data: bytes) -> str | None:
    """The signed token in the subject of an unsubscribe mail; `None` for any other mail."""
    head = re.split(rb"\r?\n\r?\n", data[:MOST_READ], maxsplit=1)[0]
    try:
        subject = str(BytesHeaderParser(policy=policy.default).parsebytes(head + b"\n\n")["subject"] or "")
    except (MessageError, ValueError, IndexError, AttributeError):  # what its parser raises on broken headers
        return None
    found = _ASKS.fullmatch(subject)
    return found["word"] if found else None
