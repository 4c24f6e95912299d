"""One mail to one subscriber: its headers, its two bodies, its signature. Pure, but for the key that signs.

A letter is encoded once; the links of one reader are put between its pieces, each of them whole lines of
quoted-printable joined by soft line breaks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import hashlib
import hmac
import html
import re
from collections.abc import Iterator, Mapping
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.quoprimime import body_encode
from typing import Any
from urllib.parse import quote

from broadsheet.errors import BadAddress, MailError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.dkim import Signer
from broadsheet.mailing.render import LEAVE, PREFERENCES, RenderedMail

_LINE = 75
"""Characters of an encoded line, so that one more can join it to the next."""
_SOFT = b"=\r\n"
_LIST_ID = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class _Verbatim(BaseHeader):
    """A header of ASCII words that no mail program may encode: folded between them, and nowhere else."""

    max_count = 1
    parse = staticmethod(UnstructuredHeader.parse)

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header, with a new line before each word that would make one too long."""
        lines = [f"{self.name}:"]
        for number, word in enumerate(str(self).split(" ")):
            if number and len(lines[-1]) + len(word) + 1 > 78:
                lines.append("")
            lines[-1] += f" {word}"
        return policy.linesep.join(lines) + policy.linesep


def _policy() -> EmailPolicy[Any]:
    registry = HeaderRegistry()
    for name in ("list-unsubscribe", "list-id", "message-id", "list-archive"):
        registry.map_to_type(name, _Verbatim)
    return SMTP.clone(header_factory=registry)


POLICY = _policy()


@dataclasses.dataclass(frozen=True, slots=True)
class Envelope:
    """What all mails of one edition share: from whom, of which list, where to leave by mail."""

    sender: Address
    list_id: str
    list_name: str
    leave_address: str
    reply_to: str | None = None
    archive: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Recipient:
    """Who one mail goes to: `leave` and `preferences` are their own links, empty where there is no door."""

    address: str
    message_id: str
    leave: str = ""
    leave_word: str = ""
    """What a mail that asks to leave says in its subject."""
    preferences: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Encoded:
    """A letter as it is sent: the body in bytes, cut where personal links go, which stand there by name.

    What a name is written as depends on the form: in HTML a link is escaped.
    """

    subject: str
    boundary: str
    body: tuple[bytes | tuple[str, bool], ...]


def message_id(edition: int, public_id: str, *, key: bytes, domain: str) -> str:
    """The id of an edition's mail to a subscriber: the same however often it is sent, and nobody else can name it."""
    mac = hmac.digest(key, f"message\0{edition}\0{public_id}".encode(), hashlib.sha256)
    return f"<{edition}.{mac[:15].hex()}@{domain}>"


def sender_address(text: str) -> Address:
    """`Group weekly <digest@example.org>` as a header's address; raises `MailError` where it is not exactly one."""
    try:
        if not text.isprintable():
            raise ValueError(text)
        (found,) = SMTP.header_factory("From", text).addresses
        parse_address(found.addr_spec)
    except (ValueError, IndexError, BadAddress) as error:
        raise MailError(f"mail.from: {text[:100]!r} is not one address; write `Name <name@example.org>`.") from error
    return Address(display_name=found.display_name, addr_spec=found.addr_spec)


def list_id(title: str, domain: str, *, own: str | None = None) -> str:
    """What the list is called by mail programs (RFC 2919): the configured name, or one of title and domain."""
    if own is not None:
        if not _LIST_ID.fullmatch(own):
            raise MailError(f"mail.list_id: {own[:100]!r} is no name such as group-weekly.example.org; correct it.")
        return own
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:60].strip("-")
    return f"{words or 'digest'}.{domain}"


