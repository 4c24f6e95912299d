"""Finds references of a sentence to an earlier one: "these flaws", "the method", "such a network"."""

from __future__ import annotations

import re

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import keys_of, word_key

_POINTER = lazy_regex(
    r"\b(?:this(?! (?:paper|work|article|study|report|survey|review|tutorial|thesis|letter|note"
    r"|chapter|is|can|allows)\b)|these|those|such(?! as\b| that\b)(?: an?)?"
    r"|the (?:above|latter|former|aforementioned|resulting)|both(?= (?-i:[a-z]+s)\b(?! and\b))) (?P<noun>[\w-]+)"
    r"|\bthe (?P<named>(?:method|model|approach|algorithm|framework|technique|dataset|network|system)s?)"
    r"(?![-\w'’]| (?:of|that|for|which|called|by|in|with|to|and)\b)"
    r"|\b(?P<then>(?:is|are) then)\b|(?:on|from|by|doing|to) (?:this|that)(?P<alone>[,.;])"
    r"|(?:\A|(?<!such )\bthat )(?:the (?:associated|corresponding|developed|respective|obtained|same|two resulting)"
    r"|the \w+['’]s)\b"
    r"|\b(?:is|are|was|were|we|it|they) instead\b|\bthat both (?:fail|are|can|have|do)\b"
    r"|\bthe two(?=[.,;]| (?:via|by|with|are|is|into|together|and|in|using|through)\b)"
    r"|\b(?:described|mentioned|stated|listed|introduced|discussed) above\b"
    r"|\babove-mentioned\b|\ban? similar result\b|\bin the given [a-z]+s?,",
    re.IGNORECASE,
)
_OPENING = lazy_regex(
    r"(?:it|they|its|their|this line|here it|the other|another|(?:the |an? )?(?:second|third)|(?:an )?additional)\b"
    r"|(?:the first|the last|one example|a similar [a-z]+)(?: two| three)? (?:is|are|was|were|applies|holds)\b"
    r"|(?:we|i) (?:\w+ )?(?:show|prove|find|argue|believe|demonstrate|observe|conclude)(?: that)?"
    r" (?:its|their|they|them|it(?!.* to ))\b"
    r"|(?:we|i) (?:\w+ly )?[a-z]+ (?:it|its|their|them)\b",
    re.IGNORECASE,
)
_MAY_POINT = lazy_regex(
    r"th(?:is|ese|ose)|such|both|that[,.;]|then|instead|the (?:above|latter|former|aforementioned|result|method|model"
    r"|approach|algorithm|framework|technique|dataset|network|system|associated|corresponding|developed|respective"
    r"|obtained|same|two|given|\w+['’]s)|above|similar result"
)
"""What each alternative of `_POINTER` has, in lower case: sought first, for it has no flag and no boundary."""


def points_back(text: str) -> bool:
    """Whether a text refers to something in an earlier sentence: "these flaws", "such a network"."""
    if _OPENING.match(text):
        return True
    if not _MAY_POINT.search(text.lower()):
        return False
    for found in _POINTER.finditer(text):
        # A noun that the text itself has before the pointer is no reference to an earlier sentence.
        noun = found["noun"] or found["named"] or ""
        if found["alone"] or found["then"] or word_key(noun) not in keys_of(text[: found.start()]):
            return True
    return False
