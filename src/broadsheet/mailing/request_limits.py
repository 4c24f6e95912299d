"""How often somebody may ask, counted in the state file: what is kept of them is a keyed hash and a time."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import ipaddress
import sqlite3


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so many seconds, of one kind."""

    kind: str
    most: int
    seconds: float


def spend(db: sqlite3.Connection, limit: Limit, who: str, *, key: bytes, now: float) -> bool:
    """Counts one more, and whether it is still within the limit; what is refused is not counted.

    Rows past their time are removed on the way. To be called inside a transaction.
    """
    db.execute("DELETE FROM limits WHERE kind = ? AND (at <= ? OR at > ?)", (limit.kind, now - limit.seconds, now))
    hashed = hash_of(limit.kind, who, key=key)
    query = "SELECT count(*) FROM limits WHERE kind = ? AND who = ?"
    if db.execute(query, (limit.kind, hashed)).fetchone()[0] >= limit.most:
        return False
    db.execute("INSERT INTO limits VALUES (?, ?, ?)", (limit.kind, hashed, now))
    return True


def hash_of(kind: str, who: str, *, key: bytes) -> str:
    """What stands for somebody in the table: of no use to whoever has no key."""
    return hmac.new(key, f"limit\0{kind}\0{who}".encode(), hashlib.sha256).hexdigest()[:32]


def network_of(host: str) -> str:
    """Whom an internet address belongs to: an IPv6 /64 is one household's, an IPv4 address is itself."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
