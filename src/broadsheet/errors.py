"""Every error Broadsheet raises, and the exit code each one ends a command with.

    BroadsheetError                      1
    ├── UsageError                       2   wrong flags or arguments
    │   ├── BadAddress                   2   what no mail can be sent to
    │   └── EditionExists                2   what is an edition already
    ├── ReadingError                     3   the input cannot be understood
    │   ├── EmptyInput                   3
    │   ├── BinaryInput                  3
    │   ├── InputTooLarge                3
    │   ├── SourceError                  3   a live source or an address that gives nothing
    │   │   └── SourceRefused            3   one that answers, and does not accept the question
    │   └── NoPapers                     4   read well, but there is no paper in it
    │       └── NothingListed            4   and it says so itself: an empty feed, a search without a match
    ├── ConfigError                      5   config.yaml, the environment, an unknown backend
    ├── BackendError                     6   the model server
    │   ├── BackendUnreachable           6
    │   ├── BackendRefused               7   wrong key, no credit, no such model
    │   ├── BackendBusy                  6   429, 5xx, a timeout: worth another try
    │   ├── ContextTooLong               6   the prompt does not fit the model
    │   ├── BadAnswer                    6   an answer that is no completion
    │   └── Stopped                      6   not asked any more: a cap, Ctrl-C, --offline
    ├── TemplateError                    8   a prompt or a template
    ├── OutputError                      9   a file that cannot be written
    ├── StateError                      10   the file that an edition keeps between runs
    ├── RunningAlready                  11   another run is making this edition
    └── MailError                       12   a mail that cannot be made or sent

130 is the exit code after an interrupt (Ctrl-C). Messages are one sentence: what, where, what to do.
"""

from __future__ import annotations


class BroadsheetError(Exception):
    """The base of everything Broadsheet raises on purpose."""

    exit_code = 1


class UsageError(BroadsheetError):
    """Flags or arguments that do not go together."""

    exit_code = 2


class BadAddress(UsageError):
    """A text that is not exactly one mail address."""


class EditionExists(UsageError):
    """A number or a digest that is an edition already."""


class ReadingError(BroadsheetError):
    """An input that cannot be understood."""

    exit_code = 3


class EmptyInput(ReadingError):
    """An input without a single visible character."""


class BinaryInput(ReadingError):
    """An input that is no text in any encoding we know."""


class InputTooLarge(ReadingError):
    """An input above the size we read into memory."""


class SourceError(ReadingError):
    """A live source, or an address, that could not be asked or did not answer with a listing."""


class SourceRefused(SourceError):
    """A live source that answers and does not accept the question, or has nothing at that address."""


class NoPapers(ReadingError):
    """A text that was read well and holds no paper."""

    exit_code = 4


class NothingListed(NoPapers):
    """A source or document that is whole, and by its own account lists no paper."""


class ConfigError(BroadsheetError):
    """A wrong key, type or value in the configuration; the message names the file and the line."""

    exit_code = 5


class BackendError(BroadsheetError):
    """The model server failed; `evidence` holds what it said, cut to a few hundred characters."""

    exit_code = 6

    def __init__(self, message: str, *, evidence: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.evidence = evidence
        self.status = status


class BackendUnreachable(BackendError):
    """Nobody answered at the address."""


class BackendRefused(BackendError):
    """The server will not serve us, however often we ask: wrong key, no credit, no such model."""

    exit_code = 7


class BackendBusy(BackendError):
    """The server may serve us later: 429, 5xx, a timeout; `retry_after` is in seconds when it said so."""

    def __init__(
        self, message: str, *, evidence: str = "", status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, evidence=evidence, status=status)
        self.retry_after = retry_after


class ContextTooLong(BackendError):
    """The prompt is longer than the model's context: split it and go on."""


class BadAnswer(BackendError):
    """The server answered, but not with a completion we can use."""


class Stopped(BackendError):
    """The run asks no more, on purpose: a cap is reached, somebody pressed Ctrl-C, nobody may be asked."""


class TemplateError(BroadsheetError):
    """A prompt or template with a syntax error or an undefined name; the message names file and line."""

    exit_code = 8


class OutputError(BroadsheetError):
    """A file or folder that cannot be written."""

    exit_code = 9


class StateError(BroadsheetError):
    """The file that editions, subscribers and sendings are kept in: damaged, too new, not writable."""

    exit_code = 10


class RunningAlready(BroadsheetError):
    """Another run holds the lock; the message names it."""

    exit_code = 11


class MailError(BroadsheetError):
    """A mail that cannot be made, or a server that takes none; `code` is what it answered, where it did."""

    exit_code = 12

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
