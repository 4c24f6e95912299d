"""Live sources and addresses -> texts of listings.

A source is asked page by page. An answer is looked at before it is believed: one that is empty before the end, cut
off or too busy is asked for again, and what is missing in the end is said and never passed over.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlencode, urljoin, urlsplit

from platformdirs import user_cache_path

from broadsheet.errors import EmptyInput, SourceError, SourceRefused
from broadsheet.models import Progress
from broadsheet.reading.input import decode
from broadsheet.reading.known_formats import is_pdf, is_workbook
from broadsheet.reading.sources.http import HttpClient, HttpReply, Later, quoted
from broadsheet.reading.sources.http_cache import CachedAnswer, HttpCache
from broadsheet.reading.sources.live_sources import LIVE_SOURCES
from broadsheet.reading.sources.query import (
    check_address,
    is_address,
    parse_source,
    secrets_of,
    shown_address,
    shown_name,
)
from broadsheet.reading.sources.rate_limit import SourceRateLimit
from broadsheet.reading.sources.requests import THROTTLED, Asker, PageFault, Refusal, Request, ResultPage, SourcePlan
from broadsheet.settings.loading import Fetch

log = logging.getLogger(__name__)

MOST_REDIRECTS = 5
LONGEST_WAIT = 120.0
"""Seconds waited before one more try, whatever a server asks for."""
WORTH_TELLING = 8.0
"""Seconds of a wait that a person should know of."""
TRIES_OF_NOBODY = 3
"""How often a server is looked for that is not there."""
LARGEST_SOURCE = 256 * 2**20
"""Characters taken of all pages of a source together."""
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})

THROTTLED_BY_ARXIV = 406
"""What arXiv answers besides 429 and 503 since September 2026, whatever was asked."""
_LONGEST_NOTICE = 2000
_LONGEST_WORDS = 300
"""Bytes of an answer, and letters of its words, that may be a notice and no listing."""

PAUSES = {source.services[0]: source.pause for source in LIVE_SOURCES.values()}
"""Seconds from the end of one request to the next, by the service whose turn it is."""
_HOSTS = {source.host: source.services[0] for source in LIVE_SOURCES.values()}
_LANES = {service: source.services[0] for source in LIVE_SOURCES.values() for service in source.services}
_ELSEWHERE = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Fetched:
    """What a source gave: texts to be read like files, how many papers of them count, and what is missing and why."""

    name: str
    """As it may be shown: without passwords and keys."""
    texts: tuple[str | bytes, ...]
    """A workbook or a PDF stays bytes."""
    limit: int | None = None
    why: str = ""


class Fetcher:
    """Fetches sources one after the other on one connection; a context manager.

    `now` is the wall clock, `clock` one that only goes forward; `shared` is the folder in which all runs of a user
    keep their pace together. Days are counted from the moment `at`, `None` for the wall clock's.
    """

    def __init__(  # noqa: PLR0913 - what a test replaces
        self,
        fetch: Fetch | None = None,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        shared: Path | None = None,
        at: dt.datetime | None = None,
        report: Callable[[Progress], None] | None = None,
    ) -> None:

        self._fetch = fetch or Fetch()
        self._report = report or (lambda progress: None)
        self._so_far = Progress(task="", done=0, total=0)
        self._now, self._clock, self._sleep, self._at = now, clock, sleep, at
        own = user_cache_path("broadsheet")
        folder = Path(self._fetch.folder).expanduser() if self._fetch.folder else own / "fetched"
        self._cache = HttpCache(folder, now=now)
        self._pace = SourceRateLimit(shared or own / "pace", now=now, sleep=sleep, patience=self._fetch.patience)
        self._client = HttpClient(self._fetch)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection, and forgets answers that are long unused."""
        self._client.close()
        self._cache.prune()

    def plan(self, name: str) -> SourcePlan:
        """How a source will be asked; raises `UsageError` for a name that means nothing, before anybody is asked."""
        if is_address(name):
            check_address(name)
            host = urlsplit(name).hostname or name
            first = Request(name, lambda text: ResultPage(None))
            return SourcePlan("", host, first, f"{shown_address(name)[:200]} holds nothing")
        query = parse_source(name, today=self.asker.today)
        return LIVE_SOURCES[query.service].plan(query, self.asker)

    @property
    def asker(self) -> Asker:
        """Who asks, and when."""
        return Asker(self._fetch, self._at or dt.datetime.fromtimestamp(self._now(), dt.UTC))

    def fetch(self, name: str, plan: SourcePlan | None = None) -> Fetched:
        """The texts of a source, or of another that has the same papers where this one is shut.

        Raises `SourceError` where it gave none and should have.
        """
        plan = plan or self.plan(name)
        try:
            return self._fetch_from(name, plan)
        except SourceRefused:
            raise
        except SourceError as error:
            if plan.instead is None:
                raise
            return self._fetch_instead(name, plan.instead, error)

    def _fetch_instead(self, name: str, plan: SourcePlan, error: SourceError) -> Fetched:
        log.warning("%s: %s is asked in its place.", str(error).rstrip("."), plan.title)
        said = f"{str(error).rstrip('.')}; {plan.title} was asked in its place"
        try:
            got = self._fetch_from(name, plan)
        except SourceError as other:
            raise SourceError(f"{said}, and failed too ({str(other).rstrip('.')}).") from other
        if not got.texts:
            raise SourceError(f"{said}, and has nothing.") from error
        return dataclasses.replace(got, why="; ".join(filter(None, (said, got.why))))

    def _fetch_from(self, name: str, plan: SourcePlan) -> Fetched:
        shown = shown_name(name)
        texts: list[str | bytes] = []
        taken, size, total, failed = 0, 0, None, ""
        request: Request | None = plan.first
        while request is not None and (plan.limit is None or taken < plan.limit):
            self._so_far = Progress(task=shown[:60], done=taken, total=max(total or 0, taken))
            try:
                page, text = self._ask(request, plan)
            except SourceError as error:
                if not texts:
                    raise type(error)(f"{shown[:200]}: {error}") from error
                failed = str(error)
                break
            if page.listing and page.papers != 0:
                size += len(text)
                if size > LARGEST_SOURCE:
                    failed = "the rest is more than can be read at once"
                    break
                texts.append(text)
                taken += page.papers or 0
            total, request = page.total, page.next
            log.debug("%s: %d papers of %s so far", shown, taken, "an unknown number" if total is None else total)
        self._report(Progress(task=shown[:60], done=taken, total=taken))
        if not texts:
            return Fetched(shown, (), plan.limit, plan.nothing)
        return Fetched(shown, tuple(texts), plan.limit, _missing(plan, taken, total, failed, last=request is None))

    def _wait_for(self, what: str) -> None:
        self._report(self._so_far.model_copy(update={"waiting": what}))

    def _ask(self, request: Request, plan: SourcePlan) -> tuple[ResultPage, str | bytes]:
        """The answer to a request, asked for again while there is hope; raises `SourceError` when there is none."""
        began = self._clock()
        asked = _asked(request)
        for attempt in range(1, self._fetch.attempts + 1):
            text: str | bytes = ""
            try:
                answer, keep = self._answer(asked, plan)
                text = _text(answer, plan)
                page = request.look(text if isinstance(text, str) else "")
            except Refusal as refusal:
                raise SourceRefused(f"{plan.title} does not accept the question ({quoted(str(refusal))}).") from refusal
            except (Later, PageFault) as trouble:
                wait = _wait(trouble, attempt)
                spent = self._clock() - began
                tries = min(self._fetch.attempts, TRIES_OF_NOBODY) if _is_nobody(trouble) else self._fetch.attempts
                last = attempt >= tries or wait > LONGEST_WAIT or spent + wait > self._fetch.patience
                if not last:
                    level = logging.WARNING if wait >= WORTH_TELLING else logging.INFO
                    log.log(level, "%s: %s; asking again in %.0f s", plan.title, trouble, wait)
                    self._wait_for(f"{wait:.0f} s to ask {plan.title} again")
                    self._sleep(wait)
                    continue
                if isinstance(trouble, PageFault) and trouble.page is not None:
                    return trouble.page, text
                raise self._given_up(plan, trouble, attempt) from trouble
            if keep and page.papers != 0:
                self._cache.keep(asked, answer)
            return page, text
        raise AssertionError("unreachable")

    def _answer(self, asked: str, plan: SourcePlan) -> tuple[CachedAnswer, bool]:
        """The answer to a question, from the cache or the server, and whether it is new and may be kept."""
        kept = self._cache.find(asked)
        if kept and self._cache.is_fresh(kept, self._fetch.max_age):
            return kept, False
        headers = {}
        if kept and kept.etag:
            headers["If-None-Match"] = kept.etag
        if kept and kept.modified:
            headers["If-Modified-Since"] = kept.modified
        self._wait_for(f"for {plan.title}")
        reply = self._send(asked, plan, headers)
        if reply.status == 304 and kept:
            self._cache.renew(asked, kept)
            return kept, False
        self._judge(reply, plan)
        if words := _throttling(reply):
            raise Later(f"it throttles ({reply.status}: {words})", reply.retry_after(self._now()), status=429)
        said = reply.headers
        answer = CachedAnswer(
            reply.body, self._now(), reply.charset, _plain(said, "etag"), _plain(said, "last-modified")
        )
        told = any(secret.encode() in reply.body for secret in self._secrets(asked, plan))
        return answer, not told and "no-store" not in said.get("cache-control", "").lower()

    def _send(self, asked: str, plan: SourcePlan, headers: Mapping[str, str]) -> HttpReply:
        """One GET and its redirects, each in the turn of the service that it goes to; the key goes to its own only."""
        url, home = asked, _origin(asked)
        for _ in range(MOST_REDIRECTS + 1):
            key = self._key(plan) if _origin(url) == home else ""
            sent = dict(headers)
            target = url
            if key and plan.key and plan.key.place == "header":
                sent[plan.key.name] = plan.key.prefix + key
            elif key and plan.key and url == asked:
                target = f"{url}{'&' if '?' in url else '?'}{plan.key.name}={quote(key, safe='')}"
            lane, pause = _lane(url, plan)
            if lane == "arxiv":
                sent["Connection"] = "close"  # one connection for all runs together, so none is left open
            with self._pace.turn(lane, pause):
                reply = self._client.get(target, sent)
            if reply.status not in (301, 302, 303, 307, 308):
                return reply
            url = _led_to(url, reply.headers.get("location", ""), plan)
        raise SourceError(
            f"{plan.title} leads from address to address, more than {MOST_REDIRECTS} times: give the last."
        )

    def _key(self, plan: SourcePlan) -> str:
        name = self._key_env(plan)
        key = os.environ.get(name, "").strip() if name else ""
        if not re.fullmatch(r"[!-~]*", key):  # a client that cannot send it would show it
            raise SourceError(f"the key in {name} holds characters that no key has: copy it again.")
        return key

    def _secrets(self, url: str, plan: SourcePlan) -> list[str]:
        """What must not be written anywhere."""
        key = self._key(plan)
        return [*secrets_of(url), *([key] if key else [])]

    def _key_env(self, plan: SourcePlan) -> str:
        """The variable that may hold the key of the service asked; empty where it has none."""
        service = getattr(self._fetch.sources, plan.service, None) if plan.service and plan.key else None
        return (service.key_env or "") if service else ""

    def _judge(self, reply: HttpReply, plan: SourcePlan) -> None:
        """Raises `Later` or `SourceError` for an answer that is no success."""
        status, said = reply.status, self._said(reply, plan)
        if 200 <= status < 300:
            return
        if status in BUSY or (status == THROTTLED_BY_ARXIV and _lane(plan.first.url, plan)[0] == "arxiv"):
            busy = "it is too busy" if status in (429, 503) else "it has a fault"
            busy = "it throttles" if status == THROTTLED_BY_ARXIV else busy
            raise Later(f"{busy} ({status}{said})", reply.retry_after(self._now()), status=status)
        name = self._key_env(plan)
        if status in (401, 402, 403) and name:
            if self._key(plan):
                raise SourceError(f"{plan.title} refuses the key in {name} ({status}{said}): check it.")
            raise SourceError(f"{plan.title} wants a key ({status}{said}): set the environment variable {name}.")
        if status in (404, 410):
            raise SourceRefused(f"{plan.title} has nothing at that address ({status}{said}): check the name.")
        if status in (401, 403):
            raise SourceError(
                f"{plan.title} refuses to answer ({status}{said}): open it in a browser and save the page."
            )
        raise SourceRefused(
            f"{plan.title} does not accept the question ({status}{said}): check the name and its options."
        )

    def _said(self, reply: HttpReply, plan: SourcePlan) -> str:
        """What a server said about a failure, in a few words of its own."""
        said = reply.message
        for secret in self._secrets(plan.first.url, plan):
            said = said.replace(secret, "(hidden)")
        return f": {quoted(said)}" if said else ""

    def _given_up(self, plan: SourcePlan, trouble: Later | PageFault, attempts: int) -> SourceError:
        tried = "once" if attempts == 1 else f"{attempts} times"
        wait = trouble.wait if isinstance(trouble, Later) else None
        then = "try again later"
        if wait is not None and wait > LONGEST_WAIT:
            then = f"it asks to be left alone for {wait:,.0f} s"
        name = self._key_env(plan)
        if isinstance(trouble, Later) and trouble.status == 429 and name and not self._key(plan):
            then += f", or set {name}: it serves those with a key first"
        return SourceError(f"{plan.title} was asked {tried}, and {trouble.why}: {then}.")


