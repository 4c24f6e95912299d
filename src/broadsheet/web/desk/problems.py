"""What went wrong, as a problem document (RFC 9457); the sentence is the one that a command would print."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

from starlette.responses import JSONResponse

from broadsheet.errors import (
    BackendError,
    BackendRefused,
    BroadsheetError,
    ConfigError,
    EditionExists,
    InputTooLarge,
    MailError,
    ReadingError,
    RunningAlready,
    StateError,
    UsageError,
)

_KINDS: tuple[tuple[type[BroadsheetError], int, str], ...] = (
    (EditionExists, 409, "That edition exists"),
    (UsageError, 422, "These settings do not go together"),
    (InputTooLarge, 413, "The input is too large"),
    (ReadingError, 422, "The input cannot be understood"),
    (ConfigError, 422, "The configuration is wrong"),
    (BackendRefused, 502, "The model server refuses"),
    (BackendError, 502, "The model server gave no answer"),
    (StateError, 503, "The desk's file cannot be used"),
    (RunningAlready, 409, "Another run is making this edition"),
    (MailError, 502, "The mail was not sent"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem in a few words, and what it is this time in a sentence."""

    status: int
    title: str
    detail: str = ""
    exit_code: int = 1
    type: Literal["about:blank"] = "about:blank"

    def shown(self) -> dict[str, Any]:
        """Its fields, as the document has them."""
        return dataclasses.asdict(self)

    def response(self, headers: dict[str, str] | None = None) -> JSONResponse:
        """The answer to a request."""
        return JSONResponse(self.shown(), self.status, headers=headers, media_type="application/problem+json")


def problem_of(error: Exception) -> Problem:
    """The problem that an error is; of one that nobody foresaw, its kind alone, since its words may hold a secret."""
    if not isinstance(error, BroadsheetError):
        return Problem(500, "Something unforeseen happened", f"{type(error).__name__}: a mistake of ours.")
    for kind, status, title in _KINDS:
        if isinstance(error, kind):
            return Problem(status, title, str(error), error.exit_code)
    return Problem(500, "It did not work", str(error), error.exit_code)
