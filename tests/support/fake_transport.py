"""Sends an edition by a transport that answers as it is told, by a clock that only sleeping moves."""

from __future__ import annotations

import datetime as dt
import email
import email.message
import email.policy
import sqlite3
from pathlib import Path
from typing import Any

from broadsheet.mailing.send import SendReport, send_edition
from broadsheet.mailing.smtp_replies import SENT, Outcome
from standing_mail import NOW, kitchen_settings


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> dt.datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


class Way:
    """A transport that answers as it is told, and keeps what it takes."""

    def __init__(self, *answers: Outcome | BaseException) -> None:
        self.answers = list(answers)
        self.kept: list[tuple[str, email.message.Message]] = []

    def __enter__(self) -> Way:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        answer = self.answers.pop(0) if self.answers else SENT
        if isinstance(answer, BaseException):
            raise answer
        if answer.kind == "sent":
            self.kept.append((to, email.message_from_bytes(data, policy=email.policy.default)))
        return answer

    @property
    def to(self) -> list[str]:
        return [to for to, _ in self.kept]


def send(
    db: sqlite3.Connection,
    folder: Path,
    way: Way,
    *,
    edition: int = 1,
    clock: Clock | None = None,
    mail: dict[str, Any] | None = None,
    **others: Any,
) -> SendReport:
    """Sends an edition of the kitchen's."""
    clock = clock or Clock()
    return send_edition(
        db, edition, kitchen_settings(folder, **(mail or {})), now=clock, sleep=clock.sleep,
        report=others.pop("report", lambda progress: None), transport=way, **others,
    )  # fmt: skip
