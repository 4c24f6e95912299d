"""Features of candidate TL;DRs by which readers choose, beside those of the ranker: findings, form, who is spoken of.

Readers graded two thousand abstracts' candidates; benchmarks/train_choice.py learns the weights from that.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import STOP_WORDS, content_stems, keys_of, words
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.findings import MEASURED, SHOWN, UNMARKED, rate_finding
from broadsheet.tldr.extractive.ranking import View

PREFERENCES = (
    "measured finding", "shown finding", "finding", "finding off topic", "before claim", "open cut", "long", "phrase",
    "open phrase", "problem", "of others", "authors", "studies only", "own noun", "repeats title",
)  # fmt: skip
"""The columns of `describe_preferences`."""
_INTRODUCES = lazy_regex(
    r"(?:An? |[^\s,]+(?: [^\s,]+){0,6}?(?: \([^()]*\))?,? an? )(?!.*(?::|, which|, \w+ing) )(?:\S+(?: |\Z)){1,22}\Z"
)
"""A phrase that says what something is: "A method that halves X"."""
_TITLE_SHARE = 0.6
"""The share of a text's content words from which on it says little beyond the title."""
_OPEN_CUTS = frozenset(
    ("purpose", "means", "verb phrase", *(f"{word} phrase" for word in words("for in on with across")))
)
"""Cuts where no punctuation says that the sentence may end."""
_PREFERRED_WORDS = 25

_OWN = ("we", "this paper", "experiments", "makes", "finds", "studies")
_PRESENTED = lazy_regex(
    r"\b(?:is|are|was|were|has been|have been) (?:\w+ly )?"
    r"(?:propos|present|introduc|develop|demonstrat|evaluat|stud|us)"
    r"|\bthe (?:proposed|presented|new|resulting)\b|\b(?:the|this|present) (?:paper|study|work|article|survey)\b",
    re.IGNORECASE,
)
_NAMES_AUTHORS = lazy_regex(
    r"\b(?:We|we|I|Our|our|(?:This|this) (?:paper|work|study|article|report|survey|review|letter))\b"
    r"|\AThe (?:paper|study|article)\b"
)
_OWN_NOUNS = lazy_regex(
    r"(?:\AOur|(?:\A|that )[Tt]he (?:(?:proposed|new|implemented|developed|presented|combined)"
    r"|(?:[\w-]+ ){0,2}(?:method|framework|model|algorithm|approach|system|architecture|pipeline)"
    r"(?! (?:of|for|that)\b)))\b"
)
_TELLS_PROBLEM = lazy_regex(
    r"\b(?:remains?|is|are|become|pos(?:e|es|ing)|fac(?:e|es|ing)|creates?|presents?) (?:\w+ )?(?:\w+ )?"
    r"(?:challeng\w+|underexplored|unexplored|unclear|unknown|difficult|bottlenecks?|limited|obstacles?|scarce"
    r"|crucial)\b"
    r"|\b(?:suffers? from|struggles?|failing to|lacks?\b|little is known|no existing"
    r"|often (?:overlooks?|ignores?|fails?)|hinder\w*|is ubiquitous|time-consuming)\b"
)
_STUDIES = lazy_regex(
    r"(?:We|I|This \w+) (?:\w+ly )?(?:study|studies|consider|considers|investigate|investigates"
    r"|explore|explores|examine"
    r"|examines|address|addresses|focus|focuses|revisit|discuss|discusses|analy[sz]e|analy[sz]es|evaluate|aims?)\b"
)


def describe_preferences(one: Candidate, view: View) -> list[float]:
    """The features of a candidate, one for each of `PREFERENCES`, most of them from 0 to 1; "long" counts words."""
    finding = 0.0 if _is_early(one, view) else rate_finding(one.text, one.kinds)
    introduces = _is_phrase(one) and _INTRODUCES.match(one.text) is not None
    # In the order of PREFERENCES.
    values = [
        finding == MEASURED, finding == SHOWN, finding == UNMARKED, finding * _leaves_out_title(one.text, view.title),
        _is_early(one, view) and len(one.sentences) == 1, not _OPEN_CUTS.isdisjoint(one.kinds),
        max(0, len(one.text.split()) - _PREFERRED_WORDS),
        introduces, _is_phrase(one) and not introduces,
        not finding and _TELLS_PROBLEM.search(one.text) is not None, not finding and _tells_of_others(one, view),
        _NAMES_AUTHORS.search(one.text) is not None, not finding and _STUDIES.match(one.text) is not None,
        _OWN_NOUNS.search(one.text) is not None, _share_of_title(one.text, view.title),
    ]  # fmt: skip
    return list(map(float, values))


def bound_preferences(one: Candidate, view: View, weights: Sequence[float], *, finding: float | None = None) -> float:
    """The most that the weighted features may add up to, by what takes no pattern; `finding` is its rating if known.

    `weights` has one for each of `PREFERENCES`.
    """
    told, off_topic, early, open_cut, long, phrase, rest = _bound_weights(tuple(weights))
    comes_early = _is_early(one, view)
    most = 0.0 if comes_early else (max(told.values()) if finding is None else told[finding]) + off_topic
    most += early * (comes_early and len(one.sentences) == 1) + open_cut * (not _OPEN_CUTS.isdisjoint(one.kinds))
    most += phrase * _is_phrase(one) + long * max(0, len(one.text.split()) - _PREFERRED_WORDS)
    return most + rest


@functools.cache
def _bound_weights(
    weights: tuple[float, ...],
) -> tuple[Mapping[float, float], float, float, float, float, float, float]:
    """The parts of a bound: by rating of a finding, at most for its topic, and so on; at most for all by patterns."""
    measured, shown, unmarked, off_topic, early, open_cut, long, phrase, open_phrase, *others = weights
    most = max(0.0, off_topic)
    told = {MEASURED: measured, SHOWN: shown, UNMARKED: unmarked, 0.0: -most}
    return told, most, early, open_cut, long, max(phrase, open_phrase), sum(max(0.0, weight) for weight in others)


def _is_phrase(one: Candidate) -> bool:
    return "head" in one.kinds and not {"joined", "told"}.intersection(one.kinds)


def _is_early(one: Candidate, view: View) -> bool:
    return any(view.early[sentence.index] for sentence in one.sentences)


def tells_background(one: Candidate, view: View) -> bool:
    """Whether a candidate is from before the authors speak, and nothing in it says that it is theirs."""
    if not _is_early(one, view) or _PRESENTED.search(one.text):
        return False
    return not any(view.cues[sentence.index][name] for sentence in one.sentences for name in ("we", "this paper"))


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
