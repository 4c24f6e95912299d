"""The subscription service: one thread owns the database connection, another one sends confirmation mails.

The response to a request is sent before a mail is made, after the same steps for known and unknown addresses, so that
neither its content nor its time reveals who subscribes.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import datetime as dt
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from broadsheet.mailing.addresses import Address, clean_language, clean_name, clean_phrases
from broadsheet.mailing.request_limits import Limit, network_of, spend
from broadsheet.mailing.signed_links import signing_key
from broadsheet.mailing.subscribers import FREQUENCIES, NOTHING, Preferences, Subscriber, ask_within, drop_unconfirmed
from broadsheet.settings.edition import WebSettings
from broadsheet.store.state import open_state, transaction
from broadsheet.web.links import Links

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]
Confirm = Callable[[Subscriber, str], None]
"""Sends a subscriber the link to confirm."""
Found = TypeVar("Found")

WAITING = 500
"""The most waiting mails; further ones are dropped, and may be requested again."""
LAST_SECONDS = 20.0
"""The most seconds for sending waiting mails after the server was stopped."""
DAY = 86_400.0
KEPT = dt.timedelta(days=1)
"""How long an unconfirmed request is kept after its link has expired."""


@dataclasses.dataclass(frozen=True, slots=True)
class Welcome:
    """The result of a request to subscribe: refused by the rate limit, a confirmation mail is due, or neither."""

    too_often: bool = False
    due: Subscriber | None = None


class SubscriptionService:
    """The operations behind the pages; opened and closed with the server."""

    def __init__(self, state: Path, door: WebSettings, *, url: str, clock: Clock, send: Confirm) -> None:
        self._limits, self._clock, self._send = door, clock, send
        self._here = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="state")
        self._post = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="post")
        self._waiting: set[concurrent.futures.Future[None]] = set()
        self._db = self._here.submit(open_state, state).result()
        self.links = Links(url, self._here.submit(signing_key, self._db).result(), door.confirm_hours)

    async def do(self, act: Callable[[sqlite3.Connection], Found]) -> Found:
        """Runs a function with the database connection in the thread that owns it."""
        return await asyncio.get_running_loop().run_in_executor(self._here, act, self._db)

    async def welcome(self, address: Address, host: str) -> Welcome:
        """Records a request to subscribe; `post` takes the result after the response, to send a mail if one is due."""
        return await self.do(lambda db: self._welcome(db, address, network_of(host)))

    async def knock(self, host: str) -> bool:
        """Counts an unauthenticated request, such as an invalid token; `False` above the rate limit."""
        return await self.do(lambda db: self._counted(db, network_of(host)))

    def post(self, welcome: Welcome) -> None:
        """Sends the confirmation mail, if one is due, in the mail thread."""
        if welcome.due is None:
            return
        self._waiting = {future for future in self._waiting if not future.done()}
        if len(self._waiting) >= WAITING:
            log.warning("%d mails wait to be sent: one more is dropped.", WAITING)
            return
        link = self.links.confirm(welcome.due.public, now=self._clock())
        self._waiting.add(self._post.submit(self._posted, welcome.due, link))

    def now(self) -> dt.datetime:
        """The current time."""
        return self._clock()

    def close(self) -> None:
        """Sends waiting mails for at most `LAST_SECONDS`, and closes the database."""
        concurrent.futures.wait(tuple(self._waiting), timeout=LAST_SECONDS)
        self._post.shutdown(wait=True, cancel_futures=True)
        self._here.submit(self._db.close).result()
        self._here.shutdown()

    def _welcome(self, db: sqlite3.Connection, address: Address, network: str) -> Welcome:
        now = self._clock()
        at, key = now.timestamp(), self.links.key
        to_one = Limit("mails", self._limits.mails_per_day, DAY)
        to_all = Limit("all-mails", self._limits.mails_per_hour, 3600)
        with transaction(db):
            if not self._spend(db, network, at):
                return Welcome(too_often=True)
            found = ask_within(db, address, NOTHING, now=now)
            drop_unconfirmed(db, before=now - dt.timedelta(hours=self._limits.confirm_hours) - KEPT)
            due = spend(db, to_one, address.mailbox, key=key, now=at)
            due = spend(db, to_all, "everybody", key=key, now=at) and due
        return Welcome(due=found if due and found.state == "pending" else None)

    def _counted(self, db: sqlite3.Connection, network: str) -> bool:
        with transaction(db):
            return self._spend(db, network, self._clock().timestamp())

    def _spend(self, db: sqlite3.Connection, network: str, at: float) -> bool:
        limit = Limit("requests", self._limits.requests_per_minute, 60)
        return spend(db, limit, network, key=self.links.key, now=at)

    def _posted(self, subscriber: Subscriber, link: str) -> None:
        try:
            self._send(subscriber, link)
        except Exception as error:  # whoever asked may ask again; the sentence may hold their address
            log.warning("a mail to confirm a subscription was not sent: %s.", type(error).__name__)
            log.debug("%s", error)


def wishes_of(form: dict[str, str], *, frequencies: tuple[str, ...]) -> Preferences:
    """The preferences in a form; a frequency that was not offered leaves the old one unchanged."""
    often = next((each for each in FREQUENCIES if each == form.get("frequency") and each in frequencies), None)
    return Preferences(
        name=clean_name(form.get("name", "")),
        frequency=often,
        language=clean_language(form.get("language", "")),
        interests=clean_phrases(form.get("interests", "").splitlines()),
    )