def _asked(request: Request) -> str:
    """The whole address of a request, without a key; it is what the cache knows an answer by."""
    if not request.params:
        return request.url
    return f"{request.url}?{urlencode(request.params, quote_via=quote)}"


def _lane(url: str, plan: SourcePlan) -> tuple[str, float]:
    """Whose turn a request needs, and the pause after the one before."""
    host = (urlsplit(url).hostname or "").lower()
    for known, lane in _HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return lane, PAUSES[lane]
    if plan.service:
        lane = _LANES[plan.service]
        return lane, PAUSES[lane]
    return re.sub(r"[^a-z0-9.-]", "-", host)[:100] or "web", _ELSEWHERE


def _led_to(url: str, location: str, plan: SourcePlan) -> str:
    """Where a redirect leads."""
    try:
        led = urljoin(url, location)
        if is_address(led) and urlsplit(led).hostname and urlsplit(led).port != 0:
            return led
    except ValueError:
        pass
    raise SourceError(f"{plan.title} leads to an address that is neither http nor https: nothing was read.")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()


def _text(answer: CachedAnswer, plan: SourcePlan) -> str | bytes:
    """The text of an answer, or the workbook that stands at an address; nothing is no answer of a service."""
    if not plan.service and (is_workbook(answer.body) or is_pdf(answer.body)):
        return answer.body
    try:
        text = decode(answer.body, name=plan.title if plan.service else shown_address(plan.first.url)[:200])
    except EmptyInput as error:
        if plan.service:
            raise PageFault("it answered with nothing") from error
        raise
    if answer.charset:
        with contextlib.suppress(LookupError):
            text = answer.body.decode(answer.charset, "replace")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _plain(headers: Mapping[str, str], name: str) -> str:
    """A header that can be sent back as it came."""
    value = headers.get(name, "")
    return value if re.fullmatch(r"[ -~]{1,500}", value) else ""


