"""How a written TL;DR begins: with what was found, and not with "We", "This paper" or "The authors". Pure.

Small models open so in spite of their instructions. Where the words behind such an opening stand by themselves it is
deleted, which costs no call; elsewhere the TL;DR is of wrong form and asked for again. Nothing is put in but a comma.
"""

from __future__ import annotations

import re

from broadsheet.models import Finding
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import has_digit

FORM = "form"
"""The kind of the finding."""
_PAPER = r"(?:this|the|our|the present) (?:paper|work|study|article|survey|review)"
_WHO = rf"(?:we|{_PAPER}|(?:the|these) (?:authors|researchers))"
_OPENING = lazy_regex(rf"(?:in (?:this|our) (?:paper|work|study|article),? )?(?P<who>{_WHO})\b", re.IGNORECASE)
_HOW = (
    r"(?:also|further|furthermore|then|first|finally|(?:empirical|experimental|theoretical|formal|analytical"
    r"|mathematical|rigorous|systematical)ly)"
)
_LEAD = rf"{_OPENING.pattern}(?:,? {_HOW}(?:,? and {_HOW})?,?)?"
# Verbs that vouch for what follows: behind "argue", "suggest" or "believe" the bare clause would claim more.
_FINDS = (
    r"(?:shows?|finds?|found|proves?|proved|demonstrates?|demonstrated|showed|observes?|observed|reports?|reported"
    r"|establish(?:es|ed)?|confirms?|confirmed|reveals?|revealed|discovers?|discovered)"
)
_FOUND_THAT = lazy_regex(
    rf"{_LEAD} {_FINDS}(?: and {_FINDS})?(?:,? for the first time,?)? that,? (?P<rest>.+)", re.IGNORECASE
)
# "We propose a method that halves the error": a short noun phrase without a preposition, and what it does.
_NOUN = (
    r"(?!(?:that|which|who|of|for|in|on|with|to|from|by|and|or|as|at|under|over|through|called|where|when)\b)[\w’'./-]+"
)
_MAKES = r"(?:presents?|introduces?|proposes?|develops?|describes?|releases?|designs?|builds?|creates?)"
# No noun: in "a tool that users like" it is not the tool that does something.
_DOES = (
    r"(?!(?:[^\W_]*users|humans|developers|researchers|practitioners|engineers|programmers|clinicians|agents|robots|models"
    r"|llms|systems|students|workers|others|authors)\b)(?P<does>[a-z]{2,}[^s\W]s|is|has)"
    r"(?! (?:are|were|have|had|can|could|may|might|will|would|do|did|must|should|often|use|need)\b)"
)
_MADE = lazy_regex(
    rf"{_LEAD} {_MAKES} (?P<what>(?:{_NOUN} ){{0,7}}?{_NOUN})(?:,? which|,? that) {_DOES} (?P<rest>.+)", re.IGNORECASE
)
# "We present SconeNet, a counter of scones that halves the error".
_NAMED = lazy_regex(
    rf"{_LEAD} {_MAKES} (?P<what>(?:{_NOUN} ){{0,3}}?{_NOUN}, an?(?: (?!(?:that|which|where)\b)[^\s,]+){{1,12}}?)"
    rf"(?:,? which|,? that) {_DOES} (?P<rest>(?!.*\b(?:this|these|those|aforementioned)\b).+)",
    re.IGNORECASE,
)
_REFERS_BACK = lazy_regex(
    r"\W|(?:we|our|ours|it|its|they|their|this|these|that|those|such|both|neither|either|there)\b", re.IGNORECASE
)
# A second verb of the deleted subject ("We show that X and propose Y"), or a second clause of the deleted verb.
_GOES_ON = lazy_regex(
    r"\b(?:and|but|while|then|or),? (?:that\b|we\b|(?:also |then |further |finally )?"
    r"(?:propose|present|introduce|develop|provide|show|describe|release|use|apply|evaluate|demonstrate|give|derive"
    r"|discuss|study|analy[sz]e|offer|suggest|argue|compare|prove|design|identify|find|report|establish|explore"
    r"|investigate|construct|achieve|obtain)s?\b)",
    re.IGNORECASE,
)
# A second clause of the deleted verb stands without its "that" as well; a clause of the authors' own goes.
_AND_THAT = lazy_regex(
    r"(?P<and>,? (?:and|but|while)),? that (?!(?:of|in|from|for|by|is|are|was|were)\b)", re.IGNORECASE
)
_AND_WE = lazy_regex(r",? (?:and|while|which) we\b.*\Z", re.IGNORECASE)
_THEIRS = lazy_regex(r"\b(?:they|their|them)\b", re.IGNORECASE)
LEAST_WORDS = 5
"""The words that must be left for a sentence to stand."""


def mend_opening(tldr: str) -> str:
    """The TL;DR without such an opening, where deletion leaves a whole sentence; else as it is."""
    for pattern in (_FOUND_THAT, _MADE, _NAMED):
        found = pattern.match(tldr)
        if found is None:
            continue
        groups = found.groupdict()
        what = f"{found['what']}," if pattern is _NAMED else groups.get("what")
        rest = " ".join(filter(None, (what, groups.get("does"), groups["rest"])))
        if pattern is _FOUND_THAT:
            rest = _without_second_that(rest)
        theirs = not found["who"].lower().startswith("we") and _THEIRS.search(rest)
        if len(rest.split()) >= LEAST_WORDS and not (_REFERS_BACK.match(rest) or _GOES_ON.search(rest) or theirs):
            return _with_capital(rest)
    return tldr


def _without_second_that(rest: str) -> str:
    if ", that " not in rest:
        rest = _AND_THAT.sub(r"\g<and> ", rest, count=1)
    return f"{shorter.rstrip('., ')}." if len((shorter := _AND_WE.sub("", rest)).split()) >= LEAST_WORDS else rest


def find_opening(tldr: str) -> Finding | None:
    """A finding where a TL;DR begins with who wrote the paper, or with the paper itself."""
    found = _OPENING.match(tldr)
    if found is None:
        return None
    return Finding(kind=FORM, span=found[0], detail=f"it begins with '{found[0]}' and not with what was found")


def _with_capital(text: str) -> str:
    """A capital at the head, but for names that begin with a small letter, such as mRNA and push0."""
    first = text.split(maxsplit=1)[0]
    return text[:1].upper() + text[1:] if first.islower() and not has_digit(first) else text
