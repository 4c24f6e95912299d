"""Keeps a paper's text inside its fence: hidden characters go, and nothing in it can look like the fence itself."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from broadsheet.text.lazy_regex import lazy_regex

LETTERS = "bcdfghjkmnpqrstvwxz"
LENGTH = 8
"""Letters of a seal: one in 17 thousand million, and a wrong guess shows in nothing."""

_HIDDEN = lazy_regex(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = lazy_regex("(?<![^\x00-\u02ff])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff])|[\u200c\u200d]{2,}")
_FENCE = lazy_regex(r"[<＜﹤˂‹〈⟨❮《«]+(?=\s*/?\s*[pрρ][aаα][pрρ][eеε][rг])", re.IGNORECASE)


def escape_delimiters(text: str) -> str:
    """A text without hidden characters, in which no `<paper …>` or `</paper>` can open or close.

    Joiners stay between letters of the scripts that need them; letters that run from right to left stay as they are.
    """
    return _FENCE.sub("‹", strip_hidden(text))


def strip_hidden(text: str) -> str:
    """A text without the characters that nobody sees: controls, marks of direction, tags, selectors, zero widths."""
    if text.isascii() and text.isprintable():
        return text
    return _JOINERS.sub("", _HIDDEN.sub("", text))


def make_delimiter(secret: bytes, texts: Iterable[str]) -> str:
    """The letters in the tags round these texts: none of the texts can hold them, for they hang on all of them.

    The same texts under the same secret get the same letters, so that a run repeated is the same to the letter.
    """
    digest = hmac.new(secret, "\0".join(texts).encode(errors="replace"), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)