def _throttling(reply: HttpReply) -> str:
    """What a short answer that is called a success says of being asked too often; empty where it says nothing of it."""
    if not 200 <= reply.status < 300 or len(reply.body) > _LONGEST_NOTICE:
        return ""
    said = reply.message
    return quoted(said) if len(said) < _LONGEST_WORDS and THROTTLED.search(said) else ""


def _is_nobody(trouble: Later | PageFault) -> bool:
    return isinstance(trouble, Later) and trouble.nobody


def _wait(trouble: Later | PageFault, attempt: int) -> float:
    named = trouble.wait if isinstance(trouble, Later) else None
    return max(1.0, named) if named is not None else min(LONGEST_WAIT, 2.0**attempt)


def _missing(plan: SourcePlan, taken: int, total: int | None, failed: str, *, last: bool) -> str:
    """What a source has and did not give; empty where nothing is missing."""
    named = plan.wanted or total
    of = f"{taken:,} of its {named:,} papers" if named and named > taken else f"{taken:,} papers"
    if failed:
        return f"only {of} came: {failed}"
    if plan.limit is not None and taken >= plan.limit and not plan.wanted:
        more = named or taken
        return f"the first {plan.limit:,} of {more:,} papers were taken" if more > plan.limit else ""
    return f"{plan.title} gave {of}, and no more" if last and named and named > taken else ""
