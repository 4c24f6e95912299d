"""Every error ends a command with the code its drawing says, and carries what its catcher needs."""

from __future__ import annotations

import inspect
import re

import pytest

from broadsheet import errors
from broadsheet.errors import (
    BackendBusy,
    BackendError,
    BackendRefused,
    BroadsheetError,
    MailError,
    NoPapers,
    ReadingError,
)

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, BroadsheetError)]
DRAWN = dict(re.findall(r"^[ │├└─]*(\w+) +(\d+)\b", errors.__doc__ or "", re.MULTILINE))


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_has_the_code_that_the_drawing_gives_it(kind: type[BroadsheetError]) -> None:
    assert str(kind.exit_code) == DRAWN[kind.__name__]


def test_one_catch_takes_all_that_are_raised_on_purpose() -> None:
    assert len(DRAWN) == len(KINDS)
    assert issubclass(NoPapers, ReadingError)
    assert issubclass(BackendRefused, BackendError)


def test_what_a_server_said_travels_with_its_error() -> None:
    busy = BackendBusy("the server is busy.", evidence="slow down", status=429, retry_after=2.5)
    assert (str(busy), busy.evidence, busy.status, busy.retry_after) == ("the server is busy.", "slow down", 429, 2.5)
    assert MailError("the mail server is full.", code=452).code == 452
    assert (BackendError("nobody answers.").evidence, MailError("no sender.").code) == ("", None)
