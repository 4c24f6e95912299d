"""What asking a source takes: requests, and how the answer to each is looked at before it is believed. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from broadsheet.settings.loading import Fetch, Service

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FILTER_SYNTAX = lazy_regex(r"[a-z][a-z_.-]*:[^\s:][^\s]*(?:,[a-z][a-z_.-]*:[^\s:][^\s]*)*")
"""A filter of OpenAlex or Crossref: fields with values, between commas."""


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a service; `name` is how it was typed, the dates are inclusive."""

    name: str
    service: str
    terms: str
    since: dt.date | None = None
    until: dt.date | None = None
    limit: int | None = None

    @property
    def dated(self) -> bool:
        """Whether dates were named."""
        return self.since is not None or self.until is not None


@dataclasses.dataclass(frozen=True, slots=True)
class ResultPage:
    """What an answer holds: how many papers (`None`: nobody can tell yet), of how many in all, and what to ask next.

    `listing` is false for an answer that only leads to one, such as the ids a search found.
    """

    papers: int | None
    total: int | None = None
    next: Request | None = None
    listing: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One GET; `look` raises `PageFault` for an answer worth asking for again, `Refusal` for one that is final."""

    url: str
    look: Callable[[str], ResultPage]
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


class PageFault(Exception):
    """An answer that cannot be all: empty before the end, cut off; `page` is what can be made of it at the last try."""

    def __init__(self, why: str, page: ResultPage | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.page = page


class Refusal(Exception):
    """The service said in an answer of its own that it does not understand the question."""


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """Where a service wants its key: the name of a parameter or a header, and what stands before it there."""

    place: Literal["param", "header"]
    name: str
    prefix: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SourcePlan:
    """How a source is asked: the first request, who is asked under which terms, and why there may be nothing."""

    service: str
    """Its name under `fetch.sources`; empty for an address."""
    title: str
    first: Request
    nothing: str
    limit: int | None = None
    key: Key | None = None
    wanted: int | None = None
    """How many papers were asked for by name."""
    instead: SourcePlan | None = None
    """How another service that has the same papers is asked where this one stays shut."""


@dataclasses.dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: the settings, and the moment in UTC."""

    fetch: Fetch
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day in UTC."""
        return self.now.date()

    def url(self, service: str, path: str) -> str:
        """An address of a service."""
        found: Service = getattr(self.fetch.sources, service)
        return f"{found.base_url.rstrip('/')}/{path.lstrip('/')}"

    def limit(self, wanted: int | None) -> int:
        """How many papers are taken at most."""
        return wanted or self.fetch.limit

    def span(self, since: dt.date | None, until: dt.date | None) -> tuple[dt.date, dt.date]:
        """Both ends of a span of days, for a service that must have them."""
        end = until or self.today
        return since or end - dt.timedelta(days=self.fetch.days - 1), end

    def span_said(self, since: dt.date | None, until: dt.date | None) -> str:
        """` between 2026-11-13 and 2026-11-20`; empty without dates."""
        if since is None and until is None:
            return ""
        return f" between {since or 'the beginning'} and {until or self.today}"


@dataclasses.dataclass(frozen=True, slots=True)
class LiveSource:
    """A service that answers queries: how it is named, asked, and spared."""

    example: str
    """How a query of it is written."""
    options: tuple[str, ...]
    plan: Callable[[Query, Asker], SourcePlan]
    services: tuple[str, ...]
    """The names under `fetch.sources` that it is asked by; all take turns as the first."""
    host: str
    """Addresses at and below it take turns with it too."""
    pause: float
    """Seconds from the end of one request to the next, as the service asks for or less often; see docs/sources.md."""


THROTTLED = lazy_regex(
    r"rate (?:limit )?exceeded|rate[- ]?limit|too many requests|quota exceeded|throttl|slow down|try again later",
    re.IGNORECASE,
)
"""How a service says in words that it is asked too often."""

DATED = ("since", "until", "days", "limit")
"""The options of a service that knows dates."""


def parse_object(text: str) -> dict[str, Any]:
    """The JSON object of an answer; raises `PageFault` for anything else, a cut-off one before all."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise PageFault("its answer is not the JSON that was asked for")
    return value


def read_json(text: str) -> Any:
    """The JSON of an answer; raises `PageFault` where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PageFault("its answer is cut off or no JSON") from error


def rows_of(value: Any) -> list[Any]:
    """A list of an answer; raises `PageFault` where it is missing."""
    if not isinstance(value, list):
        raise PageFault("its answer has no list of papers")
    return value


def number_of(value: Any) -> int | None:
    """A count of an answer: a number, or the text of one."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if re.fullmatch(r"[0-9]{1,15}", str(value)) else None


def check_whole(text: str, *roots: str) -> None:
    """Raises `PageFault` unless an XML answer ends with the closing tag of one of these roots."""
    tail = text.rstrip()[-200:]
    if not any(re.search(rf"</{root}\s*>\Z|<{root}(?:\s[^<>]*)?/>\Z", tail) for root in roots):
        raise PageFault("its answer is cut off or no XML of the kind asked for")


def check_count(papers: int, *, taken: int, total: int | None, page: ResultPage | None = None) -> None:
    """Raises `PageFault` for an empty page while the service counts more papers than were given."""
    if papers == 0 and total is not None and taken < total:
        raise PageFault(f"it gave an empty page where {total - taken:,} more papers should be", page)


def date_filters(query: Query, first: str, last: str) -> list[str]:
    dates = [f"{first}:{query.since}"] if query.since else []
    return [*dates, f"{last}:{query.until}"] if query.until else dates


def say_no_match(title: str, query: Query, ask: Asker) -> str:
    span = ask.span_said(query.since, query.until)
    wider = "; try fewer words" + (" or more days" if span else "")
    return f"{title} has no match for {query.terms[:100]!r}{span}{wider}"
