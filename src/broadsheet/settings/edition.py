"""The branches of the configuration that only a standing edition needs: its schedule, archive, mail and door."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from broadsheet.settings.base import Address, Branch, Count, MailAddress, NamedSecret, Seconds, UserPath, Variable

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _known_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("should be the name of a time zone, such as Europe/Berlin") from None
    return name


def _time_of_day(value: Any) -> dt.time:
    """A time as `7:00`, `07:00` or `07:00:30`; a number is none, since it may be YAML's reading of a time."""
    if isinstance(value, dt.time):
        return value
    found = re.fullmatch(r"\s*(\d{1,2}:\d{2})(:\d{2})?\s*", value) if isinstance(value, str) else None
    try:
        return dt.time.fromisoformat(f"{found[1]:0>5}{found[2] or ''}" if found else "")
    except ValueError:
        raise ValueError("should be a time of day from 00:00 to 23:59, such as 17:00") from None


class Schedule(Branch):
    """When the edition is made: every day, on a weekday, or on the first of a month, at a time of a zone."""

    every: Literal["day", "week", "month"] = "week"
    day: Weekday = "friday"
    at: Annotated[dt.time, BeforeValidator(_time_of_day)] = dt.time(7)
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"


class Edition(Branch):
    """What an edition is called, and where it is kept.

    `archive` is the folder of the static site and `url` where it is published; `state` is the one file that is kept
    between runs, `None` for one beside the configuration. Paths are relative to the configuration's folder.
    """

    title: str | None = None
    editor: str = ""
    language: str | None = None
    first_number: Count = 1
    archive: UserPath = Path("site")
    url: Address | None = None
    state: UserPath | None = None


class TransportSettings(Branch):
    """How mail leaves: a folder of .eml files, a Maildir, sendmail, or a mail server; keys are named, not written."""

    kind: Literal["eml", "maildir", "sendmail", "smtp"] = "eml"
    folder: UserPath | None = None
    command: str = "sendmail"
    preset: str | None = None
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] | None = None
    """`None` is the preset's, and without one STARTTLS."""
    user: str | None = None
    password_env: NamedSecret = None
    timeout: Seconds = 60
    rate: Annotated[float, Field(gt=0)] | None = None
    """Mails a minute, at most."""


class Dkim(Branch):
    """Which domain signs, under which selector, with the private key in which file."""

    domain: str
    selector: str
    key_file: UserPath


class Mail(Branch):
    """Who the edition is from and how it is sent; `to` gets each edition without having subscribed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    sender: Annotated[str | None, Field(alias="from")] = None
    reply_to: MailAddress | None = None
    to: tuple[MailAddress, ...] = ()
    list_id: str | None = None
    """`group-weekly.example.org`; `None` is made of the title and the sender's domain."""
    leave_address: MailAddress | None = None
    """Where a mail that asks to leave goes, `None` for the sender's own."""
    attempts: Count = 5
    transport: TransportSettings = TransportSettings()
    dkim: Dkim | None = None


class WebSettings(Branch):
    """Where people subscribe and leave: the address others reach it at, and the one it listens on."""

    url: Address | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    confirm_hours: Annotated[float, Field(gt=0)] = 48
    """How long the link in the mail that confirms a subscription counts."""
    requests_per_minute: Count = 30
    """From one address, at most."""
    mails_per_day: Count = 3
    """To one mailbox that has not confirmed, at most."""
    mails_per_hour: Count = 100
    """To all who have not confirmed, at most: so much can be made of the door to flood others."""
    trust_proxy: bool = False
    """Whether X-Forwarded-For is believed: only behind a proxy of your own."""


class Bounces(Branch):
    """Where returned mail is found: a folder or Maildir of it, or a mailbox read by IMAP."""

    folder: UserPath | None = None
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    user: str | None = None
    password_env: NamedSecret = None
    mailbox: str = "INBOX"


class Notify(Branch):
    """Other doors, by apprise's addresses: each stands in an environment variable, since it holds a key."""

    url_envs: tuple[Variable, ...] = ()
