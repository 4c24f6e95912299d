"""Security checks of requests, security headers, and form parsing. Pure.

There are no sessions and no cookies. A form on another site could still subscribe somebody from a visitor's address
(CSRF), so a form is accepted only if the browser says that it comes from our own pages.
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

from broadsheet.text.lazy_regex import lazy_regex

LARGEST_BODY = 8 << 10
"""The most bytes of a form."""
MOST_FIELDS = 20
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
"""The form that a mail program posts to unsubscribe with one click (RFC 8058)."""
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_INLINE = lazy_regex(rb"<script\b[^>]*>(.*?)</script\s*>", re.I | re.S)


def headers_for(url: str) -> dict[str, str]:
    """The headers of every response of a site at an address.

    Over plain http a browser sends no `Origin` with `no-referrer`, which the check of forms needs; so it is
    `same-origin` there.
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
    """The content security policy of our pages: their style by hash, forms to this site, and nothing else."""
    return (
        f"default-src 'none'; style-src {_hash(style.encode())}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def archive_policy(page: bytes) -> str:
    """The content security policy of an archive page: its inline scripts by hash, and files of the archive.

    The policy inside the page, which protects it on any other web server, applies as well.
    """
    scripts = " ".join(dict.fromkeys(_hash(found[1].replace(b"\r\n", b"\n")) for found in _INLINE.finditer(page)))
    return (
        f"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self' {scripts}; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def knows_host(host: str, *, url: str, listens: str) -> bool:
    """Whether the Host header is the site's own name, this machine, or the host that the server listens on."""
    name = _without_port(host.strip().lower())
    return name in {*_LOOPBACK, _without_port(urllib.parse.urlsplit(url).netloc.lower()), listens, f"[{listens}]"}


def from_our_page(headers: Mapping[str, str], *, url: str) -> bool:
    """Whether a form comes from our own page, by `Sec-Fetch-Site` or, in older browsers, by `Origin`.

    A client that sends neither is refused: every browser sends one of them.
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
    """The client's address: the peer or, behind a trusted proxy, the last one in X-Forwarded-For, set by the proxy."""
    if not trust_proxy:
        return peer
    return headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or peer


def read_form(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form, the first of each name; empty for an invalid or unknown form, or one that holds a NUL."""
    if len(body) > LARGEST_BODY:
        return {}
    fields = _multipart(kind, body) if kind.lower().startswith("multipart/form-data") else _url_encoded(body)
    return {} if any("\0" in text for field in fields.items() for text in field) else fields


def _url_encoded(body: bytes) -> dict[str, str]:
    try:
        pairs = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _multipart(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a multipart form, which mail programs may send (RFC 8058); parsed as a MIME message."""
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
