"""Rate limits of requests, counted in the state file; a client is stored only as a keyed hash with a time."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import ipaddress
import sqlite3


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests of one kind within `seconds`."""

    kind: str
    most: int
    seconds: float


def spend(db: sqlite3.Connection, limit: Limit, who: str, *, key: bytes, now: float) -> bool:
    """Counts a request and returns whether it is within the limit (sliding window); refused requests do not count.

    Also deletes expired rows. Call it inside a transaction.
    """
    db.execute("DELETE FROM limits WHERE kind = ? AND (at <= ? OR at > ?)", (limit.kind, now - limit.seconds, now))
    hashed = hash_of(limit.kind, who, key=key)
    query = "SELECT count(*) FROM limits WHERE kind = ? AND who = ?"
    if db.execute(query, (limit.kind, hashed)).fetchone()[0] >= limit.most:
        return False
    db.execute("INSERT INTO limits VALUES (?, ?, ?)", (limit.kind, hashed, now))
    return True


def hash_of(kind: str, who: str, *, key: bytes) -> str:
    """The keyed hash (HMAC-SHA256, 128 bits) of a client, which cannot be reversed without the key."""
    return hmac.new(key, f"limit\0{kind}\0{who}".encode(), hashlib.sha256).hexdigest()[:32]


def network_of(host: str) -> str:
    """The network that counts as one client: an IPv6 /64 prefix, or an IPv4 address; `unknown` for anything else."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
