"""Mails to confirm, for commands that add people: what they need is checked before anybody is added."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.errors import ConfigError

if TYPE_CHECKING:
    from broadsheet.door.confirming import Letterhead, Send
    from broadsheet.door.links import Links
    from broadsheet.settings import Settings
    from broadsheet.store.subscribers import Subscriber


@dataclasses.dataclass(frozen=True, slots=True)
class Inviting:
    """Writes to one person after another."""

    head: Letterhead
    links: Links
    send: Send

    @classmethod
    def of(cls, settings: Settings, config: Path | None, db: sqlite3.Connection) -> Inviting:
        """For a configuration; raises `ConfigError` where nobody could follow the link, or no sender is named."""
        from broadsheet.commands.posting import sender_for
        from broadsheet.delivery.message import sender_address
        from broadsheet.door.confirming import Letterhead
        from broadsheet.door.links import Links
        from broadsheet.store.keys import signing_key

        if not settings.door.url:
            raise ConfigError(
                "door.url is not set, so nobody could confirm: name the address of `broadsheet serve`, or add people "
                "whose consent you have with --confirmed."
            )
        head = Letterhead.of(settings)
        sender_address(head.sender)
        links = Links(settings.door.url, signing_key(db), settings.door.confirm_hours)
        return cls(head, links, sender_for(settings, config))

    def invite(self, subscriber: Subscriber) -> None:
        """Sends one mail; raises `BroadsheetError` where it cannot leave, and the subscriber stays pending."""
        now = dt.datetime.now(dt.UTC)
        self.send(self.head.confirming(subscriber, self.links.confirm(subscriber.public, now=now), now=now))
