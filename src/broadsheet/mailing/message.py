"""Composes a mail to one subscriber: headers, text and HTML body, signature. Pure.

A body is encoded once for all subscribers who get the same; personal links are inserted between its pieces, which are
whole lines of quoted-printable joined by soft line breaks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import hashlib
import hmac
import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.quoprimime import body_encode
from typing import Any
from urllib.parse import quote

from broadsheet.errors import BadAddress, MailError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.dkim import Signer
from broadsheet.mailing.render import LEAVE, PREFERENCES, STAR, RenderedMail
from broadsheet.text.lazy_regex import lazy_regex

_LINE = 75
"""The characters of an encoded line: RFC 2045 allows 76, and one is kept for the soft line break."""
_SOFT = b"=\r\n"
_PLACEHOLDER = lazy_regex(rf"({LEAVE}|{PREFERENCES}|{STAR}\d{{1,9}}\.[\w-]{{12}})", re.ASCII)
_LIST_ID = lazy_regex(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class _Verbatim(BaseHeader):
    """A header of ASCII words that is neither decoded nor encoded, and folded only between words."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Takes the value as it is."""
        kwds |= {"parse_tree": None, "decoded": value}

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header with a line break before each word that would exceed the line."""
        lines = [f"{self.name}:"]
        for number, word in enumerate(str(self).split(" ")):
            if number and len(lines[-1]) + len(word) + 1 > 78:
                lines.append("")
            lines[-1] += f" {word}"
        return policy.linesep.join(lines) + policy.linesep


class _Text(_Verbatim):
    """A header of any words: Python 3.11 and 3.12 lose or add blanks between encoded words, so they are made here."""

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header with its words encoded, where one has to be."""
        text = str(self)
        if text.isascii() and "=?" not in text:
            return super().fold(policy=policy)
        encoded = Header(text, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep}"


def write_address(address: Address) -> str:
    """`Name <name@example.org>` as it stands in a header, the name encoded where that is needed."""
    name = address.display_name
    if name.isascii() and "=?" not in name:
        return str(address)
    encoded = Header(name, "utf-8", header_name="From").encode(linesep="").split()
    return f"{' '.join(encoded)} <{address.addr_spec}>"


def _policy() -> EmailPolicy[Any]:
    registry = HeaderRegistry()
    for name in ("list-unsubscribe", "list-id", "message-id", "list-archive", "from"):
        registry.map_to_type(name, _Verbatim)
    registry.map_to_type("subject", _Text)
    return SMTP.clone(header_factory=registry)


POLICY = _policy()


@dataclasses.dataclass(frozen=True, slots=True)
class Envelope:
    """The headers that all mails of an edition share: sender, list, and unsubscribe address."""

    sender: Address
    list_id: str
    list_name: str
    leave_address: str
    reply_to: str | None = None
    archive: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Recipient:
    """The recipient of one mail; `leave` and `preferences` are personal links, empty without web pages."""

    address: str
    message_id: str
    leave: str = ""
    leave_word: str = ""
    """The signed token for the subject of an unsubscribe mail."""
    preferences: str = ""
    star: Callable[[str], str] | None = None
    """Makes the link to star a paper from what names the paper."""


@dataclasses.dataclass(frozen=True, slots=True)
class Encoded:
    """An encoded mail: pieces of the body, and between them the links to insert, each with whether to escape it."""

    subject: str
    boundary: str
    body: tuple[bytes | tuple[str, bool], ...]


def message_id(edition: int, public_id: str, *, key: bytes, domain: str) -> str:
    """The Message-ID of an edition's mail to a subscriber: the same at every attempt, and not to be guessed (HMAC)."""
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
    """The List-Id (RFC 2919): the configured one, or one made from title and domain."""
    if own is not None:
        if not _LIST_ID.fullmatch(own):
            raise MailError(f"mail.list_id: {own[:100]!r} is no name such as group-weekly.example.org; correct it.")
        return own
    words = "-".join(re.findall(r"[a-z0-9]+", _to_ascii(title).lower()))[:60].strip("-")
    return f"{words or 'digest'}.{domain}"


_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae",
     "œ": "oe", "Œ": "Oe", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
     "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "–": "-", "—": "-", "’": "'", "…": "..."}
)  # fmt: skip


def _to_ascii(text: str) -> str:
    """Text in ASCII: Latin letters as they are spelled without their marks; letters of other scripts are left out."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_SPELLED))
    return "".join(char for char in bare if " " <= char <= "~")


def encode(letter: RenderedMail) -> Encoded:
    """Encodes a rendered mail once for all subscribers who get the same."""
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
    """The complete mail with CRLF line ends; raises `BadAddress` where `recipient` is not exactly one address."""

    def link_for(placeholder: str) -> str:
        if placeholder == LEAVE:
            return recipient.leave or _mailto(envelope, recipient)
        if placeholder == PREFERENCES:
            return recipient.preferences
        return recipient.star(placeholder.removeprefix(STAR)) if recipient.star else ""

    message = EmailMessage(policy=POLICY)
    try:
        for name, value in _headers(letter, recipient, envelope, now).items():
            message[name] = value
        head = b"".join(POLICY.fold_binary(name, value) for name, value in message.items())
    except (ValueError, UnicodeError) as error:
        raise MailError(f"the mail to {recipient.address[:80]} cannot be made ({error}).") from error
    body = b"".join(piece if isinstance(piece, bytes) else _link(link_for(piece[0]), piece[1]) for piece in letter.body)
    data = head + b"\r\n" + body
    return signer.sign(data) if signer else data


def _headers(letter: Encoded, recipient: Recipient, envelope: Envelope, now: dt.datetime) -> Mapping[str, Any]:
    headers: dict[str, Any] = {
        "From": write_address(envelope.sender),
        "To": Address(addr_spec=parse_address(recipient.address).text),
        "Subject": _one_line(letter.subject),
        "Date": email.utils.format_datetime(now.astimezone(dt.UTC)),
        "Message-ID": recipient.message_id,
    }
    if envelope.reply_to:
        headers["Reply-To"] = Address(addr_spec=parse_address(envelope.reply_to).text)
    name = re.sub(r'["\\<>]', "", " ".join(_to_ascii(envelope.list_name).split()))
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
    """Yields the encoded text and the placeholders of links; each piece except the last ends in a soft line break."""
    parts = _PLACEHOLDER.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            yield part, escaped
        elif part:
            yield _quoted(part) + (_SOFT if number + 1 < len(parts) else b"")


def _link(link: str, escaped: bool) -> bytes:
    """An encoded link to insert between two pieces; empty for an empty link."""
    return _quoted(html.escape(link) if escaped else link) + _SOFT if link else b""


def _quoted(text: str) -> bytes:
    """The text as quoted-printable with CRLF line ends."""
    encoded = body_encode(text.encode().decode("latin-1"), maxlinelen=_LINE)
    return encoded.encode("ascii").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
