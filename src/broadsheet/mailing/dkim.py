"""Signs mails with DKIM (RFC 6376), so that sender and unsubscribe headers cannot be changed on the way."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import dkim

from broadsheet.errors import MailError

SIGNED = (
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Reply-To", b"MIME-Version", b"Content-Type",
    b"List-Id", b"List-Unsubscribe", b"List-Unsubscribe-Post", b"List-Archive", b"Auto-Submitted",
)  # fmt: skip
"""The signed headers: dkimpy's own list lacks List-Unsubscribe-Post, which RFC 8058 requires. An absent header is
signed too, so that nobody can add it."""


@dataclasses.dataclass(frozen=True)
class Signer:
    """The signing domain, the selector and the private key (PEM)."""

    domain: str
    selector: str
    key: bytes

    def sign(self, message: bytes) -> bytes:
        """The mail with the signature header in front; raises `MailError` for an invalid key."""
        try:
            signature = dkim.sign(
                message,
                self.selector.encode("ascii"),
                self.domain.encode("ascii"),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=list(SIGNED),
                linesep=b"\r\n",
            )
        except (dkim.DKIMException, ValueError, TypeError) as error:
            raise MailError(
                f"a mail cannot be signed ({type(error).__name__}): mail.dkim.key_file should hold an RSA key in PEM, "
                "and domain and selector ASCII."
            ) from error
        return bytes(signature) + message


def read_signer(domain: str, selector: str, key_file: Path) -> Signer:
    """The signer with the key from a file; raises `MailError` where the file cannot be read."""
    try:
        key = key_file.read_bytes()
    except OSError as error:
        raise MailError(f"{key_file}: cannot be read ({error.strerror}); correct mail.dkim.key_file.") from error
    return Signer(domain, selector, key)
