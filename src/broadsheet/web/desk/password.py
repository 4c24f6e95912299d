"""The password of a desk that others reach: kept as a scrypt hash, in a file that its owner alone can read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from broadsheet.errors import ConfigError, StateError

VARIABLE = "BROADSHEET_DESK_PASSWORD"
SHORTEST = 15
"""The fewest characters of a password: longer than any of the passwords that are tried first."""
LONGEST = 1000
_COST, _BLOCK, _LANES = 1 << 16, 8, 2
"""64 MiB and about half a second a try (OWASP's advice for scrypt)."""


def keep_password(file: Path, *, given: str | None, ask: Callable[[], str] | None) -> str:
    """The hash of the desk's password: of the one `given`, else the one that is kept, else of what `ask` answers.

    Raises `ConfigError` where there is none, or it is too short, and `StateError` where it cannot be kept.
    """
    try:
        kept = file.read_text(encoding="ascii").strip() if file.exists() else ""
        if given is None and not kept:
            if ask is None:
                raise ConfigError(
                    f"a desk that others reach needs a password: put one into the environment variable {VARIABLE}, or "
                    "start the desk once in a terminal, where it asks."
                )
            given = ask()
        if given is None or (kept and knows_password(kept, given)):
            return kept
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return change_password(file, given)
    except (OSError, UnicodeError) as error:
        raise StateError(
            f"{file}: cannot be read or written ({error}); check the folder and its permissions."
        ) from error


def change_password(file: Path, password: str) -> str:
    """Keeps a password in the place of the one before, whole or not at all; its hash.

    Raises `ConfigError` for one that is too short or too long, and `OSError`.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigError(
            f"the desk's password should have at least {SHORTEST} characters and at most {LONGEST:,}: take a few words."
        )
    line, aside = hash_password(password), file.with_name(f".{file.name}.part")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(f"{line}\n")
    aside.replace(file)
    return line


def hash_password(password: str) -> str:
    """`scrypt$salt$hash`, both in base64."""
    salt = secrets.token_bytes(16)
    return "$".join(("scrypt", *(base64.b64encode(part).decode() for part in (salt, _derive(password, salt)))))


def knows_password(kept: str, given: str) -> bool:
    """Whether a password is the one of a hash; `False` for a hash that is damaged."""
    try:
        _, salt, expected = kept.split("$")
        made = _derive(given[:LONGEST], base64.b64decode(salt))
        return hmac.compare_digest(made, base64.b64decode(expected))
    except ValueError:
        return False


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=160 << 20, dklen=32)
