"""What a command says on stderr: one line of an error, a notice, the log; never a secret."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable
from typing import TextIO

import click

from broadsheet.text.lazy_regex import lazy_regex

_SECRET = lazy_regex(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$", re.IGNORECASE)
_LABEL = lazy_regex(r"\S[\S ]{0,11}?[ ]{2,}(?=\S)|[ ]+")
_CONTROLS = lazy_regex("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def say(text: str) -> None:
    """One message on stderr, without secrets and without anything that steers a terminal."""
    click.echo(fit_to_terminal(_CONTROLS.sub(" ", redact(text)), sys.stderr), err=True)


def say_error(sentence: str, *, traced: bool) -> None:
    """Says how the error that is being handled ends a command, below its traceback where that is wanted."""
    if traced:
        say(traceback.format_exc())
    say(sentence)


def fit_to_terminal(text: str, stream: TextIO | None) -> str:
    """Text as wide as the terminal that a stream is, broken between words; elsewhere it stays as it is.

    What follows the first word of a line after two spaces or more is a column of its own, and goes on below itself.
    """
    if stream is None or not stream.isatty():
        return text
    width = max(40, shutil.get_terminal_size().columns - 1)
    lines = []
    for line in text.split("\n"):
        indent = " " * len(found[0]) if (found := _LABEL.match(line)) else ""
        lines += textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        ) or [line]
    return "\n".join(lines)


def redact(text: str) -> str:
    """Text without the value of any variable whose name says that it is a secret, or that a backend calls its key."""
    for name, value in os.environ.items():
        if len(value.strip()) >= 6 and (_SECRET.search(name) or name in _KEY_NAMES):
            text = text.replace(value.strip(), f"<{name}>")
    return text


_KEY_NAMES: set[str] = set()


def guard(names: Iterable[str]) -> None:
    """Remembers further variables whose values must not be shown."""
    _KEY_NAMES.update(names)


def open_log(*, verbose: bool) -> Callable[[], None]:
    """Sends our own log to stderr, all of it if `verbose`, and warnings otherwise; returns how to end that."""
    logger, handler = logging.getLogger("broadsheet"), _StderrLog()
    form = "%(asctime)s %(name)s: %(message)s" if verbose else "broadsheet: %(message)s"  # as errors are told
    handler.setFormatter(logging.Formatter(form, datefmt="%H:%M:%S"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)

    def close() -> None:
        logger.removeHandler(handler)
        logger.setLevel(before)

    return close


class _StderrLog(logging.Handler):
    """Writes to whatever stderr is at that moment: a live bar puts itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            say(self.format(record))
