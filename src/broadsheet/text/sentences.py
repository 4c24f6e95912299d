"""Splits text into sentences with character offsets, which extraction, evidence and highlighting use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import words


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its offsets in the text: `text[start:end]` is `sentence.text`; `index` counts from 0."""

    index: int
    start: int
    end: int
    text: str


_CLOSERS = "\"'”’»)\\]}」』）】"
_STOP = lazy_regex(rf"(?P<wide>[。！？｡]+[{_CLOSERS}]*\s*)|[.!?…]+[{_CLOSERS}]*(?P<gap>\s*)|(?P<blank>\n\s*\n)\s*")
_OPENERS = "\"'“‘«([{「『（【`*"
_BLANK_LINE = lazy_regex(r"\n\s*\n")
_NEXT_WORD = lazy_regex(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENUMERATOR = lazy_regex(r"(?:^|[:;.,]\s)\(?(?:\d{1,2}|[ivx]{1,4})\Z", re.IGNORECASE)
_UNIT = lazy_regex(r"(?<!\b(?:1[5-9]|20)\d)\d ?[KCFVWT]\Z")
"""A letter behind a number, which is a unit and no initial: "cooled to 300 K. Nails …"."""
_PARTS = lazy_regex(r"[(\[/–—-]")
_LETTERS = frozenset("abcdefghjklmnopqrstuwyz")
"""What most words end in, and no enumerator does."""
_ADDRESS = lazy_regex(r"://|www\.|@|\.(?:com|org|net|io|edu|gov)\b", re.IGNORECASE)

_NEVER_LAST = words(
    """e.g i.e eg ie vs cf fig figs eq eqs sec secs sect ref refs tab thm lem prop def dr prof mr mrs ms st
    approx ca viz resp al no nos vol pp p ch chap ed eds incl esp aka a.k.a s.t w.l.o.g i.i.d sp spp var
    subsp nov ver op art"""
)
_MAY_BE_LAST = words(
    "etc w.r.t wrt u.s u.k u.n e.u d.c a.m p.m inc ltd co corp ph.d m.d m.sc b.sc jr sr al i.i.d resp sp"
)
_NEEDS_NUMBER = words("no nos art fig figs eq eqs sec secs sect ref refs tab ch chap vol p pp op ver")
_STARTERS = words(
    """a above additionally after all also although an and another as assuming at based because before below besides
    both but by code compared
    consequently current despite due each empirically existing experimental experiments extensive finally
    first firstly for from furthermore given here hence how however if importantly in initially inspired instead it
    its lastly many moreover most motivated nevertheless next no notably on one our overall previous prior
    recent recently results second secondly several since so some specifically subsequently such that the then there
    therefore these they third this those through thus to together two typically unfortunately unlike using
    via we what when where whereas whether which while with without yet you"""
)


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, with only whitespace between them.

    Rule-based: a full stop ends a sentence except after an abbreviation, an initial or a list number, inside a number
    or an address, or before a word that cannot start a sentence. A blank line always ends one. Linear in the length.
    """
    return _split_known(text) if len(text) <= _ABSTRACT else _split(text)


_ABSTRACT = 8000
"""The longest text whose sentences are cached: several steps split the same abstract."""


@lru_cache(maxsize=512)
def _split_known(text: str) -> tuple[Sentence, ...]:
    return _split(text)


def _split(text: str) -> tuple[Sentence, ...]:
    sentences: list[Sentence] = []
    start = 0
    for stop in _STOP.finditer(text):
        if not _ends_sentence(text, start, stop):
            continue
        _append(sentences, text, start, stop.end())
        start = stop.end()
    _append(sentences, text, start, len(text))
    return tuple(sentences)


def _append(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    """Add `text[start:end]` without its outer whitespace, unless nothing is left."""
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        sentences.append(Sentence(len(sentences), first, first + len(stripped), stripped))


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    if stop["blank"] is not None or stop["wide"] is not None:
        return True
    # A window of 40 characters on both sides is enough for the rules, and bounds the time for a stop.
    before = text[max(start, stop.start() - 40) : stop.start()]
    after = text[stop.end() : stop.end() + 40]
    gap = stop["gap"]
    if not after or ("\n" in gap and _BLANK_LINE.search(gap)):
        return True
    token = _last_token(before)
    if not gap:
        return _is_glued(before, token, stop.group(), after)
    if not _can_open(after, token):
        return False
    if stop.group().strip() != "." or not token:
        return True
    return not _is_inner_stop(before, token, after)


def _last_token(before: str) -> str:
    """The token before the stop, without opening brackets and quotes."""
    words = before.split()
    return words[-1].lstrip(_OPENERS) if words and not before[-1].isspace() else ""


def _first_word(after: str) -> str:
    found = _NEXT_WORD.match(after.lstrip(_OPENERS))
    return found.group() if found else ""


def _can_open(after: str, token: str) -> bool:
    """Whether a sentence can start here: not in lower case, except for names like mBERT and words like "we"."""
    opening = after.lstrip(_OPENERS)[:1]
    if not opening or opening in ",;:.!?…-–—)]}%=<>/|+^_±×":
        return False
    if not opening.islower():
        return True
    word = _first_word(after)
    named = any(char.isupper() or char.isdigit() for char in word[1:])
    return (named or word in ("we", "our", "this", "however")) and not _is_abbreviation(token)


def _is_abbreviation(token: str) -> bool:
    return token.lower() in _NEVER_LAST or token.lower() in _MAY_BE_LAST


def _is_inner_stop(before: str, token: str, after: str) -> bool:
    """Whether the full stop belongs to an abbreviation, an initial or a list number."""
    short = (token if token.isalnum() else _PARTS.split(token)[-1]).lower()
    word = _first_word(after)
    starts = word[:1].isupper() and word.lower() in _STARTERS
    if short in _NEEDS_NUMBER:
        return word[:1].isdigit() or (short not in ("no", "p", "ch", "op", "art") and not starts)
    if short in _MAY_BE_LAST:
        return not starts
    if short == "ms" and re.search(r"\d\s*ms\Z", before):
        return False  # milliseconds
    if short in _NEVER_LAST:
        return True
    if len(token) == 1 and token.isalpha() and token.isupper():
        return not starts and _UNIT.search(before) is None
    return before[-1:] not in _LETTERS and _ENUMERATOR.search(before) is not None


def _is_glued(before: str, token: str, stop: str, after: str) -> bool:
    """Whether a blank is missing after the stop, as in "performance.We"; only before a usual first word."""
    word = _first_word(after)
    if not (word[:1].isupper() and word.lower() in _STARTERS and len(word) > 1):
        return False
    if _ADDRESS.search(token) or after[len(word) : len(word) + 1] not in (" ", ",", "\n"):
        return False
    return stop[0] in "?!" or (before[-1:].islower() and len(token) > 2) or before[-1:] in ")%"
