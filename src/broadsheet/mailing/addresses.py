"""Mail addresses and the words people write about themselves: held to what is safe in a header, a page and a mail."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable

import email_validator

from broadsheet.errors import BadAddress

LONGEST_NAME = 100
LONGEST_PHRASE = 80
MOST_PHRASES = 20
_SHAPE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """One address: `text` is what mail is sent to, `mailbox` what it is known by.

    Both are ASCII: a domain in other letters stands in its xn-- form. Case is folded in `mailbox` only, since some
    server may still tell capitals apart before the @.
    """

    text: str
    mailbox: str


def parse_address(text: str) -> Address:
    """The one address that a text is; raises `BadAddress` for anything else, saying what is wrong with it."""
    try:
        found = email_validator.validate_email(
            text.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=True,
        )
    except email_validator.EmailNotValidError as error:
        raise BadAddress(f"{shown(text)}: {_plain(str(error))} Name one address, such as ann@example.org.") from error
    ascii_form = found.ascii_email
    if ascii_form is None or not _SHAPE.fullmatch(ascii_form):
        raise BadAddress(f"{shown(text)}: is no address that mail can go to; name one such as ann@example.org.")
    local, _, domain = ascii_form.rpartition("@")
    domain = domain.lower()
    return Address(text=f"{local}@{domain}", mailbox=f"{local.lower()}@{domain}")


def clean_name(text: str) -> str:
    """A name on one line, without control characters, cut where it is no name any more."""
    return _one_line(text)[:LONGEST_NAME].strip()


def clean_phrases(texts: Iterable[str]) -> tuple[str, ...]:
    """What somebody is interested in: a few short phrases, each once."""
    phrases = (_one_line(text)[:LONGEST_PHRASE].strip() for text in texts)
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))[:MOST_PHRASES]


def clean_language(text: str) -> str:
    """A language code such as `de` or `pt-br`, in small letters; empty for what is none."""
    return text.strip().lower() if _LANGUAGE.fullmatch(text.strip()) else ""


def shown(text: str) -> str:
    """A text of somebody else's, fit for a terminal: one short line in quotes."""
    line = _one_line(text)
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"


def _one_line(text: str) -> str:
    """A text without what is invisible: control, format and surrogate characters; spaces are single."""
    kept = (" " if char.isspace() else char for char in text[:2000])
    visible = "".join(char for char in kept if not unicodedata.category(char).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _plain(said: str) -> str:
    """The library's sentence with a full stop, on one line."""
    return f"{_one_line(said).rstrip('.')[:200]}."
