"""The addresses in a mail that lead to the door, each good for one thing and one subscriber."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Literal

from broadsheet.mailing.signed_links import read_token, sign

Purpose = Literal["confirm", "leave", "preferences"]


@dataclasses.dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads the links below an address, with the key of the state file."""

    url: str
    key: bytes
    confirm_hours: float = 48

    def confirm(self, public: str, *, now: dt.datetime) -> str:
        """Where a subscription is confirmed; the link ends after a while."""
        return self._to("confirm", public, now + dt.timedelta(hours=self.confirm_hours))

    def leave(self, public: str) -> str:
        """Where a subscription ends; counts for ever, as old mails do."""
        return self._to("leave", public)

    def preferences(self, public: str) -> str:
        """Where a subscriber chooses what comes, and how often."""
        return self._to("preferences", public)

    def read(self, purpose: Purpose, token: str, *, now: dt.datetime) -> str | None:
        """The public id that a token of a purpose is for, `None` where it does not count."""
        return read_token(token, purpose, self.key, now)

    def _to(self, purpose: Purpose, public: str, expires: dt.datetime | None = None) -> str:
        return f"{self.url.rstrip('/')}/{purpose}/{sign(purpose, public, self.key, expires)}"
