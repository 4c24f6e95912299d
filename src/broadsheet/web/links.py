"""The links in mails to the web pages, each for one purpose and one subscriber."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Literal

from broadsheet.mailing.signed_links import read_token, sign

Purpose = Literal["confirm", "leave", "preferences", "star"]


@dataclasses.dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links below a base address, with the key of the state file."""

    url: str
    key: bytes
    confirm_hours: float = 48

    def confirm(self, public: str, *, now: dt.datetime) -> str:
        """The link to confirm a subscription, which expires."""
        return self._to("confirm", public, now + dt.timedelta(hours=self.confirm_hours))

    def leave(self, public: str) -> str:
        """The link to unsubscribe, which never expires, since old mails contain it."""
        return self._to("leave", public)

    def preferences(self, public: str) -> str:
        """The link to the subscriber's preferences."""
        return self._to("preferences", public)

    def star(self, public: str, word: str) -> str:
        """The link for one subscriber to star one paper, named by a word of `paper_word`."""
        return self._to("star", f"{public}.{word}")

    def read(self, purpose: Purpose, token: str, *, now: dt.datetime) -> str | None:
        """What a token for a purpose holds, a public id first; `None` for an invalid or expired token."""
        return read_token(token, purpose, self.key, now)

    def _to(self, purpose: Purpose, public: str, expires: dt.datetime | None = None) -> str:
        return f"{self.url.rstrip('/')}/{purpose}/{sign(purpose, public, self.key, expires)}"
