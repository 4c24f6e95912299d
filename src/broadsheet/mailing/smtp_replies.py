"""What became of one mail that was handed over: a server's answer, judged by when it came. Pure."""

from __future__ import annotations

import dataclasses
import re
from typing import Literal, Protocol

from broadsheet.mailing.bounce_reports import is_hard

Kind = Literal["sent", "later", "refused", "gone", "uncertain"]
Stage = Literal["mail", "rcpt", "data", "end"]
"""The command that a server answers: MAIL, RCPT, DATA, or the dot at a mail's end."""

_ABOUT_US = re.compile(r"relay|polic|spam|block|blacklist|reputation|authenticat|sender|\bdmarc|\bdkim|\bspf", re.I)
_STATUS = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")
LONGEST = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """`later`: put off; `refused`: this mail, for good; `gone`: the mailbox, for good; `uncertain`: perhaps sent.

    `code` is what the server answered, where it did, and `said` its words.
    """

    kind: Kind
    code: int | None = None
    said: str = ""


SENT = Outcome("sent")


class Transport(Protocol):
    """A way for mails to leave; a context manager. Raises `MailError` where it takes none at all."""

    def __enter__(self) -> Transport:
        """Opens what it needs, at the latest with the first mail."""
        ...

    def __exit__(self, *_: object) -> None:
        """Closes it; a mail that was said to be sent stays so."""
        ...

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        """Hands over one mail to one address."""
        ...


def interpret_reply(code: int, said: bytes | str, stage: Stage) -> Outcome:
    """What a server's answer to a command means for the mail."""
    text = plain_answer(said)
    if 200 <= code < 300 and stage == "end":
        return Outcome("sent", code, text)
    if 400 <= code < 500:
        return Outcome("later", code, text)
    if 500 <= code < 600:
        return Outcome("gone" if _is_about_mailbox(code, text, stage) else "refused", code, text)
    return Outcome("uncertain" if stage == "end" else "later", code, text or "an answer that means nothing")


def _is_about_mailbox(code: int, said: str, stage: Stage) -> bool:
    """Whether no mail at all can reach the address: a policy that refuses this one says nothing of the mailbox."""
    status = _STATUS.search(said)
    if stage == "rcpt":
        return is_hard(f"{code} {said}") and not (status is None and _ABOUT_US.search(said))
    return stage == "end" and status is not None and status[1] == "1" and is_hard(said)


def plain_answer(said: bytes | str) -> str:
    """A server's words on one line, without what steers a terminal."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST]
