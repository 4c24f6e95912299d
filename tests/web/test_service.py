"""The door's hold on the state: answers never tell who subscribes, mails are few, and what was promised is posted."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import Subscriber, by_mailbox, confirm
from broadsheet.settings.edition import WebSettings
from broadsheet.web import service as module
from broadsheet.web.service import SubscriptionService, Welcome, wishes_of

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)
URL = "https://papers.example.org"
ANN, BO = parse_address("ann@example.org"), parse_address("bo@example.org")


class Desk:
    """A service on a clock of its own, and what it posted."""

    def __init__(self, **door: Any) -> None:
        self.now, self.posted = NOW, list[tuple[str, str]]()
        self.service = SubscriptionService(
            Path("state.sqlite"), WebSettings(**door), url=URL, clock=lambda: self.now, send=self.send
        )

    def send(self, subscriber: Subscriber, link: str) -> None:
        self.posted.append((subscriber.address, link))

    def welcome(self, address: Any = ANN, host: str = "192.0.2.1") -> Welcome:
        return asyncio.run(self.service.welcome(address, host))

    def confirm(self, welcome: Welcome) -> None:
        assert welcome.due
        public = welcome.due.public
        assert asyncio.run(self.service.do(lambda db: confirm(db, public, now=self.now)))


@contextlib.contextmanager
def desk(**door: Any) -> Iterator[Desk]:
    made = Desk(**door)
    try:
        yield made
    finally:
        made.service.close()


def test_who_asks_is_noted_and_gets_a_link_that_counts() -> None:
    with desk() as door:
        door.service.post(door.welcome())
    ((to, link),) = door.posted
    assert to == "ann@example.org"
    assert link.startswith(f"{URL}/confirm/")


def test_who_subscribes_already_gets_no_mail_and_is_answered_alike() -> None:
    with desk() as door:
        door.confirm(door.welcome())
        again = door.welcome()
        assert again == Welcome()
        door.service.post(again)
    assert door.posted == []


def test_one_mailbox_gets_few_mails_a_day() -> None:
    with desk(mails_per_day=2) as door:
        assert [door.welcome().due is not None for _ in range(3)] == [True, True, False]
        assert door.welcome(BO).due
        door.now += dt.timedelta(days=1, minutes=1)
        assert door.welcome().due


def test_all_who_ask_get_few_mails_an_hour() -> None:
    with desk(mails_per_hour=1) as door:
        assert door.welcome().due
        assert door.welcome(BO) == Welcome()


def test_too_many_from_one_network_are_told_to_wait_and_others_are_not() -> None:
    with desk(requests_per_minute=2) as door:
        assert [door.welcome().too_often for _ in range(3)] == [False, False, True]
        assert not door.welcome(host="198.51.100.7").too_often
        assert asyncio.run(door.service.knock("203.0.113.9"))
        assert not asyncio.run(door.service.knock("192.0.2.1"))
        of_one_house = (f"2001:db8::{number}" for number in (1, 2, 3))
        assert [door.welcome(host=host).too_often for host in of_one_house] == [False, False, True]


def test_who_never_confirmed_is_forgotten_a_day_after_their_link_ended() -> None:
    with desk(confirm_hours=48) as door:
        door.welcome()
        for wait, known in ((dt.timedelta(hours=48, minutes=1), True), (dt.timedelta(days=1), False)):
            door.now += wait
            door.welcome(BO)
            found = asyncio.run(door.service.do(lambda db: by_mailbox(db, ANN.mailbox)))
            assert (found is not None) is known


def test_a_mail_that_fails_breaks_nothing_and_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with desk() as door:

        def fail(subscriber: Subscriber, link: str) -> None:
            raise OSError(subscriber.address)

        door.service._send = fail
        door.service.post(door.welcome())
    assert "OSError" in caplog.text
    assert "ann@example.org" not in caplog.text


def test_mails_beyond_the_queue_are_dropped_and_those_in_it_are_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING", 2)
    free = threading.Event()
    with desk() as door:
        take = door.service._send

        def wait(subscriber: Subscriber, link: str) -> None:
            free.wait(10)
            take(subscriber, link)

        door.service._send = wait
        for _ in range(3):
            door.service.post(Welcome(due=door.welcome().due))
        free.set()
    assert len(door.posted) == 2


def test_wishes_are_cleaned_and_a_frequency_that_was_not_offered_is_left() -> None:
    form = {"name": " Ann\n Lee ", "frequency": "daily", "language": "de", "interests": "tea\n\n kettles \n"}
    wishes = wishes_of(form, frequencies=("weekly", "monthly"))
    assert (wishes.name, wishes.frequency, wishes.interests) == ("Ann Lee", None, ("tea", "kettles"))
    assert wishes_of({**form, "frequency": "weekly"}, frequencies=("weekly", "monthly")).frequency == "weekly"
