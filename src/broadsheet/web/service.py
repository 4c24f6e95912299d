"""The door's hold on the state file: one thread owns the connection, another posts the mails that confirm.

Whoever asks is answered before a mail is made, and by the same steps whether or not their address is known, so that
neither the answer nor its time tells who subscribes.
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
"""Sends somebody the link that confirms."""
Found = TypeVar("Found")

WAITING = 500
"""Mails that may wait to be posted; what comes then is dropped, and may be asked for again."""
LAST_SECONDS = 20.0
"""How long mails that wait are still posted after the door is told to close."""
DAY = 86_400.0
KEPT = dt.timedelta(days=1)
"""How long somebody who asked is remembered after their link has ended."""


@dataclasses.dataclass(frozen=True, slots=True)
class Welcome:
    """What became of asking: too many asked from there, or a mail to confirm is due to somebody, or neither."""

    too_often: bool = False
    due: Subscriber | None = None


class SubscriptionService:
    """What the pages ask for; opened with the door and closed with it."""

    def __init__(self, state: Path, door: WebSettings, *, url: str, clock: Clock, send: Confirm) -> None:
        self._state, self._door, self._clock, self._send = state, door, clock, send
        self._here = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="state")
        self._post = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="post")
        self._waiting: set[concurrent.futures.Future[None]] = set()
        self._db = self._here.submit(open_state, state).result()
        self.links = Links(url, self._here.submit(signing_key, self._db).result(), door.confirm_hours)

    async def do(self, act: Callable[[sqlite3.Connection], Found]) -> Found:
        """Something done with the state file, in the thread that owns it."""
        return await asyncio.get_running_loop().run_in_executor(self._here, act, self._db)

    async def welcome(self, address: Address, host: str) -> Welcome:
        """Notes that somebody asks. The mail that may be due is for `post`, once the answer has left."""
        return await self.do(lambda db: self._welcome(db, address, network_of(host)))

    async def knock(self, host: str) -> bool:
        """Counts a request that proved nothing, such as a token that does not count; `False` for one too many."""
        return await self.do(lambda db: self._counted(db, network_of(host)))

    def post(self, welcome: Welcome) -> None:
        """Posts the mail that is due, if one is, in a thread of its own."""
        if welcome.due is None:
            return
        self._waiting = {future for future in self._waiting if not future.done()}
        if len(self._waiting) >= WAITING:
            log.warning("%d mails wait to be sent: one more is dropped.", WAITING)
            return
        link = self.links.confirm(welcome.due.public, now=self._clock())
        self._waiting.add(self._post.submit(self._posted, welcome.due, link))

    def now(self) -> dt.datetime:
        """The time."""
        return self._clock()

    def close(self) -> None:
        """Posts what waits, for a while, and closes the file."""
        concurrent.futures.wait(tuple(self._waiting), timeout=LAST_SECONDS)
        self._post.shutdown(wait=True, cancel_futures=True)
        self._here.submit(self._db.close).result()
        self._here.shutdown()

    def _welcome(self, db: sqlite3.Connection, address: Address, network: str) -> Welcome:
        now = self._clock()
        at, key = now.timestamp(), self.links.key
        to_one = Limit("mails", self._door.mails_per_day, DAY)
        to_all = Limit("all-mails", self._door.mails_per_hour, 3600)
        with transaction(db):
            if not self._spend(db, network, at):
                return Welcome(too_often=True)
            found = ask_within(db, address, NOTHING, now=now)
            drop_unconfirmed(db, before=now - dt.timedelta(hours=self._door.confirm_hours) - KEPT)
            due = spend(db, to_one, address.mailbox, key=key, now=at)
            due = spend(db, to_all, "everybody", key=key, now=at) and due
        return Welcome(due=found if due and found.state == "pending" else None)

    def _counted(self, db: sqlite3.Connection, network: str) -> bool:
        with transaction(db):
            return self._spend(db, network, self._clock().timestamp())

    def _spend(self, db: sqlite3.Connection, network: str, at: float) -> bool:
        limit = Limit("requests", self._door.requests_per_minute, 60)
        return spend(db, limit, network, key=self.links.key, now=at)

    def _posted(self, subscriber: Subscriber, link: str) -> None:
        try:
            self._send(subscriber, link)
        except Exception as error:  # whoever asked may ask again; the sentence may hold their address
            log.warning("a mail to confirm a subscription was not sent: %s.", type(error).__name__)
            log.debug("%s", error)


def wishes_of(form: dict[str, str], *, frequencies: tuple[str, ...]) -> Preferences:
    """What the form of preferences says; a frequency that was not offered is left as it is."""
    often = next((each for each in FREQUENCIES if each == form.get("frequency") and each in frequencies), None)
    return Preferences(
        name=clean_name(form.get("name", "")),
        frequency=often,
        language=clean_language(form.get("language", "")),
        interests=clean_phrases(form.get("interests", "").splitlines()),
    )
