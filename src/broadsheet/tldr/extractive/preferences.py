"""What readers prefer among candidate TL;DRs, beside the overlap that the ranker has learned: set by hand.

Blind readings chose the values: a finding before what was done, a sentence before a phrase, no "we" where the rest
stands without it, nothing that points back. All are on the scale of ROUGE-1, 0 to 1.
"""

from __future__ import annotations

import re

from broadsheet.text.words import STOP_WORDS, content_stems, words
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.findings import rate_finding
from broadsheet.tldr.extractive.pointers import points_back
from broadsheet.tldr.extractive.ranking import View
from broadsheet.tldr.extractive.salience import keys_of

_FINDING = 0.48
"""For a measured finding; less for others, and nothing for what stands before the claim."""
_OFF_TOPIC = 0.4
"""The share of that which a finding loses where it has no word of the title: it may be a detail."""
_POINTS_BACK = 0.12
_BEFORE_CLAIM = 0.12
_PROBLEM = 0.12
"""Against what tells the trouble and not what was done about it: "Ropes remain a challenge"."""
_OF_OTHERS = 0.14
"""Against a sentence that nothing marks as the paper's own."""
_AUTHORS = 0.12
"""Against "We", "This paper": the reader knows who wrote it."""
_STUDIES_ONLY = 0.06
"""Against what names a topic and no result: "We study the problem of X"."""
_PHRASE = 0.04
"""Against a phrase without a verb, "A method for X"; four times for one that seems cut off: "The method to do X"."""
_INTRODUCES = re.compile(
    r"(?:An? |[^\s,]+(?: [^\s,]+){0,6}?(?: \([^()]*\))?,? an? )(?!.*(?::|, which|, \w+ing) )(?:\S+(?: |\Z)){1,22}\Z"
)
_OWN_NOUN = 0.06
"""Against "Our method", "The new tying model": the reader does not know it yet."""
_REPEATS_TITLE = 0.08
"""Against what says little beyond the title, from `_TITLE_SHARE` of its content words on."""
_TITLE_SHARE = 0.6
_OPEN_CUT = 0.08
"""Against an end where no punctuation says that the sentence may end."""
_OPEN_CUTS = frozenset(
    ("purpose", "means", "verb phrase", *(f"{word} phrase" for word in words("for in on with across")))
)
_LONG, _PREFERRED_WORDS = 0.004, 25
"""Against each word above the preferred ones."""

_OWN = ("we", "this paper", "experiments", "makes", "finds", "studies")
_PRESENTED = re.compile(
    r"\b(?:is|are|was|were|has been|have been) (?:\w+ly )?"
    r"(?:propos|present|introduc|develop|demonstrat|evaluat|stud|us)"
    r"|\bthe (?:proposed|presented|new|resulting)\b|\b(?:the|this|present) (?:paper|study|work|article|survey)\b",
    re.IGNORECASE,
)
_NAMES_AUTHORS = re.compile(
    r"\b(?:We|we|I|Our|our|(?:This|this) (?:paper|work|study|article|report|survey|review|letter))\b"
    r"|\AThe (?:paper|study|article)\b"
)
_OWN_NOUNS = re.compile(
    r"(?:\AOur|(?:\A|that )[Tt]he (?:(?:proposed|new|implemented|developed|presented|combined)"
    r"|(?:[\w-]+ ){0,2}(?:method|framework|model|algorithm|approach|system|architecture|pipeline)"
    r"(?! (?:of|for|that)\b)))\b"
)
_TELLS_PROBLEM = re.compile(
    r"\b(?:remains?|is|are|become|pos(?:e|es|ing)|fac(?:e|es|ing)|creates?|presents?) (?:\w+ )?(?:\w+ )?"
    r"(?:challeng\w+|underexplored|unexplored|unclear|unknown|difficult|bottlenecks?|limited|obstacles?|scarce"
    r"|crucial)\b"
    r"|\b(?:suffers? from|struggles?|failing to|lacks?\b|little is known|no existing"
    r"|often (?:overlooks?|ignores?|fails?)|hinder\w*|is ubiquitous|time-consuming)\b"
)
_STUDIES = re.compile(
    r"(?:We|I|This \w+) (?:\w+ly )?(?:study|studies|consider|considers|investigate|investigates"
    r"|explore|explores|examine"
    r"|examines|address|addresses|focus|focuses|revisit|discuss|discusses|analy[sz]e|analy[sz]es|evaluate|aims?)\b"
)


