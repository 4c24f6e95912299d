"""What a live source is called: `arxiv:cs.CL?since=2026-11-13&limit=200` -> a `Query`. Pure.

The grammar: a service, a colon, what to look for, and after a `?` options joined by `&`: `since` and `until` (dates,
`today` or `yesterday`), `days` (so many, up to today) and `limit`. An address, `http://` or `https://`, is itself.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from broadsheet.errors import UsageError
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.requests import Query
from broadsheet.text.lazy_regex import lazy_regex

_PREFIX = lazy_regex(r"([A-Za-z][A-Za-z0-9]{1,14}):(?!//|\\)")
_OPTIONS = lazy_regex(r"[A-Za-z_]+=[^&=]*(?:&[A-Za-z_]+=[^&=]*)*")
_SECRET = lazy_regex(r"key|token|secret|pass|auth|sig|session|credential|^(?:user|u|k|t)$", re.IGNORECASE)
_LONGEST = 2000
_SHORTEST_SECRET = 4


def is_address(name: str) -> bool:
    """Whether an input is an address on the web."""
    return name[:8].lower().startswith(("http://", "https://"))


def is_live(name: str) -> bool:
    """Whether an input is an address or names a service, and so is to be fetched."""
    return is_address(name) or _service_of(name) in LIVE_SOURCES


def nearest_source(name: str) -> str | None:
    """The service that was meant by `axiv:cs.CL`, by its name, or `None` for what is more likely a file."""
    service = _service_of(name)
    close = difflib.get_close_matches(service, LIVE_SOURCES, n=1, cutoff=0.6) if service else []
    return close[0] if close else None


def parse_source(name: str, *, today: dt.date) -> Query:
    """The query that a source's name stands for; raises `UsageError` for what it cannot mean."""
    service = _service_of(name)
    if service not in LIVE_SOURCES:
        known = ", ".join(LIVE_SOURCES)
        raise UsageError(f"{name[:80]} names no live source: known are {known}, and http(s) addresses.")
    _check_text(name)
    terms, options = _split_options(name.partition(":")[2])
    terms = " ".join(terms.split())
    if not terms:
        raise UsageError(f"{name[:80]} says nothing to look for: write `{LIVE_SOURCES[service].example}`.")
    if len(terms) > _LONGEST:
        raise UsageError(f"{name[:80]}… is longer than {_LONGEST:,} characters: shorten it.")
    known_options = LIVE_SOURCES[service].options
    unknown = [key for key in options if key not in known_options]
    if unknown:
        raise UsageError(
            f"{name[:200]}: {service} knows no option {unknown[0]!r}; it knows {', '.join(known_options)}."
        )
    since, until = _span(name, options, today)
    limit = _number(name, "limit", options["limit"]) if "limit" in options else None
    return Query(name, service, terms, since, until, limit)


def secrets_of(url: str) -> list[str]:
    """What in an address must not be written anywhere: its password, and the values of parameters that hold keys."""
    try:
        parts = urlsplit(url)
        values = [value for key, value in parse_qsl(parts.query) if _SECRET.search(key)]
        return [value for value in (parts.password, *values) if value and len(value) >= _SHORTEST_SECRET]
    except ValueError:
        return []


def shown_name(name: str) -> str:
    """An input as it may be shown and written down."""
    return shown_address(name) if is_address(name) else name


def shown_address(url: str) -> str:
    """An address without a password, and without the values of parameters that look like keys."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return url.partition("?")[0][:200]
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if any(_SECRET.search(key) for key, _ in pairs):
        query = urlencode([(key, "..." if _SECRET.search(key) else value) for key, value in pairs], safe="/:,.+*")
    else:
        query = parts.query
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def check_address(name: str) -> None:
    """Raises `UsageError` for an address that cannot be asked."""
    _check_text(name)
    try:
        host, port = urlsplit(name).hostname, urlsplit(name).port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or any(character.isspace() for character in name):
        raise UsageError(f"{shown_address(name)[:200]} is no address: write it as https://example.org/feed.xml.")


def _check_text(name: str) -> None:
    if not name.isprintable():
        raise UsageError(f"{name[:80]!r} holds characters that no source's name can have: type it again.")


def _service_of(name: str) -> str:
    match = _PREFIX.match(name)
    return match[1].lower() if match else ""


def _split_options(text: str) -> tuple[str, dict[str, str]]:
    """The terms and the options; a question mark that no options follow belongs to the terms."""
    terms, mark, tail = text.rpartition("?")
    if not mark or not _OPTIONS.fullmatch(tail):
        return text, {}
    return terms, {key.lower(): value.strip() for key, value in (part.split("=", 1) for part in tail.split("&"))}


def _span(name: str, options: Mapping[str, str], today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    since = _date(name, "since", options["since"], today) if "since" in options else None
    until = _date(name, "until", options["until"], today) if "until" in options else None
    if "days" in options:
        if since:
            raise UsageError(f"{name[:200]}: `days` and `since` say the same in two ways; keep one of them.")
        until = until or today
        try:
            since = until - dt.timedelta(days=_number(name, "days", options["days"]) - 1)
        except OverflowError as error:
            raise UsageError(f"{name[:200]}: `days` reaches too far back; write `since=2026-11-13`.") from error
    if since and until and since > until:
        raise UsageError(f"{name[:200]}: `since` {since} is later than `until` {until}; exchange them.")
    if since and since > today:
        raise UsageError(f"{name[:200]}: `since` {since} is in the future; today is {today}.")
    return since, until


def _date(name: str, key: str, value: str, today: dt.date) -> dt.date:
    if value.lower() in ("today", "yesterday"):
        return today - dt.timedelta(days=value.lower() == "yesterday")
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(f"{name[:200]}: `{key}` is no date: write it as {key}=2026-11-13.") from error


def _number(name: str, key: str, value: str) -> int:
    if value.isascii() and value.isdigit() and len(value) < 8 and int(value) > 0:
        return int(value)
    raise UsageError(f"{name[:200]}: `{key}` is no whole number above 0: write it as {key}=200.")
