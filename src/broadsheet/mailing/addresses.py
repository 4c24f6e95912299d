"""Validates mail addresses and other input of subscribers, so that it is safe in a header, a page and a mail."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable

import email_validator

from broadsheet.errors import BadAddress
from broadsheet.text.lazy_regex import lazy_regex

LONGEST_NAME = 100
LONGEST_PHRASE = 80
MOST_PHRASES = 20
_SHAPE = lazy_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LANGUAGE = lazy_regex(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """A mail address: mail is sent to `text`; `mailbox` identifies the subscriber.

    Both are ASCII, with an international domain in its xn-- form (IDNA). Only `mailbox` is in lower case, since a
    server may distinguish case before the @.
    """

    text: str
    mailbox: str


def parse_address(text: str) -> Address:
    """Parses a text that is exactly one address; raises `BadAddress`, with the reason, for anything else."""
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
    """A name on one line, without control characters, cut to a maximum length."""
    return _one_line(text)[:LONGEST_NAME].strip()


def clean_phrases(texts: Iterable[str]) -> tuple[str, ...]:
    """Cleans a subscriber's interests: a few short phrases without duplicates."""
    phrases = (_one_line(text)[:LONGEST_PHRASE].strip() for text in texts)
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))[:MOST_PHRASES]


def clean_language(text: str) -> str:
    """A language code such as `de` or `pt-br` in lower case; empty where the text is not one."""
    return text.strip().lower() if _LANGUAGE.fullmatch(text.strip()) else ""


def shown(text: str) -> str:
    """Foreign text made safe for a terminal: one short line in quotes."""
    line = _one_line(text)
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"


def _one_line(text: str) -> str:
    """The text without control, format and surrogate characters, with single spaces."""
    kept = (" " if char.isspace() else char for char in text[:2000])
    visible = "".join(char for char in kept if not unicodedata.category(char).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _plain(said: str) -> str:
    """The library's error message on one line, with a full stop."""
    return f"{_one_line(said).rstrip('.')[:200]}."
