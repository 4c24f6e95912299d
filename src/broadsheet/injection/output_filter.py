"""What no TL;DR and no heading may hold, whatever its abstract says: addresses, markup, code, words to a model."""

from __future__ import annotations

import re

from broadsheet.injection.detection import speaks_to_a_model
from broadsheet.models import Finding
from broadsheet.text.lazy_regex import lazy_regex

_ADDRESS = lazy_regex(
    r"\b[a-z][a-z0-9+.-]{1,11}://\S*|\bwww\.\S+|\b(?:mailto|javascript|data|tel):\S+|[\w.+-]+@[\w-]+\.\w+|(?<![\w.])@\w{3,}"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|edu|gov|ai|dev|app|info|biz|xyz|me|co|ru|cn|ly|gl|site|online|example|test|invalid)"
    r"\b(?:/\S*)?|\b(?:\d{1,3}\.){3}\d{1,3}\b|\bhxxps?\b|\[\.\]|\bdot (?:com|org|net)\b",
    re.IGNORECASE,
)
_MARKUP = lazy_regex(
    r"</?[a-z!][^<>]*>|<[a-z]+\s|!\[|\]\s?\(|```|`[^`]+`|<\||\|>|\[/?INST\]|&(?:#\d+|#x[0-9a-f]+|lt|gt|amp|quot);"
    r"|\*\*[^*]|(?:\A|\s)#{1,6}\s|\A[-*+] |\A>|[{}]\s*[\"“]|[\"”]\s*[:}]|\\[nu]\b|\b\w+\([\"'][^)]*\)|\{\{|\}\}|\{%",
    re.IGNORECASE,
)


_MAY_HOLD_ADDRESS = lazy_regex(r":\S|@|\.\w|www\.|hxxp|\[\.\]|dot ")
"""What each alternative of `_ADDRESS` has, in lower case, found in a tenth of its time; most sentences have none."""


def find_forbidden(text: str) -> Finding | None:
    """The first thing in a sentence of a model's that no page should carry, `None` where there is nothing.

    The finding does not quote it: findings stand on the page as well.
    """
    if find_address(text) or _MARKUP.search(text):
        return Finding(kind="markup", detail="it holds an address or markup")
    if speaks_to_a_model(text):
        return Finding(kind="instruction", detail="it gives instructions")
    return None


def find_address(text: str) -> str:
    """The first address in a text, also one without a scheme; empty where there is none."""
    found = _ADDRESS.search(text) if _MAY_HOLD_ADDRESS.search(text.lower()) else None
    return found.group() if found else ""
