"""Cue phrases: patterns that mark a sentence of an abstract as its claim, as background or as a remark.

The cue method of extractive summarisation is that of Edmundson (1969). Patterns are for text in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from broadsheet.text.lazy_regex import lazy_regex

_DOCUMENT = r"(?:paper|work|study|article|letter|report|survey|manuscript|thesis|review)"
_WHO = rf"(?:we|i|this {_DOCUMENT}|the (?:present|current) {_DOCUMENT})"
_ADVERB = r"(?:,? (?:\w+ly|also|then|first|further|thus|therefore|hence|here),?)?"
_MAKES = (
    r"(?:propos|present|introduc|develop|describ|design|devis|put forward|formulat|contribut|construct|build"
    r"|creat|releas|provid|offer|establish|deriv)"
)
_FINDS = r"(?:show|find|found|prove|demonstrat|reveal|observ|discover|identif|argu)"
_STUDIES = r"(?:stud(?:y|ies)|investigat|explor|examin|analy[sz]|consider|address|tackl|survey|review|revisit)"

CLAIMS: tuple[str, ...] = ("makes", "finds", "studies")
"""The cues that mark a sentence as saying what the paper does."""

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "this paper": ("this ", "present ", "these "),
    "adds": ("finally", "moreover", "further", "addition", "besides", "also", "preliminary", "then"),
    "experiments": ("experiment", "empirically", "evaluat", "benchmark", "validat"),
    "refers back": ("this ", "these ", "such ", "those ", "the same ", "the above ", "the latter ", "the former "),
    "habit": ("has ", "have ", "is ", "are ", "remain"),
    "lists": (":", ") "),
    "address": ("http", "www.", "github", "available", "released"),
}
"""What a sentence with a cue has one of: the pattern is only tried then."""

# One binary feature a cue; `extract.py` weighs them for sentences, the learned ranker for candidates.
CUES: Mapping[str, re.Pattern[str]] = {
    "makes": lazy_regex(rf"\b{_WHO}{_ADVERB} {_MAKES}"),
    "finds": lazy_regex(rf"\b{_WHO}{_ADVERB} {_FINDS}"),
    "studies": lazy_regex(rf"\b{_WHO}{_ADVERB} {_STUDIES}"),
    "we": lazy_regex(r"\b(?:we|our|i)\b"),
    "this paper": lazy_regex(rf"\b(?:(?:this|the present) {_DOCUMENT}|these (?:notes|proceedings|lectures))\b"),
    "adds": lazy_regex(
        r"\A(?:finally|moreover|furthermore|additionally|in addition|besides|also|as a preliminary)\b"
        r"|(?<!\w)we,? (?:also|further|additionally|then)\b"
    ),
    "experiments": lazy_regex(r"\b(?:experiment|empirically|evaluat|benchmark|validat)"),
    "dangling": lazy_regex(rf"\A(?:this|these|those|such|it|they|its|their|he|she|both|another)\b(?! {_DOCUMENT}\b)"),
    "refers back": lazy_regex(
        rf"\b(?:this|these|such|those|the same|the above|the latter|the former) (?!{_DOCUMENT}|is\b"
        rf"|as\b|a\b|that\b)\w"
    ),
    "contrast": lazy_regex(r"\A(?:however|but|unfortunately|yet|nevertheless|although|while|despite|conversely)\b"),
    "background": lazy_regex(
        r"\A(?:recent|recently|in recent years|over the past|traditional|traditionally|existing|previous|prior"
        r"|current|currently|many|most|modern|conventional|with the|there (?:is|are|has|have|exists?))\b"
    ),
    "habit": lazy_regex(
        r"\b(?:has|have) (?:recently |been |become |shown |achieved |gained |emerged )"
        r"|\b(?:is|are|remains?) (?:a|an|one of) (?:\w+ )?(?:problem|task|challenge|important|crucial"
        r"|fundamental|key)"
    ),
    "lists": lazy_regex(r"\b(?:contributions?|following|aspects|questions)\b.{0,40}:|(?<!\w)\(?(?:i|1)\) "),
    "address": lazy_regex(
        r"https?:|www\.|github|\b(?:code|data|models?) (?:is|are|will be) (?:\w+ )?(?:available|released)"
    ),
}


_OPENING = ("dangling", "contrast", "background")
"""Cues that stand at the beginning of a sentence alone."""
_SEARCHES = tuple(
    (name, pattern.match if name in _OPENING else pattern.search, _SIGNS.get(name)) for name, pattern in CUES.items()
)


def find_cues(sentence: str) -> dict[str, float]:
    """Each cue by name, 1.0 where the sentence has it; only its first 2,000 characters are looked at."""
    lower = sentence[:2000].lower()
    cues = {
        name: float((signs is None or any(map(lower.__contains__, signs))) and find(lower) is not None)
        for name, find, signs in _SEARCHES
    }
    end = sentence[-12:].rstrip("\"'”’»)]」』 ")
    cues["question"] = float(end.endswith(("?", "？")))
    cues["unfinished"] = float(not end.endswith((".", "!", "?", "。", "！", "？")) or end.endswith("..."))
    return cues
