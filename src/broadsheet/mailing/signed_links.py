"""Signed tokens for the links in mails: each is for one subscriber and one purpose, and cannot be forged.

A token is urlsafe base64 of a purpose's MAC (HMAC-SHA256), an end and a public id. The purpose is inside the MAC and
not in the token: one that was made to leave reads as nothing where it should confirm. The key lives in the state file,
so that links in old mails keep counting wherever that file goes. That is also why this is not `itsdangerous`: its
tokens are of another form, and what reads those of mails already sent would have to stay beside it.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
import sqlite3

LONGEST = 256
"""The most characters of a token; a longer one is rejected unread."""
_MAC = 32
_END = 8


def sign(purpose: str, public_id: str, key: bytes, expires: dt.datetime | None = None) -> str:
    """A token for one purpose and one subscriber; without `expires` it never expires."""
    end = int(expires.timestamp()) if expires else 0
    said = end.to_bytes(_END, "big") + public_id.encode()
    return base64.urlsafe_b64encode(_mac(purpose, said, key) + said).rstrip(b"=").decode()


def read_token(token: str, purpose: str, key: bytes, now: dt.datetime) -> str | None:
    """What was signed, a public id first; `None` for a token that is forged, for another purpose, or expired."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mac, said = raw[:_MAC], raw[_MAC:]
    if len(said) <= _END or not hmac.compare_digest(mac, _mac(purpose, said, key)):
        return None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        return None  # another spelling of the same bytes
    end = int.from_bytes(said[:_END], "big")
    return None if end and now.timestamp() >= end else said[_END:].decode()


def _mac(purpose: str, said: bytes, key: bytes) -> bytes:
    return hmac.new(key, purpose.encode() + b"\0" + said, hashlib.sha256).digest()


SIZE = 32


def signing_key(db: sqlite3.Connection) -> bytes:
    """The signing key of this state, created on first use; concurrent runs get the same one."""
    query = "SELECT value FROM secrets WHERE name = 'links'"
    if (row := db.execute(query).fetchone()) is None:
        db.execute("INSERT OR IGNORE INTO secrets VALUES ('links', ?)", (secrets.token_bytes(SIZE),))
        row = db.execute(query).fetchone()
    return bytes(row[0])
