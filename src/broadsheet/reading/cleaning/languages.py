"""Of several abstracts or titles the one to read: in the reader's language, else in English, else the first."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from broadsheet.locale.codes import language_code, same_language

ReaderLanguage = str | Callable[[], str] | None
"""A code, or the English name of a common language, or what says it once a record has several; `None` for English."""
_READER: ContextVar[ReaderLanguage] = ContextVar("reader", default=None)
Text = TypeVar("Text")


@contextlib.contextmanager
def reading_for(language: ReaderLanguage) -> Iterator[None]:
    """While the block reads, texts in this language come first; `None` leaves it as it is.

    It is no argument of every parser because hardly any record has a text in two languages.
    """
    token = _READER.set(_READER.get() if language is None else language)
    try:
        yield
    finally:
        _READER.reset(token)


def choose_text(texts: Iterable[tuple[str, Text]]) -> Text | None:
    """The text to read of pairs of what is said of its language and itself; `None` where there is none."""
    pairs = list(texts)
    if len(pairs) < 2:
        return pairs[0][1] if pairs else None
    reader = _READER.get()
    reader = reader() if callable(reader) else reader or ""
    for code in (language_code(reader), "en"):
        for said, text in pairs:
            if same_language(said, code):
                return text
    return pairs[0][1]
