"""Interprets a server's reply for one mail, by the SMTP command that it answers. Pure."""

from __future__ import annotations

import dataclasses
import re
from typing import Literal, Protocol

from broadsheet.mailing.bounce_reports import is_hard
from broadsheet.text.lazy_regex import lazy_regex

Kind = Literal["sent", "later", "refused", "gone", "uncertain"]
Stage = Literal["mail", "rcpt", "data", "end"]
"""The command that a server replies to: MAIL, RCPT, DATA, or the final dot of a mail."""

_ABOUT_US = lazy_regex(r"relay|polic|spam|block|blacklist|reputation|authenticat|sender|\bdmarc|\bdkim|\bspf", re.I)
_STATUS = lazy_regex(r"\b5\.(\d{1,3})\.\d{1,3}\b")
LONGEST = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of sending one mail, with the server's reply code and text, if any.

    `later`: deferred; `refused`: this mail is rejected for good; `gone`: the mailbox does not exist; `uncertain`: the
    mail may have been sent.
    """

    kind: Kind
    code: int | None = None
    said: str = ""


SENT = Outcome("sent")


class Transport(Protocol):
    """A way to send mails, a context manager; raises `MailError` where it accepts no mail at all."""

    def __enter__(self) -> Transport:
        """Opens the transport; a connection may be made as late as the first mail."""
        ...

    def __exit__(self, *_: object) -> None:
        """Closes the transport; mails reported as sent stay sent."""
        ...

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        """Sends one mail to one address."""
        ...


def interpret_reply(code: int, said: bytes | str, stage: Stage) -> Outcome:
    """The outcome of a mail from a server's reply to a command."""
    text = plain_answer(said)
    if 200 <= code < 300 and stage == "end":
        return Outcome("sent", code, text)
    if 400 <= code < 500:
        return Outcome("later", code, text)
    if 500 <= code < 600:
        return Outcome("gone" if _is_about_mailbox(code, text, stage) else "refused", code, text)
    return Outcome("uncertain" if stage == "end" else "later", code, text or "an answer that means nothing")


def _is_about_mailbox(code: int, said: str, stage: Stage) -> bool:
    """Whether a reply means that the mailbox accepts no mail at all, and not that a policy rejects this one."""
    status = _STATUS.search(said)
    if stage == "rcpt":
        return is_hard(f"{code} {said}") and not (status is None and _ABOUT_US.search(said))
    return stage == "end" and status is not None and status[1] == "1" and is_hard(said)


def plain_answer(said: bytes | str) -> str:
    """A server's reply on one line, without control characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST]
