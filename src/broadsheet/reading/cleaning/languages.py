"""Of several abstracts or titles the one to read: in the reader's language, else in English, else the first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from broadsheet.locale.codes import language_code, same_language

_READER: ContextVar[str] = ContextVar("reader", default="en")
Text = TypeVar("Text")


@contextlib.contextmanager
def reading_for(language: str | None) -> Iterator[None]:
    """While the block reads, texts in this language come first: a code, or the English name of a common language.

    `None` leaves it as it is.

    It is no argument of every parser because hardly any record has a text in two languages.
    """
    token = _READER.set(_READER.get() if language is None else language_code(language) or "en")
    try:
        yield
    finally:
        _READER.reset(token)


def choose_text(texts: Iterable[tuple[str, Text]]) -> Text | None:
    """The text to read of pairs of what is said of its language and itself; `None` where there is none."""
    pairs = list(texts)
    for code in (_READER.get(), "en"):
        for said, text in pairs:
            if same_language(said, code):
                return text
    return pairs[0][1] if pairs else None
