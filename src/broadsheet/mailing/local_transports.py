"""Transports without an SMTP server: a folder of `.eml` files, a Maildir, and the local sendmail program."""

from __future__ import annotations

import mailbox
import os
import re
import secrets
import shlex
import subprocess
from email.parser import BytesHeaderParser
from pathlib import Path

from broadsheet.errors import MailError
from broadsheet.mailing.smtp_replies import SENT, Outcome, plain_answer

_TEMPORARY, _NO_USER, _NO_HOST = 75, 67, 68
_OURS_TO_MEND = {64, 77, 78, 126, 127}
"""Exit codes (sysexits.h, shell) for a fault of the setup: wrong use, no permission, configuration, no program."""


class EmlFolder:
    """A folder with a file for each mail, named after its Message-ID, so that a mail sent again replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> EmlFolder:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        """Writes the mail to a temporary file, and renames it once it is on the disk."""
        target = self._folder / f"{_name_of(data)}.eml"
        aside = self._folder / f".{target.name}.{secrets.token_hex(4)}.part"
        try:
            with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        finally:
            aside.unlink(missing_ok=True)
        return SENT


class MaildirFolder:
    """A Maildir, a folder format that mail programs read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._box: mailbox.Maildir | None = None

    def __enter__(self) -> MaildirFolder:
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._box = mailbox.Maildir(self._folder, create=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._box is not None:
            self._box.close()

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        """Delivers the mail as a new message."""
        assert self._box is not None, "a Maildir is entered before it is used"  # noqa: S101
        try:
            self._box.add(data.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return SENT


class Sendmail:
    """The local sendmail program, run once for each mail."""

    def __init__(self, command: str, *, timeout: float) -> None:
        self._command, self._timeout = shlex.split(command), timeout
        if not self._command:
            raise MailError("mail.transport.command is empty; name the program, such as /usr/sbin/sendmail.")

    def __enter__(self) -> Sendmail:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        """Sends one mail; raises `MailError` where the program is missing or cannot be used."""
        call = [*self._command, "-i", "-f", sender, "--", to]
        try:
            done = subprocess.run(  # noqa: S603 - the program that the configuration names, and no shell
                call, input=data.replace(b"\r\n", b"\n"), capture_output=True, timeout=self._timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome("uncertain", None, "sendmail did not end in time")
        except OSError as error:
            raise MailError(
                f"{call[0]}: cannot be called ({error.strerror}); correct mail.transport.command."
            ) from error
        said = plain_answer(done.stderr or done.stdout)
        if done.returncode == 0:
            return SENT
        if done.returncode in _OURS_TO_MEND:
            raise MailError(f"{call[0]}: will not send ({done.returncode} {said}); correct mail.transport.")
        if done.returncode in (_NO_USER, _NO_HOST):
            return Outcome("gone", None, said or "no such mailbox")
        if done.returncode == _TEMPORARY or done.returncode < 0:
            return Outcome("later", None, said)
        return Outcome("refused", None, said or f"exit code {done.returncode}")


def _name_of(data: bytes) -> str:
    """A safe file name from a mail's Message-ID: letters, digits, dots and hyphens."""
    head = BytesHeaderParser().parsebytes(data[:20_000])
    id = str(head.get("Message-ID", "")).strip().strip("<>").partition("@")[0]
    return re.sub(r"[^A-Za-z0-9.-]", "-", id).strip(".")[:100] or secrets.token_hex(8)


def _unwritable(folder: Path, error: OSError) -> MailError:
    return MailError(f"{folder}: mails cannot be written there ({error.strerror}); correct mail.transport.folder.")