def encode(letter: RenderedMail) -> Encoded:
    """A letter encoded once for all who read alike."""
    boundary = f"=_{hashlib.sha256(letter.html.encode()).hexdigest()[:32]}"
    body: list[bytes | tuple[str, bool]] = []
    for subtype, text in (("plain", letter.text), ("html", letter.html)):
        body.append(
            f'--{boundary}\r\nContent-Type: text/{subtype}; charset="utf-8"\r\n'
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        )
        body += _pieces(text, escaped=subtype == "html")
        body.append(b"\r\n")
    body.append(f"--{boundary}--\r\n".encode())
    return Encoded(letter.subject, boundary, tuple(body))


def compose(
    letter: Encoded, recipient: Recipient, envelope: Envelope, *, now: dt.datetime, signer: Signer | None = None
) -> bytes:
    """The whole mail, lines ended by CRLF; raises `BadAddress` where `recipient` is not exactly one address."""
    links = {LEAVE: recipient.leave or _mailto(envelope, recipient), PREFERENCES: recipient.preferences}
    message = EmailMessage(policy=POLICY)
    try:
        for name, value in _headers(letter, recipient, envelope, now).items():
            message[name] = value
        head = b"".join(POLICY.fold_binary(name, value) for name, value in message.items())
    except (ValueError, UnicodeError) as error:
        raise MailError(f"the mail to {recipient.address[:80]} cannot be made ({error}).") from error
    body = b"".join(piece if isinstance(piece, bytes) else _link(links[piece[0]], piece[1]) for piece in letter.body)
    data = head + b"\r\n" + body
    return signer.sign(data) if signer else data


def _headers(letter: Encoded, recipient: Recipient, envelope: Envelope, now: dt.datetime) -> Mapping[str, Any]:
    headers: dict[str, Any] = {
        "From": envelope.sender,
        "To": Address(addr_spec=parse_address(recipient.address).text),
        "Subject": _one_line(letter.subject),
        "Date": email.utils.format_datetime(now.astimezone(dt.UTC)),
        "Message-ID": recipient.message_id,
    }
    if envelope.reply_to:
        headers["Reply-To"] = Address(addr_spec=parse_address(envelope.reply_to).text)
    name = re.sub(r'[^ -~]|["\\<>]', "", envelope.list_name).strip()
    headers["List-Id"] = f'"{name}" <{envelope.list_id}>' if name else f"<{envelope.list_id}>"
    by_mail = f"<{_mailto(envelope, recipient)}>"
    headers["List-Unsubscribe"] = f"<{recipient.leave}>, {by_mail}" if recipient.leave else by_mail
    if recipient.leave.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if envelope.archive:
        headers["List-Archive"] = f"<{envelope.archive}>"
    headers["Auto-Submitted"] = "auto-generated"
    headers["X-Auto-Response-Suppress"] = "All"
    headers["MIME-Version"] = "1.0"
    headers["Content-Type"] = f'multipart/alternative; boundary="{letter.boundary}"'
    return headers


def _mailto(envelope: Envelope, recipient: Recipient) -> str:
    subject = quote(f"leave {recipient.leave_word}".strip())
    return f"mailto:{quote(envelope.leave_address, safe='@+')}?subject={subject}"


def _pieces(text: str, *, escaped: bool) -> Iterator[bytes | tuple[str, bool]]:
    """The text encoded between the places of links; each piece but the last ends in a soft line break."""
    parts = re.split(f"({re.escape(LEAVE)}|{re.escape(PREFERENCES)})", text)
    for number, part in enumerate(parts):
        if part in (LEAVE, PREFERENCES):
            yield part, escaped
        elif part:
            yield _quoted(part) + (_SOFT if number + 1 < len(parts) else b"")


def _link(link: str, escaped: bool) -> bytes:
    """A link between two pieces: nothing where there is none."""
    return _quoted(html.escape(link) if escaped else link) + _SOFT if link else b""


def _quoted(text: str) -> bytes:
    """Text as quoted-printable, lines ended by CRLF."""
    encoded = body_encode(text.encode().decode("latin-1"), maxlinelen=_LINE)
    return encoded.encode("ascii").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
