"""How a written TL;DR begins: with what was found, and not with "We", "This paper" or "The authors". Pure.

Small models open so in spite of their instructions. Where the words behind such an opening stand by themselves it is
deleted; elsewhere the TL;DR is of wrong form and asked for again.
"""

from __future__ import annotations

import re

from broadsheet.models import Finding
from broadsheet.text.lazy_regex import lazy_regex

FORM = "form"
"""The kind of the finding."""
_PAPER = r"(?:this|the|our|the present) (?:paper|work|study|article|survey|review)"
_WHO = rf"(?:we|{_PAPER}|(?:the|these) (?:authors|researchers))"
_OPENING = lazy_regex(rf"(?:in (?:this|our) (?:paper|work|study|article),? )?(?P<who>{_WHO})\b", re.IGNORECASE)
_LEAD = rf"{_OPENING.pattern}(?: (?:also|further|then|first|empirically|experimentally|theoretically|formally))?"
# Verbs that vouch for what follows: behind "argue", "suggest" or "believe" the bare clause would claim more.
_FOUND_THAT = lazy_regex(
    rf"{_LEAD} (?:shows?|finds?|found|proves?|proved|demonstrates?|demonstrated|showed|observes?|observed|reports?"
    r"|reported|establish(?:es|ed)?|confirms?|confirmed|reveals?|revealed|discovers?|discovered) that,? (?P<rest>.+)",
    re.IGNORECASE,
)
# "We propose a method that halves the error": a short noun phrase without a preposition, and what it does.
_NOUN = (
    r"(?!(?:that|which|who|of|for|in|on|with|to|from|by|and|or|as|at|under|over|through|called|where|when)\b)[\w’'./-]+"
)
_MADE = lazy_regex(
    rf"{_LEAD} (?:presents?|introduces?|proposes?|develops?|describes?|releases?|designs?|builds?|creates?) "
    rf"(?P<what>(?:{_NOUN} ){{0,7}}?{_NOUN})(?:,? which|,? that) (?P<does>[a-z]{{2,}}[^s\W]s|is|has) (?P<rest>.+)",
    re.IGNORECASE,
)
_REFERS_BACK = lazy_regex(
    r"\W|(?:we|our|ours|it|its|they|their|this|these|that|those|such|both|neither|either|there)\b", re.IGNORECASE
)
# A second verb of the deleted subject ("We show that X and propose Y"), or a second clause of the deleted verb.
_GOES_ON = lazy_regex(
    r"\b(?:and|but|while|then|or),? (?:that\b|(?:also |then |further |finally )?"
    r"(?:propose|present|introduce|develop|provide|show|describe|release|use|apply|evaluate|demonstrate|give|derive"
    r"|discuss|study|analy[sz]e|offer|suggest|argue|compare|prove|design|identify|find|report|establish|explore"
    r"|investigate|construct|achieve|obtain)s?\b)",
    re.IGNORECASE,
)
_THEIRS = lazy_regex(r"\b(?:they|their|them)\b", re.IGNORECASE)
LEAST_WORDS = 5
"""The words that must be left for a sentence to stand."""


def mend_opening(tldr: str) -> str:
    """The TL;DR without such an opening, where deletion leaves a whole sentence; else as it is."""
    for pattern in (_FOUND_THAT, _MADE):
        found = pattern.match(tldr)
        if found is None:
            continue
        groups = found.groupdict()
        rest = " ".join(filter(None, (groups.get("what"), groups.get("does"), groups["rest"])))
        theirs = not found["who"].lower().startswith("we") and _THEIRS.search(rest)
        if len(rest.split()) >= LEAST_WORDS and not (_REFERS_BACK.match(rest) or _GOES_ON.search(rest) or theirs):
            return _with_capital(rest)
    return tldr


def find_opening(tldr: str) -> Finding | None:
    """A finding where a TL;DR begins with who wrote the paper, or with the paper itself."""
    found = _OPENING.match(tldr)
    if found is None:
        return None
    return Finding(kind=FORM, span=found[0], detail=f"it begins with '{found[0]}' and not with what was found")


def _with_capital(text: str) -> str:
    """A capital at the head, but for names that begin with a small letter, such as mRNA."""
    return text[:1].upper() + text[1:] if text.split(maxsplit=1)[0].islower() else text