def weigh_preferences(one: Candidate, view: View) -> float:
    """What a reader's preferences add to the value of a candidate, -0.6 to 0.13."""
    finding = 0.0 if _is_early(one, view) else rate_finding(one.text, one.kinds)
    against = (
        _weigh_at_a_glance(one, view)
        + _POINTS_BACK * points_back(one.text)
        + _PROBLEM * (not finding and _TELLS_PROBLEM.search(one.text) is not None)
        + _OF_OTHERS * (not finding and _tells_of_others(one, view))
        + _AUTHORS * (_NAMES_AUTHORS.search(one.text) is not None)
        + _STUDIES_ONLY * (not finding and _STUDIES.match(one.text) is not None)
        + 3 * _PHRASE * (_is_phrase(one) and not _INTRODUCES.match(one.text))
        + _OWN_NOUN * (_OWN_NOUNS.search(one.text) is not None)
        + _REPEATS_TITLE * _share_of_title(one.text, view.title)
    )
    return _FINDING * finding * (1 - _OFF_TOPIC * _leaves_out_title(one.text, view.title)) - against


def bound_preferences(one: Candidate, view: View, *, finding: float = 1.0) -> float:
    """The most that `weigh_preferences` may be where `rate_finding` is at most `finding`, by what takes no pattern."""
    return (0.0 if _is_early(one, view) else _FINDING * finding) - _weigh_at_a_glance(one, view)


def _weigh_at_a_glance(one: Candidate, view: View) -> float:
    """What counts against a candidate by its place, its cuts and its length."""
    return (
        _BEFORE_CLAIM * (_is_early(one, view) and len(one.sentences) == 1)
        + _PHRASE * _is_phrase(one)
        + _OPEN_CUT * (not _OPEN_CUTS.isdisjoint(one.kinds))
        + _LONG * max(0, len(one.text.split()) - _PREFERRED_WORDS)
    )


def _is_phrase(one: Candidate) -> bool:
    return "head" in one.kinds and not {"joined", "told"}.intersection(one.kinds)


def _is_early(one: Candidate, view: View) -> bool:
    return any(view.early[sentence.index] for sentence in one.sentences)


def _leaves_out_title(text: str, title: frozenset[str]) -> float:
    """From 0 where a text has half of the title's content words to 1 where it has none."""
    topic = title - STOP_WORDS
    return 1 - min(1.0, 2 * len(topic.intersection(keys_of(text))) / len(topic)) if topic else 0.0


def _share_of_title(text: str, title: frozenset[str]) -> float:
    """From 0 where at most `_TITLE_SHARE` of the content words are the title's to 1 where all are."""
    own = set(content_stems(text))
    return max(0.0, len(own & title) / len(own) - _TITLE_SHARE) / (1 - _TITLE_SHARE) if own else 0.0


def _tells_of_others(one: Candidate, view: View) -> bool:
    """Whether nothing marks a candidate as the paper's own work ("we", a name), while other sentences are marked."""
    cues = [view.cues[sentence.index] for sentence in one.sentences]
    if any(found[name] for found in cues for name in _OWN) or _PRESENTED.search(one.text):
        return False
    opening = one.text.split(" ", 1)[0]
    if any(char.isupper() or char.isdigit() or char == "-" for char in opening[1:]):
        return False
    return any(found[name] for found in view.cues for name in _OWN)
