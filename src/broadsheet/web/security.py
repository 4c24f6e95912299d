"""What is looked at before a request is answered, and the headers that every answer bears. Pure decisions.

The door has no session and no cookie: what a form of another site could do is ask in a visitor's name, from their
address. So a form counts only where a browser says that it comes from our own pages.
"""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import re
import urllib.parse
from collections.abc import Mapping
from email.message import Message

LARGEST_BODY = 8 << 10
"""Bytes that a form may have."""
MOST_FIELDS = 20
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
"""What a mail program posts to leave without a page (RFC 8058)."""
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_INLINE = re.compile(rb"<script\b[^>]*>(.*?)</script\s*>", re.I | re.S)


def headers_for(url: str) -> dict[str, str]:
    """The headers of every answer of a door that is reached at an address.

    Over plain http a browser does not say where a form comes from unless it may name our own pages as referrers, to
    ourselves: there `same-origin` has to do.
    """
    https = url.startswith("https:")
    headers = {
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer" if https else "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return {**headers, "Strict-Transport-Security": "max-age=31536000"} if https else headers


def page_policy(style: str) -> str:
    """The policy of one of our pages: its own style, by hash, its own forms, and nothing else at all."""
    return (
        f"default-src 'none'; style-src {_hash(style.encode())}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def archive_policy(page: bytes) -> str:
    """The policy of a page of the archive: the scripts that are in it, by hash, and files of the archive's own.

    Its own policy, which it has for where no door stands before it, counts besides.
    """
    scripts = " ".join(dict.fromkeys(_hash(found[1].replace(b"\r\n", b"\n")) for found in _INLINE.finditer(page)))
    return (
        f"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self' {scripts}; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def knows_host(host: str, *, url: str, listens: str) -> bool:
    """Whether a request was meant for us: for the door's own address, this machine, or the one we listen on."""
    name = _without_port(host.strip().lower())
    return name in {*_LOOPBACK, _without_port(urllib.parse.urlsplit(url).netloc.lower()), listens, f"[{listens}]"}


def from_our_page(headers: Mapping[str, str], *, url: str) -> bool:
    """Whether a form comes from a page of ours, by `Sec-Fetch-Site`, or by `Origin` where a browser does not send that.

    Who says neither is no browser that shows our pages.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin", "")
    asked = urllib.parse.urlsplit(url)
    return origin.lower() in {
        f"{asked.scheme}://{asked.netloc}".lower(),
        f"{asked.scheme}://{headers.get('host', '')}".lower(),
    }


def client_of(peer: str, headers: Mapping[str, str], *, trust_proxy: bool) -> str:
    """Who asks: the other end, or whom our own proxy says it speaks for, which it adds last."""
    if not trust_proxy:
        return peer
    return headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or peer


def read_form(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form, the first of each name; empty where it is none that we know."""
    if len(body) > LARGEST_BODY:
        return {}
    if kind.lower().startswith("multipart/form-data"):
        return _multipart(kind, body)
    try:
        pairs = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: value.replace("\0", "") for name, value in reversed(pairs)}


def _multipart(kind: str, body: bytes) -> dict[str, str]:
    """RFC 8058 wants this form from mail programs; a form's parts are mail's."""
    try:
        head = f"Content-Type: {' '.join(kind.split())}\r\n\r\n".encode("latin-1")
        message = email.message_from_bytes(head + body, policy=email.policy.compat32)
        parts = [part for part in message.walk() if not part.is_multipart()][:MOST_FIELDS]
        return {name: _value(part) for part in reversed(parts) if (name := _name(part))}
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}


def _name(part: Message) -> str:
    name = part.get_param("name", header="content-disposition")
    return name if isinstance(name, str) else ""


def _value(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return (payload if isinstance(payload, bytes) else b"").decode("utf-8", "replace").strip()


def _without_port(host: str) -> str:
    return re.sub(r":\d*$", "", host)


def _hash(text: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
